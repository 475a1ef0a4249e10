"""One engine on one case, in a process of its own, so that its memory can be told: called by ``bench.eligibility``."""

from __future__ import annotations

import hashlib
import json
import os
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from bench._rules import generated_rules
from rebond.bulk.header import read_header
from rebond.bulk.kernel import VERDICTS, Kernel
from rebond.bulk.local import screen_table
from rebond.bulk.program import compile_rules
from rebond.bulk.rows import RowReader
from rebond.bulk.source import open_table
from rebond.data import data_folder
from rebond.dispositifs.catalogue import Catalogue, load_catalogue
from rebond.dispositifs.model import Dispositif
from rebond.dispositifs.screening import screen
from rebond.eligibility.project_facts import complete

Found = dict[str, Any]


@dataclass
class Clock:
    """Wall and processor seconds of each run: on a busy machine only the second one says what the code costs."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def run(self) -> None:
        """Begin a run."""
        self.wall.append(0.0)
        self.cpu.append(0.0)

    @contextmanager
    def ticking(self) -> Iterator[None]:
        """Add what happens here to the run."""
        wall, cpu = time.perf_counter(), time.process_time()
        yield
        self.wall[-1] += time.perf_counter() - wall
        self.cpu[-1] += time.process_time() - cpu

    def median(self) -> Found:
        """The medians of the runs."""
        return {"mediane": statistics.median(self.wall), "processeur": statistics.median(self.cpu)}


ON = date(2026, 11, 23)
RULES = 500
SAMPLE = 50
"""Rows that the interpreter judges, and on which every engine must agree cell by cell."""


@cache
def catalogue() -> Catalogue:
    """The shipped catalogue, read once a process."""
    return load_catalogue(data_folder())


def dispositifs_of(case: str, catalogue: Catalogue) -> tuple[Dispositif, ...]:
    """The generated rules, or the catalogue."""
    return generated_rules(RULES, catalogue) if case == "regles" else tuple(catalogue.dispositifs.values())


def _kernel(table: Path, case: str, repeats: int) -> Found:
    """Streams the file; the evaluation is timed apart from reading and laying out."""
    loaded = catalogue()
    dispositifs = dispositifs_of(case, loaded)
    program = compile_rules(dispositifs, ON)
    clock, whole, codes = Clock(), Clock(), b""
    counts = np.zeros(0, np.int64)
    for _ in range(repeats):
        clock.run()
        whole.run()
        kernel = Kernel(program)
        counts = np.zeros((len(program.rules), len(VERDICTS)), np.int64)
        with whole.ticking(), open_table(table) as opened:
            header = read_header(
                opened.columns, table=table.name, dictionary=loaded.dictionary, dispositifs=dispositifs
            )
            reader = RowReader(
                header, gazetteer=loaded.gazetteer, zonages=loaded.zonages, activities=loaded.activities, on=ON
            )
            for rank, cells in enumerate(opened.read(())):
                batch = reader.read(cells).batch
                with clock.ticking():
                    verdicts = kernel.evaluate(batch)
                    counts += verdicts.counts()
                if rank == 0:
                    codes = np.stack([verdicts.codes(rule)[:SAMPLE] for rule in range(len(program.rules))]).tobytes()
    return {
        **clock.median(),
        "en_tout": whole.median(),
        "comptes": counts.sum(axis=0).tolist(),
        "echantillon": _digest(codes),
        "feuilles": len(program.leaves),
        "regles": len(program.rules),
    }


def _writing(table: Path, case: str, repeats: int) -> Found:
    """What ``rebond bulk screen`` does: read, evaluate, write every verdict."""
    loaded = catalogue()
    del case
    clock = Clock()
    size, counts = 0, np.zeros(0, np.int64)
    for _ in range(repeats):
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "verdicts.parquet"
            clock.run()
            with clock.ticking():
                counts = screen_table(table, loaded, on=ON, out=out).counts
            size = out.stat().st_size
    return {**clock.median(), "comptes": counts.sum(axis=0).tolist(), "octets": size}


def _polars(table: Path, case: str, repeats: int) -> Found:
    """The table is in memory, with its distinct texts, before the clock starts."""
    import polars as pl

    from bench._polars import PolarsRules, distinct_values, with_places

    loaded = catalogue()
    program = compile_rules(dispositifs_of(case, loaded), ON)
    frame = with_places(pl.read_parquet(table), loaded, ON)
    values = distinct_values(frame, loaded.dictionary)
    clock = Clock()
    counts: list[int] = []
    codes = b""
    for _ in range(repeats):
        clock.run()
        with clock.ticking():
            found = PolarsRules(program, values, frame.columns, ON).evaluate(frame)
            unknown = sum(found.null_count().row(0))
            yes = sum(found.sum().row(0))
        counts = [yes, frame.height * len(program.rules) - yes - unknown, unknown]
        codes = _codes([found[:SAMPLE][name].to_list() for name in found.columns])
    return {**clock.median(), "comptes": counts, "echantillon": _digest(codes)}


def _codes(columns: Sequence[Sequence[bool | None]]) -> bytes:
    return np.array(
        [[{True: 0, False: 1, None: 2}[value] for value in column] for column in columns], np.uint8
    ).tobytes()


def _interpreter(table: Path, case: str, repeats: int) -> Found:
    """The first rows only, one at a time, with the words of every reason: what a project sheet shows."""
    loaded = catalogue()
    dispositifs = dispositifs_of(case, loaded)
    facts = _facts(next(pq.ParquetFile(table).iter_batches(SAMPLE)).to_pylist(), loaded)
    clock, codes = Clock(), b""
    for _ in range(repeats):
        clock.run()
        with clock.ticking():
            found = [[screen(dispositif, known, ON).truth for dispositif in dispositifs] for known in facts]
        codes = np.array([[VERDICTS.index(truth) for truth in row] for row in found], np.uint8).T.tobytes()
    return {**clock.median(), "lignes": len(facts), "echantillon": _digest(codes)}


def _facts(rows: Sequence[dict[str, Any]], catalogue: Catalogue) -> list[dict[str, Any]]:
    found = []
    for row in rows:
        given = {name: catalogue.dictionary[name].parse(cell) for name, cell in row.items() if name != "id"}
        commune = catalogue.gazetteer.communes.get(str(row["code_commune"]))
        places = catalogue.zonages.facts_of(commune, ON) if commune else {}
        found.append(complete({**places, **given}, ON))
    return found


def _digest(codes: bytes) -> str:
    return hashlib.sha256(codes).hexdigest()[:16]


ENGINES = {"noyau": _kernel, "ecriture": _writing, "polars": _polars, "interprete": _interpreter}


def run(engine: str, table: Path, case: str, repeats: int) -> Found:
    """Run an engine here; with the peak memory of this process, in bytes, and the load of the machine."""
    found = ENGINES[engine](table, case, repeats)
    found["memoire"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    found["charge"] = os.getloadavg()[0]
    return found


if __name__ == "__main__":
    name, path, case_name, times = sys.argv[1:]
    print(json.dumps(run(name, Path(path), case_name, int(times))))
