"""A workbook saved by another spreadsheet."""

from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
from odfdo import Cell, Document, Row, Table


def as_ods(path: Path) -> Path:
    """A workbook saved as OpenDocument, with its values and nothing else."""
    document = Document("spreadsheet")
    document.body.clear()
    for sheet in openpyxl.load_workbook(path):
        table = Table(sheet.title)
        for values in sheet.iter_rows(values_only=True):
            line = Row()
            for value in values:
                plain: Any = value.date() if isinstance(value, datetime) else value
                line.append_cell(Cell(plain))
            table.append(line)
        document.body.append(table)
    target = path.with_suffix(".ods")
    document.save(target)
    return target
