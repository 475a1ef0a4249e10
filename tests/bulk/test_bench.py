"""The benchmark runs, its engines agree, and the kernel's memory does not follow the size of the table."""

import sys
import tracemalloc
from pathlib import Path

import pyarrow as pa
import pytest

import bench.__main__ as command
from bench import _engines, _firms, bulk, eligibility
from bench._firms import write_firms
from rebond.bulk import source
from rebond.bulk.local import screen_table
from rebond.bulk.shapes import Shape
from rebond.dispositifs.catalogue import Catalogue


@pytest.fixture(autouse=True)
def _loaded_once(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    """A smaller run of the same engines: fewer generated rules, fewer rows for the interpreter."""
    monkeypatch.setattr(_engines, "catalogue", lambda: catalogue)
    for module in (_engines, eligibility):
        monkeypatch.setattr(module, "SAMPLE", 15)
    monkeypatch.setattr(_engines, "RULES", 120)


def test_the_benchmarks_are_listed_with_what_they_measure(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["bench", "--liste"])
    command.main()
    assert "eligibility    Éligibilité :" in capsys.readouterr().out


@pytest.mark.slow
def test_kernel_polars_and_interpreter_agree_in_the_small_benchmarks(capsys: pytest.CaptureFixture[str]) -> None:
    eligibility.main(rapide=True)
    bulk.main(rapide=True)
    shown = capsys.readouterr().out
    assert shown.count("mêmes comptes pour le noyau et Polars ; interprète égal") == 2
    assert "noyau, verdicts écrits" in shown
    assert shown.count("verdicts égaux à ceux de Polars sur toutes les lignes") == 2


def test_memory_does_not_grow_with_the_table(
    catalogue: Catalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What Arrow, NumPy and Python hold between two batches is the same after six as after three."""
    rows = 8_192
    held: list[int] = []
    for module, name in ((source, "BATCH_ROWS"), (_firms, "GROUP_ROWS")):
        monkeypatch.setattr(module, name, rows)
    write_firms(tmp_path / "firms.parquet", 6 * rows, catalogue)

    def look(_done: int, _total: int | None) -> None:
        if len(held) == 1:  # the first batches fill the memories of the columns, which then no longer grow
            tracemalloc.start()
        held.append(pa.total_allocated_bytes() + tracemalloc.get_traced_memory()[0])

    try:
        screen_table(
            tmp_path / "firms.parquet", catalogue, on=_engines.ON, out=tmp_path / "v.parquet", shape=Shape.BITS,
            progress=look,
        )  # fmt: skip
    finally:
        tracemalloc.stop()
    assert len(held) == 6
    read = (tmp_path / "firms.parquet").stat().st_size / 6
    assert held[5] - held[2] < read, f"{held} : un lot ne doit rien laisser derrière lui ({read:.0f} octets lus)"
