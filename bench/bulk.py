"""Examen d’un tableau, de fichier à fichier : dix dispositifs face à Polars, puis la taille de chaque forme."""

from __future__ import annotations

import os
import statistics
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from bench import _engines
from bench._engines import ON, Clock
from bench._firms import write_firms
from bench._polars import PolarsFile
from rebond.bulk.header import read_header
from rebond.bulk.kernel import Kernel
from rebond.bulk.local import screen_table
from rebond.bulk.program import compile_rules
from rebond.bulk.rows import RowReader
from rebond.bulk.shapes import Shape
from rebond.bulk.source import open_table
from rebond.dispositifs.catalogue import Catalogue
from rebond.units import format_number

ROWS, FEW_ROWS = 1_000_000, 3_000
CSV_SHARE = 50
"""The long CSV of all rows would fill the disk: it is written for one row in so many."""
TEN = 10


def main(*, rapide: bool) -> None:
    """Both engines by turns in one process, so that the load of the machine weighs on both."""
    rows = FEW_ROWS if rapide else ROWS
    catalogue = _engines.catalogue()
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "entreprises.parquet"
        write_firms(table, rows, catalogue)
        for label, chosen in _tens(catalogue).items():
            _beside_polars(label, chosen, table, Path(folder), rounds=1 if rapide else 7)
        _sizes(catalogue, table, Path(folder), rows)


def _tens(catalogue: Catalogue) -> dict[str, Catalogue]:
    """Ten dispositifs taken at even steps, and the ten that have the most criteria."""
    every = list(catalogue.dispositifs.values())
    heavy = sorted(every, key=lambda one: -len(compile_rules([one], ON).leaves))
    even = every[:: len(every) // TEN]
    return {
        label: replace(catalogue, dispositifs={one.id: one for one in chosen[:TEN]})
        for label, chosen in (("à intervalle régulier", even), ("aux critères les plus nombreux", heavy))
    }


def _beside_polars(label: str, catalogue: Catalogue, table: Path, folder: Path, *, rounds: int) -> None:
    ours, theirs = folder / "rebond.parquet", folder / "polars.parquet"
    written = PolarsFile(table, catalogue, ON)
    pairs: dict[str, tuple[Callable[[], object], Callable[[], object]]] = {
        "du fichier lu au fichier écrit": (
            lambda: screen_table(table, catalogue, on=ON, out=ours, shape=Shape.BITS),
            lambda: written.write(theirs),
        ),
        "évaluation seule, tableau en mémoire": (_evaluation(table, catalogue), written.evaluation()),
    }
    clocks = {what: (Clock(), Clock()) for what in pairs}
    for _ in range(rounds):
        for what, jobs in pairs.items():
            for clock, job in zip(clocks[what], jobs, strict=True):
                clock.run()
                with clock.ticking():
                    job()
    found, expected = pq.read_table(ours), pq.read_table(theirs)
    for name in expected.column_names:
        if found[name].combine_chunks().cast(pa.string()) != expected[name].combine_chunks().cast(pa.string()):
            raise AssertionError(f"{name} : Polars et Rebond ne donnent pas les mêmes verdicts")
    criteria = len(compile_rules(catalogue.dispositifs.values(), ON).leaves)
    print(f"\n{format_number(found.num_rows)} lignes × {len(catalogue.dispositifs)} dispositifs {label} "
          f"({criteria} critères) ; verdicts égaux à ceux de Polars sur toutes les lignes")  # fmt: skip
    for what, (one, other) in clocks.items():
        wall, cpu = (
            statistics.median(mine / its for mine, its in zip(getattr(one, kind), getattr(other, kind), strict=True))
            for kind in ("wall", "cpu")
        )
        mine, its = (statistics.median(clock.cpu) for clock in (one, other))
        print(f"  {what:38} processeur {mine:5.2f} s, Polars {its:5.2f} s"
              f" ; Rebond / Polars : processeur {cpu:.2f}, horloge {wall:.2f}")  # fmt: skip
    print(f"  médianes de {rounds} tours, charge {os.getloadavg()[0]:.1f}, {pl.thread_pool_size()} fils pour Polars")


def _evaluation(table: Path, catalogue: Catalogue) -> Callable[[], object]:
    """The kernel over batches already laid out, and its counts; it has judged the distinct values, as Polars' rules."""
    program = compile_rules(catalogue.dispositifs.values(), ON)
    with open_table(table) as opened:
        header = read_header(
            opened.columns, table=table.name, dictionary=catalogue.dictionary,
            dispositifs=catalogue.dispositifs.values(),
        )  # fmt: skip
        reader = RowReader(
            header, gazetteer=catalogue.gazetteer, zonages=catalogue.zonages, activities=catalogue.activities, on=ON,
            wanted=program.facts,
        )  # fmt: skip
        batches = [reader.read(cells).batch for cells in opened.read(reader.columns)]

    kernel = Kernel(program)

    def evaluate() -> object:
        return sum(kernel.evaluate(batch).counts() for batch in batches)

    evaluate()
    return evaluate


def _sizes(catalogue: Catalogue, table: Path, folder: Path, rows: int) -> None:
    print(f"\n{format_number(rows)} lignes × {len(catalogue.dispositifs)} dispositifs, par forme")
    clock = Clock()
    for shape in Shape:
        clock.run()
        out = folder / f"{shape}.parquet"
        with clock.ticking():
            screen_table(table, catalogue, on=ON, out=out, shape=shape)
        _size(f"{shape}, Parquet", out.stat().st_size, clock)
    part = folder / "part.parquet"
    pq.write_table(pq.read_table(table).slice(0, max(1, rows // CSV_SHARE)), part)
    for shape in (Shape.LONG, Shape.WIDE):
        clock.run()
        out = folder / f"{shape}.csv"
        with clock.ticking():
            done = screen_table(part, catalogue, on=ON, out=out, shape=shape)
        _size(f"{shape}, CSV (mesuré sur {format_number(done.rows)} lignes)", out.stat().st_size * rows // done.rows)


def _size(label: str, size: int, clock: Clock | None = None) -> None:
    spent = f"   processeur {clock.cpu[-1]:6.2f} s" if clock else ""
    print(f"  {label:44}{size / 1e6:10.1f} Mo{spent}")
