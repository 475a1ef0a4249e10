"""What a sheet lacks: what is still to ask, and what was asked and nobody knows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from rebond.adapters.workbook.asked import ASKED, may_be_asked
from rebond.facts import UNKNOWN, Census, Firm, Project
from rebond.history import Kind, rows_of
from rebond.restitution.typography import typeset
from rebond.web.editing.dictionary import current_layout
from rebond.web.editing.opened import texts_of

_SHEETS = {Kind.FIRM: "entreprises", Kind.PROJECT: "projets"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A field that holds nothing."""

    label: str
    column: str
    since: date | None = None
    """For one that was asked: since when, when that is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lacking:
    """The fields of a sheet without a value."""

    to_ask: tuple[Missing, ...]
    asked: tuple[Missing, ...]


def lacking(census: Census, kind: Kind, ref: str) -> Lacking:
    """What a firm's or project's sheet lacks; nothing for one that the mission does not hold."""
    row = rows_of(census).get((kind, ref))
    if not isinstance(row, Firm | Project):
        return Lacking(to_ask=(), asked=())
    sheet = current_layout().sheet(_SHEETS[kind])
    (texts,) = texts_of({(kind, ref): row}, census.settings)[sheet.key]
    days = dict(row.asked)
    to_ask: list[Missing] = []
    asked: list[Missing] = []
    for column in sheet.columns:
        text = texts.get(column.key, "")
        if not may_be_asked(sheet, column) or text not in {"", ASKED}:
            continue
        day = days.get(column.key, UNKNOWN)
        found = Missing(
            label=typeset(column.title),
            column=column.key,
            since=None if day is UNKNOWN else day,
        )
        (asked if text == ASKED else to_ask).append(found)
    return Lacking(to_ask=tuple(to_ask), asked=tuple(asked))
