"""What a mission is: its territory, its envelope, its assumptions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from rebond.facts.values import UNKNOWN, Maybe
from rebond.units import Euros, Rate


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """What one contributor puts into the envelope, in euros."""

    contributor: str
    amount: Euros


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """The call's envelope and its rules; every rule is a setting of the mission, none is assumed."""

    contributions: tuple[Contribution, ...]
    max_rate: Maybe[Rate] = UNKNOWN
    max_per_project: Maybe[Euros] = UNKNOWN
    min_spend: Maybe[Euros] = UNKNOWN
    min_aid: Maybe[Euros] = UNKNOWN
    """The least that a project gets of it; UNKNOWN: what makes a file worth its trouble (``dossier_utile``)."""
    grant_share: Maybe[Rate] = UNKNOWN
    max_months: Maybe[int] = UNKNOWN
    operator: str = "bpifrance"

    @property
    def amount(self) -> Euros:
        """What the call can spend in all."""
        return sum((part.amount for part in self.contributions), Euros(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneAssumption:
    """A zone that a mission sets for its communes while the official list is not at hand; always shown as such."""

    zone: str
    value: str
    source: str
    communes: frozenset[str] = frozenset()
    """Empty: every commune of the territory."""


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
    zone_assumptions: tuple[ZoneAssumption, ...] = ()
    weights: tuple[tuple[str, Decimal], ...] = ()
    """Criterion of the call → its relative weight; empty: those of the grid (``referentiels/selection.yaml``)."""
    fictitious: bool = False
