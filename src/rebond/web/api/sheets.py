"""A sheet of a mission as JSON, and the change of some of its fields: by the readers and the gesture of the forms."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.http import Http404

from rebond.adapters.workbook import Column
from rebond.adapters.workbook.entry import EntryError, EntryFault
from rebond.adapters.workbook.places import SHEETS
from rebond.adapters.workbook.row_json import ShapeError, cell_json, cell_text
from rebond.facts import Census, Firm, Project
from rebond.history import Kind, rows_of
from rebond.web.accounts.models import User
from rebond.web.editing.changing import wanted
from rebond.web.editing.dictionary import current_layout, gazetteer
from rebond.web.editing.firm_views import numbered
from rebond.web.editing.gestures import FACTS_ACTS, journal_position, rows_at, save
from rebond.web.editing.many import context_for, labels_of
from rebond.web.editing.opened import context_of, facts_of, open_rows, values_of
from rebond.web.editing.parts import is_mark, single_columns
from rebond.web.journal.models import Entry
from rebond.web.journal.writing import Author
from rebond.web.missions.models import Mission
from rebond.web.portfolio.standing import left_by

_MOST_SHOWN = 80
"""Characters of what was sent that a fault says again."""


class StaleError(Exception):
    """The sheet changed since the revision that a program read: nothing is written, both versions are told."""

    def __init__(self, told: Mapping[str, Any]) -> None:
        super().__init__("fiche changée")
        self.told = told


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """Some fields of a sheet, as a program wants them."""

    fields: Mapping[str, Any]
    revision: int
    """That of the sheet that it read."""
    reason: str


def columns_for(kind: Kind) -> tuple[Column, ...]:
    """The fields that a program changes: those that the form of the sheet shows once."""
    return single_columns(kind, current_layout())


def listed(mission: Mission, kind: Kind, first: int, most: int) -> tuple[int, list[dict[str, Any]]]:
    """How many sheets there are, and some of them by their reference, name and revision."""
    census = facts_of(mission)
    rows = {ref: row for (each, ref), row in rows_of(census).items() if each is kind}
    refs = sorted(rows)[first : first + most]
    found = revisions(mission, kind, refs)
    labels = labels_of(census, (rows[ref] for ref in refs))
    return len(rows), [
        {"ref": ref, "libelle": label, "revision": found.get(ref, 0)} for ref, label in zip(refs, labels, strict=True)
    ]


def revisions(mission: Mission, kind: Kind, refs: Iterable[str]) -> dict[str, int]:
    """Where in the journal each sheet changed last; a sheet that never did is not there."""
    entries = Entry.objects.of(mission).filter(kind=kind.value, ref__in=list(refs), act__in=FACTS_ACTS)
    return dict(entries.order_by().values_list("ref").annotate(last=Max("position")))


def _columns_read_by(user: User, census: Census, kind: Kind, row: Any) -> list[Column]:
    """The fields of a sheet, without the marks of a project of a firm for which this person stands aside."""
    aside = isinstance(row, Project) and row.firm_id in left_by(user, census)
    return [column for column in columns_for(kind) if not (aside and is_mark(column))]


def sheet_json(mission: Mission, kind: Kind, ref: str, *, reader: User) -> dict[str, Any]:
    """A sheet with its revision; 404 for one that is not there."""
    census = facts_of(mission)
    row = rows_of(census).get((kind, ref))
    if row is None:
        raise Http404
    # The revision first: a change made meanwhile then makes it an old one, and loses nothing.
    values = values_of({(kind, ref): row}, census.settings)
    own, *others = values
    return {
        "genre": SHEETS[kind],
        "ref": ref,
        "revision": revisions(mission, kind, [ref]).get(ref, 0),
        **({} if isinstance(row, Firm) else {"entreprise": row.firm_id}),
        "champs": _fields(values[own][0], _columns_read_by(reader, census, kind, row)),
        "feuilles": {sheet: [_fields(each, _shown(sheet)) for each in values[sheet]] for sheet in others},
    }


def change(mission: Mission, kind: Kind, ref: str, sent: Sent, *, by: User, program: str) -> dict[str, Any]:
    """Some fields made what a program wants, whole or not at all; what they are now, with the sheet's new revision.

    Raises ``StaleError``, ``EntryError`` with every fault at once, ``FactsError`` and ``ClashError``; 404 without row.
    """
    key = (kind, ref)
    with transaction.atomic():
        Mission.objects.select_for_update().filter(pk=mission.pk).first()
        census = facts_of(mission)
        row = rows_of(census).get(key)
        columns = {column.key: column for column in _columns_read_by(by, census, kind, row)}
        context = context_for(census, kind, [ref])
        try:
            since = journal_position(mission)
            opened = open_rows(mission, [key], since=since, context=context, is_sent=False)
        except KeyError:
            raise Http404 from None
        held = revisions(mission, kind, [ref]).get(ref, 0)
        if held != sent.revision:
            raise StaleError(_versions(mission, key, sent, held, columns.values()))
        texts, faults = _texts(SHEETS[kind], sent.fields, columns)
        if kind is Kind.FIRM:
            others = numbered(census, (texts.get(name, "") for name in ("siren", "siret")))
            context.update(context_of(census.settings, [firm for firm in others if firm.id != ref]))
        typed = {sheet: [dict(row) for row in rows] for sheet, rows in opened.sheets.items()}
        typed[SHEETS[kind]] = [{**row, **texts} for row in typed[SHEETS[kind]]]
        try:
            rows = wanted(opened, typed)
        except EntryError as error:
            faults += error.entered
        if faults:
            raise EntryError(faults)
        author = Author(user=by, on_behalf=f"API ({program})")
        done = save(mission, rows, by=author, since=since, reason=sent.reason)
        now = values_of({key: rows_of(facts_of(mission))[key]}, census.settings)[SHEETS[kind]][0]
        return {
            "genre": SHEETS[kind],
            "ref": ref,
            "revision": revisions(mission, kind, [ref]).get(ref, 0),
            "change": done.gesture is not None,
            "champs": _fields(now, [columns[name] for name in sent.fields]),
        }


def _shown(sheet: str) -> list[Column]:
    return [column for column in current_layout().sheet(sheet).columns if not column.hidden]


def _fields(row: Mapping[str, Any], columns: Iterable[Column]) -> dict[str, Any]:
    return {column.key: cell_json(column, row.get(column.key), gazetteer()) for column in columns}


def _texts(
    sheet: str, fields: Mapping[str, Any], columns: Mapping[str, Column]
) -> tuple[dict[str, str], list[EntryFault]]:
    """What the fields of a form would hold, and what no field would."""
    texts: dict[str, str] = {}
    faults: list[EntryFault] = []
    for name, data in fields.items():
        column = columns.get(name)
        problem = mend = ""
        if column is None:
            problem, mend = "aucun champ de ce nom ne se change ici", "voir GET /api/ pour les champs d’une fiche"
        else:
            try:
                texts[name] = cell_text(column, data)
            except ShapeError:
                problem, mend = (
                    "ce n’est pas une valeur",
                    "un texte, un nombre, true, false, null ou une liste de textes",
                )
        if problem:
            fault = EntryFault(
                sheet=sheet,
                row=0,
                column=name,
                title=column.title if column else name,
                found=str(data)[:_MOST_SHOWN],
                problem=problem,
                mend=mend,
            )
            faults.append(fault)
    return texts, faults


def _versions(
    mission: Mission, key: tuple[Kind, str], sent: Sent, held: int, columns: Collection[Column]
) -> dict[str, Any]:
    """What was read, what the sheet holds and what the program wants, for each field that differs."""
    kind = key[0]
    census = facts_of(mission)
    now = rows_of(census)
    before = rows_at(mission, now, [key], min(sent.revision, held)).get(key)
    actual = _fields(values_of({key: now[key]}, census.settings)[SHEETS[kind]][0], columns)
    read = _fields(values_of({key: before}, census.settings)[SHEETS[kind]][0], columns) if before else {}
    last = Entry.objects.of(mission).filter(position=held).first()
    rows = [
        {
            "champ": column.key,
            "libelle": column.title,
            "lue": read.get(column.key),
            "actuelle": actual[column.key],
            **({"la_votre": _plain(sent.fields[column.key])} if column.key in sent.fields else {}),
        }
        for column in columns
        if read.get(column.key) != actual[column.key] or column.key in sent.fields
    ]
    changed = {"par": last.by_name, "le": last.at.isoformat()} if last else {}
    return {"revision": held, "dernier_changement": changed, "versions": rows}


def _plain(data: Any) -> Any:
    """What was sent, to be said again: numbers were read exactly."""
    if isinstance(data, Decimal):
        return float(data) if abs(data.adjusted()) < _MOST_SHOWN else str(data)
    return data if data is None or isinstance(data, bool | int | str | list) else str(data)
