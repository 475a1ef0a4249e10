"""The engine finds the optimum: five objectives compared with an exhaustive search in exact arithmetic.

``REBOND_THOROUGH=5000`` sets how many random problems are compared; otherwise it is what the profile says, at most 250.
"""

import json
import os
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, event, given, settings

from rebond.dispositifs.model import Instrument
from rebond.financing.auditing.audit import audit_plans
from rebond.financing.plan.model import FinancingPlan
from rebond.financing.problem.as_json import problem_from_data
from rebond.financing.problem.model import FinancingProblem
from rebond.financing.solving.constraints import RULES
from rebond.financing.solving.optimize import optimise_plans
from rebond.financing.solving.rounding import ROUNDING
from tests.core.financing.problems import (
    AID,
    COVERED,
    FILES,
    GIVEN,
    PAYBACK,
    D,
    a_basis,
    a_line,
    a_problem,
    a_project,
    an_offer,
    de_minimis,
    mixed_problems,
    no_aid,
    problems,
    reached,
)
from tests.core.financing.reference import brute_force, brute_force_mixed, firm_problem
from tests.core.financing.simplex import Programme

CALLED_INFEASIBLE = Path(__file__).parents[2] / "data" / "plans" / "called_infeasible.json"
CALLED_INFEASIBLE_BEST = (Fraction(250), Fraction(1298, 5), Fraction(490), Fraction(240), 3)
"""What the brute force finds in twenty seconds of exact arithmetic, always the same: the thorough run does it again."""
COUNT = int(os.environ.get("REBOND_THOROUGH") or min(250, settings.default.max_examples if settings.default else 100))
RANDOM = settings(max_examples=COUNT, deadline=None, suppress_health_check=list(HealthCheck))
GRAIN = 1e-3
"""Euros that the solver does not tell apart: for amounts of a few hundred euros, more than a millionth."""
TOLERANCE = 0.01
"""Euros between two optima, that of the solver being in floats with locks of a tenth of a cent."""
EXCHANGE = 25
"""Most euros of coverage that a euro of benefit can buy here: 1 / 0.04, the least benefit of a euro of loan."""


def proven(plans: dict[str, FinancingPlan]) -> tuple[float, float, float, float, int]:
    """The five objectives that the solver proved, summed over independent parts."""
    for report in (report for plan in plans.values() for report in plan.reports):
        assert report.proven
        assert report.gap <= 1e-6 or report.bound - report.objective <= GRAIN
    found = reached(plans)
    return found[GIVEN], found[AID], found[COVERED], -found[PAYBACK], round(-found[FILES])


@RANDOM
@given(problem=problems())
def test_no_legal_plan_is_better(problem):
    _assert_best(problem)


