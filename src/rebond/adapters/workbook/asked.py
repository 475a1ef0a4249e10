"""« inconnu » apart from an empty cell: asked, and nobody knows; an empty one is still to ask. See docs/adr/0044."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from rebond.adapters.workbook.layout import Column, ColumnType, Sheet
from rebond.adapters.workbook.tables import Row
from rebond.facts import UNKNOWN, Maybe
from rebond.reading.words import says_asked

ASKED = "inconnu"
"""How a cell says it."""
SHEETS = frozenset({"entreprises", "projets"})
"""Those whose rows keep it."""
_NEVER = frozenset(
    {
        ColumnType.TEXT,
        ColumnType.LONG_TEXT,
        ColumnType.REFERENCE,
        ColumnType.SOME_OF,
        ColumnType.COMMUNE,
        ColumnType.CONFIRMATION,
    }
)
_OF_MISSION = ("maturite_", "note_", "niveau_")
"""What the mission judges, which nobody is asked."""


def may_be_asked(sheet: Sheet, column: Column) -> bool:
    """Whether a cell is an answer that someone may not know."""
    if sheet.key not in SHEETS or column.required or column.hidden or column.default:
        return False
    return column.type not in _NEVER and not column.key.startswith(_OF_MISSION)


def asked_of(row: Row, sheet: Sheet) -> tuple[tuple[str, Maybe[date]], ...]:
    """The cells of a row that say « inconnu ». A cell has no room for since when."""
    return tuple((column.key, UNKNOWN) for column in _said(row, sheet))


def _said(row: Row, sheet: Sheet) -> Iterator[Column]:
    for column in sheet.columns:
        text = row.texts.get(column.key)
        if not text or row.get(column.key) is not UNKNOWN or not row.is_sound(column.key):
            continue
        if may_be_asked(sheet, column) and says_asked(text):
            yield column


def with_asked(row: Mapping[str, Any], sheet: Sheet, asked: tuple[tuple[str, Maybe[date]], ...]) -> dict[str, Any]:
    """A row to write, its cells that nobody could answer saying so; a value that is known is left."""
    known = {column.key for column in sheet.columns}
    silent = (key for key, _ in asked if key in known and row.get(key, UNKNOWN) in (UNKNOWN, None))
    return {**row, **dict.fromkeys(silent, ASKED)}
