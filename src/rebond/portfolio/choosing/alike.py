"""The best choices under many values over the same rows: values that are alike are looked at together, exactly.

Any prices of the rows bound what a choice is worth, under each of the values: an item whose margin at these prices is
more than what is left to win stays as it is. What is left for a group of values is tried at once for the whole group;
where that is too much the group is cut in two; for one value alone, items are tried in and out, and where that is too
much still it is handed back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from rebond.portfolio.choosing.few import EXACT
from rebond.portfolio.choosing.relaxation import Relaxation
from rebond.portfolio.choosing.row import Row

_AT_ONCE = 3000
"""Choices left above which an item is tried in and out: measured."""
_NODES = 1500
"""Times that an item is tried in and out for one value alone, which is then handed back; groups are cut in two."""
_HOPEFUL, _LATEST = 3.0, 0.1
"""Times the usual size of the groups answered above which one is cut unasked; weight of the last one in that size."""
_MOST_FREE = 62
"""Free items that a machine word tells apart."""
_MARGIN = 1e-9
"""Of a bound: what its own sums in floats may have lost."""
_FREE = -1


@dataclass(frozen=True, kw_only=True)
class Looked:
    """Every choice that is worth what is reached, or more, under one of the values of a group at least."""

    ranks: np.ndarray
    """The values of the group."""
    worth: np.ndarray
    """By choice, then by value of the group: whole numbers."""
    chosen: np.ndarray
    """By choice, the items that it takes."""

    @cached_property
    def _masks(self) -> list[int]:
        return [int.from_bytes(row.tobytes(), "little") for row in np.packbits(self.chosen, axis=1, bitorder="little")]

    def mask(self, place: int) -> int:
        """The items of a choice, as bits."""
        return self._masks[place]

    def differing(self, places: Sequence[int]) -> list[int]:
        """The masks of choices that show every side on which any of these puts an item; the first one first."""
        once = always = self._masks[places[0]]
        kept = [once]
        for place in places[1:]:
            mask = self._masks[place]
            if mask & ~once or ~mask & always:
                kept.append(mask)
                once, always = once | mask, always & mask
        return kept


def items_of(mask: int) -> tuple[int, ...]:
    """The items of a mask, in order."""
    return tuple(bit for bit in range(mask.bit_length()) if mask >> bit & 1)


@dataclass(slots=True)
class _Group:
    """Values looked at together, and what is found of them."""

    values: np.ndarray
    """Whole numbers."""
    scaled: np.ndarray
    """The same, the largest of each being one."""
    largest: np.ndarray
    reached: np.ndarray
    nodes: int
    """How many more times an item may be tried."""
    chosen: list[np.ndarray] = field(default_factory=list)
    worth: list[np.ndarray] = field(default_factory=list)


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
        self._is_sack = len(rows) == 1 and rows[0].low is None and bool((self._weights > 0).all())
        finite = [abs(bound) for row in rows for bound in (row.low, row.high) if bound is not None]
        self.exact = max([0, *finite, *(sum(map(abs, row.terms.values())) for row in rows)]) < EXACT
        """Whether floats hold every sum of these rows as it is; if not, ask nothing here."""

    def look(
        self, values: np.ndarray, places: np.ndarray, reached: np.ndarray, wanted: np.ndarray
    ) -> Iterator[Looked | int]:
        """Group by group, all that is worth what is ``reached`` or more; the rank of a value that leaves too much.

        Of a value for which more is found, those worth the most at least. ``values``: whole numbers, the sum of which
        no float rounds. ``places``: what says which are alike. Between two answers the caller may no longer want some.
        """
        largest = np.maximum(np.abs(values).max(axis=1, initial=0.0), 1.0)
        scaled = values / largest[:, None]
        groups, usual = [np.arange(len(values))], float(len(values))
        while groups:
            group = groups.pop()
            group = group[wanted[group]]
            if not len(group):
                continue
            alone = len(group) == 1
            found = None
            if alone or len(group) <= _HOPEFUL * usual:
                nodes = _NODES if alone else 1
                asked = _Group(values[group], scaled[group], largest[group], reached[group], nodes)
                if self._search(asked, np.full(self._count, _FREE, dtype=np.int8)):
                    found = _looked(group, asked, self._count)
            if found is not None:
                usual += _LATEST * (len(group) - usual)
                yield found
            elif alone:
                yield int(group[0])
            else:
                there = places[group]
                widest = int(np.ptp(there, axis=0).argmax())
                order = group[np.argsort(there[:, widest], kind="stable")]
                groups += [order[len(order) // 2 :], order[: len(order) // 2]]

    def _search(self, group: _Group, at: np.ndarray) -> bool:
        """Find all that matters with items ``at`` 0 or 1 or free; whether it took no more than it may."""
        free, taken = at == _FREE, at == 1
        held = self._weights[:, taken].sum(axis=1)
        room = self._weights[:, free]
        if np.any(held + np.minimum(room, 0.0).sum(axis=1) > self._high) or np.any(
            held + np.maximum(room, 0.0).sum(axis=1) < self._low
        ):
            return True
        prices = self._prices(group.scaled.mean(axis=0), free, held, at)
        margins = group.scaled - prices @ self._weights
        paid = float(prices @ np.where(prices > 0, self._high, np.where(prices < 0, self._low, 0.0)))
        bound = paid + np.maximum(margins[:, free], 0.0).sum(axis=1) + margins[:, taken].sum(axis=1)
        lost = _MARGIN * (1.0 + np.abs(group.scaled).sum(axis=1) + abs(paid))
        slack = bound - group.reached / group.largest + lost
        hopeful = slack > 0
        if not hopeful.any():
            return True
        # What it costs an item to leave its place under every value; nothing where its place is not the same for all.
        shares = margins[hopeful] / slack[hopeful, None]
        least, most = shares.min(axis=0), shares.max(axis=0)
        inside = np.where(free, least > 0, taken)
        costs = np.where(free, np.maximum(np.maximum(least, -most), 0.0), np.inf)
        left = np.flatnonzero(costs <= 1.0)
        left = left[np.argsort(-costs[left], kind="stable")]
        sets = _leaving(costs[left], _AT_ONCE) if len(left) <= _MOST_FREE else None
        if sets is not None:
            self._try(group, inside, left, sets)
            return True
        group.nodes -= 1
        if group.nodes <= 0:
            return False
        undecided = left[costs[left] <= costs[left[-1]] + _MARGIN]
        item = int(undecided[np.abs(group.scaled[:, undecided]).sum(axis=0).argmax()])
        first = int(margins[:, item].sum() > 0)
        for value in (first, 1 - first):
            then = at.copy()
            then[item] = value
            if not self._search(group, then):
                return False
        return True

    def _try(self, group: _Group, inside: np.ndarray, left: np.ndarray, sets: np.ndarray) -> None:
        """Keep what matters among the choices where some items leave their place."""
        leaving = ((sets[:, None] >> np.arange(len(left), dtype=np.int64)) & 1).astype(bool)
        tried = leaving ^ inside[left]
        base = inside.copy()
        base[left] = False
        floats = tried.astype(float)
        used = self._weights[:, base].sum(axis=1) + floats @ self._weights[:, left].T
        fits = np.all((used >= self._low) & (used <= self._high), axis=1)
        worth = group.values[:, base].sum(axis=1) + floats[fits] @ group.values[:, left].T
        matters = (worth >= group.reached).any(axis=1)
        if not matters.any():
            return
        worth = worth[matters]
        chosen = np.tile(base, (len(worth), 1))
        chosen[:, left] = tried[fits][matters]
        group.chosen.append(chosen)
        group.worth.append(worth)
        group.reached = np.maximum(group.reached, worth.max(axis=0))

    def _prices(self, values: np.ndarray, free: np.ndarray, held: np.ndarray, at: np.ndarray) -> np.ndarray:
        """Prices that the relaxation puts on the rows; any others would bound too, less closely."""
        if self._is_sack:
            return self._price_of_sack(values[free], self._weights[0][free], float(self._high[0] - held[0]))
        prices = self._relaxation.prices(values, np.where(free, 0, at), np.where(free, 1, at))
        none = ((prices > 0) & ~np.isfinite(self._high)) | ((prices < 0) & ~np.isfinite(self._low))
        return np.where(none, 0.0, prices)

    @staticmethod
    def _price_of_sack(values: np.ndarray, weights: np.ndarray, room: float) -> np.ndarray:
        """For one limit alone, the relaxation takes items by value a unit: the price is that of the first left out."""
        each = values / weights
        order = np.argsort(-each, kind="stable")
        last = int(np.searchsorted(weights[order].cumsum(), room, side="right"))
        return np.array([max(0.0, each[order[last]]) if last < len(order) else 0.0])


def _looked(ranks: np.ndarray, group: _Group, count: int) -> Looked:
    chosen = np.vstack([np.zeros((0, count), dtype=bool), *group.chosen])
    worth = np.vstack([np.zeros((0, len(ranks))), *group.worth])
    matters = (worth >= group.reached).any(axis=1)
    return Looked(ranks=ranks, worth=worth[matters], chosen=chosen[matters])


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
