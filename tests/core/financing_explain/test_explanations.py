"""What a plan says of itself: totals, caps that bit, what the rules cost."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given, settings

from rebond.dispositifs.model import Instrument
from rebond.financing.explaining.explain import explain_plan, rule_costs
from rebond.financing.problem.model import FinancingProblem
from rebond.financing.solving.alone import problem_alone
from rebond.financing.solving.constraints import RULES
from rebond.financing.solving.optimize import optimise_plans
from rebond.financing.tables.limits import plan_limits
from tests.core.financing.problems import a_basis, a_line, a_problem, a_project, an_offer, de_minimis, problems

D = Decimal


def explained(problem: FinancingProblem):
    plan = optimise_plans(problem)[problem.projects[0].id]
    return plan, explain_plan(plan, problem)


@settings(max_examples=40)
@given(problems())
def test_an_explanation_adds_up_to_the_plan_and_no_limit_is_passed(problem: FinancingProblem) -> None:
    plans = optimise_plans(problem)
    for key, plan in plans.items():
        alone = problem_alone(problem, key, plans)
        explanation = explain_plan(plan, alone)
        assert explanation.total == plan.support
        for support in explanation.supports:
            assert support.after == sum(line.amount for line in support.lines)
            assert support.after <= support.before
        used = [limit for limit in explanation.limits if limit.used > limit.allowed]
        assert not used, used
        assert {s.dispositif for s in explanation.supports} | {a.dispositif for a in explanation.asides} == {
            offer.id for offer in alone.projects[0].offers
        }


@settings(max_examples=25)
@given(problems())
def test_no_rule_costs_less_than_nothing_and_only_known_rules_are_named(problem: FinancingProblem) -> None:
    plans = optimise_plans(problem)
    for key in plans:
        alone = problem_alone(problem, key, plans)
        costs = rule_costs(alone)
        assert all(cost.cost >= 1 for cost in costs)
        assert {cost.key for cost in costs} <= {rule.key for rule in RULES}


def test_the_cap_of_aid_that_bites_is_named_and_priced() -> None:
    offer = an_offer("a", a_basis(ceilings={"l1": "1"}), support=600, aid_cap=D(250))
    plan, explanation = explained(a_problem(a_project(offer)))
    assert plan.support == 250
    (support,) = explanation.supports
    assert (support.before, support.after) == (D(600), 250)
    assert [cap.label for cap in support.caps] == ["Plafond d'aide du dispositif"]
    assert "plafond d'aide du dispositif" in support.sentence
    (own,) = [cost for cost in explanation.costs if cost.dispositif == "a"]
    assert own.cost == 350


def test_the_cap_of_base_is_priced_apart_from_the_rate() -> None:
    offer = an_offer("a", a_basis(ceilings={"l1": "1"}), support=200, uncapped_support=D(500))
    _, explanation = explained(a_problem(a_project(offer)))
    (support,) = explanation.supports
    assert support.before == 500
    assert [cap.label for cap in support.caps] == ["Plafond d'assiette du dispositif"]
    assert next(cost.cost for cost in explanation.costs if cost.dispositif == "a") == 300


def test_the_intensity_that_bites_is_named_on_its_line() -> None:
    offer = an_offer("a", a_basis("art. 17", ceilings={"l1": "0.2"}), support=600)
    _, explanation = explained(a_problem(a_project(offer)))
    (line,) = explanation.supports[0].lines
    assert [cap.label for cap in line.caps] == ["Intensité art. 17"]
    assert next(cost.cost for cost in explanation.costs if cost.key == "intensity") == 400


def test_the_de_minimis_account_that_is_full_is_named() -> None:
    offer = an_offer("a", de_minimis(), support=600)
    _, explanation = explained(a_problem(a_project(offer), room=150))
    assert [cap.rule for cap in explanation.supports[0].caps] == ["de_minimis"]
    assert {cost.key: cost.cost for cost in explanation.costs} == {"de_minimis": D(450)}


def test_two_aids_on_one_line_stop_at_the_higher_of_their_ceilings() -> None:
    first = an_offer("a", a_basis("r1", ceilings={"l1": "0.35"}), support=350)
    second = an_offer("b", a_basis("r2", ceilings={"l1": "0.2"}), support=200)
    plan, explanation = explained(a_problem(a_project(first, second)))
    assert plan.support == 350
    assert next(cost.cost for cost in explanation.costs if cost.key == "cumulation") == 200


def test_the_own_contribution_is_a_limit_of_the_plan() -> None:
    offer = an_offer("a", a_basis("afr", ceilings={"l1": "1"}, own_contribution=D("0.25")), support=1000)
    plan, explanation = explained(a_problem(a_project(offer)))
    assert plan.support == 750
    assert "own_contribution" in {limit.rule for limit in explanation.limits if limit.binds}


def test_an_offer_left_aside_says_why() -> None:
    refused = an_offer("refus", a_basis("r", refused_by=frozenset({"incentive_effect"}), refusals=("commande signée",)))
    account = an_offer("compte", de_minimis())
    floor = an_offer("plancher", a_basis("r2"), support=40, min_support=D(90))
    rival, best = an_offer("rival", a_basis("r3"), support=10), an_offer("mieux", a_basis("r4"), support=300)
    project = a_project(refused, account, floor, rival, best, exclusions=frozenset({("mieux", "rival")}))
    _, explanation = explained(a_problem(project))
    reasons = {aside.dispositif: aside.reason for aside in explanation.asides}
    assert reasons["refus"] == "commande signée"
    assert "compte de minimis" in reasons["compte"]
    assert "plancher" in reasons["plancher"]
    assert reasons["rival"] == "ne se cumule pas avec : mieux"


def test_a_project_is_explained_on_what_the_others_leave() -> None:
    offers = [an_offer(name, de_minimis(), support=400) for name in ("a", "b")]
    first, second = (a_project(offer, identifier=offer.id) for offer in offers)
    problem = a_problem(first, second, room=500)
    plans = optimise_plans(problem)
    alone = problem_alone(problem, "b", plans)
    assert alone.de_minimis_room["groupe"] == 500 - plans["a"].support
    (limit,) = [limit for limit in plan_limits(plans["b"], alone) if limit.rule == "de_minimis"]
    assert limit.used <= limit.allowed


def test_a_plan_without_offers_explains_nothing() -> None:
    problem = a_problem(a_project(lines=(a_line(),)))
    plan, explanation = explained(problem)
    assert plan.lines == ()
    assert explanation == replace(explanation, supports=(), costs=(), limits=(), asides=())


def test_no_advance_is_asked_where_a_grant_brings_as_much() -> None:
    """Same aid, same need, as many files: what the firm keeps comes first, whatever the order of the problem."""
    basis = a_basis(ceilings={"l1": "0.5"})
    advance = an_offer("a-avance", basis, support=500, instrument=Instrument.REPAYABLE_ADVANCE)
    grant = an_offer("b-subvention", basis, support=500)
    plan, _ = explained(a_problem(a_project(advance, grant)))
    assert (plan.files, plan.benefit, plan.to_pay_back) == (("b-subvention",), 500, 0)


def test_the_budget_of_the_envelope_is_the_share_proposed_for_the_project() -> None:
    offer = replace(an_offer("appel", a_basis(ceilings={"l1": "1"}), support=600), budget="enveloppe", is_envelope=True)
    problem = replace(a_problem(a_project(offer)), budgets={"enveloppe": D(240)})
    plan, explanation = explained(problem)
    assert plan.support == 240
    (support,) = explanation.supports
    assert support.sentence.endswith("Limite atteinte : part de l'enveloppe proposée pour ce projet.")
