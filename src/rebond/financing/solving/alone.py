"""What plans leave to the others of the accounts and budgets that they share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from rebond.financing.plan.model import FinancingPlan
from rebond.financing.problem.model import FinancingProblem
from rebond.regimes.model import RegimeKind
from rebond.units import Euros


def problem_alone(problem: FinancingProblem, project_id: str, plans: Mapping[str, FinancingPlan]) -> FinancingProblem:
    """The problem of that project, what the other plans take deducted from shared accounts and budgets.

    So that its plan is explained and compared as it stands, without undoing the others.
    """
    mine = next(project for project in problem.projects if project.id == project_id)
    left = left_by((plan for other, plan in plans.items() if other != project_id), problem)
    rooms = {key: room for key, room in left.de_minimis_room.items() if key == mine.undertaking}
    return replace(left, projects=(mine,), de_minimis_room=rooms)


def left_by(plans: Iterable[FinancingPlan], problem: FinancingProblem) -> FinancingProblem:
    """The problem on what those plans leave of its de minimis accounts and budgets, in euros, never below zero.

    The plans are legal ones of its projects: ``KeyError`` when one rests on an offer that the problem does not hold.
    """
    projects = {project.id: project for project in problem.projects}
    room, budgets = dict(problem.de_minimis_room), dict(problem.budgets)
    for plan in plans:
        project = projects[plan.project]
        offers = {offer.id: offer for offer in project.offers}
        for line in plan.lines:
            offer = offers[line.dispositif]
            kinds = {basis.regime: basis.kind for basis in offer.bases}
            if kinds[line.regime] is RegimeKind.DE_MINIMIS:
                room[project.undertaking] -= line.aid
            if offer.budget in budgets:
                budgets[offer.budget] -= line.amount
    return replace(
        problem,
        de_minimis_room={key: max(Euros(0), left) for key, left in room.items()},
        budgets={key: max(Euros(0), left) for key, left in budgets.items()},
    )
