"""The committee's decisions beside the proposal: what the law, the call or the envelope did not allow is said.

A decision stays what it is: nothing here changes it, nor the proposal.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from rebond.facts import UNKNOWN, CommitteeDecision, DecisionOutcome, Envelope
from rebond.portfolio.call import CallDecision, CallStatus
from rebond.portfolio.contributors import payers_of
from rebond.portfolio.offered import CallEntry
from rebond.portfolio.standing import call_alerts
from rebond.units import Euros, format_euros


def decision_alerts(
    decisions: Iterable[CommitteeDecision], proposals: Mapping[str, CallDecision], envelope: Envelope
) -> Iterator[str]:
    """One sentence for each decision that the study cannot stand behind."""
    for decision in decisions:
        proposal = proposals.get(decision.project_id)
        if proposal is None or decision.outcome is not DecisionOutcome.RETAINED:
            continue
        doubts = list(_doubts(decision, proposal, envelope))
        if doubts:
            yield f"Décision du comité à revoir pour {decision.project_id}, retenu : {' ; '.join(doubts)}."


def following_alerts(
    decisions: Sequence[CommitteeDecision],
    envelope: Envelope,
    proposals: Mapping[str, CallDecision],
    entries: Iterable[CallEntry],
    *,
    on: date,
) -> Iterator[str]:
    """What came of the decisions of a call, what is free of its envelope since, and who comes in."""
    known = {entry.project.id: entry for entry in entries}
    waiting = {
        key: (known[key].score.value, Euros(decision.needs))
        for key, decision in proposals.items()
        if decision.status is CallStatus.NOT_RETAINED and decision.needs
    }
    payers = payers_of(envelope.contributions, {key: entry.facts for key, entry in known.items()})
    decided = {decision.project_id for decision in decisions}
    proposed = {key: each.envelope for key, each in proposals.items() if each.envelope and key not in decided}
    yield from call_alerts(decisions, envelope, waiting, payers, on=on, proposed=proposed)


def _doubts(decision: CommitteeDecision, proposal: CallDecision, envelope: Envelope) -> Iterator[str]:
    if proposal.status is not CallStatus.RETAINED:
        yield f"{proposal.status.label.lower()} dans la proposition ({' ; '.join(proposal.reasons)})"
    amount = decision.amount
    if amount is UNKNOWN:
        yield "montant décidé non renseigné"
        return
    if envelope.max_per_project is not UNKNOWN and amount > envelope.max_per_project:
        yield f"{format_euros(amount)} passent le plafond par projet de {format_euros(envelope.max_per_project)}"
    if proposal.status is CallStatus.RETAINED and amount > proposal.envelope:
        yield (
            f"{format_euros(amount)} décidés pour {format_euros(proposal.envelope)} proposés : les plafonds d'aide "
            "n'ont été vérifiés que pour la proposition"
        )
