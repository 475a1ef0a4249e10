"""Processes that each hold a part of the undertakings: what they answer is what one process would, whoever is asked."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from rebond.portfolio.joint.generated import Territory, territory
from rebond.portfolio.joint.pricing import Here
from rebond.portfolio.joint.team import Team
from rebond.portfolio.joint.undertakings import compile_undertaking, limits_of
from rebond.portfolio.joint.ways import Answer, Effort

NEAR = Effort(gap=1e-6)


@pytest.fixture(scope="module")
def drawn() -> Territory:
    return territory(120, 6, seed=5)


@pytest.fixture(scope="module")
def team(drawn: Territory) -> Iterator[Team]:
    with Team(drawn, processes=2) as several:
        yield several


def bounds_of(answers: list[Answer]) -> dict[int, float]:
    return {answer.block: answer.bound for answer in answers}


def test_undertakings_asked_in_turn_answer_as_all_at_once(drawn: Territory, team: Team) -> None:
    blocks = [compile_undertaking(drawn, part, values) for _, part, values in drawn.share(0, 1)]
    prices, limits = np.full(len(drawn.budgets), 0.3), limits_of(drawn)
    wanted = list(range(len(blocks) - 1, 4, -1))
    alone = Here(blocks, limits)
    told = bounds_of(list(alone.ask(prices, wanted, NEAR)))
    assert len(told) == len(wanted) > 40  # More than two holders are asked at a time.
    for pricer in (alone, team):
        answers = [answer for few in pricer.in_turn(prices, wanted, NEAR) for answer in few]
        assert len(answers) == len(wanted)
        assert bounds_of(answers) == pytest.approx(told, rel=1e-5, abs=1e-2)


def test_those_that_matter_most_are_asked_first(team: Team) -> None:
    """Each holder keeps the order given among its own: time may run out before the last."""
    wanted = list(range(len(team.mosts) - 1, -1, -1))
    answers = [answer.block for few in team.in_turn(np.zeros(6), wanted, NEAR) for answer in few]
    for rank in range(2):
        mine = [block for block in answers if block % 2 == rank]
        assert mine == [block for block in wanted if block % 2 == rank]


def test_a_turn_left_before_its_end_mixes_no_answers(team: Team) -> None:
    wanted, prices = list(range(len(team.mosts))), np.full(6, 0.3)
    turn = team.in_turn(prices, wanted, NEAR)
    next(iter(turn))
    turn.close()
    assert [answer.block for answer in team.ask(prices, [3, 4, 5], NEAR)] == [3, 4, 5]
