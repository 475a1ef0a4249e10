"""What is said of the weights: exact, between bounds, in an order, agreed or by each member of a committee."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from math import lcm
from typing import Any

from rebond.errors import SolverError
from rebond.facts import UNKNOWN, Maybe, WeightStatement
from rebond.portfolio.robust.cone import Ray, weight_cone
from rebond.portfolio.robust.hull import hull_rows
from rebond.units import NO_BREAK_SPACE, format_number

_ZERO, _ONE = Fraction(0), Fraction(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightInformation:
    """Bounds on each weight (shares of 1), and ranks from the most important; all hold together."""

    bounds: Mapping[str, tuple[Fraction, Fraction]] = field(default_factory=dict)
    ranks: Sequence[Sequence[str]] = ()
    """Each criterion of a rank weighs at least as much as each of the next; within a rank nothing is said."""

    @classmethod
    def exact(cls, weights: Mapping[str, Decimal]) -> WeightInformation:
        """The weights as given, relative to one another."""
        return cls(bounds={name: (share, share) for name, share in _shares(weights).items()})

    @classmethod
    def around(cls, weights: Mapping[str, Decimal], margin: Decimal) -> WeightInformation:
        """Each weight up to that part of it under or over."""
        less, more = max(_ZERO, 1 - Fraction(margin)), 1 + Fraction(margin)
        return cls(bounds={name: (share * less, min(_ONE, share * more)) for name, share in _shares(weights).items()})

    @classmethod
    def order_of(cls, weights: Mapping[str, Decimal]) -> WeightInformation:
        """Their order alone; equal weights are not compared."""
        levels = sorted(set(weights.values()), reverse=True)
        return cls(ranks=[[name for name, weight in weights.items() if weight == level] for level in levels])

    def rows(self, criteria: Sequence[str]) -> Iterator[tuple[int, ...]]:
        """Rows Σ coefficient × weight ≥ 0, for weights in that order."""
        at = {name: rank for rank, name in enumerate(criteria)}
        for name, (low, high) in self.bounds.items():
            yield from between({at[name]: Fraction(1)}, low, high, len(criteria))
        for higher, lower in pairwise(self.ranks):
            for one in higher:
                for other in lower:
                    terms = {at[one]: Fraction(1), at[other]: Fraction(-1)}
                    yield from between(terms, _ZERO, None, len(criteria))

    def words(self, labels: Mapping[str, str]) -> str:
        """What it says, for people."""
        told = [f"{labels.get(name, name)} {_range(low, high)}" for name, (low, high) in self.bounds.items()]
        if len(self.ranks) > 1:
            told.append(" ≥ ".join(", ".join(labels.get(name, name) for name in rank) for rank in self.ranks))
        return " ; ".join(told) or "aucun poids n'est exclu"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What one person says of the weights."""

    who: str
    information: WeightInformation

    def as_data(self) -> dict[str, Any]:
        """The same as JSON-ready data; shares as exact fractions."""
        said = self.information
        return {
            "qui": self.who,
            "bornes": {name: [str(low), str(high)] for name, (low, high) in said.bounds.items()},
            "rangs": [list(rank) for rank in said.ranks],
        }

    @classmethod
    def of_data(cls, data: Mapping[str, Any]) -> Opinion:
        """What ``as_data`` wrote."""
        bounds = {name: (Fraction(low), Fraction(high)) for name, (low, high) in data["bornes"].items()}
        information = WeightInformation(bounds=bounds, ranks=[list(rank) for rank in data["rangs"]])
        return cls(who=data["qui"], information=information)

    @classmethod
    def of(cls, said: WeightStatement) -> Opinion:
        """What a person's statement says."""
        bounds = {name: (Fraction(low), Fraction(high)) for name, (low, high) in said.bounds}
        information = WeightInformation(bounds=bounds, ranks=[list(rank) for rank in said.ranks])
        return cls(who=said.who, information=information)

    def statement(self, *, by: str, on: Maybe[date] = UNKNOWN) -> WeightStatement:
        """It, as the mission keeps it."""
        said = self.information
        return WeightStatement(
            who=self.who,
            bounds=tuple((name, (str(low), str(high))) for name, (low, high) in said.bounds.items()),
            ranks=tuple(tuple(rank) for rank in said.ranks),
            by=by,
            on=on,
        )

    def only(self, criteria: Iterable[str]) -> Opinion:
        """What it says of these criteria: the grid of the call may have changed since."""
        kept, said = set(criteria), self.information
        bounds = {name: bound for name, bound in said.bounds.items() if name in kept}
        ranks = [[name for name in rank if name in kept] for rank in said.ranks]
        return Opinion(who=self.who, information=WeightInformation(bounds=bounds, ranks=[r for r in ranks if r]))


def between(
    terms: Mapping[int, Fraction], low: Fraction | None, high: Fraction | None, width: int
) -> Iterator[tuple[int, ...]]:
    """Bounds on a sum of weights as rows Σ coefficient × weight ≥ 0.

    A bound b is b times the sum of the weights, which is 1.
    """
    for bound, sign in ((low, 1), (high, -1)):
        if bound is not None:
            row = [sign * (terms.get(rank, _ZERO) - bound) for rank in range(width)]
            below = lcm(*(value.denominator for value in row))
            yield tuple(int(value * below) for value in row)


def compromises(members: Mapping[str, Iterable[Ray]], width: int) -> tuple[Ray, ...]:
    """Rows that keep every compromise between the members, each given by the rows of what it admits.

    Raises ``SolverError`` naming those who contradict themselves.
    """
    points: dict[Ray, None] = {}
    lost = []
    for who, rows in members.items():
        rays = weight_cone(width, list(rows)).rays
        if not rays:
            lost.append(who)
        points.update(dict.fromkeys(rays))
    if lost:
        raise SolverError(f"aucun poids ne respecte ce que dit {', '.join(lost)} : ses conditions se contredisent")
    return tuple(hull_rows(list(points))) if points else ()


def _range(low: Fraction, high: Fraction) -> str:
    least, most = (_percent(end) for end in (low, high))
    if low == high:
        return least
    if high >= 1 or low <= 0:
        return f"au moins {least}" if high >= 1 else f"au plus {most}"
    return f"de {least} à {most}"


def _percent(share: Fraction) -> str:
    decimals = 0 if (share * 100).denominator == 1 else 1
    return f"{format_number(float(share) * 100, decimals)}{NO_BREAK_SPACE}%"


def _shares(weights: Mapping[str, Decimal]) -> dict[str, Fraction]:
    total = sum((Fraction(weight) for weight in weights.values()), _ZERO)
    return {name: Fraction(weight) / total for name, weight in weights.items()}
