"""How wide the columns of a printed table are, from what is written in them.

A printer that is told the widths lays out each cell once; one that looks for them lays out all of them twice more.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

_LETTERS: Final = 115
"""That fit across a page in the text of a table; in a wide one, whose text is smaller, as many more."""
_SMALLER: Final = 1.16
_BETWEEN: Final = 2.5
"""Letters left free beside each column."""
_HEAD: Final = 1.12
"""Titles are bold."""
_FIGURE: Final = 1.5
"""More beside a column of figures, which never breaks a line."""
_STORY: Final = 240
"""Beyond that many letters, a text takes lines and not width."""


def column_widths(
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    numbers: Collection[int] = (),
    wide: bool = False,
    letters: int = 0,
) -> tuple[float, ...]:
    """The share of each column, in percent: at least its longest word, then what its longest text asks.

    ``numbers``: the columns whose cells are each on one line. ``letters``: what fits across the page, where it is not
    ours.
    """
    least: list[float] = []
    asked: list[float] = []
    for rank, (head, *cells) in enumerate(zip(header, *rows, strict=True)):
        beside = _BETWEEN + _FIGURE if rank in numbers else _BETWEEN
        longest = max(len(head) * _HEAD, *map(len, cells), 0)
        word = max(_word(head) * _HEAD, *map(len if rank in numbers else _word, cells), 0)
        least.append(word + beside)
        asked.append(max(word, min(longest, _STORY)) + beside)
    room = letters or _LETTERS * (_SMALLER if wide else 1.0)
    if sum(asked) <= room:
        found = asked
    else:
        spare = max(0.0, room - sum(least))
        more = [high - low for low, high in zip(least, asked, strict=True)]
        found = [low + spare * each / (sum(more) or 1.0) for low, each in zip(least, more, strict=True)]
    return tuple(round(100 * each / sum(found), 1) for each in found)


def _word(text: str) -> int:
    """Letters of the longest word; a no-break space is within a word."""
    return max(map(len, text.replace("-", "- ").split(" ")))
