"""Where the titles are in a table, and which column is which field: by a known layout, or by a confirmed mapping."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from rebond.adapters.partner_lists.fields import DateOrder, Field, Numbers, Title, title_of
from rebond.adapters.partner_lists.formats import ListFormat
from rebond.adapters.partner_lists.raw import Cells, RawTable
from rebond.adapters.workbook.wording import column_letters

SEARCHED_ROWS = 40
"""Titles, logos, addresses and dates stand above the header of a real list."""
LETTERS = "colonne "


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """How one table is read."""

    origin: str
    """« présentation SCDL… » or « correspondance m.yaml », for people."""
    header: int
    """Index of the row of titles in the table's rows; -1 when it has none."""
    titles: Mapping[int, str]
    """Column → its title as written."""
    places: Mapping[Field, int]
    """Field → column, from 0."""
    units: Mapping[Field, Decimal]
    dates: DateOrder
    numbers: Numbers
    left: tuple[str, ...] = ()
    """Titles of the columns that are not read and that no layout knows."""
    partner: str = ""
    """Partner that the mapping names."""
    notes: tuple[str, ...] = field(default=())

    def name(self, place: Field) -> str:
        """The title of a field's column."""
        return self.titles.get(self.places[place], f"{LETTERS}{column_letters(self.places[place])}")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Attempt:
    columns: Columns
    score: int
    official: int


def titles_of(cells: Cells) -> dict[int, Title]:
    """The titles of a row, by column; empty cells are left out."""
    found = {index: title_of(cell) for index, cell in enumerate(cells) if isinstance(cell, str)}
    return {index: title for index, title in found.items() if title.key}


def recognise(table: RawTable, formats: Sequence[ListFormat]) -> tuple[ListFormat, Columns] | None:
    """The layout that knows the most titles of the table; ``None`` when none fits, or two that would read otherwise."""
    attempts = [
        (known, attempt)
        for known in formats
        for index in range(min(SEARCHED_ROWS, len(table.rows)))
        if (attempt := _attempt(table, index, known)) is not None
    ]
    if not attempts:
        return None
    attempts.sort(key=lambda pair: (-pair[1].score, -pair[1].official, pair[1].columns.header))
    best_format, best = attempts[0]
    for _, other in attempts[1:]:
        if (other.score, other.official) != (best.score, best.official):
            break
        same_row = other.columns.header == best.columns.header
        if same_row and dict(other.columns.places) != dict(best.columns.places):
            return None
    return best_format, best.columns


def _attempt(table: RawTable, index: int, known: ListFormat) -> _Attempt | None:
    """The table read with one layout from one row of titles; ``None`` when a required field lacks or is claimed twice.

    Where two columns claim a field, the official spelling wins over the others; two others are for people to choose.
    """
    titles = titles_of(table.rows[index][1])
    claims: dict[Field, list[tuple[int, int]]] = {}
    for column, title in titles.items():
        if title.key in known.fields:
            claimed, rank = known.fields[title.key]
            claims.setdefault(claimed, []).append((rank, column))
    if not known.required <= set(claims):
        return None
    places: dict[Field, int] = {}
    passed_over: list[int] = []
    for claimed, found in claims.items():
        best = min(found)
        if len(found) > 1 and (best[0] > 0 or sum(rank == 0 for rank, _ in found) > 1):
            return None
        places[claimed] = best[1]
        passed_over += [column for _, column in found if column != best[1]]
    strange = [
        title.text
        for column, title in titles.items()
        if column in passed_over or (title.key not in known.fields and title.key not in known.known)
    ]
    columns = Columns(
        origin=f"présentation « {known.title} »",
        header=index,
        titles={column: title.text for column, title in titles.items()},
        places=places,
        units={each: titles[column].unit or known.unit for each, column in places.items()},
        dates=known.dates,
        numbers=known.numbers,
        left=tuple(strange),
    )
    official = sum(known.fields[titles[column].key][1] == 0 for column in places.values())
    score = sum(title.key in known.fields or title.key in known.known for title in titles.values())
    return _Attempt(columns=columns, score=score, official=official)
