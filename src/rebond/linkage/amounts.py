"""What a partner's amount says of a project: its cost, a part of it, an aid, or the same in thousands."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from decimal import Decimal

from rebond.facts import UNKNOWN, PartnerEntry, Project
from rebond.linkage.rules import LinkageRules
from rebond.units import Euros, format_euros, format_rate

AID = "aide"
_SCALES = {Decimal(1_000): "en milliers d'euros", Decimal(1_000_000): "en millions d'euros"}


class AmountKind(enum.IntEnum):
    """What the amounts say together, the strongest evidence last."""

    AGAINST = 0
    """Above the cost, or too little of it."""
    UNKNOWN = 1
    PART = 2
    """May be a part of the cost, or an aid: says nothing, contradicts nothing."""
    CLOSE = 3
    INDIRECT = 4
    """The cost in k€ or M€, or one cost line to the euro."""
    SAME = 5


@dataclass(frozen=True, slots=True)
class Amounts:
    """How two amounts compare, and the sentence that says so."""

    kind: AmountKind
    reason: str


def compare_amounts(entry: PartnerEntry, project: Project, rules: LinkageRules) -> Amounts:
    """The best reading of a partner's amount beside a project's cost."""
    written, cost = entry.amount, project.total_cost
    if written is UNKNOWN or written <= 0 or cost <= 0:
        return Amounts(AmountKind.UNKNOWN, "montants non comparables")
    as_cost = None if entry.amount_is == AID else _as_cost(written, project, rules)
    return as_cost or _as_share(written, cost, rules, aid=entry.amount_is == AID)


def _as_cost(written: Euros, project: Project, rules: LinkageRules) -> Amounts | None:
    """The cost itself, the cost in k€ or M€, or one of its lines."""
    cost, limits = project.total_cost, rules.projects
    pair = f"{format_euros(written)} / {format_euros(cost)}"
    if apart(written, cost) <= limits.same_amount:
        return Amounts(AmountKind.SAME, f"montants presque identiques : {pair}")
    for scale, words in _SCALES.items():
        if apart(written * scale, cost) <= limits.same_amount:
            return Amounts(AmountKind.INDIRECT, f"même montant, s'il est écrit {words} : {pair}")
    line = _same_line(written, project, limits.same_line)
    if line is not None:
        return Amounts(AmountKind.INDIRECT, f"montant d'un seul poste de dépense : {format_euros(line)}")
    close = apart(written, cost) <= limits.close_amount
    return Amounts(AmountKind.CLOSE, f"montants proches : {pair}") if close else None


def _as_share(written: Euros, cost: Euros, rules: LinkageRules, *, aid: bool) -> Amounts:
    """A part of the cost or an aid, in euros or in thousands; else it contradicts."""
    share, least = written / cost, rules.projects.least_share
    pair = f"{format_euros(written)} / {format_euros(cost)}"
    if least <= share <= 1:
        word = "aide" if aid else "partie du coût ou aide"
        rate = format_rate(share.quantize(Decimal("0.01")))
        return Amounts(AmountKind.PART, f"{word} possible ({rate} du coût) : {pair}")
    if any(least <= share * scale <= 1 for scale in _SCALES):
        return Amounts(AmountKind.PART, f"partie du coût ou aide, s'il est écrit en milliers d'euros : {pair}")
    if share > 1:
        return Amounts(AmountKind.AGAINST, f"montant plus grand que le coût du projet : {pair}")
    return Amounts(AmountKind.AGAINST, f"montant trop petit pour être une part du coût : {pair}")


def apart(first: Euros, second: Euros) -> Decimal:
    """Gap between two amounts, in the share of the larger one."""
    return abs(first - second) / max(abs(first), abs(second))


def _same_line(written: Euros, project: Project, limit: Decimal) -> Euros | None:
    if len(project.costs) == 1:
        return None
    lines = (line.amount for line in project.costs)
    return next((amount for amount in lines if amount > 0 and apart(written, amount) <= limit), None)
