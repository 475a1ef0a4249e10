"""What a committee says of its weights: exact, between bounds, in an order, or nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from math import lcm

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


def _shares(weights: Mapping[str, Decimal]) -> dict[str, Fraction]:
    total = sum((Fraction(weight) for weight in weights.values()), _ZERO)
    return {name: Fraction(weight) / total for name, weight in weights.items()}
