"""What a funder would not sign is in no plan: more than is missing, a token that lifts a ceiling, a file too small."""

from decimal import Decimal

import pytest
from hypothesis import given, settings

from rebond.dispositifs.model import Instrument
from rebond.financing.plan.model import FinancingPlan
from rebond.financing.problem.model import FinancingProblem
from rebond.financing.solving.optimize import optimise_plan, optimise_plans
from tests.core.financing.problems import a_basis, a_line, a_problem, a_project, an_offer, no_aid, problems

D = Decimal
HUNDRED = (a_line(amount=100_000),)


def best(*offers, room: int = 0, **changes) -> FinancingPlan:
    project = a_project(*offers, lines=changes.pop("lines", HUNDRED), **changes)
    return optimise_plans(a_problem(project, room=room))["p"]


@settings(max_examples=60)
@given(problem=problems())
def test_no_plan_brings_more_than_what_is_missing_be_it_grant_or_loan(problem: FinancingProblem) -> None:
    for project in problem.projects:
        plan = optimise_plans(problem)[project.id]
        assert plan.support <= project.payable_need
        assert plan.to_pay_back <= project.payable_need


def test_a_loan_of_fifty_thousand_at_least_is_not_taken_for_the_six_thousand_that_are_missing() -> None:
    loan = an_offer("pret", no_aid(), support=500_000, instrument=Instrument.LOAN, min_support=D(50_000))
    assert best(loan, need=5_800).lines == ()
    assert best(loan, need=60_000).to_pay_back == 60_000


def test_a_grant_beside_a_loan_stops_at_the_need_and_the_loan_pays_only_the_rest() -> None:
    grant = an_offer("aide", a_basis(), support=30_000)
    loan = an_offer("pret", no_aid(), support=500_000, instrument=Instrument.LOAN, benefit_per_euro=D(0))
    plan = best(grant, loan, need=40_000)
    assert {line.dispositif: line.amount for line in plan.lines} == {"aide": 30_000, "pret": 10_000}
    assert best(an_offer("aide", a_basis(), support=50_000), need=12_000).support == 12_000


@pytest.mark.parametrize("token", [1, 500])
def test_a_token_under_a_higher_article_lifts_nothing_but_itself(token: int) -> None:
    main = an_offer("principal", a_basis("art38", ceilings={"l1": "0.6"}), support=100_000)
    small = an_offer("symbole", a_basis("art41", ceilings={"l1": "0.75"}), support=token)
    plan = best(main, small)
    under = sum(line.amount for line in plan.lines if line.regime == "art38")
    assert under <= 60_000
    assert plan.support <= 60_000 + token


def test_articles_that_pay_for_different_things_are_not_stacked_on_one_line() -> None:
    heat = an_offer("chaleur", a_basis("art38", ceilings={"l1": "0.4"}, object="efficacité"), support=100_000)
    green = an_offer("verte", a_basis("art41", ceilings={"l1": "0.6"}, object="renouvelable"), support=30_000)
    plan = best(heat, green)
    assert {line.regime for line in plan.lines} == {"art38"}
    assert plan.support == 40_000


def test_a_file_too_small_to_be_useful_is_not_asked_for() -> None:
    small = an_offer("petite", a_basis(), support=2_500, least_useful=D(5_000))
    assert best(small).lines == ()
    assert best(an_offer("petite", a_basis(), support=2_500)).support == 2_500


def test_the_quarter_that_regional_aid_wants_free_stays_free_whatever_the_loans_of_public_banks() -> None:
    regional = an_offer("region", a_basis("afr", own_contribution=D("0.25")), support=50_000)
    loan = an_offer("pret", no_aid(), support=100_000, instrument=Instrument.LOAN, benefit_per_euro=D(0))
    assert best(regional, loan).support == 75_000
    assert optimise_plan(a_problem(a_project(loan, lines=HUNDRED))).support == 100_000
