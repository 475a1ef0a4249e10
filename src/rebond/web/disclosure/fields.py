"""The facts of a project that a reader is given beside its sheet: the columns declared for them, and no other."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404

from rebond.adapters.workbook import ColumnType
from rebond.facts import Project
from rebond.history import Kind, rows_of
from rebond.restitution.audiences import Reader, audiences
from rebond.restitution.confidences import confidences
from rebond.restitution.typography import typeset
from rebond.web.editing.dictionary import current_layout
from rebond.web.editing.opened import facts_of, texts_of
from rebond.web.missions.models import Mission

_OF_ITS_FIRM = frozenset({Kind.FIRM, Kind.INTERVIEW, Kind.AID})


@dataclass(frozen=True, slots=True, kw_only=True)
class FactGroup:
    """The facts of one sheet of the workbook; ``rows``: each a list of label and text."""

    title: str
    rows: tuple[tuple[tuple[str, str, str], ...], ...]
    """``sheet.column``, label, text."""


def facts_given(mission: Mission, ref: str, reader: Reader, *, named: bool) -> tuple[FactGroup, ...]:
    """What a reader is given of the facts of a project and of its firm: nothing under a code name."""
    if not named:
        return ()
    try:
        rows = rows_of(census := facts_of(mission))
    except Http404:  # The facts of this mission were never written.
        return ()
    project = rows.get((Kind.PROJECT, ref))
    if not isinstance(project, Project):
        return ()
    wanted = {(Kind.PROJECT, ref): project, (Kind.FIRM, project.firm_id): rows[Kind.FIRM, project.firm_id]} | {
        (kind, key): row
        for (kind, key), row in rows.items()
        if kind in (Kind.INTERVIEW, Kind.AID) and row.firm_id == project.firm_id
    }
    texts = texts_of(wanted, census.settings)
    return tuple(group for sheet, rows in texts.items() if (group := _group(sheet, rows, reader)).rows)


def _group(sheet: str, rows: list[dict[str, str]], reader: Reader) -> FactGroup:
    declared, words = audiences(), confidences()
    told = {datum.field for datum in declared.data.values()}
    layout = current_layout().sheet(sheet)
    columns = [
        column
        for column in layout.columns
        if declared.admits(declared.fields[f"{sheet}.{column.key}"], reader)
        and f"{sheet}.{column.key}" not in told
        and column.type is not ColumnType.REFERENCE
    ]
    found = (
        tuple(
            (f"{sheet}.{column.key}", typeset(column.title), typeset(row[column.key]))
            for column in columns
            if row.get(column.key) and not (reader is Reader.COMMITTEE and words.tells(row[column.key]))
        )
        for row in rows
    )
    return FactGroup(title=typeset(f"Réponses : {layout.title}"), rows=tuple(row for row in found if row))
