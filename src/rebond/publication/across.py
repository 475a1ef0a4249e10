"""Figures of several missions together, made of what each one told and of nothing else: no cell is worked out of them.

A cell that one mission keeps silent is left out of the sum, and the sum says how many missions it lacks. A firm that
takes part in two missions counts in each.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rebond.publication.cells import TOTAL
from rebond.publication.edition import Edition, Figures
from rebond.publication.rules import Measure


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """One measure over missions."""

    title: str
    measure: Measure
    value: int | None
    """``None``: no mission tells it."""
    silent: int
    """Missions that keep it silent, or do not publish it: the sum is a minimum."""
    of: Mapping[str, int | None]
    """Mission → its value; ``None``: silent."""
    partial: bool


def together(editions: Mapping[str, Edition]) -> tuple[Together, ...]:
    """The total of each measure over missions."""
    names = dict.fromkeys((each.family, each.measure.code) for edition in editions.values() for each in edition.figures)
    return tuple(_together({mission: edition.of(*name) for mission, edition in editions.items()}) for name in names)


def _together(figures: Mapping[str, Figures | None]) -> Together:
    known = [each for each in figures.values() if each is not None]
    values = {
        mission: each.cells.get(TOTAL, 0) if each is not None and each.tables else None
        for mission, each in figures.items()
    }
    told = [value for value in values.values() if value is not None]
    return Together(
        title=known[0].title,
        measure=known[0].measure,
        value=sum(told) if told else None,
        silent=len(values) - len(told),
        of=values,
        partial=any(each.partial for each in known),
    )
