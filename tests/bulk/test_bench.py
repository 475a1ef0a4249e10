"""The benchmark runs, its engines agree, and the kernel's memory does not follow the size of the table."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bench._firms import write_firms
from rebond.dispositifs.catalogue import Catalogue

ROOT = Path(__file__).parents[2]


def python(*arguments: str | Path) -> str:
    done = subprocess.run(
        [sys.executable, "-m", *map(str, arguments)], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True
    )
    return done.stdout


def test_the_benchmarks_are_listed_with_what_they_measure() -> None:
    assert "eligibility    Éligibilité :" in python("bench", "--liste")


@pytest.mark.slow
def test_kernel_polars_and_interpreter_agree_in_the_small_benchmark() -> None:
    shown = python("bench", "eligibility", "--rapide")
    assert shown.count("mêmes comptes pour le noyau et Polars ; interprète égal") == 2
    assert "noyau, verdicts écrits" in shown


@pytest.mark.slow
def test_memory_does_not_grow_with_the_table(catalogue: Catalogue, tmp_path: Path) -> None:
    peaks = []
    for rows in (200_000, 1_200_000):
        write_firms(tmp_path / "firms.parquet", rows, catalogue)
        found = json.loads(python("bench._engines", "noyau", tmp_path / "firms.parquet", "catalogue", "1"))
        peaks.append(found["memoire"] / 2**20)
    assert peaks[1] - peaks[0] < 60, f"{peaks} Mio : 1 000 000 de lignes de plus ne doivent rien coûter"
