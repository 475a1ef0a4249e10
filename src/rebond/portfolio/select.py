"""What the envelope may pay, and what a financed project is: the bricks of the joint allocation (``together``).

A project is a candidate when it is ripe, the call admits it, and every other support together leaves a part of its
need unpaid (subsidiarity). Among candidates the envelope goes where the value is highest, then the aid, then what is
left of the envelope. A retained project is financed whole, unless the call pays a part of a need: it then gives at
least its minimum aid, and the rest is still sought.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from rebond.financing.plan.model import FinancingPlan
from rebond.financing.problem.model import FinancingProblem, Offer, ProjectProblem
from rebond.financing.solving.optimize import build_model, coverage_goal, order_goal
from rebond.financing.solving.rounding import ROUNDING
from rebond.financing.solving.solved import Answer, SolvedParts
from rebond.financing.solving.solver import Goal
from rebond.financing.solving.variables import Variables
from rebond.portfolio.pools import closed
from rebond.units import Euros, Rate, floor_euros

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


def without_possible_loans(problem: FinancingProblem) -> FinancingProblem:
    """The problem without the loans that count on money that nobody said (capacity to borrow, own funds, match).

    A grant that nobody refused yet is asked before the envelope; a loan that nobody knows the firm can bear is no money
    that the project has elsewhere, nor is an aid under a legal basis that an unknown fact may close.
    """
    return replace(problem, projects=tuple(on_sure_money(project) for project in problem.projects))


def on_sure_money(project: ProjectProblem) -> ProjectProblem:
    """The project without the offers, or their bases, that nobody knows it can count on."""
    return replace(
        project,
        offers=tuple(
            replace(offer, bases=sure)
            for offer in project.offers
            if not offer.unknown_money and (sure := tuple(b for b in offer.bases if not b.doubtful))
        ),
    )


def uncovered_needs(
    problem: FinancingProblem, *, without: Collection[str] = (), solved: SolvedParts | None = None
) -> dict[str, Euros]:
    """For each project, the part of its need that no support other than the envelope can pay, in whole euros.

    Coverage alone is maximised here (not aid): the envelope may only pay what truly finds no other support. Each
    project is looked at by itself, so that no row stands before another; ``without``: the pools that run out, which
    others may empty. ``solved``: the answers already found.
    """
    known = solved if solved is not None else SolvedParts()
    left = closed(problem, without)
    return {
        project.id: known.answer("besoin non couvert", replace(left, projects=(project,)), _uncovered)
        for project in left.projects
    }


def shared_needs(problem: FinancingProblem, *, without: Collection[str], solved: SolvedParts) -> dict[str, Euros]:
    """The same to the cent and never more than it is, so that a bound may rest on it."""
    left = closed(problem, without)
    return {
        project.id: solved.answer("besoin partagé", replace(left, projects=(project,)), _shared_need)
        for project in left.projects
    }


def _uncovered(alone: FinancingProblem) -> Answer[Euros]:
    (project,) = alone.projects
    covered, proven = _most_covered(alone)
    return Answer(max(NOTHING, project.payable_need - Euros(floor_euros(Decimal(covered + 0.01)))), proven=proven)


def _shared_need(alone: FinancingProblem) -> Answer[Euros]:
    (project,) = alone.projects
    covered, proven = _most_covered(alone)
    need = project.payable_need - Euros(str(round(covered + ROUNDING, 2))) if proven else NOTHING
    return Answer(max(NOTHING, need), proven=proven)


def _most_covered(alone: FinancingProblem) -> tuple[float, bool]:
    (project,) = alone.projects
    variables = build_model(alone)
    solution = variables.model.solve([coverage_goal(variables)], tie_break=order_goal(variables))
    covered = solution.values[variables.covered[project.id]] if solution else 0.0
    return covered, solution is not None and solution.proven


def joint_problem(
    candidates: Sequence[Candidate],
    *,
    envelope: Euros,
    de_minimis_room: Mapping[str, Euros],
    budgets: Mapping[str, Euros] | None = None,
) -> FinancingProblem:
    """The problem of all candidates, each with the envelope's offer bounded by what nothing else pays."""
    return FinancingProblem(
        projects=tuple(with_envelope(c.project, c) for c in candidates),
        de_minimis_room=de_minimis_room,
        budgets={**(budgets or {}), ENVELOPE: envelope},
    )


def least_envelope(
    project: ProjectProblem, problem: FinancingProblem, *, solved: SolvedParts | None = None
) -> Euros | None:
    """The least that the envelope must give for a project alone to be financed; ``None`` when it cannot be.

    In whole euros, as the envelope pays. ``solved``: the answers already found.
    """
    known = solved if solved is not None else SolvedParts()
    return known.answer("enveloppe au moins", replace(problem, projects=(project,)), _least_envelope)


def _least_envelope(alone: FinancingProblem) -> Answer[Euros | None]:
    variables = whole_model(alone)
    solution = variables.model.solve([spare_goal(variables)], tie_break=order_goal(variables))
    if solution is None:
        return Answer(None, proven=True)
    least = max(0.0, -solution.reports[0].objective)
    return Answer(Euros(math.ceil(least - ROUNDING)), proven=solution.proven)