@settings(RANDOM, max_examples=COUNT // 2)
@given(problem=problems())
def test_no_legal_plan_is_better_than_one_whose_choices_were_probed(problem):
    """Small problems seldom branch: here every one goes through the probing that large ones need."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("rebond.financing.solving.solver._PROBE_FROM", -2)
        _assert_best(problem)


def _assert_best(problem: FinancingProblem) -> None:
    best = brute_force(problem)
    given, benefit, covered, payback, files = proven(optimise_plans(problem))
    assert given == pytest.approx(float(best.given), abs=TOLERANCE)
    assert benefit == pytest.approx(float(best.benefit), abs=TOLERANCE)
    assert covered == pytest.approx(float(best.covered), abs=TOLERANCE * EXCHANGE)
    assert payback == pytest.approx(float(best.payback), abs=2 * TOLERANCE * EXCHANGE)
    assert files == best.files


@settings(RANDOM, max_examples=COUNT // 2)
@given(problem=problems())
def test_whole_euros_cost_less_than_one_euro_a_dispositif(problem):
    plans = optimise_plans(problem)
    assert audit_plans(plans.values(), problem) == []
    best = proven(plans)[1]
    found = float(sum((plan.benefit for plan in plans.values()), Decimal(0)))
    offers = sum(len(project.offers) for project in problem.projects)
    assert best - offers < found <= best + offers * ROUNDING


@settings(RANDOM, max_examples=COUNT // 2)
@given(problem=mixed_problems())
def test_firm_aid_is_the_best_that_one_can_sign_and_no_possible_plan_brings_more(problem):
    plans = optimise_plans(problem)
    best = brute_force_mixed(problem)
    offers = sum(len(project.offers) for project in problem.projects)
    firm = [plan.firm for plan in plans.values()]
    given = {(project.id, offer.id): offer.given for project in problem.projects for offer in project.offers}
    aid = float(sum((line.amount * given[plan.project, line.dispositif] for plan in firm for line in plan.lines), D(0)))
    assert best.firm_given - offers < aid <= best.firm_given + offers * ROUNDING
    assert audit_plans(plans.values(), problem) == []
    assert audit_plans(firm, firm_problem(problem)) == []
    found = float(sum((plan.benefit for plan in plans.values()), Decimal(0)))
    assert found <= best.benefit + offers * ROUNDING
    event("appui" if found < best.benefit - offers else "optimum")


def test_a_problem_that_highs_once_called_infeasible():
    """Found by the thorough run: at an integrality of 1e-9, HiGHS 1.15 denied the solution that it had just given."""
    data = json.loads(CALLED_INFEASIBLE.read_text(encoding="utf-8"), parse_float=Decimal)
    problem = problem_from_data(data)
    found = CALLED_INFEASIBLE_BEST
    if "REBOND_THOROUGH" in os.environ:
        best = brute_force(problem)
        assert found == (best.given, best.benefit, best.covered, best.payback, best.files)
    assert proven(optimise_plans(problem)) == pytest.approx(found, abs=TOLERANCE)


def test_every_family_of_rules_decides_some_of_the_random_problems():
    """Otherwise the comparison would prove nothing for that family."""
    decisive: Counter[str] = Counter()

    @settings(RANDOM, max_examples=400, derandomize=True, database=None, phases=[Phase.generate])
    @given(problem=problems())
    def count(problem: FinancingProblem) -> None:
        missing = [rule for rule in RULES if not decisive[rule.key]]
        best = sum(plan.benefit for plan in optimise_plans(problem).values()) if missing else 0
        for rule in missing:
            freer = sum(plan.benefit for plan in optimise_plans(problem, without=[rule.key]).values())
            decisive[rule.key] += freer > best + 20

    count()
    assert {rule.key for rule in RULES if not decisive[rule.key]} == set()


def test_a_grant_is_preferred_to_an_advance_that_counts_as_much():
    """Both fill half of 1 000 € at their nominal amount: the grant is kept whole, the advance does the rest."""
    grant = an_offer("sub", a_basis(), support=300)
    advance = an_offer("avance", a_basis(), support=500, instrument=Instrument.REPAYABLE_ADVANCE)
    (plan,) = optimise_plans(a_problem(a_project(advance, grant))).values()
    assert {line.dispositif: line.amount for line in plan.lines} == {"sub": 300, "avance": 200}
    assert plan.to_pay_back == 200


def test_a_firm_loan_worth_more_never_takes_the_place_of_a_firm_grant():
    """Each wants to be the only aid of a line: a grant of 24 €, and an advance of which 100 € count as much aid.

    A random search found it: with everything firm the advance was taken, and the firm aid was 0 €.
    """
    grant = an_offer("sub", a_basis(ceilings={"l1": "0.1"}), support=240, sole_aid=True)
    advance = an_offer("avance", no_aid(), support=240, sole_aid=True, instrument=Instrument.REPAYABLE_ADVANCE)
    problem = a_problem(a_project(grant, advance, lines=(a_line("l1", 240),), need=100))
    (plan,) = optimise_plans(problem).values()
    assert {line.dispositif: line.amount for line in plan.lines} == {"sub": 24}
    assert proven({"p": plan}) == pytest.approx((24, 24, 24, 0, 1), abs=TOLERANCE)
    (closed,) = optimise_plans(a_problem(replace(problem.projects[0], offers=(advance,)))).values()
    assert {line.dispositif: line.amount for line in closed.lines} == {"avance": 100}


def test_nobody_borrows_more_than_the_need():
    """Two loans at market terms for a need of 250 €: that of 400 € at least would cover it too."""
    large = an_offer("a", no_aid(), support=900, min_support=D(400), instrument=Instrument.LOAN, benefit_per_euro=D(0))
    small = an_offer("b", no_aid(), support=900, min_support=D(50), instrument=Instrument.LOAN, benefit_per_euro=D(0))
    (plan,) = optimise_plans(a_problem(a_project(large, small, need=250))).values()
    assert {line.dispositif: line.amount for line in plan.lines} == {"b": 250}


# The reference itself, on figures worked out by hand.


def reference(*offers, room=0, **project):
    best = brute_force(a_problem(a_project(*offers, **project), room=room))
    return best.benefit, best.covered, best.files


def test_the_reference_lets_de_minimis_fill_what_a_lower_intensity_leaves():
    """1 000 € under a 50 % regime of which the dispositif gives 300 €: de minimis adds 200 €, not its 400 €."""
    exempted = an_offer("a", a_basis(), support=300)
    simple = an_offer("b", de_minimis(), support=400)
    assert reference(exempted, simple, room=1000) == (500, 500, 2)


def test_the_reference_prefers_de_minimis_alone_when_it_is_worth_more():
    """Without exempted aid the line is bounded by its cost: 700 € of de minimis beat 500 € in all."""
    exempted = an_offer("a", a_basis(), support=300)
    simple = an_offer("b", de_minimis(), support=700)
    assert reference(exempted, simple, room=1000) == (700, 700, 1)


def test_the_reference_keeps_own_contribution_free():
    """An intensity of 80 % of 1 000 €, and 25 % that must stay free of public support: 750 €."""
    regional = an_offer("a", a_basis("afr", ceilings={"l1": "0.8"}, own_contribution=Decimal("0.25")), support=900)
    assert reference(regional, lines=(a_line(),)) == (750, 750, 1)


def test_the_exact_simplex_solves_a_programme_solved_by_hand():
    """Max 3x + 2y with x + y ≤ 4, x + 3y ≤ 6, x ≤ 3, x ≥ 1: 11 at (3, 1)."""
    programme = Programme(width=2)
    one = Fraction(1)
    programme.at_most({0: one, 1: one}, Fraction(4))
    programme.at_most({0: one, 1: Fraction(3)}, Fraction(6))
    programme.at_most({0: one}, Fraction(3))
    programme.at_least({0: one}, one)
    assert programme.maximise({0: Fraction(3), 1: Fraction(2)}, exact=True) == 11
    assert programme.maximise({0: -one}, exact=True) == -1
    programme.at_least({0: one}, Fraction(5))
    assert programme.maximise({0: one}, exact=True) is None


def test_a_line_where_one_regime_alone_may_stand_needs_no_whole_euro_of_aid():
    """An advance of one euro, a quarter of it aid, makes its line an eligible cost: cumulation says nothing there.

    Met at random: the reference wanted a euro of aid on the line, and gave the subsidy three euros less.
    """
    shared = a_basis("r2", ceilings={"l1": D("0.6"), "l2": D("0.1")}, own_contribution=D("0.75"))
    lent = replace(shared, aid_per_euro=D("0.25"), plain_per_euro=D("0.25"))
    problem = a_problem(
        a_project(
            an_offer("subvention", shared, lines="l1"),
            an_offer("avance", lent, lines="l2", instrument=Instrument.REPAYABLE_ADVANCE),
            lines=(a_line("l1", 240), a_line("l2", 240)),
            need=D(1730),
        )
    )
    _assert_best(problem)
    assert brute_force(problem).given == 119
