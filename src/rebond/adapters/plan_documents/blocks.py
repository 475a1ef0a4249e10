"""What a document is made of: a section with its sentences and its table, in words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class RowStyle(StrEnum):
    """How a row of a table stands out."""

    PLAIN = ""
    TOTAL = "total"
    SIDE = "cote"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Cells in words; ``note`` goes with the first, in smaller type."""

    cells: tuple[str, ...]
    note: str = ""
    style: RowStyle = RowStyle.PLAIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table: ``figures`` are the columns aligned right, ``widths`` their shares of the page."""

    heads: tuple[str, ...]
    rows: tuple[Row, ...]
    widths: tuple[int, ...]
    figures: frozenset[int] = frozenset()
    whole: bool = False
    """Kept on one page where it fits."""

    @property
    def percents(self) -> tuple[float, ...]:
        """The widths as percents of the page."""
        return tuple(round(100 * width / sum(self.widths), 2) for width in self.widths)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading, sentences or points before its table, sentences after."""

    title: str
    level: int = 1
    before: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    table: Table | None = None
    after: tuple[str, ...] = ()
    opens_page: bool = False
    """Begins the annexes: what is before stands alone on its page."""
