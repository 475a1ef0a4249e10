"""The support that an adviser gives a project until it is ripe: who, until when, what was promised, how it ended.

All of it is decided by people; a study proposes an adviser and never writes here. Meetings are only ever added, the
highest ``number`` comes last. Evidence that comes is written on the project, not here: a promise is kept when the
project's grid says so.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from rebond.facts.values import UNKNOWN, Maybe


class AccompanimentOutcome(enum.StrEnum):
    """How the support of an adviser ends."""

    RIPE = "muri"
    ABANDONED = "abandonne"
    PASSED_ON = "autre_conseil"

    @property
    def label(self) -> str:
        """The words shown to people."""
        return {"muri": "Mûri", "abandonne": "Abandonné", "autre_conseil": "Passé à un autre conseil"}[self.value]


class Promiser(enum.StrEnum):
    """Who is to bring a piece of evidence."""

    FIRM = "entreprise"
    ADVISER = "conseil"
    MISSION = "mission"

    @property
    def label(self) -> str:
        """The words shown to people."""
        return {"entreprise": "l’entreprise", "conseil": "le conseil", "mission": "la mission"}[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class PromisedEvidence:
    """A piece of evidence that somebody is to bring for one criterion of the maturity grid."""

    criterion: str
    level: Maybe[int]
    """The level that it is to prove; UNKNOWN: whatever it shows."""
    by: Promiser
    before: Maybe[date] = UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Accompaniment:
    """One project, one adviser, from a day to another; at most one that is open for a project."""

    id: str
    project_id: str
    adviser: str
    """Code of the catalogue (``Catalogue.organisations``)."""
    contact: str = ""
    """The person in charge there."""
    opened_on: Maybe[date] = UNKNOWN
    review_on: Maybe[date] = UNKNOWN
    """The day of the next review."""
    promises: tuple[PromisedEvidence, ...] = ()
    """At most one for a criterion."""
    outcome: Maybe[AccompanimentOutcome] = UNKNOWN
    """UNKNOWN as long as it is open."""
    closed_on: Maybe[date] = UNKNOWN
    reason: str = ""

    @property
    def is_open(self) -> bool:
        """Whether the adviser still works on it."""
        return self.outcome is UNKNOWN

    def is_late(self, on: date) -> bool:
        """Whether its review should have been held by that day."""
        return self.is_open and self.review_on is not UNKNOWN and self.review_on < on


@dataclass(frozen=True, slots=True, kw_only=True)
class AdviceMeeting:
    """What was agreed one day between the firm and its adviser."""

    accompaniment_id: str
    number: int
    """From 1, in the order in which meetings were recorded, for one accompaniment."""
    on: Maybe[date]
    who: str
    """The people who were there."""
    agreed: str
    next: str = ""
    """What comes next."""
    organisation: str = ""
    """Code of the organisation whose person wrote it; empty: the mission."""
    by: str = ""
    """Who wrote it."""


def open_for(accompaniments: Iterable[Accompaniment]) -> dict[str, Accompaniment]:
    """Project → the support that it has today."""
    return {each.project_id: each for each in accompaniments if each.is_open}
