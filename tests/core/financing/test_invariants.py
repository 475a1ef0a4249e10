"""What holds for every plan: never beyond the cost, no worse for an offer more or a rule less, always the same."""

import os
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rebond.dispositifs.model import Instrument
from rebond.financing.explaining.demands import best_benefit
from rebond.financing.plan.model import FinancingPlan
from rebond.financing.problem.model import Basis, FinancingProblem, GrantedAid, Line, Offer, ProjectProblem
from rebond.financing.solving.constraints import RULES
from rebond.financing.solving.optimize import optimise_plans
from tests.core.financing.problems import (
    AID,
    AMOUNTS,
    COVERED,
    FILES,
    GIVEN,
    D,
    an_offer,
    mixed_problems,
    no_aid,
    problems,
    reached,
)

COUNT = min(60, settings.default.max_examples if settings.default else 60)
SOME = settings(max_examples=COUNT, deadline=None, suppress_health_check=list(HealthCheck))
GRAIN = 0.05
EXCHANGE = 25
"""Most euros of benefit that a euro given can cost: 1 / 0.04, the least aid of a euro of loan."""
Plans = dict[str, FinancingPlan]


def objectives(problem: FinancingProblem) -> tuple[float, float, float, int]:
    """Firm aid that is given, benefit, coverage and files as the solver proved them."""
    found = reached(optimise_plans(problem))
    return found[GIVEN], found[AID], found[COVERED], round(-found[FILES])


def whole_budget(problem: FinancingProblem) -> int:
    """Euro columns of the problem: what rounding may cost, in euros."""
    return sum(len(offer.lines) for project in problem.projects for offer in project.offers)


@SOME
@given(problem=problems())
def test_support_never_passes_the_cost_of_a_line(problem):
    plans = optimise_plans(problem)
    for project in problem.projects:
        for line in project.lines:
            support = sum(entry.amount for entry in plans[project.id].lines if entry.line == line.id)
            past = sum((granted.aid for granted in project.granted if granted.line == line.id), D(0))
            assert support == 0 or support + past <= line.amount
        assert plans[project.id].support <= project.cost
        assert all(entry.amount > 0 for entry in plans[project.id].lines)


@SOME
@given(problem=problems(), data=st.data())
def test_one_offer_more_never_lowers_the_aid(problem, data):
    """The regimes' figures are those of the law, hence the same with and without the offer."""
    project = data.draw(st.sampled_from(problem.projects))
    removed = data.draw(st.sampled_from(project.offers))
    fewer = replace(
        project,
        offers=tuple(offer for offer in project.offers if offer.id != removed.id),
        exclusions=frozenset(pair for pair in project.exclusions if removed.id not in pair),
    )
    others = tuple(fewer if other.id == project.id else other for other in problem.projects)
    without = replace(problem, projects=others)
    # One euro a dispositif is asked of a regime for its ceiling to hold on a line: two of them, one euro more.
    least = len(project.lines) * len(project.offers)
    assert objectives(problem)[0] >= objectives(without)[0] - least - GRAIN
    assert float(best_benefit(problem) - best_benefit(without)) >= -least - GRAIN


@settings(SOME, max_examples=30)
@given(problem=problems())
def test_one_rule_less_never_lowers_the_aid(problem):
    """Each rule in turn, on the same problems: their best is found once for all of them."""
    given, benefit = given_for_good(optimise_plans(problem)), best_benefit(problem)
    for rule in (rule.key for rule in RULES):
        freer = optimise_plans(problem, without=[rule])
        assert given_for_good(freer) >= given - whole_budget(problem), rule
        assert best_benefit(problem, without={rule}) >= benefit - whole_budget(problem), rule


@SOME
@given(problem=mixed_problems(), data=st.data())
def test_what_is_no_longer_known_of_an_offer_never_raises_the_firm_aid(problem, data):
    """Its answers emptied, its figures or its law unread; of everything firm, beside a loan that excludes it, too."""
    if data.draw(st.integers(1, 4), label="tout est ferme, sauf au quatrième") < 4:
        problem = all_firm(problem, rival=data.draw(AMOUNTS, label="prêt rival"))
    project = data.draw(st.sampled_from(problem.projects))
    offer = data.draw(st.sampled_from((*project.offers, project.offers[-1])))
    lost = data.draw(st.sampled_from(["questions", "chiffres", "droit"]))
    changes: dict[str, dict[str, Any]] = {
        "questions": {"questions": ("?",)},
        "chiffres": {"verified": False},
        "droit": {"bases": tuple(replace(basis, law_question="?") for basis in offer.bases)},
    }
    less = tuple(replace(each, **changes[lost]) if each is offer else each for each in project.offers)
    others = tuple(replace(each, offers=less) if each is project else each for each in problem.projects)
    before, after = (
        given_for_good({key: plan.firm for key, plan in optimise_plans(each).items()})
        for each in (problem, replace(problem, projects=others))
    )
    assert after <= before + sum(len(each.offers) for each in problem.projects)


