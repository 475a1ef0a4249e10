"""The hidden sheet of an exported workbook: which export of which mission it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from rebond.adapters.workbook.opening import RawSheet
from rebond.reading.words import fold, text_of

if TYPE_CHECKING:
    import xlsxwriter

STAMP_TITLE = "rebond"
_LABELS = {
    "export": "Export",
    "mission": "Mission",
    "instance": "Instance",
    "made_on": "Date",
}
_NOTE = "Feuille de Rebond : elle permet de réimporter ce classeur. Ne pas la modifier."


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """What an exported workbook says of itself; texts, as the file has them: nothing of it is trusted."""

    export: str
    """Identifier of the export."""
    mission: str
    instance: str
    made_on: str
    """Day of the export, as people read it."""


def write_stamp(book: xlsxwriter.Workbook, stamp: Stamp) -> None:
    """Add the hidden sheet to a workbook."""
    sheet = book.add_worksheet(STAMP_TITLE)
    sheet.set_column(0, 1, 40)
    sheet.write_string(0, 0, _NOTE)
    for line, field in enumerate(fields(stamp), start=1):
        sheet.write_string(line, 0, _LABELS[field.name])
        sheet.write_string(line, 1, getattr(stamp, field.name))
    sheet.hide()


def read_stamp(sheets: Sequence[RawSheet]) -> Stamp | None:
    """The stamp of a workbook; ``None`` when nothing says which export it is."""
    raw = next((sheet for sheet in sheets if fold(sheet.name) == fold(STAMP_TITLE)), None)
    if raw is None:
        return None
    told = {fold(text_of(row[0])): text_of(row[1]).strip() for row in raw.rows if len(row) > 1}
    found = {name: told.get(fold(label), "") for name, label in _LABELS.items()}
    return Stamp(**found) if found["export"] else None
