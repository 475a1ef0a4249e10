"""The traps of HiGHS that the layer guards against (measured on 23 November 2026, highspy 1.15)."""

import math

import highspy
import numpy as np
import pytest

from bench._plan_problems import problems
from rebond.errors import SolverError
from rebond.financing.solving import solver as layer
from rebond.financing.solving.engine import Engine, gap_to
from rebond.financing.solving.optimize import optimise_plan
from rebond.financing.solving.solver import Goal, MilpModel


def knapsack(weights: list[float], capacity: float) -> tuple[MilpModel, Goal, list[int]]:
    """Choose items of those weights within the capacity; the value of an item is its weight."""
    model = MilpModel()
    columns = [model.binary(f"x{rank}") for rank in range(len(weights))]
    model.row("capacity", zip(columns, weights, strict=True), high=capacity)
    return model, Goal(name="valeur", weights=dict(zip(columns, weights, strict=True)), grain=1e-6), columns


NOTHING = Goal(name="rien", weights={})


def test_rows_that_contradict_each_other_have_no_solution():
    model, goal, (first,) = knapsack([3], 5)
    model.row("asked", [(first, 1.0)], low=2.0)
    assert model.solve([goal], tie_break=NOTHING) is None


def test_an_empty_row_that_cannot_hold_contradicts_too():
    """Nothing can make a sum of no term reach one: the row must not be dropped."""
    model, goal, _ = knapsack([3], 5)
    model.row("asked", [], low=1.0)
    assert model.solve([goal], tie_break=NOTHING) is None


def test_an_unbounded_programme_is_refused_rather_than_read():
    model = MilpModel()
    column = model.column("x")
    with pytest.raises(SolverError, match="HiGHS s'est arrêté"):
        model.solve([Goal(name="sans fin", weights={column: 1.0})], tie_break=NOTHING)


def test_no_time_at_all_is_refused_rather_than_read_as_zeros(monkeypatch):
    """A status other than optimal without a solution must raise: the columns it leaves are zeros."""
    model, goal, _ = knapsack([3.0 + rank / 7 for rank in range(60)], 90.5)
    engine = Engine(model)
    engine._highs.setOptionValue("presolve", "off")
    with pytest.raises(SolverError):
        engine.run(goal, 0.0)


def test_a_time_limit_gives_the_best_found_with_its_gap():
    rng = np.random.default_rng(4)
    model = MilpModel()
    columns = [model.binary(f"x{rank}") for rank in range(120)]
    for row in range(40):
        model.row(f"r{row}", zip(columns, rng.integers(1, 1000, 120).astype(float), strict=True), high=20_000.0)
    goal = Goal(name="valeur", weights=dict(zip(columns, rng.integers(400, 600, 120).astype(float), strict=True)))
    solution = model.solve([goal], tie_break=NOTHING, time_limit=0.6)
    assert solution is not None
    (report,) = solution.reports
    assert (report.status, report.proven) == ("temps écoulé", False)
    assert report.bound > report.objective > 0
    assert report.gap == pytest.approx((report.bound - report.objective) / report.objective)


def test_a_bound_under_the_solution_is_no_bound():
    """``max(0, bound - objective)`` would have called it a proof."""
    with pytest.raises(SolverError, match="n'est pas une borne"):
        gap_to(100.0, 99.0)


def test_rounding_noise_in_a_bound_is_forgiven():
    assert gap_to(1e6, 1e6 - 0.1) == 0


def test_a_goal_worth_nothing_may_pass_its_bound_by_less_than_its_grain():
    """Once seen on a project whose dispositifs gave nothing: 0.003 cents over a bound of zero refused the mission."""
    assert gap_to(3.3e-5, 0.0, grain=1e-3) == 0
    with pytest.raises(SolverError, match="ce n'est pas une borne"):
        gap_to(2e-3, 0.0, grain=1e-3)


def test_an_infinite_bound_is_an_infinite_gap():
    assert gap_to(100.0, math.inf) == math.inf


def test_the_number_of_threads_never_changes():
    """Changed after a first run, HiGHS leaves every column at zero without a word: it is one, in every engine."""
    model, goal, _ = knapsack([2, 3, 4], 6)
    for _ in range(3):
        engine = Engine(model)
        assert engine._highs.getOptionValue("threads")[1] == 1
        report = engine.run(goal, 10)
        assert report is not None
        assert report.objective == pytest.approx(6)


def test_goals_are_posed_as_minimisations():
    """The duals of a maximisation once came back with the other sign."""
    model, goal, _ = knapsack([2, 3, 4], 6)
    engine = Engine(model)
    engine.run(goal, 10)
    assert engine._highs.getObjectiveSense()[1] == highspy.ObjSense.kMinimize


