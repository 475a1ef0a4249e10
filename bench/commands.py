"""Les commandes qu’on relance sans cesse (aide, contrôle du classeur) et les documents : temps et mémoire."""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench._missions import sample_census
from rebond.adapters.documents.writing import write_documents
from rebond.adapters.points import load_points
from rebond.adapters.sample import write_sample
from rebond.data import data_folder
from rebond.mission import load_rulebook, run_mission
from rebond.restitution.territory_map import territory_places

REPEATS = 5
_PYTHON = (sys.executable, "-c", "pass")
_REBOND = (sys.executable, "-c", "from rebond.cli import main; main()")


def main(*, rapide: bool) -> None:
    """Print the medians, and each command as a multiple of a Python that does nothing."""
    repeats = 1 if rapide else REPEATS
    with tempfile.TemporaryDirectory() as folder:
        workbook = Path(folder) / "recensement.xlsx"
        write_sample(workbook)
        floor = statistics.median([_processor(_PYTHON) for _ in range(repeats)])
        for name, arguments in (("--help", ["--help"]), ("census check", ["census", "check", str(workbook)])):
            spent = statistics.median([_processor((*_REBOND, *arguments)) for _ in range(repeats)])
            print(f"rebond {name:13} {spent:.2f} s de processeur, {spent / floor:.0f} fois un Python qui ne fait rien")
        _documents(Path(folder), repeats)


def _documents(folder: Path, repeats: int) -> None:
    """The documents of the sample: from the call to the last file, and what the printer spends beside."""
    rulebook = load_rulebook(data_folder())
    census = sample_census(rulebook)
    result = run_mission(census, rulebook, on=census.settings.committee_on)
    places = territory_places(rulebook.catalogue.gazetteer, census.settings.epcis)
    points = load_points(data_folder())
    rows: list[tuple[float, float, float]] = []
    for rank in range(repeats):
        before, own, wall = _children(), time.process_time(), time.perf_counter()
        write_documents(result, folder / str(rank), places=places, points=points)
        rows.append((time.perf_counter() - wall, time.process_time() - own, _children() - before))
    wall, own, printer = (statistics.median(column) for column in zip(*rows, strict=True))
    here, there = (resource.getrusage(who).ru_maxrss / 1e3 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(
        f"documents : {wall:.1f} s ; processeur {own:.1f} s ici et {printer:.1f} s chez l'imprimeur, "
        f"durée / processeur {wall / (own + printer):.2f} ; mémoire au plus {here:.0f} Mo ici (étude comprise), "
        f"{there:.0f} Mo chez l'imprimeur"
    )


def _processor(command: tuple[str, ...]) -> float:
    before = _children()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our own commands
    return _children() - before


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
