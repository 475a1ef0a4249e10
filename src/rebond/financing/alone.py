"""One project out of several planned together: the problem that the plans of the others leave to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from rebond.financing.plan import FinancingPlan
from rebond.financing.problem import FinancingProblem
from rebond.regimes.model import RegimeKind
from rebond.units import Euros


def problem_alone(problem: FinancingProblem, project_id: str, plans: Mapping[str, FinancingPlan]) -> FinancingProblem:
    """The problem of that project, what the other plans take deducted from shared accounts and budgets.

    So that its plan is explained and compared as it stands, without undoing the others.
    """
    projects = {project.id: project for project in problem.projects}
    mine = projects[project_id]
    rooms = {key: room for key, room in problem.de_minimis_room.items() if key == mine.undertaking}
    budgets = dict(problem.budgets)
    for other_id, plan in plans.items():
        if other_id == project_id or other_id not in projects:
            continue
        other = projects[other_id]
        offers = {offer.id: offer for offer in other.offers}
        for line in plan.lines:
            offer = offers.get(line.dispositif)
            if offer is None:
                continue
            kind = next((basis.kind for basis in offer.bases if basis.regime == line.regime), RegimeKind.NO_AID)
            if kind is RegimeKind.DE_MINIMIS and other.undertaking == mine.undertaking:
                rooms[mine.undertaking] -= line.aid
            if offer.budget in budgets:
                budgets[offer.budget] -= line.amount
    return replace(
        problem,
        projects=(mine,),
        de_minimis_room={key: max(Euros(0), room) for key, room in rooms.items()},
        budgets={key: max(Euros(0), left) for key, left in budgets.items()},
    )
