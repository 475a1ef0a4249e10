"""Variants and demands: never above the best plan, and a minimal reason when they cannot be met."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings

from rebond.adapters.plan_documents.wording import variant_outcome
from rebond.dispositifs.model import Instrument
from rebond.facts import UNKNOWN
from rebond.financing.auditing.audit import audit_plan
from rebond.financing.explaining.demands import at_most_files, can_meet, need_covered, some_support, support_at_least
from rebond.financing.explaining.infeasibility import NoPlan, plan_or_conflict
from rebond.financing.explaining.variants import compare_variants
from rebond.financing.plan.model import FinancingPlan
from rebond.financing.problem.model import FinancingProblem
from rebond.financing.solving.alone import problem_alone
from rebond.financing.solving.optimize import optimise_plans
from tests.core.financing.problems import SIXTY_FORTY, a_basis, a_problem, a_project, an_offer, de_minimis, problems

D = Decimal
"""Euros that rounding each amount down may move."""


def by_key(problem: FinancingProblem, **asked):
    best = optimise_plans(problem)[problem.projects[0].id]
    return best, {variant.key: variant for variant in compare_variants(problem, best, **asked)}


@settings(max_examples=30)
@given(problems())
def test_no_variant_beats_the_best_plan_and_each_is_legal(problem: FinancingProblem) -> None:
    plans = optimise_plans(problem)
    for key in plans:
        alone = problem_alone(problem, key, plans)
        best = optimise_plans(alone)[key]
        for variant in compare_variants(alone, best):
            if isinstance(variant.plan, FinancingPlan):
                # What is given first: a plan that gives less may count for more aid, lent (adr/0032).
                given, most = (sum(line.given for line in plan.lines) for plan in (variant.plan, best))
                assert given <= most + len(alone.projects[0].offers)
                assert variant.aid_lost == best.benefit - variant.plan.benefit
                assert not audit_plan(variant.plan, alone)


@settings(max_examples=30)
@given(problems())
def test_every_member_of_a_conflict_is_needed(problem: FinancingProblem) -> None:
    plans = optimise_plans(problem)
    for key in plans:
        alone = problem_alone(problem, key, plans)
        demands = (need_covered(), at_most_files(1))
        found = plan_or_conflict(alone, demands)
        if isinstance(found, FinancingPlan):
            assert found.support > 0
            continue
        asked = {demand.key: demand for demand in (*demands, some_support())}
        rules = {conflict.key for conflict in found.conflicts if conflict.source}
        kept = [asked[conflict.key] for conflict in found.conflicts if not conflict.source]
        others = {"assiette", "floor_and_cap", "intensity", "cumulation", "de_minimis", "own_contribution"}
        others |= {"incentive_effect", "thresholds", "loans", "exclusions", "cost"}
        assert kept
        assert not can_meet(alone, kept, without=others - rules)
        for rule in rules:
            assert can_meet(alone, kept, without=(others - rules) | {rule})
        for demand in kept:
            assert can_meet(alone, [other for other in kept if other is not demand], without=others - rules)


def three_grants() -> FinancingProblem:
    offers = [
        an_offer(name, a_basis(name, ceilings={"l1": "1"}), support=s)
        for name, s in zip("abc", (300, 200, 100), strict=True)
    ]
    return a_problem(a_project(*offers))


def test_fewer_files_cost_the_smallest_aids() -> None:
    best, variants = by_key(three_grants())
    assert best.benefit == 600
    assert variants["au_plus_1"].plan.files == ("a",)
    assert (variants["au_plus_1"].aid_lost, variants["au_plus_2"].aid_lost) == (D(300), D(100))
    assert "au_plus_3" not in variants


def test_the_plan_itself_stops_at_the_need() -> None:
    """Grants of 600 € for a need of 450 €: no variant is needed to stay within what is missing."""
    problem = three_grants()
    (project,) = problem.projects
    best, variants = by_key(replace(problem, projects=(replace(project, need=D(450)),)))
    assert (best.support, best.need) == (450, 450)
    assert len(best.files) == 2
    assert "au_besoin" not in variants


def test_fewer_files_may_cost_no_aid_and_yet_be_paid_back() -> None:
    """One advance at its nominal amount counts for as much as two grants: the variant says what it makes one repay.

    Of supports that wait for an answer: a firm grant would keep its place.
    """
    grants = [an_offer(name, a_basis(), support=250, questions=("?",)) for name in "ab"]
    advance = an_offer("c", a_basis(), support=500, instrument=Instrument.REPAYABLE_ADVANCE, questions=("?",))
    best, variants = by_key(a_problem(a_project(*grants, advance)))
    assert (best.files, best.to_pay_back) == (("a", "b"), 0)
    one = variants["au_plus_1"]
    assert (one.plan.files, one.aid_lost, one.payback_lost) == (("c",), 0, -500)
    assert "de plus à rembourser" in variant_outcome(one)


def test_a_support_that_is_in_part_an_advance_is_left_out_of_the_variant_without_advance() -> None:
    mixed = an_offer("mixte", a_basis("r"), support=300, parts=SIXTY_FORTY)
    grant = an_offer("sub", a_basis("r2"), support=100)
    best, variants = by_key(a_problem(a_project(mixed, grant)))
    assert best.benefit == 400
    assert variants["sans_avance"].plan.files == ("sub",)
    assert variants["sans_pret"].plan is best


def test_money_before_a_date_counts_only_known_delays_and_names_the_unknown_ones() -> None:
    payments = {"a": date(2027, 3, 1), "b": date(2027, 9, 1), "c": UNKNOWN}
    _, variants = by_key(three_grants(), first_payments=payments, before=date(2027, 6, 30))
    cash = variants["argent_avant"]
    assert cash.plan.files == ("a",)
    assert cash.aid_lost == 300
    assert cash.remarks == ("délai inconnu, écartés : c",)


def test_works_begun_before_the_application_are_named_as_the_reason() -> None:
    basis = a_basis("afr", refused_by=frozenset({"incentive_effect"}), refusals=("commande avant la demande",))
    found = plan_or_conflict(a_problem(a_project(an_offer("a", basis))))
    assert isinstance(found, NoPlan)
    assert {conflict.key for conflict in found.conflicts} == {"incentive_effect", "soutien"}
    (refusal,) = found.refusals
    assert refusal.reasons == ("commande avant la demande",)
    assert "effet incitatif" in found.sentence


def test_a_full_account_is_named_as_the_reason() -> None:
    found = plan_or_conflict(a_problem(a_project(an_offer("a", de_minimis())), room=0))
    assert isinstance(found, NoPlan)
    assert {conflict.key for conflict in found.conflicts} == {"de_minimis", "soutien"}


def test_an_amount_that_no_dispositif_reaches_is_refused_for_the_assiette() -> None:
    problem = a_problem(a_project(an_offer("a", a_basis(ceilings={"l1": "1"}), support=300)))
    assert isinstance(plan_or_conflict(problem, [support_at_least(D(300))]), FinancingPlan)
    found = plan_or_conflict(problem, [support_at_least(D(301))])
    assert isinstance(found, NoPlan)
    assert {conflict.key for conflict in found.conflicts} == {"assiette", "montant"}


def test_a_project_that_nothing_can_pay_has_no_plan_and_no_rule_to_blame() -> None:
    found = plan_or_conflict(a_problem(a_project()))
    assert isinstance(found, NoPlan)
    assert [conflict.key for conflict in found.conflicts] == ["soutien"]


@pytest.mark.parametrize(("count", "possible"), [(1, False), (2, True)])
def test_the_need_may_ask_for_more_files_than_wanted(count: int, possible: bool) -> None:
    offers = [an_offer(name, a_basis(name, ceilings={"l1": "1"}), support=500) for name in "ab"]
    found = plan_or_conflict(a_problem(a_project(*offers)), [need_covered(), at_most_files(count)])
    assert isinstance(found, FinancingPlan) is possible
