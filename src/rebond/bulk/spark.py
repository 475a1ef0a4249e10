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

from rebond.bulk.cells import Undetermined
from rebond.bulk.faults import MAX_FAULTS, BatchFaults, CellFault, FaultLog
from rebond.bulk.header import Header, read_header
from rebond.bulk.kernel import VERDICTS, Kernel
from rebond.bulk.program import Program, compile_rules
from rebond.bulk.rows import RowReader
from rebond.bulk.shapes import Layout, Shape, layout_of
from rebond.bulk.source import BATCH_ROWS, csv_separator
from rebond.bulk.summary import Summary, forget_summary
from rebond.data.outfolder import written_folder
from rebond.dispositifs.catalogue import Catalogue
from rebond.eligibility.naf import Nomenclatures
from rebond.eligibility.places import Gazetteer, Zonages
from rebond.eligibility.truth import Truth
from rebond.errors import FactsError, Fault

_CHECK = (
    "id string, colonne string, trouve string, probleme string, remede string, "
    "defauts long, sans_lieu long, lignes long, indetermines long"
)
"""What the first pass sends back: by batch, a line of counts (``colonne`` empty), then the first faults and, with their
``indetermines`` rows, the activities that stay UNKNOWN."""


_CHECKED = tuple(name.split()[0] for name in _CHECK.split(", "))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    """What a partition needs; sent to each worker."""

    program: Program
    header: Header
    gazetteer: Gazetteer
    zonages: Zonages
    activities: Nomenclatures
    on: date
    shape: Shape
    with_reasons: bool

    def reader(self) -> RowReader:
        return RowReader(
            self.header,
            gazetteer=self.gazetteer,
            zonages=self.zonages,
            activities=self.activities,
            on=self.on,
            wanted=self.program.facts,
        )

    def check(self, batches: Iterable[Any]) -> Iterator[Any]:
        """The cells that cannot be read, the rows whose commune is not known, the rows."""
        for batch in batches:
            reader = self.reader()
            rows = reader.read(batch)
            first = sorted(rows.faults.cells)[:MAX_FAULTS]
            names = [rows.ids[cell.row].as_py() or "" for cell in first]
            cells = [
                (name, cell.column, cell.found, cell.problem, cell.mend)
                for name, cell in zip(names, first, strict=True)
            ]
            told = [("", "code_naf", *found, "", 0, 0, 0, count) for found, count in reader.undetermined.items()]
            lines = [
                ("", "", "", "", "", rows.faults.total, reader.unplaced, batch.num_rows, 0),
                *((*cell, 0, 0, 0, 0) for cell in cells),
                *told,
            ]
            columns = dict(zip(_CHECKED, map(list, zip(*lines, strict=True)), strict=True))
            yield pa.RecordBatch.from_pydict(columns)

    def lines(self, batches: Iterable[Any]) -> Iterator[Any]:
        """The verdicts of the partition, as plain texts."""
        kernel, reader = Kernel(self.program), self.reader()
        judge = kernel.explain if self.with_reasons else kernel.evaluate
        layout = self.layout()
        texts = pa.schema(
            [(name, pa.string() if pa.types.is_dictionary(kind) else kind) for name, kind in self.fields()]
        )
        for batch in batches:
            rows = reader.read(batch)
            for table in layout.tables(rows.ids, judge(rows.batch)):
                yield from table.cast(texts).to_batches()

    def layout(self) -> Layout:
        return layout_of(self.shape, self.program, with_reasons=self.with_reasons)

    def fields(self) -> list[tuple[str, Any]]:
        """The columns of the verdicts, by name, with their type."""
        return [(field.name, field.type) for field in self.layout().schema]


def screen_table_on_spark(
    session: Any,
    path: Path,
    catalogue: Catalogue,
    *,
    on: date,
    out: Path,
    shape: Shape = Shape.LONG,
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
        shape=shape,
        with_reasons=with_reasons,
    )
    read = work.reader().columns
    if not header.faults:
        frame = frame.select(*(f"`{name}`" for name in read))
    checked = frame.mapInArrow(work.check, _CHECK)
    faults, unplaced, rows = (total or 0 for total in checked.groupBy().sum("defauts", "sans_lieu", "lignes").first())
    if faults or header.faults:
        raise FactsError(_faults(checked, path.name, header.faults, faults))
    undetermined = checked.where("indetermines > 0").groupBy("trouve", "probleme").sum("indetermines").collect()
    kinds = [f"`{name}` {'boolean' if pa.types.is_boolean(kind) else 'string'}" for name, kind in work.fields()]
    found = frame.mapInArrow(work.lines, ", ".join(kinds))
    return Summary(
        table=path.name,
        on=on,
        catalogue_version=catalogue.version,
        engine="spark",
        file=out.name,
        shape=shape,
        rows=rows,
        columns=tuple(header.facts),
        unread=tuple(name for name in header.facts if name not in read),
        derived=work.reader().derived,
        unplaced=unplaced,
        undetermined={Undetermined(row[0], row[1]): row[2] for row in undetermined},
        program=program,
        counts=_counts(_written(session, found, out), program, shape),
    )


def _read(session: Any, path: Path) -> Any:
    if path.suffix.lower() == ".parquet":
        return session.read.parquet(str(path))
    if path.suffix.lower() == ".csv":
        separator = csv_separator(path)
        return session.read.csv(str(path), header=True, sep=separator, multiLine=True, escape='"', encoding="UTF-8")
    raise FactsError([Fault(where=path.name, problem="format inconnu", mend="donner un fichier .parquet ou .csv")])


def _written(session: Any, found: Any, out: Path) -> Any:
    """Write the verdicts, and read them back: what is counted is what was written.

    The parts are written beside, then take the place of the earlier ones together.
    """
    earlier = [path.name for path in out.iterdir()] if out.is_dir() else []
    with written_folder(out, owned=earlier) as draft:
        if out.suffix == ".csv":
            found.write.csv(str(draft), header=True, mode="append", escape='"')
        else:
            found.write.parquet(str(draft), mode="append", compression="zstd")
        forget_summary(out)
    if out.suffix == ".csv":
        return session.read.csv(str(out), header=True, multiLine=True, escape='"')
    return session.read.parquet(str(out))


def _counts(written: Any, program: Program, shape: Shape) -> NDArray[np.int64]:
    if shape is Shape.LONG:
        lines = written.groupBy("dispositif", "verdict").count().collect()
        found = {(row[0], row[1]): row[2] for row in lines}
        counts = [[found.get((rule.dispositif, truth.value), 0) for truth in VERDICTS] for rule in program.rules]
        return np.array(counts, np.int64).reshape(-1, len(VERDICTS))
    words = ("true", "false") if shape is Shape.BITS else (f"'{Truth.YES.value}'", f"'{Truth.NO.value}'")
    asked = [f"count_if(`{rule.dispositif}` = {word})" for rule in program.rules for word in words]
    row = [int(count) for count in written.selectExpr("count(*)", *asked).first()]
    known = np.array(row[1:], np.int64).reshape(-1, len(words))
    return np.column_stack([known, row[0] - known.sum(axis=1)])


def _faults(checked: Any, table: str, of_header: Collection[Fault], of_cells: int) -> list[Fault]:
    log = FaultLog(table)
    log.tell(of_header)
    for row in checked.where("colonne != '' and indetermines = 0").limit(MAX_FAULTS).collect():
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
