"""How ordered facts lie in machine numbers, and where a criterion changes its mind along them.

A scale gives each fact value a rank (an integer, in the order of the values or in the reverse order) and each rank the
number that stands for it in a column. The kernel never compares a float with a decimal: it asks the criterion itself,
by bisection over the ranks, between which two of them its answer turns. So the decimals of the law are compared once,
by the interpreter's own arithmetic, and the rows only with machine numbers. ``rebond.reading.bounds`` says how large a
value that is read may be: amounts and their sums are exact in 64 bits, numbers of fifteen digits in a float.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Protocol

from rebond.eligibility.criteria import Compare, CostSum, Operator
from rebond.eligibility.project_facts import complete
from rebond.facts import FactValue


class Scale(Protocol):
    """An ordered set of fact values, by rank."""

    @property
    def first(self) -> int:
        """The lowest rank."""
        ...

    @property
    def last(self) -> int:
        """The highest rank."""
        ...

    def value(self, rank: int) -> FactValue:
        """The fact value of a rank, as the interpreter sees it."""
        ...

    def number(self, rank: int) -> int | float:
        """What stands for it in a column."""
        ...


@dataclass(frozen=True, slots=True)
class Cents:
    """Amounts, and sums of amounts: whole cents in 64-bit integers."""

    first: int = -(10**18)
    last: int = 10**18

    def value(self, rank: int) -> FactValue:
        """Euros."""
        return Decimal(rank).scaleb(-2)

    def number(self, rank: int) -> int:
        """Cents."""
        return rank


@dataclass(frozen=True, slots=True)
class Numbers:
    """Other numbers: 64-bit floats, read as the shortest decimal that they print as."""

    first: int = -0x7FEFFFFFFFFFFFFF
    last: int = 0x7FEFFFFFFFFFFFFF

    def value(self, rank: int) -> FactValue:
        """The decimal that the float prints as."""
        return Decimal(repr(self.number(rank)))

    def number(self, rank: int) -> float:
        """IEEE 754 floats of one sign are ordered as their bits are; ranks of negative ones run the other way."""
        (found,) = struct.unpack("<d", struct.pack("<Q", abs(rank)))
        return -float(found) if rank < 0 else float(found)


@dataclass(frozen=True, slots=True)
class Days:
    """Dates, by their ordinal."""

    first: int = date.min.toordinal()
    last: int = date.max.toordinal()

    def value(self, rank: int) -> FactValue:
        """The date."""
        return date.fromordinal(rank)

    def number(self, rank: int) -> int:
        """The ordinal."""
        return rank


@dataclass(frozen=True, slots=True)
class AgeAt:
    """Age in years at a date, by the ordinal of the day of creation: the later the day, the lower the age."""

    on: date
    first: int = date.min.toordinal()
    last: int = date.max.toordinal()

    def value(self, rank: int) -> FactValue:
        """The age, as the interpreter derives it."""
        return complete({"date_creation": date.fromordinal(rank)}, self.on)["age_annees"]

    def number(self, rank: int) -> int:
        """The ordinal of the day of creation."""
        return rank


@dataclass(frozen=True, slots=True)
class Length:
    """Length of a project in months, by its number of days."""

    first: int = date.min.toordinal() - date.max.toordinal()
    last: int = date.max.toordinal() - date.min.toordinal()

    def value(self, rank: int) -> FactValue:
        """The length, as the interpreter derives it."""
        start = date.min if rank >= 0 else date.max
        return complete({"date_debut": start, "date_fin": start + timedelta(days=rank)}, date.max)["duree_mois"]

    def number(self, rank: int) -> int:
        """Days from start to end."""
        return rank


@dataclass(frozen=True, slots=True)
class Interval:
    """The ranks, both ends included, where a criterion holds."""

    low: int
    high: int


def interval_of(leaf: Compare | CostSum, scale: Scale) -> Interval | None:
    """Where a comparison holds along a scale; ``None`` when it holds nowhere."""
    if leaf.operator is Operator.EQUAL:
        above = interval_of(replace(leaf, operator=Operator.AT_LEAST), scale)
        below = interval_of(replace(leaf, operator=Operator.AT_MOST), scale)
        if above is None or below is None:
            return None
        low, high = max(above.low, below.low), min(above.high, below.high)
        return Interval(low, high) if low <= high else None

    def holds(rank: int) -> bool:
        return leaf.holds(scale.value(rank))

    at_first, at_last = holds(scale.first), holds(scale.last)
    if at_first and at_last:
        return Interval(scale.first, scale.last)
    if at_last:
        return Interval(_turn(holds, scale, turned=True), scale.last)
    if at_first:
        return Interval(scale.first, _turn(holds, scale, turned=False) - 1)
    return None


def _turn(holds: Callable[[int], bool], scale: Scale, *, turned: bool) -> int:
    """The first rank whose answer is ``turned``, when the answer turns once between both ends."""
    low, high = scale.first, scale.last
    while high - low > 1:
        middle = (low + high) // 2
        if holds(middle) is turned:
            high = middle
        else:
            low = middle
    return high
