"""Votes go with the decision that they were counted on, while its sitting is open: no count outlives what it is of."""

from __future__ import annotations

from collections.abc import Iterable

from rebond.history import Change, Kind
from rebond.web.committee.models import Sitting, Tally
from rebond.web.journal.writing import Note
from rebond.web.missions.models import Mission

KIND = "seance"
"""What the journal calls a sitting."""


def sitting_note(sitting: Sitting, what: str, before: str | None, after: str | None) -> Note:
    """A change of a sitting, for the journal."""
    ref = str(sitting.number) if sitting.number is not None else f"prevue-{sitting.pk}"
    return Note(kind=KIND, ref=ref, label=str(sitting), path=(what,), before=before, after=after)


def votes_left(mission: Mission, changes: Iterable[Change]) -> list[Note]:
    """Forget the votes on decisions that these changes take away, and tell it; those of a frozen sitting stay.

    No query unless a decision or a project goes. Whoever undoes the change counts the votes anew.
    """
    gone = {each.ref for each in changes if each.removes and each.kind in {Kind.DECISION, Kind.PROJECT}}
    if not gone:
        return []
    open_ones = {row.pk: row for row in Sitting.objects.of(mission).filter(frozen_at=None)}
    counted = list(Tally.objects.of(mission).filter(sitting_key__in=open_ones))
    lost = [row for row in counted if row.project_ref in gone]
    notes = []
    for key in dict.fromkeys(row.sitting_key for row in lost):
        held = [row for row in counted if row.sitting_key == key]
        stay = [row for row in held if row not in lost]
        notes.append(sitting_note(open_ones[key], "voix", words_of(held), words_of(stay)))
    Tally.objects.filter(pk__in=[row.pk for row in lost]).delete()
    return notes


def words_of(rows: Iterable[Tally]) -> str | None:
    """The counts in words; ``None`` for none."""
    told = [f"{row.project_ref} : {row.words}" for row in sorted(rows, key=lambda each: each.project_ref)]
    return " ; ".join(told) or None
