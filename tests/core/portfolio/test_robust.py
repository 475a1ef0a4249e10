"""Core, borderline, exterior: against the enumeration of every portfolio and every extreme weight."""

from __future__ import annotations

import math
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from rebond.portfolio.choosing import alike
from rebond.portfolio.choosing.alike import Alike, items_of
from rebond.portfolio.choosing.binary import Choice, Chooser
from rebond.portfolio.choosing.row import Row
from rebond.portfolio.robust import potential
from rebond.portfolio.robust.classify import Classification, classify
from rebond.portfolio.robust.cone import dot, weight_cone
from rebond.portfolio.robust.model import Definition, Portfolio, RobustProblem, RobustResult, Status
from rebond.portfolio.robust.regret import least_regret

SECONDS = 60.0


def problem_of(
    marks: list[list[tuple[int, int]]],
    rows: list[Row],
    weight_rows: list[tuple[int, ...]],
) -> RobustProblem:
    return RobustProblem(
        projects=tuple(f"P{rank}" for rank in range(len(marks))),
        criteria=tuple(f"c{rank}" for rank in range(len(marks[0]))),
        low=tuple(tuple(low for low, _ in row) for row in marks),
        high=tuple(tuple(high for _, high in row) for row in marks),
        rows=tuple(rows),
        weight_rows=tuple(weight_rows),
    )


@st.composite
def problems(draw: st.DrawFn, *, exact: bool) -> RobustProblem:
    """Up to 6 projects, 3 criteria, a budget, a logical constraint, an order or an interval of weights."""
    count, width = draw(st.integers(1, 6)), draw(st.integers(1, 3))
    mark = st.integers(0, 6)
    pair = mark.map(lambda m: (m, m)) if exact else st.tuples(mark, mark).map(lambda p: (min(p), max(p)))
    marks = draw(st.lists(st.lists(pair, min_size=width, max_size=width), min_size=count, max_size=count))
    costs = draw(st.lists(st.integers(1, 5), min_size=count, max_size=count))
    rows = [Row("budget", dict(enumerate(costs)), high=draw(st.integers(0, 12)))]
    if count > 1 and draw(st.booleans()):
        rows.append(
            draw(st.sampled_from([Row("exclusifs", {0: 1, 1: 1}, high=1), Row("exige", {0: 1, 1: -1}, high=0)]))
        )
    weight_rows: list[tuple[int, ...]] = []
    if width > 1:
        kind = draw(st.sampled_from(["none", "order", "interval"]))
        if kind == "order":
            weight_rows = [tuple(int(c == r) - int(c == r + 1) for c in range(width)) for r in range(width - 1)]
        elif kind == "interval":
            weight_rows = [tuple((4 if c == 0 else 0) - 1 for c in range(width))]  # first at least a quarter
            weight_rows.append(tuple(1 - (2 if c == 0 else 0) for c in range(width)))  # and at most a half
    return problem_of(marks, rows, weight_rows)


def every_portfolio(problem: RobustProblem) -> list[Portfolio]:
    count = len(problem.projects)
    return [
        chosen
        for size in range(count + 1)
        for chosen in combinations(range(count), size)
        if all(row.holds(chosen) for row in problem.rows)
    ]


def lead(problem: RobustProblem, one: Portfolio, other: Portfolio, *, favoured: bool) -> list[int]:
    """By criterion, what one has more than the other, for the marks that favour it most or least."""
    mine, theirs = (problem.high, problem.low) if favoured else (problem.low, problem.high)
    return [
        sum(mine[p][c] for p in set(one) - set(other)) - sum(theirs[p][c] for p in set(other) - set(one))
        for c in range(len(problem.criteria))
    ]


def dominates(problem: RobustProblem, weights: list[tuple[int, ...]], one: Portfolio, other: Portfolio) -> bool:
    worst, best = (lead(problem, one, other, favoured=side) for side in (False, True))
    return all(dot(worst, w) >= 0 for w in weights) and any(dot(best, w) > 0 for w in weights)


def is_best_somewhere(problem: RobustProblem, one: Portfolio, others: list[Portfolio]) -> bool:
    """The weights under which it leads every other one are a polytope: it has a corner or it is empty."""
    cone = weight_cone(len(problem.criteria), problem.weight_rows)
    for other in others:
        cone.cut(lead(problem, one, other, favoured=True))
    return bool(cone.rays)


def statuses(problem: RobustProblem, portfolios: list[Portfolio]) -> list[Status]:
    found = []
    for project in range(len(problem.projects)):
        held = {project in portfolio for portfolio in portfolios}
        found.append(Status.BORDERLINE if len(held) > 1 else Status.CORE if True in held else Status.EXTERIOR)
    return found


def told(result: RobustResult) -> list[Status]:
    return [finding.status for finding in result.findings]


