"""The cells of the tables of a family, margins included, and the sums that tie them: what a reader can subtract.

Tables of one family share their cells: a margin is one cell, whatever table shows it. A cell without any line is no
cell: it is told, as nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product

from rebond.publication.lines import LEVEL, UNKNOWN_VALUE, Line, levels

Key = tuple[tuple[str, str], ...]
"""Dimension and code, in the order of their names; a dimension that is not there is summed over."""
TOTAL: Key = ()


@dataclass(frozen=True)
class Cells:
    """Cells in a fixed order, the total first; each sum is a cell and the cells that make it."""

    tables: tuple[tuple[str, ...], ...]
    keys: tuple[Key, ...]
    sums: tuple[tuple[int, tuple[int, ...]], ...]

    @cached_property
    def rank(self) -> Mapping[Key, int]:
        """Where each cell is."""
        return {key: rank for rank, key in enumerate(self.keys)}

    def values(self, lines: Iterable[Line], measure: str) -> list[dict[str, int]]:
        """What each unit adds to each cell; a unit that is in a cell and adds nothing is there with a zero."""
        found: list[dict[str, int]] = [{} for _ in self.keys]
        for line in lines:
            for key in _keys_of(line.place, self.tables):
                rank = self.rank[key]
                found[rank][line.unit] = found[rank].get(line.unit, 0) + line.values.get(measure, 0)
        return found


def cells_of(tables: Sequence[tuple[str, ...]], lines: Iterable[Line]) -> Cells:
    """The cells that some lines fill in some tables."""
    places = {tuple(sorted(line.place.items())) for line in lines}
    every = {TOTAL}
    for place in places:
        every.update(_keys_of(dict(place), tables))
    keys = tuple(sorted(every, key=lambda key: (len(key), key)))
    rank = {key: index for index, key in enumerate(keys)}
    parts: dict[tuple[int, str], set[int]] = {}
    for key in keys:
        for dimension, code in key:
            parts.setdefault((rank[_parent(key, dimension, code)], dimension), set()).add(rank[key])
    sums = tuple(sorted((whole, tuple(sorted(ranks))) for (whole, _), ranks in parts.items()))
    return Cells(tuple(tables), keys, sums)


def shown(key: Key, tables: Sequence[tuple[str, ...]]) -> bool:
    """Whether one of the tables has that cell; the total is told beside any."""
    names = {name for name, _ in key}
    return not names or any(names <= set(table) for table in tables)


def _parent(key: Key, dimension: str, code: str) -> Key:
    """The cell one level above on a dimension: without it, at the top."""
    above, level, _ = code.rpartition(LEVEL)
    return tuple((name, above if name == dimension else value) for name, value in key if name != dimension or level)


def _keys_of(place: Mapping[str, str], tables: Sequence[tuple[str, ...]]) -> set[Key]:
    found: set[Key] = {TOTAL}
    for table in tables:
        names = sorted(table)
        for codes in product(*(("", *levels(place.get(name, UNKNOWN_VALUE))) for name in names)):
            found.add(tuple((name, code) for name, code in zip(names, codes, strict=True) if code))
    return found
