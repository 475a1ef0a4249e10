"""Outlines of communes: what a map draws, in degrees, with the source that must be named beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from rebond.restitution.geometry import Point

Ring: TypeAlias = tuple[Point, ...]
"""A closed line of (latitude, longitude); the last point is not the first again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlines:
    """Code of a commune → its rings, the holes among them; whom they come from."""

    of: Mapping[str, tuple[Ring, ...]] = field(default_factory=dict)
    credits: Mapping[str, str] = field(default_factory=dict)
    """Code of a commune → what a map that draws it must say."""


def centre(rings: Sequence[Ring]) -> Point:
    """The centroid of the largest ring."""
    ring = max(rings, key=lambda each: abs(area(each)))
    whole = area(ring)
    if not whole:
        return ring[0]
    latitude = longitude = 0.0
    for (y1, x1), (y2, x2) in zip(ring, (*ring[1:], ring[0]), strict=True):
        share = x1 * y2 - x2 * y1
        latitude += (y1 + y2) * share
        longitude += (x1 + x2) * share
    return latitude / (6 * whole), longitude / (6 * whole)


def area(ring: Ring) -> float:
    """In square degrees, signed."""
    return sum(x1 * y2 - x2 * y1 for (y1, x1), (y2, x2) in zip(ring, (*ring[1:], ring[0]), strict=True)) / 2


def simplified(ring: Sequence[Point], decimals: int) -> Ring:
    """The ring on a coarser grid. Every point moves by itself: two communes keep one border."""
    found: list[Point] = []
    for latitude, longitude in ring:
        point = (round(latitude, decimals), round(longitude, decimals))
        if not found or found[-1] != point:
            found.append(point)
    while len(found) > 1 and found[0] == found[-1]:
        found.pop()
    return tuple(found)