@settings(max_examples=60)
@given(problem=st.one_of(problems(exact=True), problems(exact=False)))
def test_non_dominated_portfolios_are_those_that_enumeration_finds(problem: RobustProblem) -> None:
    every, weights = every_portfolio(problem), list(weight_cone(len(problem.criteria), problem.weight_rows).rays)
    held = [one for one in every if not any(dominates(problem, weights, other, one) for other in every)]
    result = classify(problem, seconds=SECONDS, definition=Definition.NON_DOMINATED)
    assert (result.complete, result.counted) == (True, True)
    assert list(result.portfolios) == sorted(held)
    assert told(result) == statuses(problem, held)
    for project, finding in enumerate(result.findings):
        assert finding.share == Fraction(sum(project in each for each in held), len(held))


@settings(max_examples=60)
@given(problem=st.one_of(problems(exact=True), problems(exact=False)))
def test_potentially_optimal_statuses_are_those_that_enumeration_finds(problem: RobustProblem) -> None:
    every = every_portfolio(problem)
    best = [one for one in every if is_best_somewhere(problem, one, every)]
    result = classify(problem, seconds=SECONDS, definition=Definition.POTENTIALLY_OPTIMAL)
    assert result.complete
    assert told(result) == statuses(problem, best)
    for project, finding in enumerate(result.findings):
        for witness, side in ((finding.inside, True), (finding.outside, False)):
            if witness is None:
                continue
            assert (project in witness.portfolio) is side
            assert witness.weights is not None
            assert all(dot(row, witness.weights) >= 0 for row in problem.weight_rows)
            rivals = (lead(problem, witness.portfolio, other, favoured=True) for other in every)
            assert all(dot(more, witness.weights) >= 0 for more in rivals)


@settings(max_examples=40)
@given(problem=st.one_of(problems(exact=True), problems(exact=False)))
def test_the_least_greatest_regret_is_the_one_that_enumeration_finds(problem: RobustProblem) -> None:
    every, weights = every_portfolio(problem), list(weight_cone(len(problem.criteria), problem.weight_rows).rays)

    def greatest(one: Portfolio) -> Fraction:
        return max(
            Fraction(dot(lead(problem, other, one, favoured=True), w), sum(w)) for other in every for w in weights
        )

    regret = classify(problem, seconds=SECONDS).regret
    assert regret is not None
    assert regret.proven
    assert regret.most == greatest(regret.portfolio)
    assert float(regret.most) == pytest.approx(float(min(map(greatest, every))), abs=1e-5)


