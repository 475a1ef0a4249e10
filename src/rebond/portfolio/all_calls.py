"""Several calls of one mission, run together: who is before each, which one finances whom, who pays what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from rebond.dispositifs.catalogue import Catalogue
from rebond.errors import IllegalPlanError
from rebond.facts import UNKNOWN, CommitteeDecision, Envelope, Maybe, MissionSettings
from rebond.financing.building.build import ProblemBuilder
from rebond.financing.plan.model import FinancingPlan
from rebond.financing.problem.model import FinancingProblem
from rebond.financing.solving.proof import SolverReport
from rebond.financing.solving.solved import SolvedParts
from rebond.portfolio.allocation import Allocation
from rebond.portfolio.call import Admission, CallDecision, CallResult, CallStatus, admit, decided
from rebond.portfolio.contributors import Payers, pay_out, payers_of
from rebond.portfolio.offered import CallEntry, call_dispositif, without_call
from rebond.portfolio.paid import Paid, paid_breaches
from rebond.portfolio.pools import payer_pool
from rebond.portfolio.prices import Price
from rebond.portfolio.select import ENVELOPE, Candidate
from rebond.portfolio.several import AllCalls, CallMoney, allocate_calls, payer_name
from rebond.regimes.readings import Reading
from rebond.units import Euros

ANOTHER = "un autre appel de la mission le finance ({call}) : un projet reçoit l'argent d'un appel au plus"
SETTLED = (
    "le comité en a décidé pour un autre appel de la mission ({call} : {outcome}) : il n'est devant celui-ci qu'une "
    "fois cette décision retirée"
)
OF_CALL = "appel « {call} »"


@dataclass(frozen=True, kw_only=True)
class CallOutcome:
    """What one of the calls of a mission proposes."""

    call: Envelope
    name: str
    """How decisions and addresses name it: by its dispositif, but the first, by nothing."""
    key: str
    """Its dispositif."""
    title: str
    """What people call it."""
    decisions: Mapping[str, CallDecision]
    """Of every project."""
    paid: tuple[Paid, ...]
    prices: tuple[Price, ...]
    """Of its money alone."""

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
    candidates: Mapping[str, Candidate]
    """Each with what the call that it is left with could give it."""
    payers: Payers
    binding: frozenset[str]
    """The pools that run out."""

    @property
    def as_one(self) -> CallResult:
        """The same as of one call: of each project, what is proposed for it whichever call does."""
        spent = sum(sum(each.given.values()) for each in self.calls)
        first = self.calls[0].decisions
        return CallResult(
            decisions={name: self._decided(name) for name in first},
            plans=self.plans,
            retained=tuple(name for name in first if self.call_of(name) is not UNKNOWN),
            candidates=self.candidates,
            binding=self.binding,
            spent=spent,
            left=sum((each.left for each in self.calls), Euros(0)),
            prices=self.prices,
            paid=tuple(paid for each in self.calls for paid in each.paid),
            reports=self.reports,
        )

    def _decided(self, project: str) -> CallDecision:
        """What the call that finances it proposes; else where it stands best, with the reasons of each call."""
        mine = [(each, each.decisions[project]) for each in self.calls]
        for each, decision in mine:
            if decision.status is CallStatus.RETAINED:
                return replace(decision, reasons=(OF_CALL.format(call=each.title), *decision.reasons))
        best = min((decision for _, decision in mine), key=lambda decision: _ORDER.index(decision.status))
        said = [set(decision.reasons) for _, decision in mine]
        everywhere = set.intersection(*said)
        reasons = [reason for reason in mine[0][1].reasons if reason in everywhere]
        for each, decision in mine:
            own = [reason for reason in decision.reasons if reason not in everywhere]
            reasons += [f"{each.title} : {' ; '.join(own)}"] if own else []
        return replace(best, reasons=tuple(reasons))

    def call_of(self, project: str) -> Maybe[str]:
        """The call that finances a project; UNKNOWN when none does."""
        return next((each.key for each in self.calls if project in each.given), UNKNOWN)


_ORDER = (CallStatus.RETAINED, CallStatus.NOT_RETAINED, CallStatus.COVERED, CallStatus.NOT_ADMITTED)
"""Of the places of a project before several calls, the one that says most of what may come."""


def run_calls(
    entries: Sequence[CallEntry],
    *,
    calls: Sequence[Envelope],
    builder: ProblemBuilder,
    shared: FinancingProblem,
    reading: Reading,
    solved: SolvedParts | None = None,
    settled: Mapping[str, CommitteeDecision] | None = None,
) -> CallsResult:
    """Admit before each call, allocate all that is shared over all of them, decide; as ``run_call`` for one.

    No call is a support among others for another: each is a last resort. ``settled``: project → what the committee
    decided of it, for the call that the decision names: it is before no other as long as that holds.
    """
    keys = [call_dispositif(call, builder.catalogue) for call in calls]
    known = solved if solved is not None else SolvedParts()
    for key in keys:
        shared = without_call(shared, key)
    facts = {entry.project.id: entry.facts for entry in entries}
    names = ["", *keys[1:]]
    before_call = {key: [entry.before(name) for entry in entries] for key, name in zip(keys, names, strict=True)}
    common = {entry.project.id: entry.score.value for entry in entries}
    values = {key: {each.project.id: each.score.value for each in mine} for key, mine in before_call.items()}
    said = {name: call_title(call, builder.catalogue) for name, call in zip(names, calls, strict=True)}
    own = {key: values[key] for key, name in zip(keys, names, strict=True) if any(name in e.scores for e in entries)}
    binding: frozenset[str] = frozenset()
    while True:
        admitted = [
            admit(
                before_call[key],
                envelope=call,
                builder=builder,
                shared=shared,
                reading=reading,
                solved=known,
                running_out=binding,
            )
            for key, call in zip(keys, calls, strict=True)
        ]
        for name, before in zip(names, admitted, strict=True):
            _leave_to_others(before, name, settled or {}, names=names, titles=said)
        money = [
            CallMoney(
                key=key,
                title=call_title(call, builder.catalogue),
                candidates={each.project.id: _within(each, call) for each in before.candidates},
                payers=payers_of(call.contributions, facts),
            )
            for key, call, before in zip(keys, calls, admitted, strict=True)
        ]
        found = allocate_calls(shared, money, common, worth=own, binding=binding, solved=known)
        if not found.allocation.over:
            break
        binding |= found.allocation.over
    titles = {each.key: each.title for each in money}
    made = zip(calls, admitted, money, strict=True)
    return CallsResult(
        calls=tuple(
            _outcome(*each, found=found, entries=entries, values=values[key], titles=titles, name=name)
            for key, name, each in zip(keys, names, made, strict=True)
        ),
        plans=found.allocation.plans,
        prices=found.allocation.prices,
        reports=found.allocation.reports,
        candidates=found.candidates,
        payers=found.payers,
        binding=binding,
    )


def _leave_to_others(
    before: Admission,
    name: str,
    settled: Mapping[str, CommitteeDecision],
    *,
    names: Sequence[str],
    titles: Mapping[str, str],
) -> None:
    """What another call decided is no candidate of this one, and says so."""
    for candidate in list(before.candidates):
        project = candidate.project.id
        decision = settled.get(project)
        if decision is None or decision.call == name or decision.call not in names:
            continue
        before.candidates.remove(candidate)
        before.decisions[project] = CallDecision(
            status=CallStatus.NOT_ADMITTED,
            reasons=(SETTLED.format(call=titles[decision.call], outcome=decision.outcome.label.lower()),),
            uncovered=candidate.uncovered,
        )


def financed_by(plan: FinancingPlan, settings: MissionSettings, catalogue: Catalogue) -> Envelope:
    """The call that completes a plan; of a plan that none completes, the first of the mission."""
    paid = {line.dispositif for line in plan.lines if line.is_envelope}
    mine = (call for call in settings.every_call if call_dispositif(call, catalogue) in paid)
    return next(mine, settings.envelope)


def call_title(call: Envelope, catalogue: Catalogue) -> str:
    """What people call it: its title, else its dispositif's."""
    key = call_dispositif(call, catalogue)
    known = catalogue.dispositifs.get(key)
    return call.title or (known.title if known else key)


