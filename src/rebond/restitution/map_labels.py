"""Where names go on the map: beside their circle when there is room, else further off at the end of a leader line."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rebond.restitution.geometry import Box, Point

__all__ = ["Label", "Named", "label_places"]

_GAP = 4.0
"""Paper between a circle and its name."""
_ASCENT, _DESCENT = 11.0, 4.0
"""What a name takes above and below its baseline."""
_AROUND = ((1, 0), (-1, 0), (0, -1), (0, 1), (1, -1), (1, 1), (-1, -1), (-1, 1))
"""The eight places beside a circle, the most legible first (y goes down)."""
_ANCHORS = {1: "start", 0: "middle", -1: "end"}
"""Which end of a name its circle is on, by the side the name is on."""
_DISTANCES = (16.0, 26.0, 38.0, 52.0, 68.0)
"""Lengths of the leader lines that are tried, the shortest first."""
_DIRECTIONS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What asks for a name: its circle and the width of the name."""

    x: float
    y: float
    radius: float
    width: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A place found: the left end of the name, its baseline, its leader line if it needs one.

    ``anchor`` is the side its circle is on: widths are rounded up, and a name must hug its circle.
    """

    x: float
    y: float
    width: float
    anchor: str = "start"
    leader: tuple[Point, Point] | None = None

    @property
    def anchored_at(self) -> float:
        """The abscissa that goes with the anchor."""
        return self.x + self.width * {"start": 0.0, "middle": 0.5, "end": 1.0}[self.anchor]

    @property
    def box(self) -> Box:
        """The paper of the name."""
        return Box(self.x, self.y - _ASCENT, self.x + self.width, self.y + _DESCENT)


def label_places(
    wanted: Sequence[Named], circles: Sequence[tuple[float, float, float]], width: float, height: float, *, most: int
) -> tuple[Label | None, ...]:
    """A place for each name, the first ones served first; ``None`` where a name would touch another or a circle.

    No more than ``most`` names get one. ``circles``: x, y and radius of all that names must leave uncovered, on paper
    of that width and height.
    """
    taken: list[Label] = []
    found: list[Label | None] = []
    for named in wanted:
        if len(taken) == most:
            return (*found, *(None for _ in wanted[len(found) :]))
        spots = (*_beside(named), *_away(named))
        place = next((spot for spot in spots if _free(spot, named, taken, circles, width, height)), None)
        found.append(place)
        if place:
            taken.append(place)
    return tuple(found)


def _beside(named: Named) -> Iterator[Label]:
    middle = (_ASCENT - _DESCENT) / 2
    for right, down in _AROUND:
        reach = named.radius + _GAP if 0 in {right, down} else named.radius * math.sqrt(0.5) + _GAP / 2
        x = named.x + right * reach - named.width * (1 - right) / 2
        y = named.y + down * reach + middle + down * (_ASCENT + _DESCENT) / 2
        yield Label(x=x, y=y, width=named.width, anchor=_ANCHORS[right])


def _away(named: Named) -> Iterator[Label]:
    """At the end of a line: the name starts or ends where the line does."""
    middle = (_ASCENT - _DESCENT) / 2
    for distance in _DISTANCES:
        for step in range(_DIRECTIONS):
            turn = 2 * math.pi * step / _DIRECTIONS
            cosine, sine = math.cos(turn), math.sin(turn)
            start = (named.x + named.radius * cosine, named.y + named.radius * sine)
            end = (start[0] + distance * cosine, start[1] + distance * sine)
            x = end[0] + 3 if cosine >= 0 else end[0] - 3 - named.width
            anchor = _ANCHORS[1 if cosine >= 0 else -1]
            yield Label(x=x, y=end[1] + middle, width=named.width, anchor=anchor, leader=(start, end))


def _free(
    spot: Label,
    named: Named,
    taken: Sequence[Label],
    circles: Sequence[tuple[float, float, float]],
    width: float,
    height: float,
) -> bool:
    box = spot.box
    if box.left < 0 or box.right > width or box.top < 0 or box.bottom > height:
        return False
    if any(box.covers(x, y, radius) for x, y, radius in circles):
        return False
    if any(box.meets(other.box) or (other.leader and box.is_crossed(*other.leader)) for other in taken):
        return False
    return spot.leader is None or _clear(spot.leader, named, taken, circles)


def _clear(
    leader: tuple[Point, Point], named: Named, taken: Sequence[Label], circles: Sequence[tuple[float, float, float]]
) -> bool:
    """Whether a leader line crosses no name and no circle but its own."""
    others = (circle for circle in circles if circle[:2] != (named.x, named.y))
    along = [_at(leader, part / 12) for part in range(1, 13)]
    if any(math.dist(point, (x, y)) < radius + 1 for x, y, radius in others for point in along):
        return False
    return not any(other.box.is_crossed(*leader) for other in taken)


def _at(leader: tuple[Point, Point], part: float) -> Point:
    (x1, y1), (x2, y2) = leader
    return x1 + (x2 - x1) * part, y1 + (y2 - y1) * part
