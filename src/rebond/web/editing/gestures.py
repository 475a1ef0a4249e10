"""One gesture on the facts or decisions of a mission: checked against what others did meanwhile, written whole, told.

Every change goes through here, so that the journal holds the whole history: a row as it was at any time is the row
of today with the later entries undone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db import transaction

from rebond.errors import FactsError, Fault
from rebond.facts import Accompaniment, Census
from rebond.history import (
    ABSENT,
    Change,
    Conflict,
    Kind,
    Rows,
    apply,
    apply_to_rows,
    diff,
    inverse,
    merge_rows,
    rows_of,
)
from rebond.history.changes import same, value_of
from rebond.records import FACTS
from rebond.web.committee.recounting import votes_left
from rebond.web.committee.settling import is_locked
from rebond.web.journal.models import Act, Entry
from rebond.web.journal.writing import Author, note_of, record
from rebond.web.missions.extract import Extract, extract_of
from rebond.web.missions.facts import census_of
from rebond.web.missions.importing import write_census
from rebond.web.missions.models import Mission

FACTS_ACTS = (Act.ENTERED, Act.IMPORTED, Act.DECIDED, Act.UNDONE, Act.RESTORED)
_ONLY_ADDED = {
    Kind.MARK: ("une note ne s'efface pas", "l'évaluateur donne une autre note"),
    Kind.RECUSAL: ("un déport ne s'efface pas", "le pilote lève le déport"),
    Kind.PROGRESS: ("un avancement ne s'efface pas", "écrire un autre avancement, qui corrige le dernier"),
    Kind.MEETING: ("un rendez-vous noté ne s'efface pas", "en noter un autre, qui le corrige"),
    Kind.REFERRAL_STEP: (
        "une étape d'une orientation ne s'efface pas",
        "noter l'étape qui la corrige ; pour une orientation close par erreur, « Prise en charge »",
    ),
}
"""What is only ever added: what is wrong with undoing it, and what to do."""
Wanted = Mapping[tuple[Kind, str], Any]
"""Rows as someone wants them, by kind and reference; ``ABSENT``: withdrawn."""


class ClashError(Exception):
    """Someone else changed the same values meanwhile: nothing is written until a person chooses."""

    def __init__(self, conflicts: tuple[Conflict, ...]) -> None:
        super().__init__(f"{len(conflicts)} valeurs changées entre-temps")
        self.conflicts = conflicts


class ArchivedError(FactsError):
    """The mission is archived: nothing of it changes."""


class FrozenError(FactsError):
    """The committee froze its sitting: its decisions change once another sitting follows it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What a gesture did; no gesture when there was nothing to change."""

    gesture: UUID | None
    changes: tuple[Change, ...]


def journal_position(mission: Mission) -> int:
    """Where the journal of a mission is now: a form keeps it, to know what others did since."""
    found = Entry.objects.of(mission).order_by("-position").values_list("position", flat=True).first()
    return found or 0


@transaction.atomic
def save(
    mission: Mission,
    wanted: Wanted,
    *,
    by: Author,
    since: int | None = None,
    act: Act = Act.ENTERED,
    reason: str = "",
    taking: Callable[[Conflict], bool | None] = lambda _: None,
) -> Done:
    """Make rows what a person wants, beside what others changed on them since a position of the journal.

    Two people on two fields of a row both keep their change. On one field: ``taking`` says whether this person's
    value (true) or the other's (false) holds; ``None`` for any of them raises ``ClashError`` with all. ``since``
    ``None``: nothing is looked at, this person's values hold. Raises ``FactsError`` when the mission would no longer
    hold together; nothing is then written.
    """
    lock(mission)
    brought = {key: row for key, row in wanted.items() if row is not ABSENT}
    extract = extract_of(mission, wanted.keys(), brought)
    census = census_of(mission, extract)
    rows = rows_of(census)
    held = {key: rows[key] for key in wanted if key in rows}
    base = held if since is None else _rows_at(mission, held, wanted, since)
    found = merge_rows(base, held, brought)
    chosen = [(conflict, taking(conflict)) for conflict in found.conflicts]
    if any(choice is None for _, choice in chosen):
        raise ClashError(found.conflicts)
    taken = [conflict.taking_theirs for conflict, choice in chosen if choice]
    return _make(mission, census, extract, [*found.changes, *found.gone, *taken], by=by, act=act, reason=reason)


@transaction.atomic
def save_census(mission: Mission, census: Census, *, by: Author, act: Act = Act.IMPORTED, reason: str = "") -> Done:
    """Make a mission what a census says, whatever it was."""
    lock(mission)
    if mission.facts_state is None:
        write_census(mission, census, by=by.user)
        empty = {(Kind.SETTINGS, ""): census.settings}
        changes = tuple(
            Change(kind=kind, ref=ref, path=(), before=ABSENT, after=row)
            for (kind, ref), row in rows_of(census).items()
            if (kind, ref) not in empty
        )
        settings = Change(kind=Kind.SETTINGS, ref="", path=(), before=ABSENT, after=census.settings)
        return _tell(mission, census, [settings, *changes], by=by, act=act, reason=reason)
    held = census_of(mission)
    changes = diff(held, census)
    _still_open(mission, changes)
    # The order of rows and what was repaired on reading are no facts, but a census written is read back equal.
    write_census(mission, census, by=by.user)
    return _tell(mission, census, changes, by=by, act=act, reason=reason)


@transaction.atomic
def undo(mission: Mission, gesture: UUID, *, by: Author, reason: str = "") -> Done:
    """Undo a gesture; ``ClashError`` when someone changed since what it changed. ``KeyError`` for no such gesture."""
    lock(mission)
    entries = list(Entry.objects.of(mission).filter(gesture=gesture, act__in=FACTS_ACTS).order_by("position"))
    if not entries:
        raise KeyError(gesture)
    if any(entry.act == Act.DECIDED for entry in entries):
        _refuse_what_is_only_added(entries)
    changes = inverse(map(change_of, entries))
    keys = {(change.kind, change.ref) for change in changes}
    after = {(each.kind, each.ref): each.after for each in changes if not each.path and each.after is not ABSENT}
    # A row that changes in place is not one that goes.
    extract = extract_of(mission, keys, {**dict.fromkeys(keys - _going(changes)), **after})
    census = census_of(mission, extract)
    rows = rows_of(census)
    conflicts = tuple(
        Conflict(change=change, mine=value_of(rows, change))
        for change in changes
        if not same(value_of(rows, change), change.before)
    )
    if conflicts:
        raise ClashError(conflicts)
    return _make(mission, census, extract, changes, by=by, act=Act.UNDONE, reason=reason)


@transaction.atomic
def restore(mission: Mission, entry: Entry, *, by: Author, since: int | None = None, reason: str = "") -> Done:
    """Give a value back what it was before an entry of the journal.

    Raises ``ClashError`` when someone changed it after a position of the journal, ``since``; ``None``: whatever it is.
    """
    lock(mission)
    _refuse_what_is_only_added([entry])
    was = change_of(entry)
    key = was.kind, was.ref
    extract = extract_of(
        mission, [key], {} if not was.path and was.before is ABSENT else {key: was.before if not was.path else None}
    )
    census = census_of(mission, extract)
    rows = rows_of(census)
    held = value_of(rows, was)
    if since is not None:
        seen = value_of(rows_at(mission, rows, [key], since), was)
        if not same(seen, held):
            raise ClashError((Conflict(change=replace(was, before=seen, after=was.before), mine=held),))
    if same(held, was.before):
        return Done(gesture=None, changes=())
    change = Change(kind=was.kind, ref=was.ref, path=was.path, before=held, after=was.before)
    return _make(mission, census, extract, [change], by=by, act=Act.RESTORED, reason=reason)


def _refuse_what_is_only_added(entries: Iterable[Entry]) -> None:
    """What someone said is corrected by what is said next; only an import that brought it is undone."""
    faults = [
        Fault(
            where=f"journal, ligne {entry.position}",
            problem=_ONLY_ADDED[Kind(entry.kind)][0],
            mend=_ONLY_ADDED[Kind(entry.kind)][1],
        )
        for entry in entries
        if entry.kind in _ONLY_ADDED
    ]
    if faults:
        raise FactsError(faults)


def change_of(entry: Entry) -> Change:
    """What an entry of the journal says was changed."""
    before, after = (ABSENT if data is None else FACTS.read(data) for data in (entry.before, entry.after))
    return Change(kind=Kind(entry.kind), ref=entry.ref, path=tuple(entry.path), before=before, after=after)


def label_of(row: Any) -> str:
    """How people name a row: the name of a firm, the title of a project, the project of an accompaniment."""
    if isinstance(row, Accompaniment):
        return f"projet {row.project_id}"
    names = ("title", "name", "label", "firm_name", "organisation")
    return next((str(getattr(row, name)) for name in names if getattr(row, name, "")), "")


def rows_at(
    mission: Mission, rows: Rows, keys: Iterable[tuple[Kind, str]], position: int
) -> dict[tuple[Kind, str], Any]:
    """Rows as they were at a position of the journal, from those of now; one that did not exist yet is not there."""
    wanted = dict.fromkeys(keys)
    return _rows_at(mission, {key: rows[key] for key in wanted if key in rows}, wanted, position)


def lock(mission: Mission) -> None:
    """One gesture at a time on a mission (SQLite has one writer at a time); ``ArchivedError`` for one only read."""
    Mission.objects.select_for_update().filter(pk=mission.pk).first()
    mission.refresh_from_db()
    if mission.archived_at is not None:
        raise ArchivedError(
            [
                Fault(
                    where=f"mission « {mission.slug} »",
                    problem="elle est archivée : on ne fait que la lire",
                    mend="la sortir des archives d'abord",
                )
            ]
        )


def _still_open(mission: Mission, changes: Iterable[Change]) -> None:
    """Refuse to change a decision of a frozen sitting; what comes of it afterwards is added all the same."""
    decisions = (change for change in changes if change.kind is Kind.DECISION and change.path[:1] != ("steps",))
    refs = sorted({change.ref for change in decisions})
    if refs and is_locked(mission):
        raise FrozenError(
            [
                Fault(
                    where=f"décision du comité, projet {ref}",
                    problem="la séance est gelée : ses décisions ne changent plus",
                    mend="ouvrir d'abord, à l'écran du comité, la séance qui la suit",
                )
                for ref in refs
            ]
        )


def _rows_at(
    mission: Mission, held: Mapping[tuple[Kind, str], Any], wanted: Wanted, position: int
) -> dict[tuple[Kind, str], Any]:
    """Rows as they were at a position of the journal: those of today with the later entries undone."""
    refs = {ref for _, ref in wanted}
    later = Entry.objects.of(mission).filter(position__gt=position, act__in=FACTS_ACTS, ref__in=refs)
    keys = set(wanted)
    changes = [
        change for entry in later.order_by("position") if ((change := change_of(entry)).kind, change.ref) in keys
    ]
    return apply_to_rows(held, inverse(changes))


def _going(changes: Iterable[Change]) -> set[tuple[Kind, str]]:
    return {(change.kind, change.ref) for change in changes if change.removes}


def _make(
    mission: Mission,
    census: Census,
    extract: Extract | None,
    changes: Iterable[Change],
    *,
    by: Author,
    act: Act,
    reason: str,
) -> Done:
    """Make changes on what was read of the mission, and on what the rows then name if that is more."""
    made = tuple(changes)
    if not made:
        return Done(gesture=None, changes=())
    _still_open(mission, made)
    after = apply(census, made)
    if extract is not None:
        keys = {(change.kind, change.ref) for change in made}
        rows = rows_of(after)
        needed = extract_of(mission, keys, {key: rows[key] for key in keys if key in rows})
        if needed != extract:
            extract = needed
            after = apply(census_of(mission, extract), made)
    write_census(mission, after, by=by.user, extract=extract)
    return _tell(mission, after, made, by=by, act=act, reason=reason)


def _tell(mission: Mission, after: Census, changes: Iterable[Change], *, by: Author, act: Act, reason: str) -> Done:
    made = tuple(changes)
    if not made:
        return Done(gesture=None, changes=())
    rows = rows_of(after)
    notes = [note_of(change, label_of(rows.get((change.kind, change.ref), change.before))) for change in made]
    gesture = record(mission, notes, by=by, act=act, reason=reason)
    if lost := votes_left(mission, made):
        # No fact: a gesture of its own, which nobody undoes with this one.
        record(mission, lost, by=by, act=Act.MANAGED, reason=reason)
    return Done(gesture=gesture, changes=made)
