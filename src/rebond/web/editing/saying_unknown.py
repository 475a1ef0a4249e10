"""« Inconnu : demandé, personne ne sait », said of one question for several sheets at once, with one reason."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any

from rebond.adapters.workbook.asked import may_be_asked
from rebond.adapters.workbook.places import SHEETS
from rebond.facts import Census, Firm, Maybe, Project
from rebond.history import Kind, rows_of
from rebond.restitution.typography import typeset
from rebond.web.catalogue.reading import current_catalogue
from rebond.web.editing.dictionary import current_layout
from rebond.web.editing.lacking import lacking
from rebond.web.wording import set_once

_OWN_WORDS = {
    "Capacité d’emprunt restante de l’entreprise": "capacite_emprunt",
    "Financement déjà acquis (fonds propres et prêts)": "financement_acquis",
}
"""Questions of the engine about a column that no fact of the dictionary names."""
_VALUE, _OR = (typeset(f"a{words}a").strip("a") for words in (" : ", " ; ou "))
"""What follows the words of a fact in a question: the value that is waited for, another fact that would do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """The field that a question asks for."""

    kind: Kind
    column: str


def field_of_question(text: str) -> Answered | None:
    """What a question to the firm asks for; ``None`` when it names no single field that one may not know."""
    return None if _OR in text else _fields().get(text.partition(_VALUE)[0])


@cache
def _fields() -> Mapping[str, Answered]:
    """The words of each question → its field. The dictionary of the workbook is the same as long as the site runs."""
    layout, dictionary = current_layout(), current_catalogue().dictionary
    found: dict[str, Answered] = {}
    for kind in (Kind.FIRM, Kind.PROJECT):
        sheet = layout.sheet(SHEETS[kind])
        for column in sheet.columns:
            if not may_be_asked(sheet, column):
                continue
            fact = column.fact or dictionary.get(column.key)
            if fact is not None:
                found.setdefault(set_once(fact.label), Answered(kind=kind, column=column.key))
    own = {words: Answered(kind=Kind.PROJECT, column=key) for words, key in _OWN_WORDS.items()}
    return {**found, **own}


def said_unknown(census: Census, field: Answered, projects: Collection[str], on: date) -> dict[tuple[Kind, str], Any]:
    """The rows where nobody can answer a question; those that hold a value, or said so already, stay as they are."""
    rows = rows_of(census)
    wanted: dict[tuple[Kind, str], Any] = {}
    for ref in projects:
        project = rows.get((Kind.PROJECT, ref))
        if not isinstance(project, Project):
            continue
        key = (Kind.PROJECT, ref) if field.kind is Kind.PROJECT else (Kind.FIRM, project.firm_id)
        row = rows.get(key)
        is_open = any(each.column == field.column for each in lacking(census, *key).to_ask)
        if is_open and isinstance(row, Firm | Project):
            wanted[key] = replace(row, asked=_in_order(field.kind, {**dict(row.asked), field.column: on}))
    return wanted


def _in_order(kind: Kind, asked: Mapping[str, Maybe[date]]) -> tuple[tuple[str, Maybe[date]], ...]:
    """In the order of the columns, as the workbook is read."""
    columns = current_layout().sheet(SHEETS[kind]).columns
    return tuple((column.key, asked[column.key]) for column in columns if column.key in asked)
