"""Plunges from a relaxation: the points that they meet are points, and what they leave aside bounds the rest."""

import math
from collections.abc import Sequence

import numpy as np
import pytest

from rebond.portfolio.joint.blocks import Block
from rebond.portfolio.joint.discrepancy import Plunge, Plunged
from rebond.portfolio.joint.generated import territory
from rebond.portfolio.joint.searching import Searcher, Sought
from rebond.portfolio.joint.undertakings import compile_undertaking, limits_of

_LITTLE = 1e-5


@pytest.fixture(scope="module")
def looked_at() -> list[tuple[Block, np.ndarray, float]]:
    """Undertakings, what HiGHS would minimise of each at prices drawn once, and what their best plan is worth."""
    drawn = territory(12, 60, seed=5)
    blocks = [compile_undertaking(drawn, part, values) for _, part, values in drawn.share(0, 1)]
    prices = np.random.default_rng(2).uniform(0.0, 0.6, len(limits_of(drawn)))
    searcher = Searcher()
    return [
        (block, block.costs(prices), searcher.search(exactly(block, block.costs(prices))).worth) for block in blocks
    ]


def exactly(block: Block, costs: np.ndarray) -> Sought:
    return Sought(block=block, costs=costs, limits=(), known=None, worth=0.0, gap=0.0, until=math.inf)


def plunged(block: Block, costs: np.ndarray, *, gap: float, turns: int, worth: float = 0.0) -> Plunged:
    searcher = Searcher()
    relaxed = searcher.relax(block, costs)
    assert relaxed is not None
    plunge = Plunge(linear=searcher.linear, block=block, gap=gap, until=math.inf, worth=worth)
    return plunge.run(relaxed.point, relaxed.bound, turns=turns)


@pytest.mark.parametrize("turns", [0, 5])
def test_the_best_plan_is_between_the_point_met_and_the_bound(
    looked_at: Sequence[tuple[Block, np.ndarray, float]], turns: int
) -> None:
    met = 0
    for block, costs, best in looked_at:
        found, slack = plunged(block, costs, gap=1e-3, turns=turns), _LITTLE * max(1.0, best)
        assert found.bound >= best - slack
        assert found.worth <= best + slack
        if found.point is not None:
            met += 1
            assert found.worth == pytest.approx(-float(costs @ found.point))
            assert np.abs(found.point - np.round(found.point))[block.integer].max() <= _LITTLE
    assert met > len(looked_at) / 2


def test_with_every_other_side_looked_at_the_best_plan_is_proven(
    looked_at: Sequence[tuple[Block, np.ndarray, float]],
) -> None:
    for block, costs, best in looked_at[:3]:
        found = plunged(block, costs, gap=2e-2, turns=100_000)
        assert found.bound - found.worth <= 2e-2 * max(found.worth, block.most / 10) + _LITTLE
        assert found.bound >= best - _LITTLE * max(1.0, best)


def test_a_point_known_to_be_the_best_is_not_met_again(
    looked_at: Sequence[tuple[Block, np.ndarray, float]],
) -> None:
    for block, costs, best in looked_at:
        found = plunged(block, costs, gap=1e-3, turns=5, worth=best)
        assert found.point is None
        assert found.worth == best


def test_where_no_plan_is_worth_its_price_nothing_is_met_and_nothing_is_the_bound(
    looked_at: Sequence[tuple[Block, np.ndarray, float]],
) -> None:
    """Not even the little that a relaxation's bound adds for the solver's tolerance."""
    for block, _, _ in looked_at:
        found = plunged(block, np.maximum(0.0, block.gains) + 1.0, gap=0.0, turns=5)
        assert found.point is None
        assert found.bound == pytest.approx(0.0, abs=1e-12)


def test_past_its_time_a_plunge_says_only_what_the_relaxation_does(
    looked_at: Sequence[tuple[Block, np.ndarray, float]],
) -> None:
    block, costs, best = max(looked_at, key=lambda each: each[2])
    searcher = Searcher()
    relaxed = searcher.relax(block, costs)
    assert relaxed is not None
    plunge = Plunge(linear=searcher.linear, block=block, gap=1e-6, until=-math.inf, worth=0.0)
    found = plunge.run(relaxed.point, relaxed.bound, turns=5)
    assert best <= found.bound <= relaxed.bound


def test_where_the_solver_gives_up_nothing_is_proven_under_the_choice(
    looked_at: Sequence[tuple[Block, np.ndarray, float]],
) -> None:
    gave_up = 0
    for block, costs, best in looked_at:
        searcher = Searcher()
        relaxed = searcher.relax(block, costs)
        assert relaxed is not None
        searcher.linear.setOptionValue("simplex_iteration_limit", 0)
        plunge = Plunge(linear=searcher.linear, block=block, gap=1e-6, until=math.inf, worth=0.0)
        found = plunge.run(relaxed.point, relaxed.bound, turns=5)
        assert found.bound >= best - _LITTLE * max(1.0, best)
        gave_up += plunge.aside > 0.0
    assert gave_up
