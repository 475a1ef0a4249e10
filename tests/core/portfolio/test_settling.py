"""Members, what would settle, entry amounts: each against enumeration; new information never unsettles."""

from __future__ import annotations

import math
import time
from dataclasses import replace
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rebond.errors import SolverError
from rebond.portfolio.choosing.row import Row
from rebond.portfolio.robust.analysis import KeptAnalyses, NoEntries, analyse
from rebond.portfolio.robust.as_json import entries_words
from rebond.portfolio.robust.classify import Classification, classify
from rebond.portfolio.robust.cone import dot, primitive, weight_cone
from rebond.portfolio.robust.entries import entries
from rebond.portfolio.robust.hull import hull_rows
from rebond.portfolio.robust.model import Definition, RobustProblem, Status
from rebond.portfolio.robust.settle import MarkQuestion, OrderQuestion, ShareQuestion, row_of, what_would_settle
from rebond.portfolio.robust.weights import Opinion, WeightInformation, compromises
from tests.core.portfolio.test_robust import (
    SECONDS,
    dominates,
    every_portfolio,
    is_best_somewhere,
    problem_of,
    problems,
    statuses,
)

_SURE = (Status.CORE, Status.EXTERIOR)


def enumerated(problem: RobustProblem, definition: Definition) -> list[Status]:
    """The statuses that enumeration of portfolios and extreme weights finds."""
    every, weights = every_portfolio(problem), list(weight_cone(len(problem.criteria), problem.weight_rows).rays)
    if definition is Definition.NON_DOMINATED:
        held = [one for one in every if not any(dominates(problem, weights, other, one) for other in every)]
    else:
        held = [one for one in every if is_best_somewhere(problem, one, every)]
    return statuses(problem, held)


@settings(max_examples=15)
@given(
    problem=st.one_of(problems(exact=True), problems(exact=False)),
    definition=st.sampled_from(list(Definition)),
)
def test_what_would_settle_is_what_enumeration_finds_under_each_answer(
    problem: RobustProblem, definition: Definition
) -> None:
    known = Classification(problem, seconds=SECONDS, definition=definition)
    found = what_would_settle(known, seconds=SECONDS)
    assert found.left == 0
    for each in found.examined:
        if isinstance(each.question, MarkQuestion):
            p, c = each.question.project, each.question.criterion
            ends = (problem.low[p][c], problem.high[p][c])
            answers = [with_mark(problem, p, c, mark) for mark in ends]
        else:
            yes = row_of(each.question, len(problem.criteria))
            no = tuple(-value for value in yes)
            answers = [replace(problem, weight_rows=(*problem.weight_rows, row)) for row in (yes, no)]
        assert [list(told) for told in each.statuses] == [enumerated(answer, definition) for answer in answers]


def with_mark(problem: RobustProblem, project: int, criterion: int, mark: int) -> RobustProblem:
    low, high = ([list(row) for row in rows] for rows in (problem.low, problem.high))
    low[project][criterion] = high[project][criterion] = mark
    return replace(problem, low=tuple(map(tuple, low)), high=tuple(map(tuple, high)))


@settings(max_examples=25)
@given(problem=problems(exact=True), data=st.data())
def test_what_more_is_known_of_the_weights_never_unsettles_a_project(
    problem: RobustProblem, data: st.DataObject
) -> None:
    """Liesiö, Mild and Salo 2007: a core or exterior project stays so whatever is learnt."""
    known = classify(problem, seconds=SECONDS, definition=Definition.POTENTIALLY_OPTIMAL)
    rays = list(weight_cone(len(problem.criteria), problem.weight_rows).rays)
    one = data.draw(st.sampled_from(rays))
    exact = replace(problem, weight_rows=tuple(hull_rows([one])))
    told = classify(exact, seconds=SECONDS, definition=Definition.POTENTIALLY_OPTIMAL)
    for before, after in zip(known.findings, told.findings, strict=True):
        assert before.status not in _SURE or after.status is before.status


