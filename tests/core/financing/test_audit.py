"""The auditor refuses every plan broken on purpose, under the rule's name, and accepts the plan before the break."""

from dataclasses import replace

import pytest

from rebond.financing.auditing.audit import audit_plan, audit_plans
from rebond.financing.plan.certainty import Certainty
from rebond.financing.solving.constraints import RULES
from tests.core.financing.broken_plans import CASES, LOAN, past
from tests.core.financing.problems import (
    D,
    a_plan,
    a_problem,
    a_project,
    an_offer,
    de_minimis,
    no_aid,
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_broken_plan_is_refused_by_the_rule_it_breaks(case):
    (project,) = case.problem.projects
    assert audit_plan(a_plan(project, *case.legal), case.problem) == []
    assert {breach.rule for breach in audit_plan(a_plan(project, *case.broken), case.problem)} == {case.rule}


def test_a_line_said_firm_of_which_something_is_asked_is_refused():
    project = a_project(an_offer("a", questions=("à confirmer",)))
    plan = a_plan(project, ("a", "rgec", "l1", 100))
    assert [breach.rule for breach in audit_plan(plan, a_problem(project))] == ["certainty"]
    asked = replace(plan, lines=tuple(replace(line, state=Certainty.CONDITIONAL) for line in plan.lines))
    assert audit_plan(asked, a_problem(project)) == []


def test_every_family_has_a_broken_plan():
    assert {case.rule for case in CASES} == {rule.key for rule in RULES}


def shared(first: int, second: int, **offer):
    """Plans of two projects of one undertaking, each with its own dispositif."""
    projects = [a_project(an_offer("a", de_minimis(), **offer), identifier=name) for name in ("p1", "p2")]
    problem = a_problem(*projects, room=400, budgets={"commun": D(350)})
    amounts = zip(projects, (first, second), strict=True)
    return audit_plans([a_plan(project, ("a", "minimis", "l1", amount)) for project, amount in amounts], problem)


def test_two_projects_of_one_undertaking_share_the_account():
    assert shared(250, 150) == []
    assert [breach.rule for breach in shared(250, 151)] == ["de_minimis"]


def test_two_projects_share_a_budget():
    assert shared(200, 150, budget="commun") == []
    assert [breach.rule for breach in shared(200, 151, budget="commun")] == ["exclusions"]


def test_an_undertaking_without_an_account_has_no_de_minimis_room():
    project = a_project(an_offer("a", de_minimis()))
    problem = replace(a_problem(project), de_minimis_room={})
    assert [breach.rule for breach in audit_plan(a_plan(project, ("a", "minimis", "l1", 1)), problem)] == ["de_minimis"]


def test_past_aid_beyond_a_ceiling_forbids_new_aid_but_no_loan():
    loan = an_offer("b", no_aid(), instrument=LOAN)
    project = a_project(an_offer("a"), loan, granted=(past(600),))
    problem = a_problem(project)
    assert audit_plan(a_plan(project, ("b", "marche", "l1", 400)), problem) == []
    rules = {breach.rule for breach in audit_plan(a_plan(project, ("a", "rgec", "l1", 1)), problem)}
    assert rules == {"intensity", "cumulation"}
