"""Where the names of a bar's parts go under it, so that no name touches another nor is crossed by a leader line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

__all__ = ["Named", "Spot", "label_rows"]

_APART = 8.0
"""Paper kept between two names of one row, and around a leader line."""
_ROW_COST = 100.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A part of a bar: where it starts, how wide it is, how wide its name is."""

    x: float
    width: float
    name_width: float

    @property
    def foot(self) -> float:
        """Where the leader line leaves the part."""
        return self.x + min(self.width, 8.0) / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A name's place: its left end, its row (0 is against the bar; below it, a leader line is needed)."""

    start: float
    end: float
    row: int
    foot: float
    anchor: str
    """``start``, ``middle`` or ``end``: widths are rounded up, and a name must stay by its part."""

    @property
    def anchored_at(self) -> float:
        """The abscissa that goes with the anchor."""
        return {"start": self.start, "middle": (self.start + self.end) / 2, "end": self.end}[self.anchor]


def label_rows(parts: Sequence[Named], room: float) -> tuple[Spot, ...]:
    """The places of the names, in the order of the parts, within ``room``: fewest rows down, then least overhang."""
    best: tuple[float, tuple[Spot, ...]] = (float("inf"), ())

    def search(placed: tuple[Spot, ...], cost: float) -> None:
        nonlocal best
        if cost >= best[0]:
            return
        if len(placed) == len(parts):
            best = (cost, placed)
            return
        part = parts[len(placed)]
        for spot, more in _spots(part, len(parts), room):
            if not any(_clash(spot, other) or _clash(other, spot) for other in placed):
                search((*placed, spot), cost + more)

    search((), 0.0)
    return best[1]


def _spots(part: Named, rows: int, room: float) -> Iterator[tuple[Spot, float]]:
    """From the part's left, under its middle, or ending at its right; each with what it costs to the eye."""
    width = min(part.name_width, room)
    right = part.x + part.width
    for row in range(rows):
        starts = {"start": part.x, "middle": part.x + (part.width - width) / 2, "end": right - width}
        for rank, (anchor, start) in enumerate(starts.items()):
            held = max(0.0, min(start, room - width))
            overhang = max(0.0, part.x - held) + max(0.0, held + width - right)
            cost = row * _ROW_COST + overhang * (0.2 if row == 0 else 0.05) + rank
            yield Spot(start=held, end=held + width, row=row, foot=part.foot, anchor=anchor), cost


def _clash(spot: Spot, other: Spot) -> bool:
    """Whether two names touch, or the first one's leader line crosses the other."""
    if spot.row == other.row:
        return spot.start < other.end + _APART and other.start < spot.end + _APART
    return other.row < spot.row and other.start - _APART / 2 < spot.foot < other.end + _APART / 2