@settings(max_examples=60)
@given(data=st.data(), width=st.integers(1, 5))
def test_the_compromises_of_members_are_the_combinations_of_their_weights(data: st.DataObject, width: int) -> None:
    weights = st.lists(st.integers(0, 4), min_size=width, max_size=width).filter(any).map(primitive)
    points = list(dict.fromkeys(data.draw(st.lists(weights, min_size=1, max_size=7))))
    rows = list(hull_rows(points))
    assert all(dot(row, point) >= 0 for row in rows for point in points)
    # Nothing beyond: every corner of what the rows keep is a weight that somebody gave.
    assert set(weight_cone(width, rows).rays) <= set(points)


def test_two_members_apart_leave_on_the_edge_what_each_settles_the_other_way() -> None:
    problem = problem_of(
        [[(5, 5), (0, 0)], [(0, 0), (4, 4)], [(4, 4), (4, 4)]], [Row("b", {0: 1, 1: 1, 2: 1}, high=2)], []
    )
    members = {"Mme Roy": tuple(hull_rows([(9, 1)])), "M. Petit": tuple(hull_rows([(1, 9)]))}
    both = replace(problem, weight_rows=compromises(members, 2))
    found = analyse(both, seconds=SECONDS, members=members, definition=Definition.POTENTIALLY_OPTIMAL)
    assert [finding.status for finding in found.result.findings] == [
        Status.BORDERLINE,
        Status.BORDERLINE,
        Status.CORE,
    ]
    assert found.members["Mme Roy"] == (Status.CORE, Status.EXTERIOR, Status.CORE)
    assert found.members["M. Petit"] == (Status.EXTERIOR, Status.CORE, Status.CORE)
    assert weight_cone(2, both.weight_rows).rays.keys() == {(9, 1), (1, 9)}
    # The two exchange places where the second criterion weighs 5/9: to know that it weighs less settles both.
    yes = OrderQuestion(higher=0, lower=1)
    assert (yes, Status.CORE, Status.BORDERLINE) in found.settling.of(0)
    assert (yes, Status.EXTERIOR, Status.BORDERLINE) in found.settling.of(1)


def test_a_member_who_contradicts_himself_is_named() -> None:
    with pytest.raises(SolverError, match=r"M\. Petit"):
        compromises({"M. Petit": [(1, -1), (-2, 1), (0, -1)]}, 2)


def test_an_opinion_is_read_as_it_was_written() -> None:
    bounds = {"emplois": (Fraction(1, 3), Fraction(1, 2))}
    said = Opinion(who="Mme Roy", information=WeightInformation(bounds=bounds, ranks=[["emplois"], ["climat"]]))
    assert Opinion.of_data(said.as_data()) == said
    assert said.only(["climat"]).information == WeightInformation(ranks=[["climat"]])
    assert said.information.words({"emplois": "Emplois"}) == "Emplois de 33,3\u00a0% à 50\u00a0% ; Emplois ≥ climat"


@settings(max_examples=60)
@given(data=st.data(), count=st.integers(1, 7))
def test_entry_amounts_are_those_of_the_best_selection_of_each_amount(data: st.DataObject, count: int) -> None:
    values = data.draw(st.lists(st.integers(0, 9), min_size=count, max_size=count))
    costs = data.draw(st.lists(st.integers(0, 6), min_size=count, max_size=count))
    found = entries(values, costs, deadline=math.inf)
    assert found is not None
    every = [chosen for size in range(count + 1) for chosen in combinations(range(count), size)]
    for amount in range(sum(costs) + 3):
        inside = [
            p
            for p, entry in enumerate(found)
            if any(low <= amount and (high is None or amount <= high) for low, high in entry.spans)
        ]
        best = max(sum(values[p] for p in each) for each in every if sum(costs[p] for p in each) <= amount)
        assert sum(values[p] for p in inside) == best
        assert sum(costs[p] for p in inside) <= amount
    for entry in found:
        assert entry.first == (entry.spans[0][0] if entry.spans else None)
        assert (entry.steady is None) == (not entry.spans or entry.spans[-1][1] is not None)


