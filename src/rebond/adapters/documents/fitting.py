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


def clipped(text: str, width: float, size: float, most: int) -> str:
    """The words of a text that hold in so many lines, with the sign that some are left out."""
    if lines_needed(text, width, size) <= most:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if lines_needed(f"{text[:middle].rstrip()}…", width, size) <= most:
            low = middle
        else:
            high = middle - 1
    return f"{text[:low].rstrip()}…"


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
