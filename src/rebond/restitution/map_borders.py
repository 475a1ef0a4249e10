"""The lines between intercommunalities: what tells them apart on a map without any colour."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TypeAlias

from rebond.restitution.geometry import Point
from rebond.restitution.svg import INK, coordinate, element

Edge: TypeAlias = frozenset[Point]
_WIDTH = 1.8


def borders(shapes: Iterable[tuple[str, Sequence[Point]]]) -> str:
    """One mark along every group's edge; ``shapes``: the group of each ring, and the ring on paper.

    An edge that two communes of a group share is inside it: two neighbours keep one line, to the tenth of a unit.
    """
    seen: Counter[tuple[str, Edge]] = Counter()
    for group, ring in shapes:
        points = [(round(x, 1), round(y, 1)) for x, y in ring]
        for start, end in zip(points, (*points[1:], *points[:1]), strict=True):
            if start != end:
                seen[group, frozenset((start, end))] += 1
    outer = dict.fromkeys(edge for (_, edge), count in seen.items() if count == 1)
    drawn = " ".join(
        f"M{coordinate(x1)},{coordinate(y1)} L{coordinate(x2)},{coordinate(y2)}"
        for (x1, y1), (x2, y2) in map(sorted, outer)
    )
    if not drawn:
        return ""
    return element("path", css="rb-limite", d=drawn, fill="none", stroke=INK, stroke_width=_WIDTH)