def _within(candidate: Candidate, call: Envelope) -> Candidate:
    """Never beyond what the call holds: its envelope is a part of the money that the choice shares."""
    cap = candidate.offer.aid_cap
    most = call.amount if cap is None else min(cap, call.amount)
    return replace(candidate, offer=replace(candidate.offer, aid_cap=most))


def _outcome(
    call: Envelope,
    before: Admission,
    money: CallMoney,
    *,
    found: AllCalls,
    entries: Sequence[CallEntry],
    values: Mapping[str, Decimal],
    titles: Mapping[str, str],
    name: str,
) -> CallOutcome:
    key, whole = money.key, found.allocation
    mine = _of_call(key, call, found)
    decisions = dict(before.decisions)
    for project, missing in whole.missing.items():
        if project in decisions:
            decisions[project] = replace(decisions[project], uncovered=missing)
    for project, candidate in money.candidates.items():
        if project in whole.given and found.call_of[project] != key:
            decisions[project] = CallDecision(
                status=CallStatus.NOT_RETAINED,
                reasons=(ANOTHER.format(call=titles[found.call_of[project]]),),
                uncovered=whole.missing.get(project, candidate.uncovered),
            )
        else:
            decisions[project] = decided(candidate, mine, before.paths[project], values, money.payers)
    return CallOutcome(
        call=call,
        name=name,
        key=key,
        title=money.title,
        decisions=decisions,
        paid=_paid(key, call, mine.given, found, entries),
        prices=_prices(call, money.title, whole.prices),
    )


def _of_call(key: str, call: Envelope, found: AllCalls) -> Allocation:
    """What the joint allocation says of one call: its retained, its money."""
    whole = found.allocation
    retained = tuple(project for project in whole.retained if found.call_of[project] == key)
    spent = sum(whole.given[project] for project in retained)
    return replace(
        whole,
        retained=retained,
        needs={project: need for project, need in whole.needs.items() if found.call_of[project] == key},
        spent=spent,
        left=call.amount - spent,
        at_least={project: amount for project, amount in whole.at_least.items() if project in retained},
        most={project: most for project, most in whole.most.items() if found.call_of[project] == key},
        parts={project: part for project, part in whole.parts.items() if found.call_of[project] == key},
    )


def _prices(call: Envelope, title: str, prices: Sequence[Price]) -> tuple[Price, ...]:
    """The prices of the money of one call; one for all of it where nothing but their sum rules its contributors."""
    by_pool = {price.pool: price for price in prices}
    known = {part.contributor: payer_pool(payer_name(part.contributor, title)) for part in call.contributions}
    mine = {who: by_pool[pool].value for who, pool in known.items() if pool in by_pool}
    if not mine:
        return ()
    if all(part.is_free for part in call.contributions):
        return (Price(pool=ENVELOPE, value=min(mine.values())),)
    return tuple(Price(pool=payer_pool(who), value=value) for who, value in mine.items())


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
