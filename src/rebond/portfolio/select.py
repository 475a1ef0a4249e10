"""Which projects the envelope supports: the joint plan of all candidates, the envelope as the last resort.

A project is a candidate when it is ripe, the call admits it, and every other support together leaves a part of its
need unpaid (subsidiarity). Among candidates the envelope goes where the value is highest, then the aid, then what is
left of the envelope. A retained project is financed whole, unless the call pays a part of a need: it then gives at
least its minimum aid, and the rest is still sought.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial

from rebond.errors import SolverError
from rebond.financing.plan.model import FinancingPlan
from rebond.financing.problem.model import FinancingProblem, Offer, ProjectProblem
from rebond.financing.solving.engine import OutOfTimeError
from rebond.financing.solving.optimize import (
    audited_plans,
    benefit_goal,
    build_model,
    coverage_goal,
    last_goals,
    order_goal,
    payback_goal,
    split_problem,
)
from rebond.financing.solving.proof import SolverReport
from rebond.financing.solving.rounding import ROUNDING
from rebond.financing.solving.solved import Answer, SolvedParts
from rebond.financing.solving.solver import Goal, Solution
from rebond.financing.solving.variables import Variables
from rebond.portfolio.contributors import Payers, define_payers
from rebond.units import Euros, Rate, floor_euros, format_euros

NOTHING = Euros(0)
ENVELOPE = "enveloppe"
"""Key of the envelope among shared budgets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A project put before the call: its value, its envelope offer, the need that nothing else pays."""

    project: ProjectProblem
    value: Decimal
    offer: Offer
    uncovered: Euros
    perhaps: Euros = NOTHING
    """What of it a loan could pay, if the firm turned out to be able to bear it: no last resort is proven there."""


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


def without_possible_loans(problem: FinancingProblem) -> FinancingProblem:
    """The problem without the loans that count on money that nobody said (capacity to borrow, own funds, match).

    A grant that nobody refused yet is asked before the envelope; a loan that nobody knows the firm can bear is no money
    that the project has elsewhere, nor is an aid under a legal basis that an unknown fact may close.
    """
    return replace(
        problem,
        projects=tuple(
            replace(
                project,
                offers=tuple(
                    replace(offer, bases=sure)
                    for offer in project.offers
                    if not offer.unknown_money and (sure := tuple(b for b in offer.bases if not b.doubtful))
                ),
            )
            for project in problem.projects
        ),
    )


def uncovered_needs(problem: FinancingProblem, *, solved: SolvedParts | None = None) -> dict[str, Euros]:
    """For each project, the part of its need that no support other than the envelope can pay, in whole euros.

    Coverage alone is maximised here (not aid): the envelope may only pay what truly finds no other support.
    ``solved``: the answers already found.
    """
    known = solved if solved is not None else SolvedParts()
    found: dict[str, Euros] = {}
    for part in split_problem(problem):
        needs = known.answer("besoin non couvert", part, _uncovered)
        found.update(needs)
    return found


def _uncovered(part: FinancingProblem) -> Answer[dict[str, Euros]]:
    variables = build_model(part)
    solution = variables.model.solve([coverage_goal(variables)], tie_break=order_goal(variables))
    found: dict[str, Euros] = {}
    for project in part.projects:
        covered = solution.values[variables.covered[project.id]] if solution else 0.0
        found[project.id] = max(Euros(0), project.payable_need - Euros(floor_euros(Decimal(covered + 0.01))))
    return Answer(found, proven=solution is not None and solution.proven)


def select_portfolio(
    candidates: Sequence[Candidate],
    *,
    envelope: Euros,
    de_minimis_room: Mapping[str, Euros],
    budgets: Mapping[str, Euros] | None = None,
    payers: Payers | None = None,
    time_limit: float = 60.0,
    solved: SolvedParts | None = None,
) -> Selection:
    """The best set of projects for the envelope, with the plans that finance each of them as the call wants it.

    ``payers``: what each contributor may pay. ``solved``: the answers already found.
    """
    if not candidates:
        return Selection(retained=(), plans={}, spent=0, left=envelope, refusals={})
    problem = joint_problem(candidates, envelope=envelope, de_minimis_room=de_minimis_room, budgets=budgets)
    known = solved if solved is not None else SolvedParts()
    payers = payers if payers is not None and payers.binding else None
    chosen, choice = _choose(candidates, problem, time_limit, known, payers)
    plans, reports = _plan_retained(problem, chosen, choice, time_limit=time_limit, solved=known, payers=payers)
    spent = sum(plan.envelope for plan in plans.values())
    left = envelope - spent
    return Selection(
        retained=chosen,
        plans=plans,
        spent=spent,
        left=left,
        refusals=dict(_refusals(candidates, chosen, left)),
        reports=(*choice.reports, *reports),
    )


def _choose(
    candidates: Sequence[Candidate],
    problem: FinancingProblem,
    time_limit: float,
    solved: SolvedParts,
    payers: Payers | None,
) -> tuple[tuple[str, ...], _Choice]:
    """The set of highest value, with how sure it is and the plans that it counts on.

    A project that shares nothing but the envelope weighs exactly the least that it needs of it; those that share an
    undertaking or a scarce budget bring their whole plans into the choice, as does one that a contributor pays more
    than the least or nothing.
    """
    apart = replace(problem, budgets={key: v for key, v in problem.budgets.items() if key != ENVELOPE})
    shared = [part.projects for part in split_problem(apart) if len(part.projects) > 1]
    linked = {project.id for group in shared for project in group}
    leasts = {p.id: least_envelope(p, problem, solved=solved) for p in problem.projects if p.id not in linked}
    if payers:
        linked |= {key for key, least in leasts.items() if least is not None and payers.reach_above(key, int(least))}
    together = tuple(project for project in problem.projects if project.id in linked)
    variables = build_model(replace(apart, projects=together))
    retained = _define_retained(together, variables)
    paid = _paid_columns(variables)
    for project in problem.projects:
        if project.id not in linked:
            least = leasts[project.id]
            retained[project.id] = variables.model.binary(f"retenu[{project.id}]")
            amount = float(problem.budgets[ENVELOPE] + 1 if least is None else least)
            paid[project.id] = [(retained[project.id], amount)]
    weights = [term for terms in paid.values() for term in terms]
    variables.model.row("portfolio[enveloppe]", weights, high=float(problem.budgets[ENVELOPE]))
    if payers:
        define_payers(payers, paid, variables.model)
    # The envelope goes first where nothing else can pay, then where nobody knows whether a loan could.
    sure = {retained[c.project.id]: float(c.value) for c in candidates if not c.perhaps}
    unsure = {retained[c.project.id]: float(c.value) for c in candidates if c.perhaps}
    goals = [Goal(name="valeur retenue", weights=weights) for weights in (sure, unsure) if weights]
    solution = variables.model.solve(goals, tie_break=order_goal(variables), time_limit=time_limit)
    if solution is None:
        raise SolverError("la sélection vide devrait toujours être possible")
    chosen = tuple(c.project.id for c in candidates if round(solution.values[retained[c.project.id]]) == 1)
    point = dict(zip(variables.model.names, solution.values, strict=True))
    return chosen, _Choice(reports=solution.reports, point=point)


def joint_problem(
    candidates: Sequence[Candidate],
    *,
    envelope: Euros,
    de_minimis_room: Mapping[str, Euros],
    budgets: Mapping[str, Euros] | None = None,
) -> FinancingProblem:
    """The problem of all candidates, each with the envelope's offer bounded by what nothing else pays."""
    return FinancingProblem(
        projects=tuple(replace(c.project, offers=(*c.project.offers, _bounded(c))) for c in candidates),
        de_minimis_room=de_minimis_room,
        budgets={**(budgets or {}), ENVELOPE: envelope},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Choice:
    """How sure the choice is, and a point of its model (column name → value)."""

    reports: tuple[SolverReport, ...]
    point: Mapping[str, float]


def _plan_retained(
    problem: FinancingProblem,
    chosen: Sequence[str],
    choice: _Choice,
    *,
    time_limit: float,
    solved: SolvedParts,
    payers: Payers | None,
) -> tuple[dict[str, FinancingPlan], tuple[SolverReport, ...]]:
    """The best plans of the retained projects: most aid, least of the envelope, then the rest."""
    if not chosen:
        return {}, ()
    kept = replace(problem, projects=tuple(project for project in problem.projects if project.id in chosen))
    plan = partial(_plan_whole, choice=choice, time_limit=time_limit, payers=payers)
    return solved.answer(f"projets retenus{payers.key if payers else ''}", kept, plan)


def _plan_whole(
    kept: FinancingProblem, *, choice: _Choice, time_limit: float, payers: Payers | None
) -> Answer[tuple[dict[str, FinancingPlan], tuple[SolverReport, ...]]]:
    variables = build_model(kept)
    for project in kept.projects:
        _define_whole_need(project, variables)
    if payers:
        define_payers(payers, _paid_columns(variables), variables.model)
    goals = [benefit_goal(variables), _spare_goal(variables), payback_goal(variables), *last_goals(variables)]
    try:
        solution = variables.model.solve(goals, tie_break=order_goal(variables), time_limit=time_limit)
    except OutOfTimeError:
        known = {**choice.point, **_points_alone(kept)}
        solution = variables.model.solve(goals, tie_break=order_goal(variables), time_limit=0.0, known=known)
    if solution is None:
        raise SolverError("les projets retenus n'ont plus de plan qui couvre leur besoin")
    return Answer((audited_plans(kept, variables, solution), solution.reports), proven=solution.proven)


def _points_alone(kept: FinancingProblem) -> dict[str, float]:
    """A plan that covers the whole need of each project that shares nothing but the envelope, with the least of it."""
    apart = replace(kept, budgets={key: v for key, v in kept.budgets.items() if key != ENVELOPE})
    found: dict[str, float] = {}
    for part in split_problem(apart):
        if len(part.projects) == 1:
            alone = replace(kept, projects=part.projects)
            variables, solution = _least_alone(alone)
            if solution is not None:
                found.update(zip(variables.model.names, solution.values, strict=True))
    return found


def least_envelope(
    project: ProjectProblem, problem: FinancingProblem, *, solved: SolvedParts | None = None
) -> Euros | None:
    """The least that the envelope must give for a project alone to be financed whole; ``None`` when it cannot be.

    In whole euros, as the envelope pays. ``solved``: the answers already found.
    """
    known = solved if solved is not None else SolvedParts()
    return known.answer("enveloppe au moins", replace(problem, projects=(project,)), _least_envelope)


def _least_alone(alone: FinancingProblem) -> tuple[Variables, Solution | None]:
    (project,) = alone.projects
    variables = build_model(alone)
    _define_whole_need(project, variables)
    return variables, variables.model.solve([_spare_goal(variables)], tie_break=order_goal(variables))


def _least_envelope(alone: FinancingProblem) -> Answer[Euros | None]:
    _, solution = _least_alone(alone)
    if solution is None:
        return Answer(None, proven=True)
    least = max(0.0, -solution.reports[0].objective)
    return Answer(Euros(math.ceil(least - ROUNDING)), proven=solution.proven)


def _envelope_columns(variables: Variables) -> list[int]:
    return [column for use in variables.uses if use.offer.is_envelope for column, _ in variables.terms(use)]


def _paid_columns(variables: Variables) -> dict[str, list[tuple[int, float]]]:
    """Project → the columns of what the envelope gives it."""
    found: dict[str, list[tuple[int, float]]] = {}
    for use in variables.uses:
        if use.offer.is_envelope:
            found.setdefault(use.project.id, []).extend(variables.terms(use))
    return found


def _spare_goal(variables: Variables) -> Goal:
    """Least of the envelope."""
    return Goal(name="enveloppe laissée", weights=dict.fromkeys(_envelope_columns(variables), -1.0))


def _define_whole_need(project: ProjectProblem, variables: Variables) -> None:
    """The whole need, or the envelope's least award where the call pays a part of it."""
    if asked := _asked_for_part(project, variables):
        variables.model.row(f"portfolio[part,{project.id}]", asked, low=1.0)
        return
    covered = variables.covered[project.id]
    variables.model.row(f"portfolio[besoin entier,{project.id}]", [(covered, 1.0)], low=float(project.payable_need))


def _asked_for_part(project: ProjectProblem, variables: Variables) -> list[tuple[int, float]]:
    """The columns that are 1 when the envelope pays a part of a need; none where the call wants it whole."""
    uses = variables.of_project(project)
    return [(variables.chosen[use.key], 1.0) for use in uses if use.offer.is_envelope and use.offer.pays_part]


def _bounded(candidate: Candidate) -> Offer:
    """The envelope's offer, never beyond what nothing else pays: the row of subsidiarity."""
    offer = candidate.offer
    cap = min(candidate.uncovered, offer.aid_cap) if offer.aid_cap is not None else candidate.uncovered
    return replace(offer, aid_cap=cap, budget=ENVELOPE, is_envelope=True)


def _define_retained(projects: Iterable[ProjectProblem], variables: Variables) -> dict[str, int]:
    """One column a project: 1 only when it is financed as the call wants; at 0 the envelope gives it nothing."""
    model = variables.model
    retained: dict[str, int] = {}
    for project in projects:
        column = model.binary(f"retenu[{project.id}]")
        retained[project.id] = column
        reached = _asked_for_part(project, variables)
        if reached:
            model.row(f"portfolio[part,{project.id}]", [*reached, (column, -1.0)], low=0.0)
        else:
            whole = [(variables.covered[project.id], 1.0), (column, -float(project.payable_need))]
            model.row(f"portfolio[besoin,{project.id}]", whole, low=0.0)
        for use in variables.of_project(project):
            if use.offer.is_envelope:
                terms = [(variables.chosen[use.key], 1.0), (column, -1.0)]
                model.row(f"portfolio[retenu,{','.join(use.key)}]", terms, high=0.0)
    return retained


def _refusals(candidates: Iterable[Candidate], chosen: Sequence[str], left: Euros) -> Iterable[tuple[str, str]]:
    for candidate in candidates:
        if candidate.project.id in chosen:
            continue
        most = most_from_envelope(candidate)
        wanted = Euros(candidate.offer.least_award) if candidate.offer.pays_part else candidate.uncovered
        asked = format_euros(wanted)
        if most < wanted:
            why = f"l'enveloppe ne peut légalement apporter que {format_euros(most)} sur les {asked} qui manquent"
        elif wanted > left:
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
