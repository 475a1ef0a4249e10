"""Les documents de 77 et de 500 projets, et le plan d’un seul : contre l’impression à la suite, et sans rien garder."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from bench._missions import of_projects, sample_census
from rebond.adapters.documents import writing
from rebond.adapters.points import load_points
from rebond.adapters.printing.printer import Printer, printer
from rebond.adapters.sample import write_sample
from rebond.data import data_folder
from rebond.mission import load_rulebook, run_mission
from rebond.restitution.territory_map import Place, territory_places
from rebond.results import MissionResult

SIZES = (77, 500)
"""Projects of a mission."""
REPEATS = 3
_REBOND = (sys.executable, "-c", "from rebond.cli import main; main()")
_PLAN = ("plan", "--project", "P001", "--workbook")


def main(*, rapide: bool) -> None:
    """Print the medians of each size, then of the plan of a project."""
    repeats = 1 if rapide else REPEATS
    rulebook = load_rulebook(data_folder())
    sample = sample_census(rulebook)
    for size in SIZES[:1] if rapide else SIZES:
        census = of_projects(sample, size)
        result = run_mission(census, rulebook, on=census.settings.committee_on)
        places = territory_places(rulebook.catalogue.gazetteer, census.settings.epcis)
        beside = _documents(result, places, repeats)
        with patch.object(writing, "printer", _in_turn):
            in_turn = _documents(result, places, 1 if size > SIZES[0] else repeats)
        print(
            f"{size:3d} projets : documents en {beside[0]:.1f} s ({beside[1]:.1f} de processeur), "
            f"PDF imprimés à la suite {in_turn[0]:.1f} s ({in_turn[1]:.1f}) ; rapport {beside[0] / in_turn[0]:.2f}"
        )
    _plan(repeats)


class _InTurn(Printer):
    """The printer without its one idea: whoever asks waits for the PDF."""

    def begin(self, page: str) -> None:
        super().begin(page)
        super().finish()

    def finish(self) -> None:
        """It is written already."""


@contextmanager
def _in_turn(path: Path) -> Iterator[Printer]:
    with printer(path) as printing:
        yield _InTurn(printing._process)  # noqa: SLF001 - the same process, waited for


def _documents(result: MissionResult, places: tuple[Place, ...], repeats: int) -> tuple[float, float]:
    """Seconds from the call to the last file, and seconds of processor here and at the printers'."""
    points = load_points(data_folder())
    rows: list[tuple[float, float]] = []
    with tempfile.TemporaryDirectory() as folder:
        for rank in range(repeats):
            before, wall = _processor(), time.perf_counter()
            writing.write_documents(result, Path(folder) / str(rank), places=places, points=points)
            rows.append((time.perf_counter() - wall, _processor() - before))
    wall, processor = (statistics.median(column) for column in zip(*rows, strict=True))
    return wall, processor


def _plan(repeats: int) -> None:
    """The plan of one project after the first, where Python is told to keep no bytecode."""
    with tempfile.TemporaryDirectory() as folder:
        workbook = Path(folder) / "recensement.xlsx"
        write_sample(workbook)
        found: dict[str, list[float]] = {}
        for name, cache in (("gardé", f"{folder}/cache"), ("rien gardé", os.devnull)):
            told = {key: value for key, value in os.environ.items() if key != "PYTHONPYCACHEPREFIX"}
            told |= {"PYTHONDONTWRITEBYTECODE": "1", "REBOND_CACHE_DIR": cache}
            for form in ("", "docx", "pdf"):
                asked = [f"--{form}", f"{folder}/plan.{form}"] if form else []
                spent = [_spent((*_REBOND, *_PLAN, str(workbook), *asked), told) for _ in range(repeats + 1)]
                found[f"{name} {form}"] = [statistics.median(column) for column in zip(*spent[1:], strict=True)]
        for form in ("", "docx", "pdf"):
            (wall, cpu), (wall_before, cpu_before) = found[f"gardé {form}"], found[f"rien gardé {form}"]
            print(
                f"plan d’un projet{f', en {form}' if form else ''} : {wall:.1f} s ({cpu:.1f} de processeur), sans rien "
                f"garder {wall_before:.1f} s ({cpu_before:.1f}) ; rapport des processeurs {cpu / cpu_before:.2f}"
            )


def _spent(command: tuple[str, ...], environment: dict[str, str]) -> tuple[float, float]:
    before, wall = _processor(), time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)  # noqa: S603 - our own command
    return time.perf_counter() - wall, _processor() - before


def _processor() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)
