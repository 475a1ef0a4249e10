"""Projects that a committee would add to the proposal: what each asks of the envelope, with the plan that proves it.

The study is not made again: the plans of the other projects stay as they are, and each project that moves is planned
on what they leave of accounts and budgets. Those that move together and share something are planned together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from rebond.eligibility.truth import Truth
from rebond.errors import IllegalPlanError
from rebond.facts import UNKNOWN, Envelope
from rebond.financing.building.build import ProblemBuilder
from rebond.financing.context import ProjectContext, problem_of, screened, still_open
from rebond.financing.plan.model import FinancingPlan
from rebond.financing.problem.model import FinancingProblem
from rebond.financing.solving.optimize import (
    audited_plans,
    benefit_goal,
    last_goals,
    order_goal,
    payback_goal,
    split_problem,
)
from rebond.financing.solving.solved import Answer, SolvedParts
from rebond.portfolio.offered import CallEntry, call_dispositif, envelope_offer, without_call
from rebond.portfolio.parts import most_given
from rebond.portfolio.scoring import Score
from rebond.portfolio.select import (
    ENVELOPE,
    Candidate,
    joint_problem,
    most_from_envelope,
    part_award,
    spare_goal,
    uncovered_needs,
    whole_model,
    with_envelope,
    without_possible_loans,
)
from rebond.units import Euros, format_euros


@dataclass(frozen=True, slots=True, kw_only=True)
class Moving:
    """A project to move in: its context on what the other plans leave, what the study says that nothing else pays."""

    context: ProjectContext
    uncovered: Euros
    calls: frozenset[str] = frozenset()
    """The dispositifs of the other calls of the mission: no support among others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the envelope would give to a project, and the audited plan that it completes; or why none can."""

    amount: Euros | None
    plan: FinancingPlan | None = None
    why: str = ""
    unsure: bool = False
    """Whether a loan might pay a part of it, if the firm turned out to be able to bear one."""
    most: Euros | None = None
    """Of a call that pays parts, the most that it could give on what the other plans leave; ``None``: as ``amount``."""


Prepare: TypeAlias = Callable[[Moving, Envelope], "Candidate | str"]


def asked_of_envelope(
    moving: Sequence[Moving], call: Envelope, solved: SolvedParts, *, prepare: Prepare | None = None
) -> dict[str, Asked]:
    """The least that each project asks of the envelope to be financed as the call wants it.

    ``solved``: the answers already found; ``prepare``: how a candidate is had, ``candidate_of`` unless told.
    """
    found: dict[str, Asked] = {}
    candidates: list[Candidate] = []
    for each in moving:
        candidate = (prepare or candidate_of)(each, call)
        if isinstance(candidate, str):
            found[each.context.project.id] = Asked(amount=None, why=candidate)
        else:
            candidates.append(candidate)
    if not candidates:
        return found
    whole = joint_problem(
        candidates,
        envelope=call.amount,
        de_minimis_room=_rooms(each.context for each in moving),
        budgets=_least_left(each.context for each in moving),
    )
    apart = FinancingProblem(
        projects=whole.projects,
        de_minimis_room=whole.de_minimis_room,
        budgets={key: left for key, left in whole.budgets.items() if key != ENVELOPE},
    )
    by_id = {candidate.project.id: candidate for candidate in candidates}
    for part in split_problem(apart):
        plans = solved.answer("enveloppe demandée", part, _least_plans)
        for project in part.projects:
            plan = plans.get(project.id)
            amount = None if plan is None else Euros(plan.envelope)
            why = "" if plan else _why_not(by_id[project.id], together=len(part.projects) > 1)
            alone = plan is not None and len(part.projects) == 1
            found[project.id] = Asked(
                amount=amount,
                plan=plan,
                why=why,
                unsure=by_id[project.id].perhaps > 0,
                most=most_given(project, part, call.amount, solved) if alone else None,
            )
    return found


def candidate_of(moving: Moving, call: Envelope) -> Candidate | str:
    """The project as the selection takes it, or why the call can give it nothing."""
    context = moving.context
    facts, verdicts = screened(context)
    built, problem = problem_of(context, facts, verdicts)
    entry = CallEntry(
        project=context.project,
        built=built,
        facts=facts,
        verdicts=still_open(verdicts, context.answers),
        ripe=Truth.YES,
        score=Score(value=Decimal(0), criteria=()),
    )
    builder = ProblemBuilder(catalogue=context.catalogue, rates=context.rates, on=context.on)
    offer = envelope_offer(entry, call, builder, context.read_as)
    if isinstance(offer, str):
        return offer
    for dispositif in (call_dispositif(call, context.catalogue), *sorted(moving.calls)):
        problem = without_call(problem, dispositif)
    counted = without_possible_loans(problem)
    (known,) = counted.projects
    perhaps = moving.uncovered - uncovered_needs(problem)[known.id] if counted != problem else Euros(0)
    return Candidate(
        project=known,
        value=Decimal(0),
        offer=offer,
        uncovered=moving.uncovered,
        perhaps=max(Euros(0), perhaps),
    )


def _least_plans(part: FinancingProblem) -> Answer[dict[str, FinancingPlan]]:
    """The best plans that finance every project of a part for the least of the envelope, if any do."""
    variables = whole_model(part)
    goals = [spare_goal(variables), benefit_goal(variables), payback_goal(variables), *last_goals(variables)]
    solution = variables.model.solve(goals, tie_break=order_goal(variables))
    if solution is None:
        return Answer({}, proven=True)
    try:
        return Answer(audited_plans(part, variables, solution), proven=solution.proven)
    except IllegalPlanError:
        return Answer({}, proven=False)


def _why_not(candidate: Candidate, *, together: bool) -> str:
    award = part_award(with_envelope(candidate.project, candidate))
    wanted = candidate.uncovered if award is None else Euros(award)
    most, missing = most_from_envelope(candidate), format_euros(wanted)
    if most < wanted:
        return f"l'enveloppe ne peut légalement apporter que {format_euros(most)} sur les {missing} qui manquent"
    if together:
        return (
            f"{missing} manquent, et ce que ces projets se partagent (compte de minimis, budgets) ne suffit pas à tous"
        )
    return (
        f"{missing} manquent : les plafonds de cumul, ou ce que les plans des autres laissent du compte de minimis et "
        "des budgets, ne le permettent pas"
    )


def _rooms(contexts: Iterable[ProjectContext]) -> dict[str, Euros]:
    rooms = ((each.firm.undertaking, each.de_minimis_room) for each in contexts)
    return {undertaking: room for undertaking, room in rooms if room is not UNKNOWN}


def _least_left(contexts: Iterable[ProjectContext]) -> Mapping[str, Euros]:
    left: dict[str, Euros] = {}
    for context in contexts:
        for budget, amount in context.budgets.items():
            left[budget] = min(amount, left.get(budget, amount))
    return left
