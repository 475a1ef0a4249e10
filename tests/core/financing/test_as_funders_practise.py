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


def a_loan(identifier: str = "pret", *, worth: str = "0", **changes):
    return an_offer(
        identifier, no_aid(), support=500_000, instrument=Instrument.LOAN, benefit_per_euro=D(worth), **changes
    )


def amounts(plan: FinancingPlan) -> dict[str, int]:
    return {line.dispositif: line.amount for line in plan.lines}


@pytest.mark.parametrize("worth", ["0", "0.04"])
def test_a_firm_loan_never_takes_the_place_of_a_possible_grant(worth: str) -> None:
    """P013, P052, P062: 280 000 € of regional grant were left unasked for loans that one could already sign for."""
    grant = an_offer("region", a_basis(), support=20_000, questions=("zone à établir",))
    assert amounts(best(a_loan(worth=worth), grant, need=35_000)) == {"region": 20_000, "pret": 15_000}


def test_a_firm_advance_never_takes_the_place_of_a_possible_grant() -> None:
    advance = an_offer("avance", a_basis(), support=35_000, instrument=Instrument.REPAYABLE_ADVANCE)
    grant = an_offer("region", a_basis(), support=20_000, questions=("zone à établir",))
    assert amounts(best(advance, grant, need=35_000)) == {"region": 20_000, "avance": 15_000}


def test_a_loan_with_a_floor_leaves_the_grant_whole_and_the_rest_to_be_found() -> None:
    """A loan of 30 000 € at least and a grant of 20 000 € meet a need of 35 000 €: the grant is asked."""
    grant = an_offer("region", a_basis(), support=20_000, questions=("zone à établir",))
    assert amounts(best(a_loan(min_support=D(30_000)), grant, need=35_000)) == {"region": 20_000}


def test_among_loans_that_are_equal_the_one_of_known_conditions_comes_first() -> None:
    grant = an_offer("region", a_basis(), support=20_000, questions=("zone à établir",))
    possible = a_loan("possible", questions=("capacité d'emprunt",))
    assert amounts(best(possible, a_loan("ferme"), grant, need=35_000)) == {"region": 20_000, "ferme": 15_000}


def test_a_firm_grant_still_comes_before_a_larger_possible_one() -> None:
    firm = an_offer("ferme", a_basis(), support=30_000)
    possible = an_offer("possible", a_basis(), support=45_000, questions=("à confirmer",))
    assert amounts(best(firm, possible, need=60_000)) == {"ferme": 30_000, "possible": 20_000}


def test_a_scheme_of_thirty_per_cent_pays_no_line_at_thirty_five_while_its_twin_gets_less() -> None:
    """P009: 35 % of a furnace and 21.7 % of its twin, by a scheme that gives 30 % of what it takes."""
    furnaces = (a_line("l1", 100_000), a_line("l2", 100_000))
    fund = an_offer("ademe", a_basis(ceilings={"l1": "0.35", "l2": "0.35"}), lines="l1 l2", support=60_000)
    plan = best(fund, lines=furnaces, need=56_000)
    on = {line.line: line.amount for line in plan.lines}
    assert sum(on.values()) == 56_000
    assert max(on.values()) <= 30_000
