"""Une mission de 77 et de 616 projets : étudiée depuis rien, puis après un projet changé."""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench._missions import sample_census, times
from rebond.data import data_folder
from rebond.facts import Census
from rebond.mission import load_rulebook, run_mission
from rebond.study.kept import KeptStudies
from rebond.units import Euros

COPIES = (1, 8)
"""Of the 77 projects of the sample territory."""
REPEATS = 3
MORE = Euros(10_000)


def main(*, rapide: bool) -> None:
    """Print the medians, each size in a process of its own so that its memory can be told."""
    for copies in COPIES[:1] if rapide else COPIES:
        command = [sys.executable, "-m", "bench.mission", str(copies), str(1 if rapide else REPEATS)]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parent.parent)  # noqa: S603 - our own module
        found: dict[str, Any] = json.loads(done.stdout)
        print(
            f"{found['projets']:4d} projets : depuis rien {_told(found['rien'])}, "
            f"après un projet changé {_told(found['change'])}, sans aucun changement {_told(found['meme'])} ; "
            f"reprise / depuis rien {found['change'][1] / found['rien'][1]:.2f} ; "
            f"{found['memoire'] / 1e6:.0f} Mo au plus, {found['memoire_rien'] / 1e6:.0f} depuis rien"
        )


def _told(seconds: list[float]) -> str:
    wall, cpu = seconds
    return f"{wall:.1f} s ({cpu:.1f} de processeur)"


def run(copies: int, repeats: int) -> dict[str, Any]:
    """Measure a mission here."""
    rulebook = load_rulebook(data_folder())
    census = times(sample_census(rulebook), copies)
    on = census.settings.committee_on
    nothing = [_timed(lambda: run_mission(census, rulebook, on=on)) for _ in range(repeats)]
    memory = _peak()
    kept = KeptStudies()
    run_mission(census, rulebook, on=on, kept=kept)
    changed: list[list[float]] = []
    same: list[list[float]] = []
    for _ in range(repeats):
        census = _dearer(census)
        changed.append(_timed(lambda: run_mission(census, rulebook, on=on, kept=kept)))  # noqa: B023 - called at once
        same.append(_timed(lambda: run_mission(census, rulebook, on=on, kept=kept)))  # noqa: B023 - called at once
    return {
        "projets": len(census.projects),
        "rien": _median(nothing),
        "change": _median(changed),
        "meme": _median(same),
        "memoire_rien": memory,
        "memoire": _peak(),
    }


def _dearer(census: Census) -> Census:
    """The first project costs a little more."""
    project, *others = census.projects
    line, *lines = project.costs
    dearer = replace(project, costs=(replace(line, amount=line.amount + MORE), *lines))
    return replace(census, projects=(dearer, *others))


def _timed(work: Callable[[], object]) -> list[float]:
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return [time.perf_counter() - wall, time.process_time() - cpu]


def _median(runs: list[list[float]]) -> list[float]:
    return [statistics.median(each) for each in zip(*runs, strict=True)]


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


if __name__ == "__main__":
    print(json.dumps(run(int(sys.argv[1]), int(sys.argv[2]))))
