"""What stands beside the map of a territory: what its circles, grounds and signs mean, north and scale."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from decimal import Decimal

from rebond.restitution.charts import WIDTH
from rebond.restitution.geometry import Frame
from rebond.restitution.svg import INK, PAPER, QUIET_INK, element, line, polygon, text, wrapped

LARGEST_SYMBOL = 34.0
GROUND = ("#f4eee2", "#bccbd9", "#e2ead6", "#ccbfd0")
"""Light fills of the intercommunalities, light and less light by turns, so that two neighbours differ in grey too."""
DOT = "#9aa4b0"
_SIGN = 5.0


def diamond(x: float, y: float) -> str:
    """What tells a commune apart whatever the ink: white within black."""
    corners = [(x, y - _SIGN), (x + _SIGN, y), (x, y + _SIGN), (x - _SIGN, y)]
    return polygon(corners, css="rb-signe", fill=PAPER, stroke=INK, stroke_width=1.4)


def legend(
    groups: Sequence[str],
    largest: Decimal | None,
    frame: Frame,
    measure: str,
    write: Callable[[Decimal], str],
    absent: Sequence[str],
    signs: Sequence[str],
) -> list[str]:
    """Beside a map: what it measures, the sizes up to the ``largest`` value (``None``: no circle), signs and grounds.

    ``absent``: names of the communes that have a value and no point.
    """
    x, width = frame.width + 24, WIDTH - frame.width - 24
    y = 16.0
    marks: list[str] = []
    for words in wrapped(measure, width, 13):
        marks.append(text(words, x, y, size=13, weight="700"))
        y += 17
    if largest is not None:
        y += 6
        marks += _sizes(largest, x, y, write)
        y += 2 * LARGEST_SYMBOL + 26
    for words in signs:
        marks.append(diamond(x + 8, y))
        for row, said in enumerate(wrapped(words, width - 24, 13)):
            y += 17 if row else 0
            marks.append(text(said, x + 24, y + 4.5, size=13))
        y += 26
    marks.append(element("circle", css="rb-population", cx=x + 8, cy=y, r=6, fill=DOT))
    marks.append(text("Habitants de la commune", x + 24, y + 4.5, size=13))
    y += 26
    for rank, group in enumerate(groups):
        fill = GROUND[rank % len(GROUND)]
        marks.append(
            element(
                "rect",
                css=f"rb-fond rb-fond--{rank % len(GROUND)}",
                x=x,
                y=y - 8,
                width=16,
                height=16,
                fill=fill,
                stroke="#8a95a3",
                stroke_width=0.6,
            )
        )
        for row, words in enumerate(wrapped(group, width - 24, 13)):
            marks.append(text(words, x + 24, y + 4.5, size=13))
            y += 17 if row else 0
            y += 8
        y += 12
    if absent:
        y += 6
        told = "Sans coordonnées, hors de la carte : " + ", ".join(absent)
        for words in wrapped(told, width, 12):
            marks.append(text(words, x, y, size=12, fill=QUIET_INK))
            y += 15
    return [*marks, *_north_and_scale(frame, x)]


def _sizes(largest: Decimal, x: float, y: float, write: Callable[[Decimal], str]) -> list[str]:
    """Three nested circles standing on one foot, each with its value."""
    foot = y + 2 * LARGEST_SYMBOL
    marks: list[str] = []
    middle = x + LARGEST_SYMBOL
    for value in _steps(largest):
        radius = LARGEST_SYMBOL * math.sqrt(float(value / largest))
        top = foot - 2 * radius
        marks.append(
            element("circle", cx=middle, cy=foot - radius, r=radius, fill="none", stroke=INK, stroke_width=0.9)
        )
        marks.append(line(middle, top, x + 2 * LARGEST_SYMBOL + 10, top, stroke=QUIET_INK, width=0.6))
        marks.append(text(write(value), x + 2 * LARGEST_SYMBOL + 14, top + 4.5, size=12))
    return marks


def _steps(largest: Decimal) -> tuple[Decimal, ...]:
    """Three round values at most, the greatest first, far enough apart for their labels."""
    magnitude = Decimal(10) ** largest.adjusted()
    lead = next(step for step in (5, 2, 1) if step * magnitude <= largest)
    first = lead * magnitude
    whole = [first, first * 2 / 5 if lead == 5 else first / 2, first / 10]  # noqa: PLR2004 - 5 → 2, 2 → 1, 1 → 0,5
    return tuple(value for value in whole if largest < 10 or value == value.to_integral_value())[:3]  # noqa: PLR2004 - units


def _north_and_scale(frame: Frame, x: float) -> list[str]:
    """Which way is north, and how long ten kilometres are."""
    foot = frame.height - 16
    length = frame.units_per_km * 10
    return [
        line(x, foot, x + length, foot, stroke=INK, width=1.2),
        line(x, foot - 4, x, foot + 4, stroke=INK, width=1.2),
        line(x + length, foot - 4, x + length, foot + 4, stroke=INK, width=1.2),
        text("10 km", x + length / 2, foot - 8, size=12, anchor="middle"),
        polygon([(x + length + 40, foot - 26), (x + length + 46, foot - 4), (x + length + 34, foot - 4)], fill=INK),
        text("N", x + length + 40, foot + 10, size=12, anchor="middle", weight="700"),
    ]