def test_no_weights_drawn_afterwards_beat_the_portfolios_found() -> None:
    """Fourteen projects, three criteria, two limits: the relaxation settles most choices before they are tried."""
    draw = random.Random(7)
    marks = [[(mark, mark) for mark in draw.choices(range(100), k=3)] for _ in range(14)]
    costs = [draw.choices(range(5, 60), k=14) for _ in range(2)]
    rows = [Row(f"budget {rank}", dict(enumerate(cost)), high=sum(cost) // 3) for rank, cost in enumerate(costs)]
    problem = problem_of(marks, rows, [(1, -1, 0), (0, 1, -1)])
    result = classify(problem, seconds=SECONDS, definition=Definition.POTENTIALLY_OPTIMAL)
    assert result.complete
    every = every_portfolio(problem)
    for _ in range(20):
        weights = sorted(draw.choices(range(1, 100), k=3), reverse=True)
        values = problem.values(problem.low, weights)
        best = max(sum(values[p] for p in one) for one in every)
        assert best == max(sum(values[p] for p in one) for one in result.portfolios)


def nothing_at_once(_: Alike, values: np.ndarray, *_more: np.ndarray) -> Iterator[int]:
    """As when every value leaves too many choices for them to be tried at once."""
    return iter(range(len(values)))


def test_a_regret_told_as_the_worst_is_never_passed_when_time_is_short(monkeypatch: pytest.MonkeyPatch) -> None:
    """HiGHS finds nothing in time: the regret that is told still cannot be passed, and is not said to be proven."""
    problem = problem_of([[(2, 2)], [(0, 9)], [(0, 9)]], [Row("budget", {0: 1, 1: 1, 2: 1}, high=2)], [])
    monkeypatch.setattr(Chooser, "_run", lambda *_: (None, math.inf, False))
    monkeypatch.setattr(Alike, "look", nothing_at_once)
    found = least_regret(problem, [(1,)], deadline=math.inf)
    lows, highs = (problem.values(marks, (1,)) for marks in (problem.low, problem.high))
    worst = max(
        sum((lows if p in found.portfolio else highs)[p] for p in rival) - sum(lows[p] for p in found.portfolio)
        for rival in every_portfolio(problem)
    )
    assert not found.proven
    assert found.most >= worst > 0


def test_equals_that_time_left_unsought_are_not_said_to_be_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two projects worth the same, one of which fits: each is on the edge, and neither is sure before it is sought."""
    problem = problem_of([[(1, 1)], [(1, 1)]], [Row("budget", {0: 1, 1: 1}, high=1)], [])
    asked = Definition.POTENTIALLY_OPTIMAL
    assert [f.status for f in classify(problem, seconds=SECONDS, definition=asked).findings] == [Status.BORDERLINE] * 2
    best = Chooser.best

    def hasty(chooser: Chooser, values: Sequence[int], **given: Any) -> Choice | None:
        """As when time stops the search of equals: what was known, and no proof."""
        found = best(chooser, values, **given)
        if found is None or not any(row.name == "valeur" for row in chooser.rows):
            return found
        return replace(found, chosen=given["start"], value=sum(values[p] for p in given["start"]), proven=False)

    monkeypatch.setattr(Chooser, "best", hasty)
    monkeypatch.setattr(Alike, "look", nothing_at_once)
    found = classify(problem, seconds=SECONDS, definition=asked)
    assert not found.complete
    assert [each.status for each in found.findings] == [Status.OPEN] * 2


@settings(max_examples=30)
@given(problem=problems(exact=True))
def test_corners_looked_at_one_by_one_say_what_they_say_together(problem: RobustProblem) -> None:
    """Where too much is left to be tried at once, programmes are called: the statuses are the same."""
    together = classify(problem, seconds=SECONDS, definition=Definition.POTENTIALLY_OPTIMAL)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Alike, "look", nothing_at_once)
        alone = classify(problem, seconds=SECONDS, definition=Definition.POTENTIALLY_OPTIMAL)
    assert (told(together), together.complete) == (told(alone), True)
    assert alone.complete


@settings(max_examples=30)
@given(problem=problems(exact=True), data=st.data())
def test_corners_where_only_rivals_that_change_a_side_are_sought_say_what_enumeration_finds(
    problem: RobustProblem, data: st.DataObject
) -> None:
    """Under limits that overlap the best at each corner is not sought; neither is it under one more answer."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(potential, "_HARD", 0)
        known = Classification(problem, seconds=SECONDS, definition=Definition.POTENTIALLY_OPTIMAL)
        row = tuple(data.draw(st.integers(-3, 3)) for _ in problem.criteria)
        more = known.statuses_with(row, deadline=time.monotonic() + SECONDS)
    every = every_portfolio(problem)
    best = [one for one in every if is_best_somewhere(problem, one, every)]
    assert known.result.complete
    assert told(known.result) == statuses(problem, best)
    narrower = replace(problem, weight_rows=(*problem.weight_rows, row))
    if weight_cone(len(problem.criteria), narrower.weight_rows).rays:
        assert more is not None
        assert list(more) == statuses(problem, [one for one in every if is_best_somewhere(narrower, one, every)])
    else:
        assert more is None


@settings(max_examples=40)
@given(data=st.data())
def test_values_looked_at_together_leave_out_no_best_choice(data: st.DataObject) -> None:
    """Every choice worth the most under one of the values is there, whatever the groups and the items tried apart."""
    count = data.draw(st.integers(1, 7))
    some = st.lists(st.integers(-4, 9), min_size=count, max_size=count)
    rows = [Row("budget", dict(enumerate(data.draw(some))), high=data.draw(st.integers(0, 12)))]
    rows += [Row("au moins", dict.fromkeys(range(count), 1), low=1)] if data.draw(st.booleans()) else []
    values = np.array(data.draw(st.lists(some, min_size=1, max_size=5)), dtype=float)
    every = [
        each
        for size in range(count + 1)
        for each in combinations(range(count), size)
        if all(row.holds(each) for row in rows)
    ]
    assume(every)
    worth = np.array([[values[rank, list(each)].sum() for rank in range(len(values))] for each in every])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(alike, "_AT_ONCE", data.draw(st.sampled_from([1, 4, 3000])))
        wanted = np.ones(len(values), dtype=bool)
        answers = list(Alike(count, rows).look(values, values, worth[0], wanted))
    seen = []
    for looked in answers:
        assert not isinstance(looked, int)
        seen += looked.ranks.tolist()
        for rank, found in zip(looked.ranks, looked.worth.T, strict=True):
            best = np.flatnonzero(found == worth[:, rank].max()).tolist()
            told_there = {items_of(looked.mask(place)) for place in best}
            assert told_there == {
                each for each, at in zip(every, worth[:, rank], strict=True) if at == worth[:, rank].max()
            }
    assert sorted(seen) == list(range(len(values)))


def test_a_budget_that_varies_is_enumerated_as_every_portfolio_says() -> None:
    """Slices of budget are projects of negative cost, one at most, against every portfolio (Liesiö and others 2008)."""
    draw = random.Random(2008)
    for _ in range(4):
        marks = [
            [(mark, mark + draw.randint(0, 1)) for mark in (draw.randint(0, 6), draw.randint(0, 6))] for _ in range(7)
        ]
        marks += [[(0, 0), (0, 0)]] * 2
        costs = [*(draw.randint(1, 5) for _ in range(7)), -3, -6]
        rows = [Row("budget", dict(enumerate(costs)), high=6), Row("une tranche", {7: 1, 8: 1}, high=1)]
        problem = problem_of(marks, rows, [(3, -1), (-1, 3)])
        every, weights = every_portfolio(problem), list(weight_cone(2, problem.weight_rows).rays)
        held = [one for one in every if not any(dominates(problem, weights, other, one) for other in every)]
        result = classify(problem, seconds=SECONDS, definition=Definition.NON_DOMINATED)
        assert list(result.portfolios) == sorted(held)
        assert told(result) == statuses(problem, held)
