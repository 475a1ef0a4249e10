"""What a mission is: its territory, its call, its assumptions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from rebond.facts.call import Envelope
from rebond.facts.values import UNKNOWN, Maybe


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
