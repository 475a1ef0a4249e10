"""A plan studied again is kept where it is legal and as good, on exact euros and on its own goals."""

from dataclasses import replace
from decimal import Decimal

from rebond.financing.plan.model import FinancingPlan
from rebond.financing.problem.model import FinancingProblem
from rebond.financing.solving.optimize import optimise_plan
from rebond.study.in_mission import kept_if_as_good
from tests.core.financing.problems import SIXTY_FORTY, a_basis, a_line, a_plan, a_problem, a_project, an_offer

LINES = tuple(a_line(name) for name in ("l1", "l2", "l3"))


def mixed(**changes: object) -> FinancingProblem:
    """A support of 60 % given and 40 % lent, of at most 300 €, on three lines."""
    offer = an_offer("mixte", a_basis("r"), lines="l1 l2 l3", support=300, parts=SIXTY_FORTY, **changes)
    return a_problem(a_project(offer, lines=LINES))


def on_lines(problem: FinancingProblem, *euros: int) -> FinancingPlan:
    (project,) = problem.projects
    given = (("mixte", "r", line.id, amount) for line, amount in zip(LINES, euros, strict=True))
    plan = a_plan(project, *given)
    return replace(plan, benefit=sum((line.benefit for line in plan.lines), Decimal(0)))


def amounts(plan: FinancingPlan) -> list[int]:
    return [line.amount for line in plan.lines]


def test_the_rounding_of_what_each_line_pays_back_makes_no_plan_worse() -> None:
    problem = mixed()
    known, best = on_lines(problem, 101, 101, 98), optimise_plan(problem)
    assert known.to_pay_back == 122  # 41 + 41 + 40, of 40 % of 300.
    assert best.support == 300
    assert amounts(kept_if_as_good(known, best, problem)) == [101, 101, 98]


def test_a_plan_that_brings_less_or_that_is_no_longer_legal_is_not_kept() -> None:
    problem = mixed()
    best = optimise_plan(problem)
    for known in (on_lines(problem, 101, 101, 97), on_lines(problem, 101, 101, 99)):
        assert amounts(kept_if_as_good(known, best, problem)) == amounts(best)


def test_a_retained_plan_is_kept_only_with_the_least_of_the_envelope() -> None:
    problem = mixed(is_envelope=True)
    known = on_lines(problem, 101, 101, 98)
    known = replace(known, lines=tuple(replace(line, is_envelope=True) for line in known.lines))
    best = replace(known, lines=tuple(replace(line, is_envelope=line.line != "l1") for line in known.lines))
    assert kept_if_as_good(known, best, problem) is best
    assert amounts(kept_if_as_good(best, known, problem)) == [101, 101, 98]
