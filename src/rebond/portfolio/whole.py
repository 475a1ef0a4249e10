"""The best plan of one project that finances it, with so much of the envelope."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from rebond.financing.plan.model import FinancingPlan
from rebond.financing.problem.model import FinancingProblem, ProjectProblem
from rebond.financing.solving.optimize import (
    audited_plans,
    benefit_goal,
    goals,
    last_goals,
    order_goal,
    payback_goal,
)
from rebond.financing.solving.solved import Answer, SolvedParts
from rebond.portfolio.select import ENVELOPE, define_given, spare_goal, whole_model
from rebond.units import Euros


def plan_whole(
    project: ProjectProblem, problem: FinancingProblem, envelope: Euros, solved: SolvedParts, *, exact: bool = False
) -> FinancingPlan | None:
    """Most aid, then least of the envelope, least to pay back, fewest files; ``None`` when nothing finances it.

    ``exact``: the envelope gives all of that amount, which its contributors have settled.
    """
    question = replace(problem, projects=(project,), budgets={**problem.budgets, ENVELOPE: envelope})
    return solved.answer("projet financé" + " au montant" * exact, question, partial(_plan_whole, exact=exact))


def _plan_whole(alone: FinancingProblem, *, exact: bool) -> Answer[FinancingPlan | None]:
    (project,) = alone.projects
    variables = whole_model(alone)
    if exact:
        define_given(variables, {project.id: float(alone.budgets[ENVELOPE])})
    spare = spare_goal(variables)
    called = [benefit_goal(variables), spare, payback_goal(variables), *last_goals(variables)]
    order = called if spare.weights else goals(variables)
    solution = variables.model.solve(order, tie_break=order_goal(variables))
    if solution is None:
        return Answer(None, proven=True)
    return Answer(audited_plans(alone, variables, solution)[project.id], proven=solution.proven)
