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
from collections.abc import Sequence
from datetime import date
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

ON = date(2026, 11, 23)
RULES = 500
SAMPLE = 50
"""Rows that the interpreter judges, and on which every engine must agree cell by cell."""
Found = dict[str, Any]


def dispositifs_of(case: str, catalogue: Catalogue) -> tuple[Dispositif, ...]:
    """The generated rules, or the catalogue."""
    return generated_rules(RULES, catalogue) if case == "regles" else tuple(catalogue.dispositifs.values())


def _kernel(table: Path, case: str, repeats: int) -> Found:
    """Streams the file; the evaluation is timed apart from reading and laying out."""
    catalogue = load_catalogue(data_folder())
    dispositifs = dispositifs_of(case, catalogue)
    program = compile_rules(dispositifs, ON)
    seconds, whole, codes = [], [], b""
    counts = np.zeros(0)
    for _ in range(repeats):
        started, spent = time.perf_counter(), 0.0
        kernel = Kernel(program)
        counts = np.zeros((len(program.rules), len(VERDICTS)), np.int64)
        with open_table(table) as opened:
            header = read_header(
                opened.columns, table=table.name, dictionary=catalogue.dictionary, dispositifs=dispositifs
            )
            reader = RowReader(header, gazetteer=catalogue.gazetteer, zonages=catalogue.zonages, on=ON)
            for rank, cells in enumerate(opened.batches):
                batch = reader.read(cells).batch
                begun = time.perf_counter()
                verdicts = kernel.evaluate(batch)
                counts += verdicts.counts()
                spent += time.perf_counter() - begun
                if rank == 0:
                    codes = np.stack([verdicts.codes(rule)[:SAMPLE] for rule in range(len(program.rules))]).tobytes()
        seconds.append(spent)
        whole.append(time.perf_counter() - started)
    return {"secondes": seconds, "en_tout": whole, "comptes": counts.sum(axis=0).tolist(), "echantillon": _digest(codes),
            "feuilles": len(program.leaves), "regles": len(program.rules)}  # fmt: skip


def _writing(table: Path, case: str, repeats: int) -> Found:
    """What ``rebond bulk screen`` does: read, evaluate, write every verdict."""
    catalogue = load_catalogue(data_folder())
    del case
    seconds, size, counts = [], 0, np.zeros(0)
    for _ in range(repeats):
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "verdicts.parquet"
            started = time.perf_counter()
            counts = screen_table(table, catalogue, on=ON, out=out).counts
            seconds.append(time.perf_counter() - started)
            size = out.stat().st_size
    return {"secondes": seconds, "comptes": counts.sum(axis=0).tolist(), "octets": size}


def _polars(table: Path, case: str, repeats: int) -> Found:
    """The table is in memory, and the expressions are built, before the clock starts."""
    import polars as pl

    from bench._polars import PolarsRules

    catalogue = load_catalogue(data_folder())
    program = compile_rules(dispositifs_of(case, catalogue), ON)
    frame = pl.read_parquet(table)
    rules = PolarsRules(program, frame, catalogue.dictionary, ON)
    seconds: list[float] = []
    counts: list[int] = []
    codes = b""
    for _ in range(repeats):
        started = time.perf_counter()
        found = rules.evaluate(frame)
        unknown = sum(found.null_count().row(0))
        yes = sum(found.sum().row(0))
        seconds.append(time.perf_counter() - started)
        counts = [yes, frame.height * len(program.rules) - yes - unknown, unknown]
        codes = _codes([found[:SAMPLE][name].to_list() for name in found.columns])
    return {"secondes": seconds, "comptes": counts, "echantillon": _digest(codes)}


def _codes(columns: Sequence[Sequence[bool | None]]) -> bytes:
    return np.array(
        [[{True: 0, False: 1, None: 2}[value] for value in column] for column in columns], np.uint8
    ).tobytes()


def _interpreter(table: Path, case: str, repeats: int) -> Found:
    """The first rows only, one at a time, with the words of every reason: what a project sheet shows."""
    catalogue = load_catalogue(data_folder())
    dispositifs = dispositifs_of(case, catalogue)
    rows = next(pq.ParquetFile(table).iter_batches(SAMPLE)).to_pylist()
    seconds: list[float] = []
    codes = b""
    for _ in range(repeats):
        started = time.perf_counter()
        found = [
            [screen(dispositif, facts, ON).truth for dispositif in dispositifs] for facts in _facts(rows, catalogue)
        ]
        seconds.append(time.perf_counter() - started)
        codes = np.array([[VERDICTS.index(truth) for truth in row] for row in found], np.uint8).T.tobytes()
    return {"secondes": seconds, "lignes": len(rows), "echantillon": _digest(codes)}


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
    """Run an engine here; the median time, and the peak memory of this process, in bytes."""
    found = ENGINES[engine](table, case, repeats)
    found["mediane"] = statistics.median(found["secondes"])
    found["memoire"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    found["charge"] = os.getloadavg()[0]
    return found


if __name__ == "__main__":
    name, path, case_name, times = sys.argv[1:]
    print(json.dumps(run(name, Path(path), case_name, int(times))))
