"""The best choices under many values over the same rows: values that are alike are looked at together, exactly.

Any prices of the rows bound what a choice is worth, under each of the values: an item whose margin at these prices is
more than what is left to win stays as it is. What one relaxation leaves for a group of values is tried once for the
whole group; a group that leaves too much is cut in two. One value alone that leaves too much is handed back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from rebond.portfolio.choosing.few import EXACT, MOST_TRIED
from rebond.portfolio.choosing.relaxation import Relaxation
from rebond.portfolio.choosing.row import Row

_TRIED_TOGETHER = 3000
"""Choices left to a group above which two halves of it, closer each, are quicker."""
_MOST_FREE = 62
"""Free items that a machine word tells apart."""
_MARGIN = 1e-9
"""Of a bound: what its own sums in floats may have lost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """Every choice that may be worth what is reached under the values of a group."""

    ranks: np.ndarray
    """The values of the group."""
    worth: np.ndarray
    """By choice, then by value of the group: whole numbers."""
    _taken: tuple[int, ...]
    _free: np.ndarray
    _tried: np.ndarray

    def choice(self, place: int) -> tuple[int, ...]:
        """One of the choices."""
        return tuple(sorted([*self._taken, *map(int, self._free[self._tried[place] > 0])]))

    def differing(self, places: np.ndarray) -> tuple[int, ...]:
        """Among choices, some that show every side on which any of them puts an item; the first one first."""
        if len(places) == 1:
            return (int(places[0]),)
        some = self._tried[places] > 0
        kept = [0]
        shown = np.stack([some[0], ~some[0]])
        sides = np.stack([some, ~some], axis=1)
        while True:
            fresh = (sides & ~shown).sum(axis=(1, 2))
            most = int(fresh.argmax())
            if not fresh[most]:
                return tuple(int(places[each]) for each in kept)
            kept.append(most)
            shown |= sides[most]


class Alike:
    """Looks at many values over the same rows."""

    def __init__(self, count: int, rows: Sequence[Row]) -> None:
        self._count = count
        self._relaxation = Relaxation(count, rows)
        self._weights = np.zeros((len(rows), count))
        for rank, row in enumerate(rows):
            for item, weight in row.terms.items():
                self._weights[rank, item] = weight
        self._low = np.array([-np.inf if row.low is None else row.low for row in rows], dtype=float)
        self._high = np.array([np.inf if row.high is None else row.high for row in rows], dtype=float)
        finite = [abs(bound) for row in rows for bound in (row.low, row.high) if bound is not None]
        self.exact = max([0, *finite, *(sum(map(abs, row.terms.values())) for row in rows)]) < EXACT
        """Whether floats hold every sum of these rows as it is; if not, ask nothing here."""

    def look(
        self, values: np.ndarray, places: np.ndarray, reached: np.ndarray, wanted: np.ndarray
    ) -> Iterator[Looked | int]:
        """Group by group, all that may be worth what is ``reached``; the rank of a value that leaves too much.

        ``values``: whole numbers, the sum of which no float rounds. ``places``: what says which are alike. Between two
        answers the caller may raise what is reached, and no longer want a value.
        """
        largest = np.maximum(np.abs(values).max(axis=1, initial=0.0), 1.0)
        scaled = values / largest[:, None]
        groups = [np.arange(len(values))]
        while groups:
            group = groups.pop()
            group = group[wanted[group]]
            if not len(group):
                continue
            found = self._left(scaled[group], (reached / largest)[group], len(group))
            if found is not None:
                yield self._looked(group, values[group], *found)
            elif len(group) == 1:
                yield int(group[0])
            else:
                there = places[group]
                widest = int(np.ptp(there, axis=0).argmax())
                order = group[np.argsort(there[:, widest], kind="stable")]
                groups += [order[len(order) // 2 :], order[: len(order) // 2]]

    def _left(self, values: np.ndarray, reached: np.ndarray, size: int) -> tuple[np.ndarray, ...] | None:
        """Which items are taken for sure, which are free, every 0-1 vector of these that may matter."""
        prices = self._prices(values.mean(axis=0))
        margins = values - prices @ self._weights
        room = float(prices @ np.where(prices > 0, self._high, np.where(prices < 0, self._low, 0.0)))
        bound = room + np.maximum(margins, 0.0).sum(axis=1)
        slack = bound - reached + _MARGIN * (1.0 + np.abs(values).sum(axis=1) + abs(room))
        # What it costs an item to leave its place under every value; nothing where its place is not the same for all.
        costs = (np.abs(margins) / slack[:, None]).min(axis=0)
        inside = margins.mean(axis=0) > 0
        costs[(margins > 0).any(axis=0) & (margins <= 0).any(axis=0)] = 0.0
        free = np.flatnonzero(costs <= 1.0)
        most = _TRIED_TOGETHER if size > 1 else MOST_TRIED
        if len(free) > _MOST_FREE:
            return None
        free = free[np.argsort(-costs[free], kind="stable")]
        leaving = _leaving(costs[free], most)
        if leaving is None:
            return None
        bits = (leaving[:, None] >> np.arange(len(free), dtype=np.int64)) & 1
        tried = np.where(inside[free], 1 - bits, bits).astype(float)
        fixed = np.ones(self._count, dtype=bool)
        fixed[free] = False
        return np.flatnonzero(fixed & inside), free, tried

    def _looked(
        self, group: np.ndarray, values: np.ndarray, taken: np.ndarray, free: np.ndarray, tried: np.ndarray
    ) -> Looked:
        used = self._weights[:, taken].sum(axis=1) + tried @ self._weights[:, free].T
        tried = tried[np.all((used >= self._low) & (used <= self._high), axis=1)]
        worth = values[:, taken].sum(axis=1) + tried @ values[:, free].T
        return Looked(ranks=group, worth=worth, _taken=tuple(map(int, taken)), _free=free, _tried=tried)

    def _prices(self, values: np.ndarray) -> np.ndarray:
        """Prices that the relaxation puts on the rows; any others would bound too, less closely."""
        prices = self._relaxation.prices(values)
        none = ((prices > 0) & ~np.isfinite(self._high)) | ((prices < 0) & ~np.isfinite(self._low))
        return np.where(none, 0.0, prices)


def _leaving(costs: np.ndarray, most: int) -> np.ndarray | None:
    """Every set of items (bits) whose costs add up to 1 at most; ``None`` when they are too many."""
    sets, spent = np.zeros(1, dtype=np.int64), np.zeros(1)
    for rank, cost in enumerate(costs):
        can = spent + cost <= 1.0
        sets = np.concatenate([sets, sets[can] | (1 << rank)])
        spent = np.concatenate([spent, spent[can] + cost])
        if len(sets) > most:
            return None
    return sets
