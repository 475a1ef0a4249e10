"""The same screening on Spark: each partition's Arrow batches go through the same kernel (``mapInArrow``)."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from rebond.bulk.faults import MAX_FAULTS, BatchFaults, CellFault, FaultLog
from rebond.bulk.header import Header, read_header
from rebond.bulk.kernel import VERDICTS, Kernel
from rebond.bulk.program import Program, compile_rules
from rebond.bulk.rows import RowReader
from rebond.bulk.sink import VerdictLines
from rebond.bulk.source import BATCH_ROWS, csv_separator
from rebond.bulk.summary import Summary, forget_summary
from rebond.dispositifs.catalogue import Catalogue
from rebond.eligibility.naf import Nomenclatures
from rebond.eligibility.places import Gazetteer, Zonages
from rebond.errors import FactsError, Fault

_CHECK = (
    "id string, colonne string, trouve string, probleme string, remede string, "
    "defauts long, sans_lieu long, lignes long"
)
"""What the first pass sends back: by batch, a line of counts (``colonne`` empty), then the first faults."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    """What a partition needs; sent to each worker."""

    program: Program
    header: Header
    gazetteer: Gazetteer
    zonages: Zonages
    activities: Nomenclatures
    on: date
    with_reasons: bool

    def reader(self) -> RowReader:
        return RowReader(
            self.header, gazetteer=self.gazetteer, zonages=self.zonages, activities=self.activities, on=self.on
        )

    def check(self, batches: Iterable[Any]) -> Iterator[Any]:
        """The cells that cannot be read, the rows whose commune is not known, the rows."""
        for batch in batches:
            reader = self.reader()
            rows = reader.read(batch)
            first = sorted(rows.faults.cells)[:MAX_FAULTS]
            none = [0] * len(first)
            columns = {
                "id": ["", *(rows.ids[cell.row].as_py() or "" for cell in first)],
                "colonne": ["", *(cell.column for cell in first)],
                "trouve": ["", *(cell.found for cell in first)],
                "probleme": ["", *(cell.problem for cell in first)],
                "remede": ["", *(cell.mend for cell in first)],
                "defauts": [rows.faults.total, *none],
                "sans_lieu": [reader.unplaced, *none],
                "lignes": [batch.num_rows, *none],
            }
            yield pa.RecordBatch.from_pydict(columns)

    def lines(self, batches: Iterable[Any]) -> Iterator[Any]:
        """The verdicts of the partition, as plain texts."""
        kernel, reader = Kernel(self.program), self.reader()
        judge = kernel.explain if self.with_reasons else kernel.evaluate
        lines = VerdictLines(self.program, with_reasons=self.with_reasons)
        texts = pa.schema([(name, pa.string()) for name in lines.schema.names])
        for batch in batches:
            rows = reader.read(batch)
            for table in lines.tables(rows.ids, judge(rows.batch)):
                yield from table.cast(texts).to_batches()


def screen_table_on_spark(
    session: Any,
    path: Path,
    catalogue: Catalogue,
    *,
    on: date,
    out: Path,
    with_reasons: bool = False,
) -> Summary:
    """As ``screen_table``, on the cluster of a Spark session; ``out`` becomes a folder of parts.

    A first pass reads every cell, so that nothing is written when one cannot be read; the second judges. Rows have no
    numbers on Spark: faults name the id.
    """
    program = compile_rules(catalogue.dispositifs.values(), on)
    frame = _read(session, path)
    header = read_header(
        frame.columns, table=path.name, dictionary=catalogue.dictionary, dispositifs=catalogue.dispositifs.values()
    )
    work = _Work(
        program=program,
        header=header,
        gazetteer=catalogue.gazetteer,
        zonages=catalogue.zonages,
        activities=catalogue.activities,
        on=on,
        with_reasons=with_reasons,
    )
    checked = frame.mapInArrow(work.check, _CHECK)
    faults, unplaced, rows = (total or 0 for total in checked.groupBy().sum("defauts", "sans_lieu", "lignes").first())
    if faults or header.faults:
        raise FactsError(_faults(checked, path.name, header.faults, faults))
    names = ["id", "dispositif", "verdict", *(["motif"] if with_reasons else [])]
    found = frame.mapInArrow(work.lines, ", ".join(f"{name} string" for name in names))
    return Summary(
        table=path.name,
        on=on,
        catalogue_version=catalogue.version,
        engine="spark",
        file=out.name,
        rows=rows,
        columns=tuple(header.facts),
        derived=work.reader().derived,
        unplaced=unplaced,
        program=program,
        counts=_counts(_written(session, found, out), program),
    )


def _read(session: Any, path: Path) -> Any:
    if path.suffix.lower() == ".parquet":
        return session.read.parquet(str(path))
    if path.suffix.lower() == ".csv":
        separator = csv_separator(path)
        return session.read.csv(str(path), header=True, sep=separator, multiLine=True, escape='"', encoding="UTF-8")
    raise FactsError([Fault(where=path.name, problem="format inconnu", mend="donner un fichier .parquet ou .csv")])


def _written(session: Any, found: Any, out: Path) -> Any:
    """Write the verdicts, and read them back: what is counted is what was written."""
    out.parent.mkdir(parents=True, exist_ok=True)
    forget_summary(out)
    if out.suffix == ".csv":
        found.write.csv(str(out), header=True, mode="overwrite", escape='"')
        return session.read.csv(str(out), header=True, multiLine=True, escape='"')
    found.write.parquet(str(out), mode="overwrite", compression="zstd")
    return session.read.parquet(str(out))


def _counts(written: Any, program: Program) -> NDArray[np.int64]:
    found = {(row[0], row[1]): row[2] for row in written.groupBy("dispositif", "verdict").count().collect()}
    return np.array(
        [[found.get((rule.dispositif, truth.value), 0) for truth in VERDICTS] for rule in program.rules], np.int64
    ).reshape(-1, len(VERDICTS))


def _faults(checked: Any, table: str, of_header: Collection[Fault], of_cells: int) -> list[Fault]:
    log = FaultLog(table)
    log.tell(of_header)
    for row in checked.where("colonne != ''").limit(MAX_FAULTS).collect():
        cell = CellFault(0, row["colonne"], row["trouve"], row["probleme"], row["remede"])
        log.add(BatchFaults([cell]), _under_id(row["id"]))
    log.total = len(of_header) + of_cells
    return log.all()


def _under_id(name: str) -> Callable[[int], str]:
    return lambda _: f"ligne d’id « {name} »"


@contextmanager
def spark_session() -> Iterator[Any]:
    """The Spark session of the environment (``spark-submit``, ``SPARK_REMOTE``…), else one on this machine."""
    from pyspark.sql import SparkSession

    # The workers must find Rebond too: the same Python, unless the cluster has chosen its own.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    session = (
        SparkSession.builder.appName("rebond-bulk")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.execution.arrow.maxRecordsPerBatch", str(BATCH_ROWS))
        .getOrCreate()
    )
    try:
        yield session
    finally:
        session.stop()
