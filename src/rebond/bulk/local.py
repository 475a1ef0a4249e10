"""Screens a table on this machine: one pass, a few batches in memory."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np

from rebond.bulk.faults import FaultLog
from rebond.bulk.header import read_header
from rebond.bulk.kernel import VERDICTS, Kernel
from rebond.bulk.program import compile_rules
from rebond.bulk.rows import RowReader, Rows
from rebond.bulk.shapes import Shape, layout_of
from rebond.bulk.sink import verdict_file
from rebond.bulk.source import Table, open_table
from rebond.bulk.summary import Summary
from rebond.dispositifs.catalogue import Catalogue
from rebond.errors import FactsError

Progress = Callable[[int, int | None], None]
"""Called with the rows done and, when known, how many there are."""


def screen_table(
    path: Path,
    catalogue: Catalogue,
    *,
    on: date,
    out: Path,
    shape: Shape = Shape.LONG,
    with_reasons: bool = False,
    progress: Progress | None = None,
) -> Summary:
    """A verdict for every row of a table and every dispositif, written to ``out`` (``.parquet`` or ``.csv``).

    The verdicts are those of ``screen`` on each row's facts. Raises ``FactsError`` with the columns or the cells that
    cannot be read (then nothing is written), ``CatalogueError`` for a condition without meaning over a table.
    """
    program = compile_rules(catalogue.dispositifs.values(), on)
    kernel = Kernel(program)
    judge = kernel.explain if with_reasons else kernel.evaluate
    with open_table(path) as table:
        header = read_header(
            table.columns,
            table=table.name,
            dictionary=catalogue.dictionary,
            dispositifs=catalogue.dispositifs.values(),
        )
        reader = RowReader(
            header,
            gazetteer=catalogue.gazetteer,
            zonages=catalogue.zonages,
            activities=catalogue.activities,
            on=on,
            wanted=program.facts,
        )
        counts = np.zeros((len(program.rules), len(VERDICTS)), np.int64)
        log, done = FaultLog(table.name), 0
        log.tell(header.faults)
        layout = layout_of(shape, program, with_reasons=with_reasons)
        with verdict_file(out, layout) as writer:
            for cells in table.read(reader.columns):
                rows = reader.read(cells)
                _note(log, rows, table, done)
                if not log.total:
                    verdicts = judge(rows.batch)
                    counts += verdicts.counts()
                    for piece in layout.tables(rows.ids, verdicts):
                        writer.write_table(piece)
                done += rows.batch.rows
                if progress:
                    progress(done, table.rows)
            log.tell(table.broken)
            if log.total:
                raise FactsError(log.all())
    return Summary(
        table=path.name,
        on=on,
        catalogue_version=catalogue.version,
        engine="local",
        file=out.name,
        shape=shape,
        rows=done,
        columns=tuple(header.facts),
        unread=tuple(name for name in header.facts if name not in reader.columns),
        derived=reader.derived,
        unplaced=reader.unplaced,
        undetermined=reader.undetermined,
        program=program,
        counts=counts,
    )


def _note(log: FaultLog, rows: Rows, table: Table, done: int) -> None:
    """Keep the faults of a batch, each at the line that people see and under its id."""

    def where(row: int) -> str:
        name = rows.ids[row].as_py()
        return f"ligne {table.first_line + done + row}" + (f" (id « {name} »)" if name else "")

    log.add(rows.faults, where)
