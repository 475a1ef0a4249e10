"""One field of several sheets given the same value, in one gesture with one reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from rebond.adapters.workbook import Column, ColumnType
from rebond.adapters.workbook.places import SHEETS
from rebond.facts import Census, Interview, Project
from rebond.history import Kind
from rebond.restitution.typography import typeset
from rebond.web.editing.dictionary import current_layout
from rebond.web.editing.gestures import label_of
from rebond.web.editing.opened import Typed, context_of
from rebond.web.editing.parts import Part, single_columns

KINDS: Mapping[str, Kind] = MappingProxyType(
    {"projets": Kind.PROJECT, "entreprises": Kind.FIRM, "entretiens": Kind.INTERVIEW}
)
MOST = 200
"""Sheets of one gesture."""
_OF_ONE = frozenset({ColumnType.SIREN, ColumnType.SIRET, ColumnType.LONG_TEXT})
"""What two sheets do not share."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """A sheet of those chosen, and what it says of the field."""

    ref: str
    label: str
    text: str
    error: str = ""


def shared_columns(kind: Kind) -> list[Column]:
    """The fields that several sheets may have in common."""
    columns = single_columns(kind, current_layout())
    return [column for column in columns if not column.required and column.type not in _OF_ONE]


def part_of(kind: Kind, column: Column) -> Part:
    """The form of the value."""
    return Part(key="valeur", title=typeset(column.title), sheet=SHEETS[kind], columns=(column.key,))


def context_for(census: Census, kind: Kind, refs: Sequence[str]) -> Typed:
    """What the chosen rows lean on and do not change: their firms, the other projects of those."""
    chosen = set(refs)
    if kind is Kind.FIRM:
        return context_of(census.settings)
    rows: Sequence[Project | Interview] = census.projects if kind is Kind.PROJECT else census.interviews
    owners = {row.firm_id for row in rows if row.id in chosen}
    firms = [firm for firm in census.firms if firm.id in owners]
    others = [each for each in census.projects if each.firm_id in owners and each.id not in chosen]
    return context_of(census.settings, firms, others if kind is Kind.PROJECT else ())


def labels_of(census: Census, rows: Iterable[Any]) -> list[str]:
    """How people name rows; an interview, by its firm and its day."""
    names = {firm.id: firm.name for firm in census.firms}
    return [
        f"{names.get(row.firm_id, '')}, {row.held_on:%d/%m/%Y}" if isinstance(row, Interview) else label_of(row)
        for row in rows
    ]


def words_of(column: Column, text: str) -> str:
    """A value as people read it: codes of choices in words."""
    if not column.choices:
        return text
    labels = {choice.code: choice.label for choice in column.choices}
    return ", ".join(labels.get(code.strip(), code.strip()) for code in text.split(","))


def given_to_all(sheets: Typed, sheet: str, column: str, text: str) -> Typed:
    """The rows with the same text in one column."""
    return {key: [{**row, column: text} if key == sheet else dict(row) for row in rows] for key, rows in sheets.items()}
