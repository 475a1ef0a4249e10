"""What is unknown and would change the plan: who reads it, the question that lifts it, the simulation of an answer."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from rebond.eligibility.reading import CONFIRM_PREFIX
from rebond.financing.explaining.changes import definition_of
from rebond.financing.explaining.dossier import PlanDossier
from rebond.financing.explaining.unknowns import Answer, UnknownEffect
from rebond.reading.problem import Unreadable
from rebond.restitution.typography import typeset
from rebond.study.in_mission import ProjectBench
from rebond.web.financing.addresses import as_query
from rebond.web.financing.simulation import FOLLOWS

TO_CONFIRM = "À faire confirmer par l’entreprise, puis par le financeur."
_CONFIRMED = {"confirmé": "oui", "infirmé": "non"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What an answer brings or takes; ``query`` opens the simulator on it, empty when it cannot be written there."""

    amount: Decimal
    answer: str
    query: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownRow:
    """An unknown fact; an outcome is ``None`` when no answer moves the plan that way."""

    label: str
    question: str
    read_by: tuple[tuple[str, str], ...]
    """Dispositif and title of those that read it."""
    gain: Outcome | None
    loss: Outcome | None


def unknown_rows(dossier: PlanDossier, bench: ProjectBench) -> tuple[UnknownRow, ...]:
    """Those that weigh most first."""
    titles = bench.context.catalogue.dispositifs
    return tuple(
        UnknownRow(
            label=effect.label,
            question=effect.question or (TO_CONFIRM if effect.fact.startswith(CONFIRM_PREFIX) else ""),
            read_by=tuple((name, typeset(titles[name].title)) for name in effect.dispositifs),
            gain=_outcome(bench, effect, effect.best, effect.could_gain),
            loss=_outcome(bench, effect, effect.worst, effect.could_lose),
        )
        for effect in dossier.unknowns
    )


def _outcome(bench: ProjectBench, effect: UnknownEffect, answer: Answer, amount: Decimal) -> Outcome | None:
    if not amount:
        return None
    return Outcome(amount=amount, answer=answer.value, query=_query(bench, effect.fact, answer.value))


def _query(bench: ProjectBench, fact: str, shown: str) -> str:
    """The simulator's query for an answer in words; some have none: « as large as needed »."""
    definition = definition_of(bench.context, fact)
    raw = _CONFIRMED.get(shown, shown)
    if definition is None or fact in FOLLOWS:
        return ""
    try:
        definition.parse(raw)
    except Unreadable:
        return ""
    return as_query({fact: raw})