def test_a_choice_that_is_nearly_whole_carries_no_euro():
    """With an integrality of 1e-7, 10 M€ × 0.0000001 is one euro: the euros are sought again with whole choices."""
    model = MilpModel()
    asked = model.binary("asked")
    euros = model.column("euros", upper=10_000_000)
    model.row("link", [(euros, 1.0), (asked, -10_000_000.0)], high=0.0)
    model.row("budget", [(asked, 1.0)], high=0.9)
    solution = model.solve([Goal(name="euros", weights={euros: 1.0})], tie_break=NOTHING)
    assert solution is not None
    assert solution.values[euros] == 0
    assert solution.reports[0].objective == 0


def test_a_goal_does_not_live_on_the_cents_of_a_nearly_whole_choice():
    """Problem 291 of the benchmark: at 1e-7 its coverage rests on cents that no whole choice gives."""
    *_, problem = problems(292)
    plan = optimise_plan(problem)
    assert plan.proven
    assert plan.lines


def test_each_goal_keeps_what_the_goals_before_it_reached():
    """Three files: two give 60 between them, one gives 60 alone; most euros first, then fewest files."""
    model = MilpModel()
    asked = [model.binary(f"asked{rank}") for rank in range(3)]
    euros = [model.column(f"euros{rank}", upper=most) for rank, most in enumerate((30, 30, 60))]
    for file, amount, most in zip(asked, euros, (30.0, 30.0, 60.0), strict=True):
        model.row("link", [(amount, 1.0), (file, -most)], high=0.0)
    model.row("need", [(amount, 1.0) for amount in euros], high=60.0)
    most_euros = Goal(name="euros", weights=dict.fromkeys(euros, 1.0))
    fewest = Goal(name="dossiers", weights=dict.fromkeys(asked, -1.0), grain=0.5, step=1.0)
    solution = model.solve([most_euros, fewest], tie_break=NOTHING)
    assert solution is not None
    assert [round(solution.values[file]) for file in asked] == [0, 0, 1]
    assert [report.objective for report in solution.reports] == pytest.approx([60, -1])


def test_a_goal_already_at_its_most_is_proven_without_a_search():
    model, goal, columns = knapsack([2, 3], 5)
    full = Goal(name="articles", weights=dict.fromkeys(columns, 1.0), most=2.0)
    solution = model.solve([goal, full], tie_break=NOTHING)
    assert solution is not None
    assert solution.reports[1].proven
    assert (solution.reports[1].objective, solution.reports[1].bound) == pytest.approx((2, 2))


def test_a_choice_that_a_reached_goal_forces_is_known_before_the_next_search():
    """A value of 9 is out of reach without the items of 4 and 5; that of 1, whose room a lock takes, cannot be."""
    model, goal, (one, four, five) = knapsack([1, 4, 5], 9)
    probe = layer._Probe(model)
    probe.lock(goal, 9.0)
    probe.lock(Goal(name="lourds", weights={four: 4.0, five: 5.0}), 9.0)
    assert probe.decided(math.inf) == {one: 0.0, four: 1.0, five: 1.0}


def test_a_choice_that_stays_open_is_left_open():
    """A value of 7 is 3 and either 4."""
    model, goal, _ = knapsack([3, 4, 4], 7)
    model.row("one of two", [(1, 1.0), (2, 1.0)], high=1.0)
    probe = layer._Probe(model)
    probe.lock(goal, 7.0)
    assert probe.decided(math.inf) == {0: 1.0}


def test_probing_stops_with_the_time():
    model, goal, _ = knapsack([3, 4, 5], 7)
    probe = layer._Probe(model)
    probe.lock(goal, 7.0)
    assert probe.decided(-math.inf) == {}


def test_probed_choices_change_no_optimum(monkeypatch):
    """Goals two and three are sought with every choice open, then with the decided ones fixed."""
    subjects = list(problems(30))
    reached = {}
    for limit in (math.inf, -math.inf):
        monkeypatch.setattr(layer, "_PROBE_FROM", limit)
        reports = [optimise_plan(subject).reports for subject in subjects]
        reached[limit] = [[report.objective for report in project] for project in reports]
    for one, other in zip(reached[math.inf], reached[-math.inf], strict=True):
        assert one == pytest.approx(other, rel=1e-6, abs=0.05)


def test_the_choice_among_equals_does_not_eat_a_grain_of_the_goals():
    """Two supports that trade at a hair from one for one: the order may not move euros for a thousandth of one."""
    model = MilpModel()
    first, second = model.column("a", upper=1000), model.column("b", upper=1000)
    model.row("room", [(first, 1.0), (second, 1.0)], high=1000.0)
    best = Goal(name="aide", weights={first: 1.0, second: 0.999})
    solution = model.solve([best], tie_break=Goal(name="ordre", weights={first: -2.0, second: -1.0}))
    assert solution is not None
    assert solution.values[first] == pytest.approx(1000, abs=0.02)
