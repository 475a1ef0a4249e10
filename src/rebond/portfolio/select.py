"""Which projects the envelope supports: the joint plan of all candidates, the envelope as the last resort.

A project is a candidate when it is ripe, the call admits it, and every other support together leaves a part of its
need unpaid (subsidiarity). Among candidates the envelope goes where the value is highest, then the aid, then what is
left of the envelope; a retained project is financed whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from rebond.financing.optimize import (
    audited_plans,
    benefit_goal,
    build_model,
    coverage_goal,
    order_goal,
    split_problem,
)
from rebond.financing.plan import FinancingPlan
from rebond.financing.problem import FinancingProblem, Offer, ProjectProblem
from rebond.financing.solver import Goal, SolverReport
from rebond.financing.variables import Variables
from rebond.units import Euros, Rate, floor_euros, format_euros

ENVELOPE = "enveloppe"
"""Key of the envelope among shared budgets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A project put before the call: its value, its envelope offer, the need that nothing else pays."""

    project: ProjectProblem
    value: Decimal
    offer: Offer
    uncovered: Euros


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What the software proposes to the committee."""

    retained: tuple[str, ...]
    plans: Mapping[str, FinancingPlan]
    """Plans of the retained projects, envelope included."""
    spent: int
    left: Euros
    refusals: Mapping[str, str]
    """Candidate that is not retained → why."""
    reports: tuple[SolverReport, ...] = ()


def uncovered_needs(problem: FinancingProblem) -> dict[str, Euros]:
    """For each project, the part of its need that no support other than the envelope can pay, in euros.

    Coverage alone is maximised here (not aid): the envelope may only pay what truly finds no other support.
    """
    found: dict[str, Euros] = {}
    for part in split_problem(problem):
        variables = build_model(part)
        solution = variables.model.solve([coverage_goal(variables)], tie_break=order_goal(variables))
        for project in part.projects:
            covered = solution.values[variables.covered[project.id]] if solution else 0.0
            found[project.id] = max(Euros(0), project.need - Euros(floor_euros(Decimal(covered + 0.01))))
    return found


def select_portfolio(
    candidates: Sequence[Candidate],
    *,
    envelope: Euros,
    de_minimis_room: Mapping[str, Euros],
    budgets: Mapping[str, Euros] | None = None,
    time_limit: float = 60.0,
) -> Selection:
    """The best set of projects for the envelope, with the plans that finance each of them whole."""
    projects = tuple(replace(c.project, offers=(*c.project.offers, _bounded(c))) for c in candidates)
    problem = FinancingProblem(
        projects=projects, de_minimis_room=de_minimis_room, budgets={**(budgets or {}), ENVELOPE: envelope}
    )
    variables = build_model(problem)
    retained = _define_retained(candidates, variables)
    if not candidates:
        return Selection(retained=(), plans={}, spent=0, left=envelope, refusals={})
    spent_columns = [c for use in variables.uses if use.offer.is_envelope for c, _ in variables.terms(use)]
    goals = [
        Goal(name="valeur retenue", weights={retained[c.project.id]: float(c.value) for c in candidates}),
        benefit_goal(variables),
        Goal(name="enveloppe laissée", weights=dict.fromkeys(spent_columns, -1.0)),
    ]
    solution = variables.model.solve(goals, tie_break=order_goal(variables), time_limit=time_limit)
    plans = audited_plans(problem, variables, solution)
    chosen = tuple(
        c.project.id for c in candidates if solution is not None and round(solution.values[retained[c.project.id]]) == 1
    )
    spent = sum(plans[project].envelope for project in chosen)
    left = envelope - spent
    return Selection(
        retained=chosen,
        plans={project: plans[project] for project in chosen},
        spent=spent,
        left=left,
        refusals=dict(_refusals(candidates, chosen, left)),
        reports=solution.reports if solution else (),
    )


def _bounded(candidate: Candidate) -> Offer:
    """The envelope's offer, never beyond what nothing else pays: the row of subsidiarity."""
    offer = candidate.offer
    cap = min(candidate.uncovered, offer.aid_cap) if offer.aid_cap is not None else candidate.uncovered
    return replace(offer, aid_cap=cap, budget=ENVELOPE, is_envelope=True)


def _define_retained(candidates: Iterable[Candidate], variables: Variables) -> dict[str, int]:
    """Z = 1 only when the whole need is covered; without z the envelope gives nothing."""
    model = variables.model
    retained: dict[str, int] = {}
    for candidate in candidates:
        project = candidate.project
        column = model.binary(f"retenu[{project.id}]")
        retained[project.id] = column
        covered = variables.covered[project.id]
        model.row(f"portfolio[besoin,{project.id}]", [(covered, 1.0), (column, -float(project.need))], low=0.0)
        for use in variables.uses:
            if use.project.id == project.id and use.offer.is_envelope:
                terms = [(variables.chosen[use.key], 1.0), (column, -1.0)]
                model.row(f"portfolio[enveloppe,{','.join(use.key)}]", terms, high=0.0)
    return retained


def _refusals(candidates: Iterable[Candidate], chosen: Sequence[str], left: Euros) -> Iterable[tuple[str, str]]:
    for candidate in candidates:
        if candidate.project.id in chosen:
            continue
        most = most_from_envelope(candidate)
        asked = format_euros(candidate.uncovered)
        if most < candidate.uncovered:
            why = f"l'enveloppe ne peut légalement apporter que {format_euros(most)} sur les {asked} qui manquent"
        elif candidate.uncovered > left:
            why = (
                f"{asked} demandés : d'autres projets apportent plus de valeur pour l'enveloppe, "
                f"dont il reste {format_euros(left)}"
            )
        else:
            why = f"{asked} demandés, que les plafonds de cumul ne laissent pas ajouter aux autres aides"
        yield candidate.project.id, why


def most_from_envelope(candidate: Candidate) -> Euros:
    """A bound on what the envelope may legally give to a project, before cumulation with other aid."""
    amounts = {line.id: line.amount for line in candidate.project.lines}
    offer = candidate.offer
    by_basis = [
        sum(
            (
                _per_euro(rate, basis.aid_per_euro) * amounts[line]
                for line, rate in basis.ceilings.items()
                if line in offer.lines
            ),
            Euros(0),
        )
        for basis in offer.bases
        if not basis.refused_by
    ]
    bounds = [offer.max_support, max(by_basis, default=Euros(0))]
    if offer.aid_cap is not None:
        bounds.append(offer.aid_cap)
    return Euros(floor_euros(min(bounds)))


def _per_euro(ceiling: Rate, aid_per_euro: Rate) -> Rate:
    return ceiling / aid_per_euro if aid_per_euro else Rate(1)
