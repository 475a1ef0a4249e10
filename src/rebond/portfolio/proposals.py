"""What is proposed for all projects together: the call, then the plans, under each reading of the law."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rebond.dispositifs.catalogue import Catalogue
from rebond.facts import CommitteeDecision, Envelope
from rebond.financing.building.build import ProblemBuilder
from rebond.financing.law_readings import ReadingOutcome, published, under
from rebond.financing.plan.model import FinancingPlan
from rebond.financing.problem.model import FinancingProblem
from rebond.financing.solving.solved import SolvedParts
from rebond.portfolio.all_calls import CallsResult, run_calls
from rebond.portfolio.call import CallResult, run_call
from rebond.portfolio.contributors import payers_of
from rebond.portfolio.first_come import Comparison, first_come, outcome_of
from rebond.portfolio.offered import CallEntry
from rebond.regimes.readings import Reading
from rebond.units import Euros


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """The call and the plan of every project under a reading of the law."""

    call: CallResult
    """Of several calls, what they propose together."""
    plans: Mapping[str, FinancingPlan]
    calls: CallsResult | None = None
    """Each of them, where there are several."""


def propose(
    entries: Sequence[CallEntry],
    problem: FinancingProblem,
    *,
    calls: Sequence[Envelope],
    builder: ProblemBuilder,
    taken: Reading,
    solved: SolvedParts,
    settled: Mapping[str, CommitteeDecision] | None = None,
) -> dict[Reading, Proposal]:
    """The proposal under each reading that has a text, the one ``taken`` first.

    ``problem`` holds all projects with what they share, and nothing of the calls (``without_call``); two readings
    that leave the same problem are one. ``solved``: the answers already found; ``settled``: what the committee decided
    of each project, which no other call of the mission takes up.
    """
    found: dict[Reading, Proposal] = {}
    known: list[tuple[FinancingProblem, Proposal]] = []
    regimes = builder.catalogue.regimes.values()
    for reading in (taken, *(each for each in published(regimes) if each is not taken)):
        read = under(problem, reading)
        same = next((proposal for other, proposal in known if other == read), None)
        if same is None:
            same = _proposed(entries, calls, builder, read, reading, solved, settled or {})
            known.append((read, same))
        found[reading] = same
    return found


def _proposed(
    entries: Sequence[CallEntry],
    calls: Sequence[Envelope],
    builder: ProblemBuilder,
    shared: FinancingProblem,
    reading: Reading,
    solved: SolvedParts,
    settled: Mapping[str, CommitteeDecision],
) -> Proposal:
    if len(calls) == 1:
        call = run_call(entries, envelope=calls[0], builder=builder, shared=shared, reading=reading, solved=solved)
        return Proposal(call=call, plans=call.plans)
    found = run_calls(
        entries, calls=calls, builder=builder, shared=shared, reading=reading, solved=solved, settled=settled
    )
    return Proposal(call=found.as_one, plans=found.plans, calls=found)


def compare(
    entries: Sequence[CallEntry],
    problem: FinancingProblem,
    proposal: Proposal,
    *,
    calls: Sequence[Envelope],
    taken: Reading,
    solved: SolvedParts,
) -> Comparison:
    """What is proposed beside what the same money would do « premier arrivé, premier servi ».

    ``problem``: as for ``propose``, in the order in which the projects came.
    """
    read, call = under(problem, taken), proposal.call
    facts = {entry.project.id: entry.facts for entry in entries}
    payers = proposal.calls.payers if proposal.calls else payers_of(calls[0].contributions, facts)
    others = first_come(
        read,
        call.candidates,
        proposal.plans,
        envelope=sum((each.amount for each in calls), Euros(0)),
        binding=call.binding,
        payers=payers,
        solved=solved,
    )
    projects = [entry.project for entry in entries]
    values = {entry.project.id: entry.score.value for entry in entries}
    if proposal.calls:
        # Each candidate counts for what it is worth to the call that it is left with.
        values |= {name: each.value for name, each in proposal.calls.candidates.items()}
    return Comparison(
        together=outcome_of(proposal.plans, read, projects, values),
        first_come=outcome_of(others, read, projects, values),
    )


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
