"""Writes the corpus of hostile files in a folder, or runs it whole.

python -m tests.hostile.generate DOSSIER      write every file, entry by entry
python -m tests.hostile.generate --run [MOT]  run every file whose name holds MOT, and print what is wrong
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from time import monotonic

from tests.hostile.corpus import corpus
from tests.hostile.watch import Outcome, Worker


def write(folder: Path) -> int:
    """Write every file; how many."""
    count = 0
    for case in corpus():
        home = folder / case.entry
        home.mkdir(parents=True, exist_ok=True)
        (home / case.name).write_bytes(case.content)
        count += 1
    return count


def run(word: str = "") -> int:
    """Run every file and print the figures; how many are wrong."""
    worker = Worker()
    ends: Counter[str] = Counter()
    wrong: list[Outcome] = []
    slowest = heaviest = Outcome(name="", end="")
    started = monotonic()
    for case in corpus():
        if word not in f"{case.entry}/{case.name}":
            continue
        outcome = worker.run(case.entry, case.name, case.content)
        ends[outcome.end] += 1
        slowest = max(slowest, outcome, key=lambda each: each.seconds)
        heaviest = max(heaviest, outcome, key=lambda each: each.memory)
        if outcome.is_wrong:
            wrong.append(outcome)
            print(f"✗ {outcome.name} : {outcome.end} ({outcome.seconds:.1f} s)\n{outcome.detail}", flush=True)
    worker.close()
    print(f"{ends.total()} fichiers en {monotonic() - started:.0f} s : {dict(ends)}")
    print(
        f"le plus long : {slowest.name}, {slowest.seconds:.1f} s ; le plus lourd : {heaviest.name}, {heaviest.memory >> 20} Mo"
    )
    return len(wrong)


if __name__ == "__main__":
    if sys.argv[1] == "--run":
        raise SystemExit(1 if run(*sys.argv[2:3]) else 0)
    print(write(Path(sys.argv[1])))
