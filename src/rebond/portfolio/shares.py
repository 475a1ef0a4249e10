"""What each project takes of the pools that run out, once it is settled which projects are financed.

First the least of the envelope (the last resort), then the goals of plans, all projects together: what is given for
certain, most aid, most of the need covered. Each plan is then made alone on its part, with all the care of a plan.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_FLOOR, Decimal

from rebond.errors import SolverError
from rebond.financing.plan.certainty import is_firm
from rebond.financing.plan.model import FinancingPlan
from rebond.financing.problem.model import FinancingProblem
from rebond.financing.solving.optimize import (
    audited_plans,
    benefit_goal,
    build_model,
    coverage_goal,
    given_goal,
    last_goals,
    order_goal,
    payback_goal,
)
from rebond.financing.solving.proof import SolverReport
from rebond.financing.solving.rounding import ROUNDING
from rebond.financing.solving.solved import Answer
from rebond.financing.solving.solver import Goal
from rebond.financing.solving.variables import Use, Variables
from rebond.portfolio.pools import CENT, account_pool, amounts, budget_pool
from rebond.portfolio.select import define_given, define_whole, envelope_columns, spare_goal
from rebond.regimes.model import RegimeKind
from rebond.units import Euros


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What the choice settled for linked projects."""

    financed: frozenset[str]
    envelope: float
    """What the envelope may pay for all of them."""
    point: Mapping[str, float]
    """Of its programme: column name → value."""
    given: Mapping[str, float] = field(default_factory=dict)
    """What the envelope gives to each, where the contributors' rules settle that too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """What each project has of each pool, of the envelope, and how sure it is that none would be better."""

    of: Mapping[str, Mapping[str, Euros]]
    """Project → pool → euros."""
    envelope: Mapping[str, Euros]
    reports: tuple[SolverReport, ...]


def share_out(part: FinancingProblem, settled: Settled, pools: Collection[str], *, time_limit: float) -> Answer[Shares]:
    """The parts of the ``pools`` for the projects of a part; ``part``: each with the offers that it may count on."""
    variables, known = _model(part, settled)
    financed = settled.financed
    goals = list(_goals(variables, financed))
    solution = variables.model.solve(goals, tie_break=order_goal(variables), time_limit=time_limit, known=known)
    if solution is None:
        raise SolverError("les projets financés ensemble n'ont plus de plans qui couvrent leur besoin")
    held = amounts(part)
    of: dict[str, dict[str, Euros]] = {project.id: {} for project in part.projects}
    for pool in sorted(pools & held.keys()):
        exact = {
            project.id: math.fsum(
                solution.values[c] * w for u in variables.of_project(project) for c, w in _drawn(u, pool, variables)
            )
            for project in part.projects
        }
        for name, share in _in_cents(exact, held[pool]).items():
            of[name][pool] = share
    envelope = {
        project.id: _whole_euros(solution.values[c] for c in envelope_columns(variables, project.id))
        for project in part.projects
    }
    found = Shares(of=of, envelope=envelope, reports=solution.reports)
    return Answer(found, proven=solution.proven)


def _whole_euros(amounts: Iterable[float]) -> Euros:
    """The whole euros that hold those amounts: the envelope pays no cents."""
    return Euros(math.ceil(math.fsum(amounts) - ROUNDING))


def plans_at_once(part: FinancingProblem, settled: Settled, *, time_limit: float) -> dict[str, FinancingPlan]:
    """The plans of linked projects as one programme decides them, where shares of whole euros leave one without."""
    variables, known = _model(part, settled)
    order = [*_goals(variables, settled.financed), payback_goal(variables), *last_goals(variables)]
    solution = variables.model.solve(order, tie_break=order_goal(variables), time_limit=time_limit, known=known)
    return audited_plans(part, variables, solution)


def _model(part: FinancingProblem, settled: Settled) -> tuple[Variables, dict[str, float]]:
    """The rules of the plans, those settled to be financed as the call wants it, and a point that keeps them.

    The same columns as the choice had for what is financed: its plans are a start, and stand when time is short.
    """
    variables = build_model(part)
    for project in part.projects:
        if project.id in settled.financed:
            define_whole(project, variables)
    terms = [(column, 1.0) for column in envelope_columns(variables)]
    variables.model.row("portfolio[enveloppe]", terms, high=settled.envelope)
    define_given(variables, settled.given)
    known = {name: at for name, at in settled.point.items() if _project_of(name) in settled.financed}
    return variables, known


def _project_of(column: str) -> str:
    """The project that a column is about: its name begins with it."""
    return column.partition("[")[2].rstrip("]").partition(",")[0]


def _goals(variables: Variables, financed: Collection[str]) -> Iterator[Goal]:
    spare = spare_goal(variables)
    if spare.weights:
        yield spare
    firm = [u for u in variables.uses if u.project.id not in financed and is_firm(u.project, u.offer, u.basis)]
    if firm:
        yield given_goal(variables, firm)
    yield benefit_goal(variables)
    yield coverage_goal(variables)


def _drawn(use: Use, pool: str, variables: Variables) -> Iterator[tuple[int, float]]:
    """What a use takes of a pool: its euros from a budget, its aid from a de minimis account."""
    if pool == budget_pool(use.offer.budget):
        yield from variables.terms(use)
    if pool == account_pool(use.project.undertaking) and use.basis.kind is RegimeKind.DE_MINIMIS:
        yield from variables.terms(use, float(use.basis.aid_per_euro))


def _in_cents(exact: Mapping[str, float], held: Euros) -> dict[str, Euros]:
    """Shares in cents, never more than there is; a share in parts of a euro gets the euro above where it is left."""
    shares = {}
    for project, amount in exact.items():
        near = Decimal(str(round(max(0.0, amount), 2)))
        whole = near.to_integral_value()
        shares[project] = whole if abs(near - whole) <= CENT else near.quantize(CENT, rounding=ROUND_FLOOR)
    # A pool already overdrawn has nothing to share: no share goes below zero to make up for it.
    left = max(Decimal(0), held) - sum(shares.values(), Decimal(0))
    for project, share in shares.items():
        more = Decimal(math.ceil(share)) - share
        if 0 < more <= left:
            shares[project], left = share + more, left - more
    while left < 0:
        largest = max(shares, key=lambda each: shares[each])
        taken = min(shares[largest], -left)
        shares[largest], left = shares[largest] - taken, left + taken
    return {project: Euros(share) for project, share in shares.items()}
