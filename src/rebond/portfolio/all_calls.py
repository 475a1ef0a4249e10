"""Several calls of one mission, run together: who is before each, which one finances whom, who pays what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from rebond.errors import IllegalPlanError
from rebond.facts import UNKNOWN, Envelope, Maybe
from rebond.financing.building.build import ProblemBuilder
from rebond.financing.plan.model import FinancingPlan
from rebond.financing.problem.model import FinancingProblem
from rebond.financing.solving.proof import SolverReport
from rebond.financing.solving.solved import SolvedParts
from rebond.portfolio.call import Admission, CallDecision, CallStatus, admit, decided
from rebond.portfolio.contributors import pay_out, payers_of
from rebond.portfolio.offered import CallEntry, call_dispositif, without_call
from rebond.portfolio.paid import Paid, paid_breaches
from rebond.portfolio.prices import Price
from rebond.portfolio.reasons import refusal
from rebond.portfolio.select import Candidate, part_award, with_envelope
from rebond.portfolio.several import AllCalls, CallMoney, allocate_calls
from rebond.regimes.readings import Reading
from rebond.units import Euros

ANOTHER = "un autre appel de la mission le finance ({call}) : un projet reçoit l'argent d'un appel au plus"


@dataclass(frozen=True, kw_only=True)
class CallOutcome:
    """What one of the calls of a mission proposes."""

    call: Envelope
    key: str
    """Its dispositif."""
    decisions: Mapping[str, CallDecision]
    """Of every project."""
    paid: tuple[Paid, ...]

    @property
    def given(self) -> dict[str, int]:
        """Retained project → what this call gives it."""
        return {name: each.envelope for name, each in self.decisions.items() if each.envelope}

    @property
    def left(self) -> Euros:
        """What remains of it."""
        return self.call.amount - sum(self.given.values())


@dataclass(frozen=True, kw_only=True)
class CallsResult:
    """The proposal over all calls: one choice, with the proof of the whole."""

    calls: tuple[CallOutcome, ...]
    plans: Mapping[str, FinancingPlan]
    prices: tuple[Price, ...]
    reports: tuple[SolverReport, ...]

    def call_of(self, project: str) -> Maybe[str]:
        """The call that finances a project; UNKNOWN when none does."""
        return next((each.key for each in self.calls if project in each.given), UNKNOWN)


def run_calls(
    entries: Sequence[CallEntry],
    *,
    calls: Sequence[Envelope],
    builder: ProblemBuilder,
    shared: FinancingProblem,
    reading: Reading,
    solved: SolvedParts | None = None,
) -> CallsResult:
    """Admit before each call, allocate all that is shared over all of them, decide; as ``run_call`` for one.

    No call is a support among others for another: each is a last resort.
    """
    keys = [call_dispositif(call, builder.catalogue) for call in calls]
    known = solved if solved is not None else SolvedParts()
    for key in keys:
        shared = without_call(shared, key)
    facts = {entry.project.id: entry.facts for entry in entries}
    values = {entry.project.id: entry.score.value for entry in entries}
    binding: frozenset[str] = frozenset()
    while True:
        admitted = [
            admit(
                entries,
                envelope=call,
                builder=builder,
                shared=shared,
                reading=reading,
                solved=known,
                running_out=binding,
            )
            for call in calls
        ]
        money = [
            CallMoney(
                key=key,
                candidates={each.project.id: _within(each, call) for each in before.candidates},
                payers=payers_of(call.contributions, facts),
            )
            for key, call, before in zip(keys, calls, admitted, strict=True)
        ]
        found = allocate_calls(shared, money, values, binding=binding, solved=known)
        if not found.allocation.over:
            break
        binding |= found.allocation.over
    made = zip(keys, calls, admitted, money, strict=True)
    return CallsResult(
        calls=tuple(_outcome(*each, found=found, entries=entries, values=values) for each in made),
        plans=found.allocation.plans,
        prices=found.allocation.prices,
        reports=found.allocation.reports,
    )


def _within(candidate: Candidate, call: Envelope) -> Candidate:
    """Never beyond what the call holds: its envelope is a part of the money that the choice shares."""
    cap = candidate.offer.aid_cap
    most = call.amount if cap is None else min(cap, call.amount)
    return replace(candidate, offer=replace(candidate.offer, aid_cap=most))


def _outcome(
    key: str,
    call: Envelope,
    before: Admission,
    money: CallMoney,
    *,
    found: AllCalls,
    entries: Sequence[CallEntry],
    values: Mapping[str, Decimal],
) -> CallOutcome:
    allocation = found.allocation
    mine = {name: amount for name, amount in allocation.given.items() if found.call_of[name] == key}
    left = call.amount - sum(mine.values())
    decisions = dict(before.decisions)
    for name, candidate in money.candidates.items():
        other = found.call_of[name] if name in allocation.given else key
        if other != key:
            decisions[name] = CallDecision(
                status=CallStatus.NOT_RETAINED,
                reasons=(ANOTHER.format(call=other),),
                uncovered=allocation.missing.get(name, candidate.uncovered),
            )
        elif name in mine or name in allocation.financed:
            paths = before.paths[name]
            decisions[name] = decided(candidate, allocation, paths, values, found.payers)
        else:
            decisions[name] = _left_out(candidate, allocation.missing.get(name, candidate.uncovered), left)
    return CallOutcome(call=call, key=key, decisions=decisions, paid=_paid(key, call, mine, found, entries))


def _left_out(candidate: Candidate, missing: Euros, left: Euros) -> CallDecision:
    award = part_award(with_envelope(candidate.project, candidate))
    need = missing if award is None else Euros(award)
    return CallDecision(
        status=CallStatus.NOT_RETAINED,
        reasons=(refusal(candidate, need, left),),
        uncovered=missing,
        needs=int(need),
    )


def _paid(
    key: str, call: Envelope, mine: Mapping[str, int], found: AllCalls, entries: Sequence[CallEntry]
) -> tuple[Paid, ...]:
    """Who pays what of a call, checked apart; raises ``IllegalPlanError`` when a rule is broken."""
    shares = pay_out(found.allocation.given, found.payers)
    if shares is None:
        raise IllegalPlanError("contributeurs", "aucun partage entre les contributeurs ne respecte leurs règles")
    ranks = found.ranks[key]
    paid = tuple(
        Paid(
            project=project,
            rank=rank - ranks.start,
            contributor=call.contributions[rank - ranks.start].contributor,
            amount=amount,
        )
        for (rank, project), amount in sorted(shares.items(), key=lambda item: (item[0][1], item[0][0]))
        if rank in ranks
    )
    facts = {entry.project.id: entry.facts for entry in entries}
    for detail in paid_breaches(paid, call.contributions, mine, facts):
        raise IllegalPlanError("contributeurs", detail)
    return paid
