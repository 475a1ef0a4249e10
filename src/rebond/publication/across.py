"""Figures of several missions together, made of what each one told and of nothing else: no cell is worked out of them.

A cell that one mission keeps silent is left out of the sum, and the sum says how many missions it lacks. A firm that
takes part in two missions counts in each.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rebond.publication.cells import Key
from rebond.publication.edition import Edition
from rebond.publication.rules import Measure


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """One cell over missions."""

    title: str
    measure: Measure
    key: Key
    value: int
    silent: int
    """Missions that keep it silent, or do not publish it: the sum is a minimum."""
    of: Mapping[str, int | None]
    """Mission → its value; ``None``: silent."""
    partial: bool


def together(editions: Mapping[str, Edition], *, dimension: str = "") -> tuple[Together, ...]:
    """The totals of each measure over missions, told apart by one dimension when it is given."""
    found: dict[tuple[str, str, Key], Together] = {}
    order: dict[tuple[str, str], None] = {}
    keys: dict[tuple[str, str], dict[Key, None]] = {}
    for edition in editions.values():
        for figures in edition.figures:
            name = (figures.family, figures.measure.code)
            order.setdefault(name, None)
            mine = keys.setdefault(name, {})
            if not dimension:
                mine[()] = None
            elif any((dimension,) == table for table in figures.tables):
                mine |= {key: None for key in figures.cells if len(key) == 1 and key[0][0] == dimension}
    for name in order:
        for key in keys[name]:
            values: dict[str, int | None] = {}
            first = None
            partial = False
            for mission, edition in editions.items():
                figures_of = edition.of(*name)
                if figures_of is None:
                    values[mission] = None
                    continue
                first = first or figures_of
                partial = partial or figures_of.partial
                made = bool(figures_of.tables) and (not key or (dimension,) in figures_of.tables)
                values[mission] = figures_of.cells.get(key, 0) if made else None
            if first is not None:
                found[(*name, key)] = Together(
                    title=first.title,
                    measure=first.measure,
                    key=key,
                    value=sum(value for value in values.values() if value is not None),
                    silent=sum(value is None for value in values.values()),
                    of=values,
                    partial=partial,
                )
    return tuple(found.values())
