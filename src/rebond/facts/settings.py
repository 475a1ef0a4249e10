"""What a mission is: its territory, its call, its assumptions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from rebond.facts.call import Envelope
from rebond.facts.values import UNKNOWN, Maybe
from rebond.units import Euros


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneAssumption:
    """A zone that a mission sets for its communes while the official list is not at hand; always shown as such."""

    zone: str
    value: str
    source: str
    communes: frozenset[str] = frozenset()
    """Empty: every commune of the territory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallCriterion:
    """A criterion of the call that the mission set, with its words."""

    code: str
    """Its name in the marks: a criterion that no longer exists leaves its marks, which count no more."""
    label: str
    weight: Decimal
    """Relative to the others of the mission."""
    computed: str = "note"
    """How its score is found: ``note`` (the assessors give it), else from which data (``scoring.COMPUTED``)."""
    anchors: tuple[str, ...] = ()
    """What each mark means, from 0 to the top one: as many of them make the scale of the mission."""
    call: str = ""
    """The call that it is of (``MissionSettings.call_names``); empty: of all those that have none of their own."""

    @property
    def named(self) -> str:
        """What tells it from the others of the mission: its code, and its call where it is of one alone."""
        return f"{self.code}@{self.call}" if self.call else self.code


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """What only people can give to a press release: who says it, from where, when it may be told."""

    issued_at: Maybe[str] = UNKNOWN
    """The town that it is dated from."""
    programme: Maybe[str] = UNKNOWN
    """The programme that the mission belongs to, in a few sentences."""
    quote: Maybe[str] = UNKNOWN
    quoted: Maybe[str] = UNKNOWN
    """Who says it, with what they are."""
    second_quote: Maybe[str] = UNKNOWN
    second_quoted: Maybe[str] = UNKNOWN
    press_contact: Maybe[str] = UNKNOWN
    embargo_until: Maybe[date] = UNKNOWN
    embargo_hour: Maybe[str] = UNKNOWN
    logos: tuple[str, ...] = ()
    """Names of images of the catalogue's folder ``logos``, in the order they stand."""

    @property
    def place(self) -> str:
        """The town that a document of the mission is dated from; empty while nobody gave one: a territory is none."""
        return "" if self.issued_at is UNKNOWN else self.issued_at


@dataclass(frozen=True, slots=True, kw_only=True)
class MissionSettings:
    """What a mission is: where, when, with which envelope and which assumptions."""

    name: str
    territory: str
    territory_article: Maybe[str] = UNKNOWN
    """``le``, ``la``, ``les``, ``l'`` or ``aucun``: how the territory is named in a sentence."""
    epcis: tuple[str, ...]
    committee_on: date
    envelope: Envelope
    """The call of the mission, the first where it has several."""
    calls: tuple[Envelope, ...] = ()
    """The other calls, each of another dispositif, which names it."""
    zone_assumptions: tuple[ZoneAssumption, ...] = ()
    weights: tuple[tuple[str, Decimal], ...] = ()
    """Criterion of the call → its relative weight; empty: those of the grid (``referentiels/selection.yaml``)."""
    criteria: tuple[CallCriterion, ...] = ()
    """The criteria of its calls with their weights; without any of the mission's: those of the grid, ``weights``."""
    announcement: Announcement = Announcement()
    fictitious: bool = False

    @property
    def every_call(self) -> tuple[Envelope, ...]:
        """All the calls, the first one first."""
        return self.envelope, *self.calls

    @property
    def call_names(self) -> tuple[str, ...]:
        """How a decision or an address names each call: by its dispositif, but the first, by nothing."""
        return "", *(str(call.dispositif) for call in self.calls)

    @property
    def call_money(self) -> Euros:
        """What all the calls can spend."""
        return sum((call.amount for call in self.every_call), Euros(0))

    def call(self, name: str) -> Envelope:
        """The call of that name (``call_names``); ``KeyError`` when there is none."""
        return dict(zip(self.call_names, self.every_call, strict=True))[name]
