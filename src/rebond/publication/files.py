"""What a publication is made of, file by file: rows for a spreadsheet, the edition as data."""

from __future__ import annotations

from collections.abc import Sequence

from rebond.publication.edition import Edition
from rebond.publication.tables import HEADER, LEGEND, rows_of

Cell = str | int


def sheets_of(edition: Edition, heading: Sequence[str]) -> list[tuple[str, list[list[Cell]]]]:
    """The sheets of a workbook: what it is, then the cells, numbers as numbers."""
    number = HEADER.index("nombre")
    rows: list[list[Cell]] = [list(HEADER)]
    for row in rows_of(edition):
        cells: list[Cell] = list(row)
        if row[number]:
            cells[number] = int(row[number])
        rows.append(cells)
    return [("À lire", [[line] for line in (*heading, *LEGEND)]), ("Chiffres", rows)]
