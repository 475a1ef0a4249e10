"""What is proposed for all projects together: the call, then the plans, under each reading of the law."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from rebond.dispositifs.catalogue import Catalogue
from rebond.errors import IllegalPlanError
from rebond.facts import Envelope
from rebond.financing.auditing.audit import audit_plans
from rebond.financing.building.build import ProblemBuilder, with_offer
from rebond.financing.law_readings import ReadingOutcome, published, under
from rebond.financing.plan.model import FinancingPlan
from rebond.financing.problem.model import FinancingProblem
from rebond.financing.solving.alone import left_by
from rebond.financing.solving.optimize import optimise_plans
from rebond.financing.solving.solved import SolvedParts
from rebond.portfolio.call import CallResult, run_call
from rebond.portfolio.offered import CallEntry, call_dispositif, without_call
from rebond.portfolio.select import ENVELOPE
from rebond.regimes.readings import Reading
from rebond.units import Euros


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """The call and the plan of every project under a reading of the law."""

    call: CallResult
    plans: Mapping[str, FinancingPlan]


def propose(
    entries: Sequence[CallEntry],
    problem: FinancingProblem,
    *,
    envelope: Envelope,
    builder: ProblemBuilder,
    taken: Reading,
    solved: SolvedParts,
) -> dict[Reading, Proposal]:
    """The proposal under each reading that has a text, the one ``taken`` first.

    ``problem`` holds all projects with what they share; two readings that leave the same problem are one. ``solved``:
    the answers already found.
    """
    problem = without_call(problem, call_dispositif(envelope, builder.catalogue))
    found: dict[Reading, Proposal] = {}
    known: list[tuple[FinancingProblem, Proposal]] = []
    regimes = builder.catalogue.regimes.values()
    for reading in (taken, *(each for each in published(regimes) if each is not taken)):
        read = under(problem, reading)
        same = next((proposal for other, proposal in known if other == read), None)
        if same is None:
            call = run_call(entries, envelope=envelope, builder=builder, shared=read, reading=reading, solved=solved)
            same = Proposal(call=call, plans=_plan_all(read, call, envelope.amount, solved))
            known.append((read, same))
        found[reading] = same
    return found


def outcomes(proposals: Mapping[Reading, Proposal], catalogue: Catalogue, taken: Reading) -> Iterable[ReadingOutcome]:
    """What each reading gives, in the order of the readings."""
    readings = catalogue.readings
    for reading in Reading:
        title, sentence = readings.title(reading), readings.sentences.get(reading, "")
        if reading in proposals:
            plans = tuple(proposals[reading].plans.values())
            yield ReadingOutcome(reading=reading, title=title, sentence=sentence, chosen=reading is taken, plans=plans)
        else:
            yield ReadingOutcome(
                reading=reading, title=title, sentence=sentence, chosen=reading is taken, published=False
            )


def _plan_all(
    problem: FinancingProblem, call: CallResult, envelope: Euros, solved: SolvedParts
) -> dict[str, FinancingPlan]:
    """Plans of all projects: the retained ones as selected, the others on what those leave; audited together."""
    whole = replace(
        problem,
        projects=tuple(
            with_offer(p, replace(call.offers[p.id], budget=ENVELOPE)) if p.id in call.plans else p
            for p in problem.projects
        ),
        budgets={**problem.budgets, ENVELOPE: envelope},
    )
    others = tuple(project for project in problem.projects if project.id not in call.plans)
    left = replace(left_by(call.plans.values(), whole), projects=others)
    plans = {**optimise_plans(left, solved=solved), **call.plans}
    breaches = audit_plans(plans.values(), whole)
    if breaches:
        raise IllegalPlanError(breaches[0].rule, breaches[0].detail)
    return plans
