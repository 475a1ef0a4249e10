"""Whether words hold in a box: office files have no engine here, so a size is chosen before it is written."""

from __future__ import annotations

from collections.abc import Sequence

from rebond.restitution.svg import text_width, wrapped

LEADING = 1.2
_INDENT = 24.0
"""Points that a bullet and its space take."""
_BETWEEN = 9.0
"""Points between two bullets."""


def lines_needed(text: str, width: float, size: float) -> int:
    """Lines that a text takes; a word longer than the line is broken."""
    lines = 0
    for line in text.split("\n"):
        for part in wrapped(line, width, size):
            lines += max(1, -int(-text_width(part, size) // width))
    return max(lines, 1)


def size_that_fits(
    texts: Sequence[str], width: float, height: float, sizes: Sequence[int], *, bullets: bool = False
) -> int:
    """The largest of these sizes at which the paragraphs hold; the smallest when none does."""
    room = width - _INDENT * bullets
    between = _BETWEEN * (len(texts) - 1) * bullets
    for size in sizes:
        if sum(lines_needed(text, room, size) for text in texts) * size * LEADING + between <= height:
            return size
    return sizes[-1]
