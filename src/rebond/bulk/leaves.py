"""Every distinct leaf over a batch, each evaluated once, tile by tile so that a tile stays in the processor's cache.

*Ordered facts.* A leaf holds on an interval (``scales``): two cuts at most. Each distinct cut of a column is one
comparison; « at least 50 » and « less than 50 » share theirs.

*Coded facts.* The criterion judges each distinct value once. Its answers are kept as bits, eight leaves to a byte:
one look-up by row serves eight leaves.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from rebond.bulk.bits import TruthBits, Words, words_for
from rebond.bulk.columns import Batch, CodedColumn, OrderedColumn, Vocabulary
from rebond.bulk.program import Leaf, is_ordered
from rebond.bulk.scales import Interval, Scale, interval_of
from rebond.eligibility.criteria import Compare, CostSum
from rebond.facts import UNKNOWN

TILE = 32_768
"""Rows of a tile: 256 kB of 64-bit numbers. A multiple of 64."""
_BYTE = 8

Bits: TypeAlias = NDArray[np.uint64]
"""One row of words for each leaf."""


class LeafEvaluator:
    """Evaluates the leaves of a program; its result is overwritten by the next batch."""

    def __init__(self, leaves: Sequence[Leaf]) -> None:
        self._count = len(leaves)
        ordered: dict[tuple[str, ...], list[tuple[int, Compare | CostSum]]] = {}
        coded: dict[str, list[tuple[int, Leaf]]] = {}
        for index, leaf in enumerate(leaves):
            if is_ordered(leaf):
                ordered.setdefault(leaf.names, []).append((index, leaf))
            else:
                (name,) = leaf.names
                coded.setdefault(name, []).append((index, leaf))
        self._ordered = tuple(_OrderedLeaves(names, tuple(members)) for names, members in ordered.items())
        self._coded = tuple(_CodedLeaves(name, tuple(members)) for name, members in coded.items())
        self._true: Bits = np.zeros((self._count, 0), np.uint64)
        self._false: Bits = self._true

    def evaluate(self, batch: Batch) -> list[TruthBits]:
        """The two sets of rows of each leaf; both empty for a leaf whose fact has no column."""
        words = words_for(batch.rows)
        if self._true.shape[1] != words:
            self._true = np.zeros((self._count, words), np.uint64)
            self._false = np.zeros((self._count, words), np.uint64)
        for ordered in self._ordered:
            column = _sum([batch.ordered.get(name) for name in ordered.names])
            if column is not None:
                ordered.evaluate(column, batch.rows, self._true, self._false)
        for coded in self._coded:
            values = batch.coded.get(coded.name)
            if values is not None:
                coded.evaluate(values, batch.rows, self._true, self._false)
        return [TruthBits(true, false) for true, false in zip(self._true, self._false, strict=True)]


def _sum(columns: Sequence[OrderedColumn | None]) -> OrderedColumn | None:
    """Amounts added up, in exact cents; known where all are, absent as soon as one is."""
    found = [column for column in columns if column is not None]
    if len(found) < len(columns):
        return None
    if len(found) == 1:
        return found[0]
    numbers, known = found[0].numbers.copy(), found[0].known.copy()
    for column in found[1:]:
        np.add(numbers, column.numbers, out=numbers)
        np.bitwise_and(known, column.known, out=known)
    return OrderedColumn(numbers=numbers, known=known, scale=found[0].scale)


@dataclass(slots=True)
class _Cuts:
    """The cuts of a column: each leaf holds from one (``None``: from the first rank) to before another."""

    scale: Scale
    numbers: tuple[int | float, ...]
    spans: tuple[tuple[int, tuple[int | None, int | None] | None], ...]
    """By leaf: the ranks of its two cuts in ``numbers``; ``None`` when it never holds."""


@dataclass(slots=True)
class _OrderedLeaves:
    """The leaves on one ordered fact, or on one sum of amounts."""

    names: tuple[str, ...]
    leaves: tuple[tuple[int, Compare | CostSum], ...]
    _cuts: _Cuts | None = None

    def evaluate(self, column: OrderedColumn, rows: int, true: Bits, false: Bits) -> None:
        if self._cuts is None or self._cuts.scale != column.scale:
            self._cuts = self._plan(column.scale)
        cuts = self._cuts
        above = _at_least(column.numbers, cuts.numbers, rows)
        for leaf, span in cuts.spans:
            if span is None:
                true[leaf] = 0
            else:
                low, high = span
                np.bitwise_and(column.known, column.known if low is None else above[low], out=true[leaf])
                if high is not None:
                    np.bitwise_and(true[leaf], ~above[high], out=true[leaf])
            np.bitwise_and(column.known, ~true[leaf], out=false[leaf])

    def _plan(self, scale: Scale) -> _Cuts:
        intervals = [(index, interval_of(leaf, scale)) for index, leaf in self.leaves]
        ranks = sorted({rank for _, interval in intervals for rank in _cut_ranks(interval, scale)})
        place = {rank: position for position, rank in enumerate(ranks)}
        spans = tuple(
            (index, None if interval is None else (place.get(interval.low), place.get(interval.high + 1)))
            for index, interval in intervals
        )
        return _Cuts(scale, tuple(scale.number(rank) for rank in ranks), spans)


def _cut_ranks(interval: Interval | None, scale: Scale) -> Iterable[int]:
    if interval is not None and interval.low > scale.first:
        yield interval.low
    if interval is not None and interval.high < scale.last:
        yield interval.high + 1


def _at_least(numbers: NDArray[Any], cuts: Sequence[int | float], rows: int) -> list[Words]:
    """For each cut, the rows at or above it."""
    sets = np.zeros((len(cuts), words_for(rows)), np.uint64)
    as_bytes = sets.view(np.uint8)
    flags = np.empty(min(TILE, rows), np.bool_)
    for start in range(0, rows, TILE):
        tile = numbers[start : start + TILE]
        here = flags[: len(tile)]
        for position, cut in enumerate(cuts):
            np.greater_equal(tile, cut, out=here)
            _store(here, as_bytes[position], start)
    return list(sets)


@dataclass(slots=True)
class _CodedLeaves:
    """The leaves on one coded fact; bit 0 of the answers says whether the value is known."""

    name: str
    leaves: tuple[tuple[int, Leaf], ...]
    _vocabulary: Vocabulary | None = None
    _judged: int = 0
    _answers: NDArray[np.uint8] = field(default_factory=lambda: np.zeros((0, 0), np.uint8))
    """By byte of eight answers, then by value."""

    def evaluate(self, column: CodedColumn, rows: int, true: Bits, false: Bits) -> None:
        self._learn(column.vocabulary)
        known = np.zeros((1, words_for(rows)), np.uint64)
        targets = [known.view(np.uint8)[0], *(true.view(np.uint8)[index] for index, _ in self.leaves)]
        looked_up, masked = np.empty(min(TILE, rows), np.uint8), np.empty(min(TILE, rows), np.uint8)
        for start in range(0, rows, TILE):
            codes = column.codes[start : start + TILE]
            found, flags = looked_up[: len(codes)], masked[: len(codes)]
            for group, answers in enumerate(self._answers):
                np.take(answers, codes, out=found, mode="clip")
                for bit, target in enumerate(targets[group * _BYTE : (group + 1) * _BYTE]):
                    np.bitwise_and(found, np.uint8(1 << bit), out=flags)
                    _store(flags, target, start)
        for index, _ in self.leaves:
            np.bitwise_and(known[0], ~true[index], out=false[index])

    def _learn(self, vocabulary: Vocabulary) -> None:
        """Judge the values not seen yet."""
        if vocabulary is not self._vocabulary:
            self._vocabulary, self._judged = vocabulary, 0
        values = vocabulary.values
        if self._judged == len(values):
            return
        groups = -(-(len(self.leaves) + 1) // _BYTE)
        answers = np.zeros((groups, max(len(values), 2 * self._judged)), np.uint8)
        answers[:, : self._judged] = self._answers[:, : self._judged] if self._judged else 0
        for code in range(self._judged, len(values)):
            value = values[code]
            if value is not UNKNOWN:
                holding = [0, *(rank for rank, (_, leaf) in enumerate(self.leaves, start=1) if leaf.holds(value))]
                for rank in holding:
                    answers[rank // _BYTE, code] |= 1 << (rank % _BYTE)
        self._answers, self._judged = answers, len(values)


def _store(flags: NDArray[Any], target: NDArray[np.uint8], start: int) -> None:
    packed = np.packbits(flags, bitorder="little")
    target[start // _BYTE : start // _BYTE + len(packed)] = packed
