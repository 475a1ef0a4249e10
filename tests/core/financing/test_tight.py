"""Rows that only say what others imply, or are left out for it: no plan is lost, and the relaxation shares less."""

import random

import highspy
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rebond.financing.problem.model import FinancingProblem
from rebond.financing.solving.constraints import RULES
from rebond.financing.solving.optimize import build_model
from rebond.financing.solving.variables import Variables
from rebond.portfolio.joint.generated import territory
from tests.core.financing.problems import (
    D,
    a_basis,
    a_line,
    a_problem,
    a_project,
    an_offer,
    de_minimis,
    mixed_problems,
    problems,
)

_CENT = 1e-5
"""In thousands of euros, beside weights of one."""
_RULES = tuple(rule.key for rule in RULES)


def most(variables: Variables, costs: np.ndarray, *, whole: bool) -> float:
    """The optimum; ``whole``: choices are."""
    lp, _, _ = variables.model.arrays()
    lp.col_cost_ = costs
    if not whole:
        lp.integrality_ = []
    highs = highspy.Highs()
    for option, value in (("output_flag", False), ("mip_rel_gap", 0.0), ("mip_feasibility_tolerance", 1e-9)):
        highs.setOptionValue(option, value)
    highs.passModel(lp)
    highs.run()
    assert highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return -float(highs.getInfo().objective_function_value)


def drawn(problem: FinancingProblem, seed: int, *, tight: bool, without: tuple[str, ...], whole: bool = True) -> float:
    """The most that euros drawn dear or cheap, files being paid for, may be worth."""
    variables = build_model(problem, tight=tight, without=without)
    draw = random.Random(seed)
    costs = np.zeros(len(variables.model.names))
    for use in variables.uses:
        for column, _ in variables.terms(use):
            costs[column] = -draw.uniform(-0.2, 1.0)
        costs[variables.chosen[use.key]] = draw.choice([0.0, 0.01, 0.1])
    return most(variables, costs, whole=whole)


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(
    problem=problems() | mixed_problems(),
    seed=st.integers(0, 10_000),
    without=st.sampled_from([(), *((key,) for key in _RULES)]),
)
def test_no_plan_is_lost_to_tight_rows_whichever_rule_is_left_out(
    problem: FinancingProblem, seed: int, without: tuple[str, ...]
) -> None:
    plain = drawn(problem, seed, tight=False, without=without)
    assert abs(drawn(problem, seed, tight=True, without=without) - plain) <= _CENT
    shared = drawn(problem, seed, tight=False, without=without, whole=False)
    assert drawn(problem, seed, tight=True, without=without, whole=False) <= shared + _CENT


@pytest.mark.parametrize("seed", range(6))
def test_no_plan_of_a_generated_territory_is_lost_to_tight_rows(seed: int) -> None:
    """Several regimes of different ceilings on a line, several supports under each: where rows are tightened most."""
    gained = 0.0
    for number, part, _ in territory(8, 40, seed=seed).share(0, 1):
        plain = drawn(part, number, tight=False, without=())
        assert abs(drawn(part, number, tight=True, without=()) - plain) <= _CENT * max(1.0, plain)
        shared = [drawn(part, number, tight=tight, without=(), whole=False) for tight in (False, True)]
        gained += shared[0] - shared[1]
    assert gained > 0.1


def test_half_a_ceiling_and_half_of_none_give_no_more_than_the_de_minimis_account() -> None:
    """On 1 000 000 € at 20 % with 100 000 € of de minimis, shares of the two choices once gave 560 000 €."""
    line = a_line(amount=1_000_000)
    regional = an_offer("a", a_basis(ceilings={"l1": D("0.2")}), support=1_000_000)
    small = an_offer("b", de_minimis(), support=1_000_000)
    problem = a_problem(a_project(regional, small, lines=(line,), need=D(1_000_000)), room=100_000)
    shared = {}
    for tight in (False, True):
        variables = build_model(problem, tight=tight)
        costs = np.zeros(len(variables.model.names))
        costs[list(variables.euros.values())] = -1.0
        shared[tight] = most(variables, costs, whole=False)
    assert shared[True] <= 200.0 + _CENT < shared[False]


def test_a_cap_that_the_base_implies_and_a_budget_that_cannot_run_out_have_no_row() -> None:
    """What a support may give is under its cap already; one undertaking alone cannot spend the budget."""
    line, other = a_line("l1", amount=100_000), a_line("l2", amount=50_000)
    given = a_basis(ceilings={"l1": D("0.2"), "l2": D("0.2")})
    offer = an_offer("a", given, lines="l1 l2", support=30_000, aid_cap=D(20_000), budget="b")
    project = a_project(offer, lines=(line, other), need=D(100_000))
    families = {}
    for amount in (10_000, 1_000_000):
        problem = a_problem(project, budgets={"b": D(amount)})
        for tight in (False, True):
            model = build_model(problem, tight=tight).model
            families[tight, amount] = {name.split(",")[0] for name in model.row_names}
    assert {"floor_and_cap[plafond", "exclusions[budget"} <= families[False, 10_000] & families[False, 1_000_000]
    assert "floor_and_cap[plafond" not in families[True, 10_000] | families[True, 1_000_000]
    assert "exclusions[budget" in families[True, 10_000]
    assert "exclusions[budget" not in families[True, 1_000_000]
