"""Processes that each hold a part of the undertakings: what they answer is what one process would, whoever is asked."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import closing

import numpy as np
import pytest

from rebond.portfolio.joint.allocate import allocate
from rebond.portfolio.joint.choosing import room_of
from rebond.portfolio.joint.generated import Territory, territory
from rebond.portfolio.joint.pricing import Here
from rebond.portfolio.joint.team import Beside, Team
from rebond.portfolio.joint.undertakings import compile_undertaking, limits_of
from rebond.portfolio.joint.ways import Answer, Effort

NEAR = Effort(gap=1e-6, seconds=120.0)
"""Whatever else the machine does."""


@pytest.fixture(scope="module")
def drawn() -> Territory:
    return territory(120, 6, seed=5)


@pytest.fixture(scope="module")
def team(drawn: Territory) -> Iterator[Team]:
    with Team(drawn, processes=2) as several:
        yield several


def bounds_of(answers: list[Answer]) -> dict[int, float]:
    return {answer.block: answer.bound for answer in answers}


class Turns:
    """Asks each holder for its blocks from the last to the first, three at a time."""

    def __init__(self) -> None:
        self.asked: list[int] = []

    def __call__(self, share: Sequence[int]) -> tuple[Sequence[int], Effort] | None:
        left = [block for block in share if block not in self.asked]
        self.asked += left[-3:]
        return (left[-3:], NEAR) if left else None


def test_undertakings_asked_in_turn_answer_as_all_at_once(drawn: Territory, team: Team) -> None:
    blocks = [compile_undertaking(drawn, part, values) for _, part, values in drawn.share(0, 1)]
    prices, limits = np.full(len(drawn.budgets), 0.3), limits_of(drawn)
    alone = Here(blocks, limits)
    told = bounds_of(list(alone.ask(prices, None, NEAR)))
    assert len(told) > 40  # Several turns of each holder.
    for pricer in (alone, team):
        answers = [answer for few in pricer.in_turn(prices, Turns()) for answer in few]
        assert len(answers) == len(told)
        assert bounds_of(answers) == pytest.approx(told, rel=1e-5, abs=1e-2)


def test_a_holder_is_asked_for_its_own_alone(team: Team) -> None:
    shares = team.shares()
    for few in team.in_turn(np.zeros(6), Turns()):
        assert any({answer.block for answer in few} <= set(share) for share in shares)


def test_a_turn_left_before_its_end_mixes_no_answers(team: Team) -> None:
    prices = np.full(6, 0.3)
    with closing(team.in_turn(prices, Turns())) as turn:
        next(turn)
    assert [answer.block for answer in team.ask(prices, [3, 4, 5], NEAR)] == [3, 4, 5]


def test_one_programme_beside_is_given_once_within_every_budget() -> None:
    few = territory(14, 6, seed=5)
    blocks = [compile_undertaking(few, part, values) for _, part, values in few.share(0, 1)]
    with Beside(few) as beside:
        assert beside.found(0.0) is None  # Nothing was asked.
        beside.begin(time.monotonic() + 60.0, 1e-6)
        found = beside.found(time.monotonic() + 90.0)
        assert found is not None
        assert beside.found(0.0) is None
    ways, bound = found
    assert ways is not None
    value = sum(way.value for way in ways)
    assert value <= bound + 1e-6 <= value * (1 + 1e-4)
    room = room_of(ways, limits_of(few))
    assert (room >= -1e-9).all()
    assert len({way.block for way in ways}) == len(ways) <= len(blocks)


def test_a_process_lost_beside_stops_nothing() -> None:
    few, told = territory(60, 6, seed=5), list[str]()
    blocks = [compile_undertaking(few, part, values) for _, part, values in few.share(0, 1)]
    mosts, limits = [block.most for block in blocks], limits_of(few)
    with Beside(few) as beside:
        beside.stop()
        found = allocate(Here(blocks, limits), mosts, limits.tolist(), seconds=4.0, progress=told.append, beside=beside)
    assert found.value > 0
    assert any("à part" in each for each in told)
