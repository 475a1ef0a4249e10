"""One undertaking looked at: near enough is proven so, what is known is not sought again, limits are kept."""

import math

import highspy
import numpy as np
import pytest

from rebond.portfolio.joint.blocks import Block
from rebond.portfolio.joint.generated import territory
from rebond.portfolio.joint.searching import Limit, Searcher, Sought
from rebond.portfolio.joint.undertakings import compile_undertaking, limits_of

_LITTLE = 1e-5


@pytest.fixture(scope="module")
def looked_at() -> list[tuple[Block, np.ndarray]]:
    """Undertakings of a generated territory, and what HiGHS would minimise of each at prices drawn once."""
    drawn = territory(14, 60, seed=3)
    blocks = [compile_undertaking(drawn, part, values) for _, part, values in drawn.share(0, 1)]
    prices = np.random.default_rng(1).uniform(0.0, 0.6, len(limits_of(drawn)))
    return [(block, block.costs(prices)) for block in blocks]


def sought(block: Block, costs: np.ndarray, gap: float, **told: object) -> Sought:
    asked = {"limits": (), "known": None, "worth": 0.0, "until": math.inf} | told
    return Sought(block=block, costs=costs, gap=gap, **asked)  # type: ignore[arg-type]  # as named


def worth(costs: np.ndarray, point: np.ndarray | None) -> float:
    return 0.0 if point is None else -float(costs @ point)


def assert_allowed(block: Block, point: np.ndarray) -> None:
    """Every row, bound and whole choice."""
    reached = np.add.reduceat(np.append(block.weights * point[block.columns], 0.0), block.starts[:-1])
    assert (reached <= block.row_upper + _LITTLE).all()
    assert (reached >= block.row_lower - _LITTLE).all()
    assert (point <= block.column_upper + _LITTLE).all()
    assert np.abs(point - np.round(point))[block.integer].max() <= _LITTLE


@pytest.mark.parametrize("gap", [0.02, 5e-3, 1e-3])
def test_what_is_found_roughly_and_its_bound_hold_the_best_between_them(
    looked_at: list[tuple[Block, np.ndarray]], gap: float
) -> None:
    searcher = Searcher()
    for block, costs in looked_at:
        best = worth(costs, searcher.search(sought(block, costs, 0.0)).point)
        seen = searcher.search(sought(block, costs, gap))
        found, slack = worth(costs, seen.point), _LITTLE * max(1.0, best)
        assert found <= best + slack
        assert seen.bound >= best - slack
        assert seen.bound - found <= gap * max(seen.bound, block.most / 10) + slack
        if seen.point is not None:
            assert_allowed(block, seen.point)


def test_a_rough_search_is_near_the_best_and_its_bound_is_one(looked_at: list[tuple[Block, np.ndarray]]) -> None:
    """Only the choices that the relaxation or a plunge makes: what it finds is a plan, and little is lost."""
    searcher, found, best = Searcher(), 0.0, 0.0
    for block, costs in looked_at:
        exact = searcher.search(sought(block, costs, 0.0))
        seen = searcher.search(sought(block, costs, 5e-3, rough=True))
        assert seen.bound >= exact.worth - _LITTLE * max(1.0, exact.worth)
        if seen.point is not None:
            assert_allowed(block, seen.point)
            assert worth(costs, seen.point) <= exact.worth + _LITTLE * max(1.0, exact.worth)
        found, best = found + seen.worth, best + exact.worth
    assert found >= 0.99 * best


@pytest.mark.parametrize("gap", [0.0, 1e-3, 0.05])
@pytest.mark.parametrize("known", ["nothing", "rough", "best"])
def test_no_choice_left_out_would_make_a_better_point(
    looked_at: list[tuple[Block, np.ndarray]], gap: float, known: str
) -> None:
    """Whatever was known at first: beside plain HiGHS, without anything left out."""
    searcher = Searcher()
    for block, costs in looked_at:
        plain = highspy.Highs()
        plain.setOptionValue("output_flag", False)
        plain.setOptionValue("mip_rel_gap", 0.0)
        plain.passModel(block.programme())
        plain.changeColsCost(len(costs), np.arange(len(costs), dtype=np.int32), costs)
        plain.run()
        best, slack = max(0.0, -plain.getInfo().objective_function_value), _LITTLE * max(1.0, block.most)
        starts = {
            "nothing": None,
            "rough": searcher.search(sought(block, costs, 5e-3, rough=True)).point,
            "best": np.array(plain.getSolution().col_value),
        }
        start = starts[known]
        seen = searcher.search(sought(block, costs, gap, known=start, worth=worth(costs, start)))
        assert seen.bound >= best - slack
        assert worth(costs, seen.point) >= best - gap * max(best, block.most / 10) - slack


def test_a_relaxation_from_where_the_last_one_ended_says_the_same(looked_at: list[tuple[Block, np.ndarray]]) -> None:
    """At other prices, then at these again: the basis kept is a start, and changes no bound."""
    kept = Searcher()
    for block, costs in looked_at:
        kept.relax(block, costs)
    for block, costs in looked_at:
        for other in (costs * 1.1, costs):
            again, fresh = kept.relax(block, other), Searcher().relax(block, other)
            assert again is not None
            assert fresh is not None
            assert again.bound == pytest.approx(fresh.bound, rel=1e-6, abs=1e-6)


def test_a_point_as_near_as_is_asked_is_not_sought_again(looked_at: list[tuple[Block, np.ndarray]]) -> None:
    searcher = Searcher()
    for block, costs in looked_at:
        best = searcher.search(sought(block, costs, 0.0)).point
        told = {"known": best, "worth": worth(costs, best)}
        again = searcher.search(sought(block, costs, 0.5, **told))
        assert again.standing is None
        assert again.point is best
        # One that is not is the start of a search, and never lost.
        closer = searcher.search(sought(block, costs, 0.0, **told))
        assert worth(costs, closer.point) >= worth(costs, best) - _LITTLE


def test_limits_beside_the_rows_are_kept(looked_at: list[tuple[Block, np.ndarray]]) -> None:
    searcher, kept = Searcher(), 0
    for block, costs in looked_at:
        free = searcher.search(sought(block, costs, 1e-3)).point
        if free is None:
            continue
        half = Limit(columns=block.spending, most=0.5 * float(free[block.spending].sum()))
        for gap in (0.02, 0.0):
            seen = searcher.search(sought(block, costs, gap, limits=[half]))
            if seen.point is not None:
                kept += 1
                assert float(seen.point[block.spending].sum()) <= half.most + _LITTLE
                assert_allowed(block, seen.point)
    assert kept


def test_without_time_the_bound_is_that_of_the_relaxation(looked_at: list[tuple[Block, np.ndarray]]) -> None:
    searcher = Searcher()
    block, costs = looked_at[0]
    relaxed = searcher.relax(block, costs)
    assert relaxed is not None
    seen = searcher.search(sought(block, costs, 0.0, until=-math.inf))
    assert (seen.point, seen.bound) == (None, relaxed.bound)
