"""Les commandes qu’on relance sans cesse (aide, contrôle du classeur) : temps."""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from rebond.adapters.sample import write_sample

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


def _processor(command: tuple[str, ...]) -> float:
    before = _children()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our own commands
    return _children() - before


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