def all_firm(problem: FinancingProblem, *, rival: int) -> FinancingProblem:
    """The same problem with every answer given, read and ripe, and a loan, all of it aid, that excludes all else."""
    found = []
    for each in problem.projects:
        lines = " ".join(line.id for line in each.lines)
        loan = an_offer("pret", no_aid(), lines=lines, support=rival, instrument=Instrument.LOAN)
        offers = tuple(replace(offer, questions=(), verified=True) for offer in each.offers)
        pairs = each.exclusions | {(offer.id, loan.id) for offer in offers}
        found.append(replace(each, ripe=True, offers=(*offers, loan), exclusions=pairs))
    return replace(problem, projects=tuple(found))


def given_for_good(plans: Plans) -> Decimal:
    """What plans give that has not to be paid back."""
    return sum((line.given for plan in plans.values() for line in plan.lines), D(0))


@SOME
@given(problem=problems(), factor=st.sampled_from([2, 30]))
def test_amounts_so_many_times_larger_scale_the_plan(problem, factor):
    """Up to the euros that do not scale, those that make a use: next to nothing in hundreds of thousands."""
    firm_sized = scaled(problem, 1000)
    small, large = objectives(firm_sized), objectives(scaled(firm_sized, factor))
    fixed = whole_budget(problem) * factor
    assert large[0] == pytest.approx(small[0] * factor, abs=fixed)
    assert large[1] == pytest.approx(small[1] * factor, abs=fixed * EXCHANGE)
    assert large[3] == small[3]


@SOME
@given(problem=problems(), data=st.data())
def test_the_order_of_offers_changes_no_objective(problem, data):
    shuffled = replace(
        problem,
        projects=tuple(
            replace(project, offers=tuple(data.draw(st.permutations(project.offers)))) for project in problem.projects
        ),
    )
    first, second = objectives(problem), objectives(shuffled)
    assert first[:3] == pytest.approx(second[:3], abs=GRAIN)
    assert first[3] == second[3]


@SOME
@given(problem=problems())
def test_the_same_problem_gives_the_same_plan(problem):
    first, second = optimise_plans(problem), optimise_plans(problem)
    assert {key: plan.lines for key, plan in first.items()} == {key: plan.lines for key, plan in second.items()}


PRINT_PLANS = """
from bench._plan_problems import problems
from rebond.financing.solving.optimize import optimise_plans
for problem in problems(4):
    print([plan.lines for plan in optimise_plans(problem).values()])
"""


def test_another_process_gives_the_same_plan_byte_for_byte():
    """Sets of text are read in another order under each hash seed."""
    outputs = [
        subprocess.run(
            [sys.executable, "-c", PRINT_PLANS],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert outputs[0] == outputs[1]
    assert len(outputs[0]) > 1000


def scaled(problem: FinancingProblem, factor: int) -> FinancingProblem:
    """Every amount in euros multiplied."""
    return FinancingProblem(
        projects=tuple(_scaled_project(project, factor) for project in problem.projects),
        de_minimis_room={key: room * factor for key, room in problem.de_minimis_room.items()},
        budgets={key: amount * factor for key, amount in problem.budgets.items()},
    )


def _scaled_project(project: ProjectProblem, factor: int) -> ProjectProblem:
    return replace(
        project,
        lines=tuple(_line(line, factor) for line in project.lines),
        offers=tuple(_offer(offer, factor) for offer in project.offers),
        need=project.need * factor,
        loan_cap=None if project.loan_cap is None else project.loan_cap * factor,
        match_secured=None if project.match_secured is None else project.match_secured * factor,
        granted=tuple(_granted(granted, factor) for granted in project.granted),
    )


def _line(line: Line, factor: int) -> Line:
    return replace(line, amount=line.amount * factor)


def _granted(granted: GrantedAid, factor: int) -> GrantedAid:
    return replace(granted, aid=granted.aid * factor)


def _offer(offer: Offer, factor: int) -> Offer:
    return replace(
        offer,
        max_support=offer.max_support * factor,
        min_support=offer.min_support * factor,
        least_useful=offer.least_useful * factor,
        aid_cap=None if offer.aid_cap is None else offer.aid_cap * factor,
        own_funds_cap=None if offer.own_funds_cap is None else offer.own_funds_cap * factor,
        bases=tuple(_basis(basis, factor) for basis in offer.bases),
    )


def _basis(basis: Basis, factor: int) -> Basis:
    return replace(basis, project_cap=None if basis.project_cap is None else basis.project_cap * factor)
