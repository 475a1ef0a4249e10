"""The independent check of who pays what: every euro of the envelope, per contributor and rule.

It reads the contributions as they were declared and shares no code with what shares the envelope out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from rebond.eligibility.criteria import Facts
from rebond.facts import UNKNOWN, Contribution
from rebond.units import format_euros


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """What one contribution pays of what the envelope gives to a project, in whole euros."""

    project: str
    rank: int
    """Which contribution, from 0: a contributor may be on several lines."""
    contributor: str
    amount: int


def paid_breaches(
    paid: Sequence[Paid],
    contributions: Sequence[Contribution],
    given: Mapping[str, int],
    facts: Mapping[str, Facts],
) -> Iterator[str]:
    """Each rule that the payments break, in French; nothing when they keep them all. ``given``: by the envelope."""
    total = sum((part.amount for part in contributions), Decimal(0))
    if sum(given.values()) > total:
        yield f"{format_euros(Decimal(sum(given.values())))} retenus, plus que l'enveloppe ({format_euros(total)})"
    for project in sorted(given.keys() | {each.project for each in paid}):
        amount = sum(each.amount for each in paid if each.project == project)
        if amount != given.get(project, 0):
            yield f"{project} : {amount} € payés pour {given.get(project, 0)} € donnés par l'enveloppe"
    for rank, part in enumerate(contributions):
        mine = [each for each in paid if each.rank == rank]
        spent = sum(each.amount for each in mine)
        if spent > part.amount:
            yield f"{part.contributor} : {spent} € payés, plus que ses {format_euros(part.amount)}"
        for each in mine:
            if words := "; ".join(_broken(each, part, given.get(each.project, 0), facts.get(each.project, {}))):
                yield f"{part.contributor}, {each.project} : {words}"


def _broken(paid: Paid, part: Contribution, given: int, facts: Facts) -> Iterator[str]:
    if paid.amount <= 0:
        yield "paiement nul ou négatif"
    if part.min_per_project is not UNKNOWN and paid.amount < part.min_per_project:
        yield f"{paid.amount} € sous son minimum par projet"
    if part.max_per_project is not UNKNOWN and paid.amount > part.max_per_project:
        yield f"{paid.amount} € au-delà de son plafond par projet"
    if part.max_share is not UNKNOWN:
        most = (part.max_share * given).to_integral_value(ROUND_CEILING)
        if paid.amount > most:
            yield f"{paid.amount} € au-delà de sa part, {most} €"
    if part.epcis and not any(facts.get("epci") == code for code in part.epcis):
        yield "projet hors de ses intercommunalités"
    if part.regions and not any(facts.get("region") == code for code in part.regions):
        yield "projet hors de ses régions"
    if part.sizes and not any(facts.get("taille_ue") == size for size in part.sizes):
        yield "taille d'entreprise qu'il ne paie pas"
    if part.activities:
        code = str(facts.get("code_naf", "")).replace(".", "")
        if not any(code[: len(start.replace(".", ""))] == start.replace(".", "") for start in part.activities):
            yield "activité qu'il ne paie pas"
