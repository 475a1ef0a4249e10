"""What published figures are made of, file by file: rows for a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

Cell = str | int
NUMBER = "nombre"
"""The column whose texts are whole numbers, or nothing."""


def sheets_of(
    about: Iterable[str], header: Sequence[str], rows: Iterable[Sequence[str]]
) -> list[tuple[str, list[list[Cell]]]]:
    """The sheets of a workbook: what it is, then the cells, numbers as numbers."""
    number = header.index(NUMBER)
    cells: list[list[Cell]] = [
        [int(text) if column == number and text else text for column, text in enumerate(row)] for row in rows
    ]
    return [("À lire", [[line] for line in about]), ("Chiffres", [list(header), *cells])]