def envelope_columns(variables: Variables, project: str | None = None) -> list[int]:
    """The euros of the envelope, of one project when it is named."""
    uses = (use for use in variables.uses if use.offer.is_envelope and project in {None, use.project.id})
    return [column for use in uses for column, _ in variables.terms(use)]


def offer_columns(variables: Variables, project: str, offer: str) -> list[int]:
    """The euros of one offer to one project."""
    uses = (use for use in variables.uses if use.project.id == project and use.offer.id == offer)
    return [column for use in uses for column, _ in variables.terms(use)]


def spare_goal(variables: Variables) -> Goal:
    """Least of the envelope."""
    return Goal(name="enveloppe laissée", weights=dict.fromkeys(envelope_columns(variables), -1.0), most=0.0)


def with_envelope(project: ProjectProblem, candidate: Candidate) -> ProjectProblem:
    """A project with the envelope's offer, never beyond what nothing else pays: the row of subsidiarity."""
    offer = candidate.offer
    cap = min(candidate.uncovered, offer.aid_cap) if offer.aid_cap is not None else candidate.uncovered
    bounded = replace(offer, aid_cap=cap, budget=ENVELOPE, is_envelope=True)
    return replace(project, offers=(*project.offers, bounded))


def in_the_call(project: ProjectProblem, candidate: Candidate) -> ProjectProblem:
    """A candidate that is proposed: it counts on sure money, and on the envelope for what that cannot pay."""
    return with_envelope(on_sure_money(project), candidate)


def covered_whole(project: ProjectProblem) -> ProjectProblem:
    """The project as if no call paid parts: the choice counts on its whole need being covered, and on nothing less."""
    offers = (replace(offer, pays_part=False) if offer.is_envelope else offer for offer in project.offers)
    return replace(project, offers=tuple(offers))


def part_award(project: ProjectProblem) -> int | None:
    """The least that a call which pays a part of a need gives to a project; ``None`` where it pays no part."""
    floors = (max(offer.least_award, 1) for offer in project.offers if offer.is_envelope and offer.pays_part)
    return min(floors, default=None)


def is_financed(plan: FinancingPlan, project: ProjectProblem) -> bool:
    """Whether a plan finances a project as ``define_whole`` says; ``project``: with the envelope's offer, if any."""
    award = part_award(project)
    return plan.covered >= project.payable_need or (award is not None and plan.envelope >= award)


def define_whole(project: ProjectProblem, variables: Variables, when: int | None = None) -> None:
    """A project is financed when its whole need is covered; with ``when``, as soon as that choice is made.

    Of a call that pays a part, it is retained too when the envelope gives it its least award: the rest is still sought,
    and nothing announces it as financed. This is the one place that says what a financed project is.
    """
    model, covered, need = variables.model, variables.covered[project.id], float(project.payable_need)
    award = part_award(project)
    if award is not None:
        whole = model.binary(f"entier[{project.id}]")
        either = [(whole, 1.0)]
        model.row(f"portfolio[besoin,{project.id}]", [(covered, 1.0), (whole, -need)], low=0.0)
        for offer in (offer for offer in project.offers if offer.is_envelope and offer.pays_part):
            part = model.binary(f"part[{project.id},{offer.id}]")
            given = [(column, 1.0) for column in offer_columns(variables, project.id, offer.id)]
            least = (part, -float(max(offer.least_award, 1)))
            model.row(f"portfolio[part,{project.id},{offer.id}]", [*given, least], low=0.0)
            either.append((part, 1.0))
        if when is None:
            model.row(f"portfolio[entier ou part,{project.id}]", either, low=1.0)
        else:
            model.row(f"portfolio[entier ou part,{project.id}]", [*either, (when, -1.0)], low=0.0)
    elif when is None:
        model.row(f"portfolio[besoin entier,{project.id}]", [(covered, 1.0)], low=need)
    else:
        model.row(f"portfolio[besoin,{project.id}]", [(covered, 1.0), (when, -need)], low=0.0)


def whole_model(problem: FinancingProblem) -> Variables:
    """The rules of the plans of a problem, every project of it financed."""
    variables = build_model(problem)
    for project in problem.projects:
        define_whole(project, variables)
    return variables


def define_given(variables: Variables, given: Mapping[str, float]) -> None:
    """The envelope gives each project that much, up to the euro above: what its contributors have settled."""
    for project, amount in given.items():
        terms = [(column, 1.0) for column in envelope_columns(variables, project)]
        low, high = max(0.0, amount - ROUNDING), float(math.ceil(amount - ROUNDING))
        variables.model.row(f"portfolio[donné,{project}]", terms, low=low, high=high)


def define_financed(projects: Iterable[ProjectProblem], variables: Variables) -> dict[str, int]:
    """One column a project: 1 only when it is financed; at 0 the envelope gives it nothing."""
    model = variables.model
    financed: dict[str, int] = {}
    for project in projects:
        column = financed[project.id] = model.binary(f"retenu[{project.id}]")
        define_whole(project, variables, when=column)
        for use in variables.of_project(project):
            if use.offer.is_envelope:
                terms = [(variables.chosen[use.key], 1.0), (column, -1.0)]
                model.row(f"portfolio[retenu,{','.join(use.key)}]", terms, high=0.0)
    return financed


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
