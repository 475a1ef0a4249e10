"""The values of a fact that conditions can tell apart: thresholds, what lies on either side, what is named or not.

A leaf's truth only changes at the values that it names. Trying one value in each region they cut is enough to know
everything that an answer could bring.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import TypeAlias

from rebond.eligibility.criteria import AllOf, AnyOf, Compare, Confirm, CostSum, Criterion, NafIn, Not, OneOf
from rebond.eligibility.dictionary import FactDefinition, FactType
from rebond.eligibility.naf import DIVISIONS
from rebond.facts import FactValue

AnyLeaf: TypeAlias = Compare | OneOf | NafIn | CostSum | Confirm
OTHER = "autre"
"""Stands for any text that no condition names."""
_DAY, _STEP = timedelta(days=1), Decimal(1)


def leaves_of(criterion: Criterion) -> Iterator[AnyLeaf]:
    """Every leaf of a criterion, left to right."""
    match criterion:
        case AllOf() | AnyOf():
            for child in criterion.children:
                yield from leaves_of(child)
        case Not():
            yield from leaves_of(criterion.child)
        case Compare() | OneOf() | NafIn() | CostSum() | Confirm():
            yield criterion


def telling_values(leaves: Sequence[AnyLeaf]) -> tuple[FactValue, ...]:
    """At least one value in every region that leaves on the same fact (or the same sum) cut, in a fixed order.

    Whole steps around each threshold come before the middles, so that the value shown to people is a round one.
    """
    first = leaves[0]
    match first:
        case Confirm():
            return (True, False)
        case CostSum():
            return _numbers(leaves, negative=False)
        case _:
            return _of_fact(first.fact, leaves)


def _of_fact(fact: FactDefinition, leaves: Sequence[AnyLeaf]) -> tuple[FactValue, ...]:
    match fact.type:
        case FactType.BOOLEAN:
            return (True, False)
        case FactType.NUMBER | FactType.EUROS:
            return _numbers(leaves, negative=fact.may_be_negative)
        case FactType.DATE:
            days = sorted({leaf.value for leaf in leaves if isinstance(leaf, Compare) and isinstance(leaf.value, date)})
            return tuple(dict.fromkeys(near for day in days for near in (day, day - _DAY, day + _DAY)))
        case FactType.NAF:
            return tuple(dict.fromkeys((*_codes(leaves), *DIVISIONS)))
        case FactType.SET:
            named = _named(leaves)
            return (frozenset(), *(frozenset({value}) for value in named), frozenset(named))
        case FactType.TEXT:
            return fact.values or (*_named(leaves), OTHER)


def _numbers(leaves: Iterable[AnyLeaf], *, negative: bool) -> tuple[Decimal, ...]:
    cuts = sorted(
        {leaf.value for leaf in leaves if isinstance(leaf, Compare | CostSum) and isinstance(leaf.value, Decimal)}
    )
    near = [value for cut in cuts for value in (cut, cut - _STEP, cut + _STEP)]
    middles = [(low + high) / 2 for low, high in pairwise(cuts)]
    return tuple(dict.fromkeys(value for value in (*near, *middles) if negative or value >= 0))


def _named(leaves: Iterable[AnyLeaf]) -> list[str]:
    """The texts that the leaves name."""
    names: list[str] = []
    for leaf in leaves:
        if isinstance(leaf, OneOf):
            names.extend(sorted(leaf.values))
        elif isinstance(leaf, Compare):
            names.append(str(leaf.value))
    return list(dict.fromkeys(names))


def _codes(leaves: Iterable[AnyLeaf]) -> Iterator[str]:
    """The activities that the leaves name: divisions, classes, the two ends of a range."""
    yield from _named(leaves)
    for leaf in leaves:
        if isinstance(leaf, NafIn):
            for pattern in (*leaf.include, *leaf.exclude):
                yield from (end for end in pattern.text.split("-") if len(end) > 1)
