"""The best plan of one project that covers its whole need, with so much of the envelope."""

from __future__ import annotations

from dataclasses import replace

from rebond.financing.plan.model import FinancingPlan
from rebond.financing.problem.model import FinancingProblem, ProjectProblem
from rebond.financing.solving.optimize import (
    audited_plans,
    benefit_goal,
    build_model,
    goals,
    last_goals,
    order_goal,
    payback_goal,
)
from rebond.financing.solving.solved import Answer, SolvedParts
from rebond.portfolio.select import ENVELOPE, define_whole, spare_goal
from rebond.units import Euros


def plan_whole(
    project: ProjectProblem, problem: FinancingProblem, envelope: Euros, solved: SolvedParts
) -> FinancingPlan | None:
    """Most aid, then least of the envelope, least to pay back, fewest files; ``None`` when nothing covers the need."""
    question = replace(problem, projects=(project,), budgets={**problem.budgets, ENVELOPE: envelope})
    return solved.answer("projet financé", question, _plan_whole)


def _plan_whole(alone: FinancingProblem) -> Answer[FinancingPlan | None]:
    (project,) = alone.projects
    variables = build_model(alone)
    define_whole(project, variables)
    spare = spare_goal(variables)
    called = [benefit_goal(variables), spare, payback_goal(variables), *last_goals(variables)]
    order = called if spare.weights else goals(variables)
    solution = variables.model.solve(order, tie_break=order_goal(variables))
    if solution is None:
        return Answer(None, proven=True)
    return Answer(audited_plans(alone, variables, solution)[project.id], proven=solution.proven)
