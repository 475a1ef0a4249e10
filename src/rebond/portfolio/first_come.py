"""« Chacun prend ce qu'il peut, premier arrivé premier servi »: what the same money does when nobody chooses.

Same law, same call, same plans; but files are served in the order in which they came, each with its own best plan on
what those before left. A mission keeps no date of receipt: the order is that of its list of projects.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from rebond.facts import UNKNOWN, Project
from rebond.financing.plan.model import FinancingPlan
from rebond.financing.problem.model import FinancingProblem, ProjectProblem
from rebond.financing.solving.optimize import optimise_plans
from rebond.financing.solving.solved import SolvedParts
from rebond.portfolio.contributors import Payers, pay_out
from rebond.portfolio.pools import amounts, drawn_on, taken, with_amounts
from rebond.portfolio.select import NOTHING, Candidate, in_the_call, least_envelope, part_award, with_envelope
from rebond.portfolio.whole import plan_whole
from rebond.units import Euros, floor_euros


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a way of sharing the money does."""

    financed: int
    """Projects whose need is covered whole."""
    value: Decimal
    """Sum of the values of those projects, in points."""
    jobs: int
    """Jobs that those projects create, those that are known."""
    aid: Euros
    """Gross grant equivalent of all plans, in euros."""
    envelope: int
    """What the envelope pays, in whole euros."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The joint allocation beside « premier arrivé, premier servi »."""

    together: Outcome
    first_come: Outcome


def first_come(
    problem: FinancingProblem,
    candidates: Mapping[str, Candidate],
    plans: Mapping[str, FinancingPlan],
    *,
    envelope: Euros,
    binding: Collection[str],
    payers: Payers | None = None,
    solved: SolvedParts,
) -> dict[str, FinancingPlan]:
    """The plans of all projects, served in the order of the problem; ``plans``: those of the joint allocation.

    A project that draws on nothing that runs out has the same plan either way. ``payers``: the rules of the envelope's
    contributors.
    """
    payers = payers if payers is not None and payers.binding else None
    given: dict[str, int] = {}
    left = {pool: amount for pool, amount in amounts(problem).items() if pool in binding}
    found: dict[str, FinancingPlan] = {}
    for project in problem.projects:
        candidate = candidates.get(project.id)
        called = project if candidate is None else with_envelope(project, candidate)
        if candidate is None and not drawn_on(project, problem) & left.keys():
            found[project.id] = plans[project.id]
            continue
        alone = with_amounts(replace(problem, projects=(project,)), left)
        tried = () if candidate is None else _with_envelope(candidate, project, alone, envelope, solved)
        plan = next((plan for plan in tried if _is_payable(plan, given, payers)), None)
        plan = plan or optimise_plans(alone, solved=solved)[project.id]
        found[project.id] = plan
        envelope -= plan.envelope
        given |= {project.id: plan.envelope} if plan.envelope else {}
        for pool, amount in taken(plan, called).items():
            if pool in left:
                left[pool] = max(NOTHING, left[pool] - amount)
    return found


def _with_envelope(
    candidate: Candidate, project: ProjectProblem, alone: FinancingProblem, left: Euros, solved: SolvedParts
) -> Iterator[FinancingPlan]:
    """The plans of a candidate with the least of the envelope, when what is left of it is enough.

    Where the call pays a part, first the one with all that is left.
    """
    called = in_the_call(project, candidate)
    least = least_envelope(called, alone, solved=solved)
    if least and least <= left:
        amounts = (least,) if part_award(called) is None else (Euros(floor_euros(left)), least)
        plans = (plan_whole(called, alone, amount, solved) for amount in amounts)
        yield from (plan for plan in plans if plan is not None)


def _is_payable(plan: FinancingPlan, given: Mapping[str, int], payers: Payers | None) -> bool:
    return payers is None or pay_out({**given, plan.project: plan.envelope}, payers) is not None


def outcome_of(
    plans: Mapping[str, FinancingPlan],
    problem: FinancingProblem,
    projects: Sequence[Project],
    values: Mapping[str, Decimal],
) -> Outcome:
    """What plans do for the territory."""
    needs = {each.id: each.payable_need for each in problem.projects}
    whole = [project for project in projects if plans[project.id].covered >= needs[project.id] > 0]
    return Outcome(
        financed=len(whole),
        value=sum((values[project.id] for project in whole), Decimal(0)),
        jobs=sum(int(project.jobs_created) for project in whole if project.jobs_created is not UNKNOWN),
        aid=sum((plan.benefit for plan in plans.values()), NOTHING),
        envelope=sum(plan.envelope for plan in plans.values()),
    )
