"""Where a retained project stands: the committee's word, then instruction, national decision, withdrawal.

What the committee retains is granted by nobody yet: only a favourable national decision says so, and an envelope that
was validated locally may be blocked nationally.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from rebond.facts import (
    UNKNOWN,
    CallStage,
    CallStep,
    CommitteeDecision,
    DecisionOutcome,
    Envelope,
    Maybe,
    StageOutcome,
)
from rebond.portfolio.contributors import Payers, pay_out
from rebond.units import Euros, format_euros

_NOTHING: Mapping[str, int] = MappingProxyType({})


class Standing(enum.StrEnum):
    """What became of a project that the committee retained."""

    RETAINED = "retenu"
    WAITING = "decision_attendue"
    BLOCKED = "bloque"
    GRANTED = "accorde"
    LOST = "non_accorde"
    WITHDRAWN = "desiste"

    @property
    def label(self) -> str:
        """The words shown to people."""
        return {
            "retenu": "Retenu par le comité",
            "decision_attendue": "Retenu localement, décision nationale attendue",
            "bloque": "Retenu localement, bloqué au niveau national",
            "accorde": "Accordé",
            "non_accorde": "Retenu localement, non accordé",
            "desiste": "Désistement de l'entreprise",
        }[self.value]

    @property
    def holds(self) -> bool:
        """Whether the envelope is still kept for it."""
        return self not in {Standing.LOST, Standing.WITHDRAWN}


_NATIONAL = {
    StageOutcome.FAVOURABLE: Standing.GRANTED,
    StageOutcome.BLOCKED: Standing.BLOCKED,
    StageOutcome.UNFAVOURABLE: Standing.LOST,
}
_FOLLOWING = frozenset({CallStage.INSTRUCTION, CallStage.NATIONAL})


def standing(decision: CommitteeDecision, calendar: Sequence[CallStep] = ()) -> Standing | None:
    """Where a decision stands; ``None`` for a project that the committee did not retain.

    The national decision says it: the project's own, else the call's for what instruction let through. Of two steps of
    one stage, the last that ended.
    """
    if decision.outcome is not DecisionOutcome.RETAINED:
        return None
    if any(step.stage is CallStage.WITHDRAWAL for step in decision.steps):
        return Standing.WITHDRAWN
    own, whole = (_outcomes(steps) for steps in (decision.steps, calendar))
    if CallStage.NATIONAL in own:
        return _NATIONAL[own[CallStage.NATIONAL]]
    instructed = own.get(CallStage.INSTRUCTION, whole.get(CallStage.INSTRUCTION))
    if instructed is not None and instructed is not StageOutcome.FAVOURABLE:
        return _NATIONAL[instructed]
    if CallStage.NATIONAL in whole:
        return _NATIONAL[whole[CallStage.NATIONAL]]
    is_followed = any(step.stage in _FOLLOWING for step in (*decision.steps, *calendar))
    return Standing.WAITING if is_followed else Standing.RETAINED


def _outcomes(steps: Iterable[CallStep]) -> dict[CallStage, StageOutcome]:
    """How each stage ended last."""
    return {step.stage: step.outcome for step in steps if step.outcome is not UNKNOWN}


def granted_amount(decision: CommitteeDecision) -> Maybe[Euros]:
    """What the last step that gives an amount settles, else what the committee decided."""
    return next((step.amount for step in reversed(decision.steps) if step.amount is not UNKNOWN), decision.amount)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reserve:
    """A project that waits for the envelope of another."""

    project_id: str
    rank: int
    """From 1."""
    value: Decimal
    needs: Euros
    """The least of the envelope with which it comes in, in whole euros."""
    decided: bool
    """Whether the committee put it on the list; else the proposal ranks it after those."""


def reserve_list(
    waiting: Mapping[str, tuple[Decimal, Euros]], decisions: Iterable[CommitteeDecision]
) -> tuple[Reserve, ...]:
    """The reserve: first whom the committee put on it, then the candidates left, each by value.

    ``waiting``: candidate that the proposal leaves out → its value and what it needs. Whom the committee refused or
    put off is on no list.
    """
    said = {decision.project_id: decision.outcome for decision in decisions}
    left = {key for key in waiting if said.get(key, DecisionOutcome.RESERVE) is DecisionOutcome.RESERVE}
    order = sorted(left, key=lambda key: (key not in said, -waiting[key][0], key))
    return tuple(
        Reserve(project_id=key, rank=rank, value=waiting[key][0], needs=waiting[key][1], decided=key in said)
        for rank, key in enumerate(order, start=1)
    )


def coming_in(
    reserve: Iterable[Reserve], free: Euros, *, held: Mapping[str, int], payers: Payers | None = None
) -> tuple[Reserve, ...]:
    """Who comes in with what is free of the envelope, in the order of the list: whose need does not fit is passed over.

    ``held``: what the envelope keeps for others. ``payers``: the contributors, whose rules are kept.
    """
    found: list[Reserve] = []
    kept = dict(held)
    for each in reserve:
        if each.needs > free:
            continue
        wanted = {**kept, each.project_id: int(each.needs)}
        if payers is not None and pay_out(wanted, payers) is None:
            continue
        kept, free = wanted, free - each.needs
        found.append(each)
    return tuple(found)


def held_amounts(decisions: Iterable[CommitteeDecision], calendar: Sequence[CallStep]) -> dict[str, int]:
    """What the envelope keeps for whom the committee retained and who did not leave since, in whole euros.

    Of those whose amount nobody wrote (``held_unsaid``) there is nothing here, and it is not zero.
    """
    found = {}
    for decision in decisions:
        where, amount = standing(decision, calendar), granted_amount(decision)
        if where is not None and where.holds and amount is not UNKNOWN:
            found[decision.project_id] = int(amount)
    return found


def held_unsaid(decisions: Iterable[CommitteeDecision], calendar: Sequence[CallStep]) -> tuple[str, ...]:
    """The projects that the envelope keeps an amount for, which nobody wrote."""
    return tuple(
        decision.project_id
        for decision in decisions
        if (where := standing(decision, calendar)) is not None and where.holds and granted_amount(decision) is UNKNOWN
    )


def call_alerts(
    decisions: Sequence[CommitteeDecision],
    envelope: Envelope,
    waiting: Mapping[str, tuple[Decimal, Euros]],
    payers: Payers,
    *,
    on: date,
    proposed: Mapping[str, int] = _NOTHING,
) -> Iterator[str]:
    """What the committee has to know of the call: blocked, closed, unpaid, and who takes the place of whom.

    ``proposed``: what the proposal gives to those on whom nothing is decided: it is free for nobody else.
    """
    held = held_amounts(decisions, envelope.calendar)
    places = [(decision, standing(decision, envelope.calendar)) for decision in decisions]
    if blocked := [decision.project_id for decision, where in places if where is Standing.BLOCKED]:
        yield (
            f"Retenu localement et bloqué au niveau national : {', '.join(blocked)}. Rien n'est accordé, et aucun "
            "document ne l'annonce comme tel."
        )
    if envelope.cutoffs and envelope.cutoffs[-1] < on:
        yield (
            f"La dernière relève de l'appel est passée ({envelope.cutoffs[-1]:%d/%m/%Y}) : "
            + (
                "ce qui est proposé attend qu'une nouvelle soit annoncée."
                if envelope.after_cutoff is UNKNOWN or envelope.after_cutoff
                else "seuls les projets dont la demande est datée d'avant sont proposés."
            )
        )
    if payers.binding and pay_out(held, payers) is None:
        yield "Les montants décidés ne peuvent être payés par les contributeurs de l'enveloppe dans leurs règles."
    if gone := [decision for decision, where in places if where is not None and not where.holds]:
        unsaid = held_unsaid(decisions, envelope.calendar)
        yield _replaced(gone, envelope, reserve_list(waiting, decisions), {**proposed, **held}, payers, unsaid)


def _replaced(
    gone: Sequence[CommitteeDecision],
    envelope: Envelope,
    reserve: Sequence[Reserve],
    held: Mapping[str, int],
    payers: Payers,
    unsaid: Sequence[str],
) -> str:
    names = ", ".join(decision.project_id for decision in gone)
    free = max(Euros(0), envelope.amount - sum(held.values()))
    left = f"{names} {'quitte' if len(gone) == 1 else 'quittent'} l'enveloppe"
    if unsaid:
        return (
            f"{left} : {format_euros(free)} au plus sont libres. Le montant décidé pour {', '.join(unsaid)} n'est pas "
            "renseigné : ce qui reste pour la réserve en dépend."
        )
    come = coming_in(reserve, free, held=held, payers=payers)
    if not come:
        return f"{left} : {format_euros(free)} sont libres, et aucun projet de la réserve n'y entre."
    who = ", ".join(f"{each.project_id} ({format_euros(each.needs)})" for each in come)
    return f"{left} : {format_euros(free)} sont libres. Dans l'ordre de la réserve, y entrent {who} ; le comité décide."
