"""Éligibilité : un million d’entreprises × 500 règles, puis × le catalogue ; noyau, Polars, interprète."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench import _engines
from bench._engines import SAMPLE
from bench._firms import write_firms
from rebond.units import format_number

Run = Callable[[str, Path, str, int], dict[str, Any]]
ROWS, FEW_ROWS = 1_000_000, 3_000
CLOCKS = ("mediane", "processeur")
_CASES = {"regles": "règles engendrées", "catalogue": "catalogue"}


def main(*, rapide: bool) -> None:
    """Generate the firms, run each engine in its own process, compare their counts, print."""
    rows = FEW_ROWS if rapide else ROWS
    # A quick run looks for agreement, not for memory: no process of its own, which would load the catalogue again.
    run = _engines.run if rapide else _apart
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "entreprises.parquet"
        write_firms(table, rows, _engines.catalogue())
        for case in _CASES:
            _case(case, table, rows, run, repeats=1 if rapide else 5)


def _case(case: str, table: Path, rows: int, run: Run, repeats: int) -> None:
    kernel = run("noyau", table, case, repeats)
    polars = run("polars", table, case, min(repeats, 3))
    interpreter = run("interprete", table, case, 1)
    for name, found in (("polars", polars), ("interprète", interpreter)):
        if found["echantillon"] != kernel["echantillon"]:
            raise AssertionError(f"{name} : verdicts différents de ceux du noyau sur les {SAMPLE} premières lignes")
    _same_counts("polars", polars, kernel)

    rules = kernel["regles"]
    pairs = rows * rules
    print(f"\n{format_number(rows)} entreprises × {rules} ({_CASES[case]}) : {format_number(pairs)} couples, "
          f"{kernel['feuilles']} critères distincts")  # fmt: skip
    yes, no, unknown = (format_number(count) for count in kernel["comptes"])
    print(f"  oui {yes}, non {no}, inconnu {unknown} — mêmes comptes pour le noyau et Polars ; "
          f"interprète égal sur {SAMPLE} lignes")  # fmt: skip
    print(f"  {'':38}{'horloge':>12}{'processeur':>13}{'mémoire':>10}   M couples/s (horloge, processeur)")
    _line("noyau, évaluation seule", pairs, kernel, kernel, pairs)
    _line("noyau, lecture comprise", pairs, {**kernel, **kernel["en_tout"]}, kernel, pairs)
    if case == "catalogue":
        written = run("ecriture", table, case, min(repeats, 2))
        _same_counts("écriture", written, kernel)
        _line(f"noyau, verdicts écrits ({written['octets'] / 1e6:.0f} Mo)", pairs, written, kernel, pairs)
    _line("Polars, tableau en mémoire", pairs, polars, kernel, pairs)
    _line(f"interprète, {interpreter['lignes']} lignes", interpreter["lignes"] * rules, interpreter, kernel, pairs)


def _same_counts(name: str, found: dict[str, Any], kernel: dict[str, Any]) -> None:
    if found["comptes"] != kernel["comptes"]:
        raise AssertionError(f"{name} : {found['comptes']} au lieu de {kernel['comptes']}")


def _line(label: str, pairs: int, found: dict[str, Any], kernel: dict[str, Any], kernel_pairs: int) -> None:
    """A line of figures; ratios are to the kernel's evaluation in the same run, by each clock."""
    speeds = [pairs / found[clock] / 1e6 for clock in CLOCKS]
    ratios = [kernel_pairs / kernel[clock] / 1e6 / speed for clock, speed in zip(CLOCKS, speeds, strict=True)]
    beside = "" if found is kernel else f"   noyau × {_figure(ratios[0])} ; {_figure(ratios[1])}"
    print(f"  {label:38}{found['mediane']:10.2f} s{found['processeur']:11.2f} s{found['memoire'] / 1e6:7.0f} Mo"
          f"   {_figure(speeds[0])} ; {_figure(speeds[1])}{beside}   (charge {found['charge']:.1f})")  # fmt: skip


def _figure(value: float) -> str:
    return format_number(value, 0 if value >= 100 else 1 if value >= 1 else 3)


def _apart(engine: str, table: Path, case: str, repeats: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench._engines", engine, str(table), case, str(repeats)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parent.parent)  # noqa: S603 - our own module
    found: dict[str, Any] = json.loads(done.stdout)
    return found
