"""Plane geometry of the map: projection, the share of the paper nearest to each point, boxes that must not meet."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

Point: TypeAlias = tuple[float, float]
_KM_PER_DEGREE = 111.32
"""Length of a degree of latitude."""
_SIDES = 36
_LONE_REACH = 0.04
"""Degrees around a place that is alone on its map."""


@dataclass(frozen=True, slots=True)
class Box:
    """An upright rectangle."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        """Whether they share any paper."""
        return not (
            self.right <= other.left or other.right <= self.left or self.bottom <= other.top or other.bottom <= self.top
        )

    def covers(self, x: float, y: float, radius: float) -> bool:
        """Whether it hides any part of a circle."""
        nearest = (min(max(x, self.left), self.right), min(max(y, self.top), self.bottom))
        return math.dist(nearest, (x, y)) < radius

    def is_crossed(self, start: Point, end: Point) -> bool:
        """Whether a segment goes through it (Liang–Barsky)."""
        enters, leaves = 0.0, 1.0
        for low, high, at, step in (
            (self.left, self.right, start[0], end[0] - start[0]),
            (self.top, self.bottom, start[1], end[1] - start[1]),
        ):
            if step == 0:
                if not low < at < high:
                    return False
                continue
            first, last = sorted(((low - at) / step, (high - at) / step))
            enters, leaves = max(enters, first), min(leaves, last)
        return enters < leaves


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """An equirectangular projection onto the paper, north up: true distances around its middle latitude."""

    north: float
    west: float
    squeeze: float
    """Cosine of the middle latitude: how much shorter a degree of longitude is."""
    scale: float
    """Units of paper per degree of latitude."""
    margin: float
    width: float
    height: float

    def project(self, latitude: float, longitude: float) -> Point:
        """Where a place is on the paper."""
        return (
            self.margin + (longitude - self.west) * self.squeeze * self.scale,
            self.margin + (self.north - latitude) * self.scale,
        )

    @property
    def units_per_km(self) -> float:
        """Units of paper per kilometre."""
        return self.scale / _KM_PER_DEGREE


def fitted_frame(points: Sequence[Point], width: float, height: float, *, reach: float | None = None) -> Frame:
    """The largest projection of (latitude, longitude) points within a width and a height, trimmed to what is used.

    ``reach``: degrees left around them; by default, how far apart they are.
    """
    latitudes = [point[0] for point in points]
    longitudes = [point[1] for point in points]
    squeeze = math.cos(math.radians((min(latitudes) + max(latitudes)) / 2))
    if reach is None:
        reach = _reach([(latitude, longitude * squeeze) for latitude, longitude in points])
    tall = max(latitudes) - min(latitudes) + 2 * reach
    wide = (max(longitudes) - min(longitudes)) * squeeze + 2 * reach
    scale = min(width / wide, height / tall)
    return Frame(
        north=max(latitudes),
        west=min(longitudes),
        squeeze=squeeze,
        scale=scale,
        margin=reach * scale,
        width=wide * scale,
        height=tall * scale,
    )


def cells(points: Sequence[Point], radius: float) -> list[list[Point]]:
    """For each point, the polygon of what is nearer to it than to any other, within a circle (Voronoi cells)."""
    return [_cell(point, points, radius) for point in points]


def _reach(points: Sequence[Point]) -> float:
    """How far a place spreads on the map, so that the outside follows the territory and few holes are left.

    1.3 times the distance to the nearest place, for the most isolated tenth of them; never nothing.
    """
    nearest = sorted(
        min((math.dist(point, other) for other in points if other != point), default=_LONE_REACH) for point in points
    )
    return 1.3 * nearest[min(len(nearest) - 1, len(nearest) * 9 // 10)]


def _cell(centre: Point, points: Sequence[Point], radius: float) -> list[Point]:
    shape = [
        (
            centre[0] + radius * math.cos(2 * math.pi * side / _SIDES),
            centre[1] + radius * math.sin(2 * math.pi * side / _SIDES),
        )
        for side in range(_SIDES)
    ]
    for other in points:
        if other != centre and math.dist(centre, other) < 2 * radius:
            shape = _nearer_part(shape, centre, other)
    return shape


def _nearer_part(shape: Sequence[Point], centre: Point, other: Point) -> list[Point]:
    """The part of a convex shape on the centre's side of the perpendicular bisector (Sutherland–Hodgman)."""
    normal = (other[0] - centre[0], other[1] - centre[1])
    middle = ((other[0] + centre[0]) / 2, (other[1] + centre[1]) / 2)

    def beyond(point: Point) -> float:
        return (point[0] - middle[0]) * normal[0] + (point[1] - middle[1]) * normal[1]

    kept: list[Point] = []
    for start, end in zip(shape, [*shape[1:], *shape[:1]], strict=True):
        before, after = beyond(start), beyond(end)
        if before <= 0:
            kept.append(start)
        if (before < 0 < after) or (after < 0 < before):
            share = before / (before - after)
            kept.append((start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1])))
    return kept
