"""``make fuzz``: the whole corpus, then mutations of the good files by Hypothesis, each in a process under a watch.

    python -m tests.hostile.fuzz [--count 20000] [--seconds 3600] [--seed N] [--no-corpus]

Prints its seed and what ends otherwise than refused in French or accepted; the same seed gives the same files.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from time import monotonic

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.hostile import generate
from tests.hostile.corpus import NUMBERS, TEXTS
from tests.hostile.seeds import SEEDS
from tests.hostile.seeds import seed as good_file
from tests.hostile.watch import Worker

KEPT = Path("/tmp/rebond-fuzz")
_BATCH = 100
_TOKENS = [token.encode("utf-8", "replace") for token in (*NUMBERS, *TEXTS) if len(token) < 10_000] + [
    b"\0", b"\xff", b"\xef\xbb\xbf", b'"', b"'", b"[", b"]", b"{", b"}", b":", b"- ", b"&a ", b"*a", b"!!", b"\n", b"\r", b"\t", b";", b",",
    b"[" * 200, b'{"a":' * 80, b"\n  " * 50,
]  # fmt: skip


def mutations(content: bytes) -> st.SearchStrategy[bytes]:
    """The file with a few pieces cut, copied, moved, replaced, planted or flipped."""
    place = st.integers(0, len(content))
    length = st.one_of(st.integers(0, 8), st.integers(0, 200), st.integers(0, len(content)))
    gesture = st.one_of(
        st.tuples(st.just("plant"), place, st.sampled_from(_TOKENS)),
        st.tuples(st.just("plant"), place, st.binary(max_size=12)),
        st.tuples(st.just("plant"), place, st.text(max_size=12).map(lambda text: text.encode("utf-8", "replace"))),
        st.tuples(st.just("cut"), place, length),
        st.tuples(st.just("copy"), place, st.tuples(place, length)),
        st.tuples(st.just("flip"), place, st.integers(1, 255)),
        st.tuples(st.just("value"), place, st.sampled_from(_TOKENS)),
    )
    return st.lists(gesture, min_size=1, max_size=5).map(lambda gestures: _mutated(content, gestures))


def _mutated(content: bytes, gestures: list[tuple[str, int, object]]) -> bytes:
    for kind, place, what in gestures:
        at = min(place, len(content))
        if kind == "plant" and isinstance(what, bytes):
            content = content[:at] + what + content[at:]
        elif kind == "cut" and isinstance(what, int):
            content = content[:at] + content[at + what :]
        elif kind == "copy" and isinstance(what, tuple):
            content = content[:at] + content[what[0] : what[0] + what[1]] + content[at:]
        elif kind == "flip" and isinstance(what, int) and at < len(content):
            content = content[:at] + bytes([content[at] ^ what]) + content[at + 1 :]
        elif kind == "value" and isinstance(what, bytes):
            content = _replaced(content, at, what)
    return content[:2_000_000]


def _replaced(content: bytes, at: int, what: bytes) -> bytes:
    """The value at a place, between two separators, replaced whole."""
    marks = b',;:\n"<>'
    start = max((content.rfind(bytes([mark]), 0, at) for mark in marks), default=0) + 1
    stops = [stop for mark in marks if (stop := content.find(bytes([mark]), at)) >= 0]
    return content[:start] + what + content[min(stops, default=len(content)) :]


def repacked(entry: str) -> Callable[[bytes], bytes]:
    """What makes a file of mutated bytes: a workbook is mutated within its archive."""
    if entry != "classeur":
        return lambda content: content
    import io
    import zipfile

    from tests.hostile import workbooks

    with zipfile.ZipFile(io.BytesIO(good_file(entry))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    names = [name for name in parts if name.endswith((".xml", ".rels"))]

    def pack(mutated: bytes) -> bytes:
        return workbooks.pack({**parts, names[len(mutated) % len(names)]: mutated})

    return pack


def mutate(entry: str, count: int, first: int, until: float, worker: Worker, ends: Counter[str]) -> list[str]:
    """So many mutations of an entry's good file, in batches of their own seeds, until the time is out."""
    wrong: list[str] = []
    content = good_file(entry)
    suffix = SEEDS[entry].suffix
    if entry == "classeur":
        content, pack = _sheet(), repacked(entry)
    else:
        pack = repacked(entry)
    for batch in range(-(-count // _BATCH)):
        number = first + batch

        @seed(number)
        @settings(
            max_examples=_BATCH,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(mutations(content))
        def one(mutated: bytes) -> None:
            if monotonic() > until:
                return
            raw = pack(mutated)
            outcome = worker.run(entry, f"mutation{suffix}", raw)
            ends[outcome.end] += 1
            if outcome.is_wrong:
                KEPT.mkdir(exist_ok=True)
                kept = KEPT / f"{entry}-{len(wrong)}{suffix}"
                kept.write_bytes(raw)
                wrong.append(f"✗ {entry}, lot {first} : {outcome.end} → {kept}\n{outcome.detail}")
                print(wrong[-1], flush=True)

        one()
        if monotonic() > until:
            break
    return wrong


def _sheet() -> bytes:
    """The sheets of the good workbook differ: the richest one is mutated, and takes the place of each part in turn."""
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(good_file("classeur"))) as archive:
        return max((archive.read(name) for name in archive.namelist() if "worksheets/sheet" in name), key=len)


def main() -> int:
    """Run, print, and tell by the exit code."""
    options = argparse.ArgumentParser(description="Fichiers hostiles et mutations.")
    options.add_argument("--count", type=int, default=20_000)
    options.add_argument("--seconds", type=float, default=3_600)
    options.add_argument("--seed", type=int, default=random.randrange(10**9))
    options.add_argument("--no-corpus", action="store_true")
    asked = options.parse_args()
    failed = 0 if asked.no_corpus else generate.run()
    print(f"Mutations : graine {asked.seed}", flush=True)
    ends: Counter[str] = Counter()
    wrong: list[str] = []
    started = monotonic()
    worker = Worker()
    share = -(-asked.count // len(SEEDS))
    for rank, entry in enumerate(SEEDS):
        left = asked.seconds - (monotonic() - started)
        until = monotonic() + left / (len(SEEDS) - rank)
        before = ends.total()
        wrong += mutate(entry, share, asked.seed + rank * 10_000, until, worker, ends)
        print(f"  {entry} : {ends.total() - before} mutations", flush=True)
    worker.close()
    print(f"{ends.total()} mutations en {monotonic() - started:.0f} s : {dict(ends)}")
    return 1 if wrong or failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