def test_the_least_regret_leaves_out_nothing_that_costs_no_regret() -> None:
    """Nothing is known of any mark: every full selection has the same regret as none at all, and one is proposed."""
    unknown = [[(0, 5), (0, 5)] for _ in range(5)]
    result = classify(problem_of(unknown, [Row("budget", dict.fromkeys(range(5), 2), high=7)], []), seconds=SECONDS)
    assert result.regret is not None
    assert (len(result.regret.portfolio), result.regret.proven) == (3, True)
    # The two others, and one of the three that could have been changed for nothing: they would be worth all.
    assert result.regret.most == 2 * 5


def test_no_time_at_all_is_said_part_by_part() -> None:
    problem = problem_of([[(0, 5)], [(1, 4)], [(2, 3)]], [Row("budget", {0: 1, 1: 1, 2: 1}, high=1)], [])
    known = Classification(problem, seconds=SECONDS)
    found = what_would_settle(known, seconds=0.0)
    assert (found.examined, found.left) == ((), 3)
    with pytest.raises(TimeoutError):
        entries([1] * 3, [1] * 3, deadline=time.monotonic() - 1)
    # Marks are known and the weights are in order: what their questions are is not known in time, that some lack is.
    rows = list(WeightInformation(ranks=[["c0"], ["c1"]]).rows(("c0", "c1")))
    edge = problem_of(
        [[(9, 9), (0, 0)], [(0, 0), (9, 9)], [(5, 5), (5, 5)]], [Row("b", {0: 1, 1: 1, 2: 1}, high=1)], rows
    )
    sure = Classification(edge, seconds=SECONDS)
    assert Status.BORDERLINE in [finding.status for finding in sure.result.findings]
    assert what_would_settle(sure, seconds=-1.0).left > 0


def test_only_an_analysis_that_time_cut_nowhere_is_kept_for_the_same_question() -> None:
    problem = problem_of([[(0, 5)], [(1, 4)], [(2, 3)]], [Row("budget", {0: 1, 1: 1, 2: 1}, high=1)], [])
    whole = analyse(problem, seconds=SECONDS)
    regret = whole.result.regret
    assert whole.amounts is not None
    assert regret is not None
    kept = KeptAnalyses()
    for cut in (
        replace(whole, entries=NoEntries.NO_TIME),
        replace(whole, settling=replace(whole.settling, left=1)),
        replace(whole, members={"Mme Roy": (Status.OPEN,) * 3}),
        replace(whole, result=replace(whole.result, complete=False)),
        replace(whole, result=replace(whole.result, regret=None)),
        replace(whole, result=replace(whole.result, regret=replace(regret, proven=False))),
    ):
        kept.keep("asked", cut)
        assert kept.get("asked") is None
    unasked = replace(whole, entries=NoEntries.SEVERAL_LIMITS)
    for each in (whole, unasked):
        kept.keep("asked", each)
        assert kept.get("asked") is each


def test_why_there_are_no_entry_amounts_is_said() -> None:
    marks = [[(1, 1)], [(2, 2)]]
    one, low = Row("budget", {0: 1, 1: 1}, high=1), Row("tranche", {0: -1, 1: 1}, high=1)
    for rows, why in (([one, low], NoEntries.SEVERAL_LIMITS), ([low], NoEntries.NEGATIVE)):
        found = analyse(problem_of(marks, rows, []), seconds=SECONDS)
        assert found.entries is why
        assert why.value in entries_words(found.entries, ["c0"])
    hasty = analyse(problem_of(marks, [one], []), seconds=-1.0)
    assert hasty.entries is NoEntries.NO_TIME


def test_a_share_of_the_weights_is_tried_as_it_is_asked() -> None:
    """Between 33.11 and 33.62 %, no five per cent: the tenth that is written is the one that is tried."""
    low, high = Fraction(3311, 10_000), Fraction(3362, 10_000)
    rows = list(WeightInformation(bounds={"c0": (low, high)}).rows(("c0", "c1")))
    problem = problem_of([[(1000, 1000), (0, 0)], [(0, 0), (500, 500)]], [Row("budget", {0: 1, 1: 1}, high=1)], rows)
    found = what_would_settle(Classification(problem, seconds=SECONDS), seconds=SECONDS)
    shares = [each.question for each in found.examined if isinstance(each.question, ShareQuestion)]
    assert len(shares) == 2
    for question in shares:
        assert (question.share * 1000).denominator == 1
