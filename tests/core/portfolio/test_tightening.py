"""Which undertakings are looked at for the bound, and how hard: first where the most can be gained for its time."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from rebond.portfolio.joint.bounding import Bound, Terms, first_bound, relax
from rebond.portfolio.joint.generated import territory
from rebond.portfolio.joint.master import Master
from rebond.portfolio.joint.pricing import Here
from rebond.portfolio.joint.tightening import Closer, tighten
from rebond.portfolio.joint.undertakings import compile_undertaking, limits_of
from rebond.portfolio.joint.ways import Answer, Effort, Way

SHORT, LONG = Effort(gap=1e-3, seconds=0.5), Effort(gap=1e-4, seconds=5.0)


def lacking(*of_block: float) -> Bound:
    """A bound of which no way is known: each undertaking lacks its whole part."""
    return Bound(value=sum(of_block), prices=np.zeros(1), of_block=np.array(of_block), promised=np.zeros(len(of_block)))


def a_way(block: int, value: float) -> Way:
    return Way(block=block, financed=(True,), value=value, spent=())


def turns(closer: Closer, share: Sequence[int]) -> list[tuple[list[int], float]]:
    told = []
    while (asked := closer.next_few(share)) is not None:
        told.append((list(asked[0]), asked[1].seconds))
    return told


def test_those_that_lack_most_are_looked_at_first_a_few_at_a_time() -> None:
    closer = Closer(lacking(1.0, 9.0, 5.0, 7.0), [SHORT], [])
    assert turns(closer, range(4)) == [([1, 3, 2], 0.5), ([0], 0.5)]


def test_a_longer_look_waits_until_short_ones_would_gain_less_for_their_time() -> None:
    """30 in five seconds at most are worth less than 9 in half a second."""
    closer = Closer(lacking(30.0, 9.0, 2.0), [SHORT, LONG], [a_way(2, 0.1)])
    first = closer.next_few([0])
    assert first is not None
    assert list(first[0]) == [0]
    assert turns(closer, range(3)) == [([1, 2], 0.5), ([0], 5.0), ([1], 5.0), ([2], 5.0)]


def test_what_a_way_reaches_is_not_looked_at_again() -> None:
    closer = Closer(lacking(4.0, 6.0), [SHORT, LONG], [a_way(0, 4.0)])
    assert turns(closer, [0]) == []
    asked = closer.next_few([0, 1])
    assert asked is not None
    assert list(asked[0]) == [1]
    closer.see(Answer(block=1, way=a_way(1, 6.0), bound=6.0))
    assert turns(closer, [0, 1]) == []


def test_past_the_end_nothing_is_asked() -> None:
    assert Closer(lacking(4.0), [replace(SHORT, until=time.monotonic())], []).next_few([0]) is None


def test_closer_looks_end_where_looking_at_each_to_its_end_does() -> None:
    """As low as each undertaking's optimum at these prices, and never under what a choice reaches."""
    drawn = territory(30, 40, seed=9)
    blocks = [compile_undertaking(drawn, part, values) for _, part, values in drawn.share(0, 1)]
    limits, mosts = limits_of(drawn), [block.most for block in blocks]
    here, master = Here(blocks, limits), Master(len(blocks), limits)
    terms = Terms(limits=limits, target=1e-6, effort=Effort(), tell=lambda _: None, save=lambda _: None)
    bound = first_bound(mosts, limits)
    relax(here, mosts, terms, bound, time.monotonic() + 5.0)
    before = bound.value
    tighten(here, master, terms, bound, math.inf, [replace(SHORT, gap=0.05), Effort(gap=1e-6, seconds=60.0)])
    exact = sum(answer.bound for answer in Here(blocks, limits).ask(bound.prices, None, Effort(gap=0.0, seconds=60.0)))
    least = float(bound.prices @ limits) + exact
    assert least - 1e-3 <= bound.value <= least * (1 + 1e-4)
    assert bound.value < before
    assert master.shares().value <= bound.value + 1e-6
    assert bound.value == pytest.approx(float(bound.prices @ limits) + bound.of_block.sum())
