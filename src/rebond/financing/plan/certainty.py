"""How sure the euros of a plan are, and what a mission may publish of them: a stack, never one sum.

A euro is firm when its dispositif is open to the project on known facts, its figures rest on known facts, those that
can decide it were read in a text and the project is ripe: it can be asked for, and no funder has answered. Any other
euro says what it waits for.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from rebond.financing.problem.model import Basis, Offer, ProjectProblem
from rebond.units import Euros, floor_euros

TO_REREAD = "à relire dans un texte — "
"""What begins the questions that name a figure which nobody read."""


class Certainty(enum.StrEnum):
    """What a euro of support waits for, the nearest to a signature first."""

    FIRM = "ferme"
    CONDITIONAL = "sous_conditions"
    UNVERIFIED = "droit_non_relu"
    NOT_RIPE = "projet_non_mur"

    @property
    def label(self) -> str:
        """The words shown to people."""
        return {
            "ferme": "Ferme",
            "sous_conditions": "Sous conditions",
            "droit_non_relu": "Droit non relu",
            "projet_non_mur": "Projet non mûr",
        }[self.value]


def certainty(project: ProjectProblem, offer: Offer, basis: Basis) -> Certainty:
    """What the euros of an offer under a basis wait for; the farthest from a signature when they wait for several."""
    if not project.ripe:
        return Certainty.NOT_RIPE
    if not (offer.verified and basis.verified) or basis.law_question:
        return Certainty.UNVERIFIED
    return Certainty.CONDITIONAL if offer.questions or basis.questions else Certainty.FIRM


def is_firm(project: ProjectProblem, offer: Offer, basis: Basis) -> bool:
    """Whether one could sign for it."""
    return certainty(project, offer, basis) is Certainty.FIRM


def waits_for(project: ProjectProblem, offer: Offer, basis: Basis) -> tuple[str, ...]:
    """Everything that its euros wait for, in French: facts, sentences, decisions, law to read, a project to ripen."""
    found = [*offer.questions, *basis.questions]
    if not offer.verified:
        found += (f"{TO_REREAD}{name}" for name in offer.unread or (f"les chiffres de « {offer.title} »",))
    if not basis.verified:
        found += (f"{TO_REREAD}{name}" for name in basis.unread or (basis.article,))
    if not project.ripe:
        found.append("à établir — la maturité du projet, qui ne permet pas encore une demande")
    return tuple(dict.fromkeys(found))


class _Line(Protocol):
    @property
    def state(self) -> Certainty: ...
    @property
    def amount(self) -> int: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportStack:
    """Whole euros of support by certainty, of a plan or summed over plans; ``useful`` is what meets a need."""

    firm: int = 0
    conditional: int = 0
    unverified: int = 0
    not_ripe: int = 0
    beyond_need: int = 0
    """What passes the need, taken off the least sure euros."""

    @property
    def useful(self) -> int:
        """min(plan, need), plan by plan."""
        return self.firm + self.conditional + self.unverified + self.not_ripe

    @property
    def possible(self) -> int:
        """What is not firm of the useful support."""
        return self.useful - self.firm

    def of(self, state: Certainty) -> int:
        """The euros of one level."""
        return {
            Certainty.FIRM: self.firm,
            Certainty.CONDITIONAL: self.conditional,
            Certainty.UNVERIFIED: self.unverified,
            Certainty.NOT_RIPE: self.not_ripe,
        }[state]

    def levels(self) -> list[tuple[Certainty, int]]:
        """What people are told: the surest level first; firm is always said, be it nothing. Empty when nothing is."""
        return [
            (each, self.of(each)) for each in Certainty if self.useful and (self.of(each) or each is Certainty.FIRM)
        ]

    def __add__(self, other: SupportStack) -> SupportStack:
        return SupportStack(
            firm=self.firm + other.firm,
            conditional=self.conditional + other.conditional,
            unverified=self.unverified + other.unverified,
            not_ripe=self.not_ripe + other.not_ripe,
            beyond_need=self.beyond_need + other.beyond_need,
        )


def stack_of(lines: Iterable[_Line], need: Euros) -> SupportStack:
    """The stack of one plan: the surest euros meet the need first."""
    amounts = dict.fromkeys(Certainty, 0)
    for line in lines:
        amounts[line.state] += line.amount
    left = max(0, floor_euros(need))
    kept: dict[Certainty, int] = {}
    for state, amount in amounts.items():
        kept[state] = min(amount, left)
        left -= kept[state]
    return SupportStack(
        firm=kept[Certainty.FIRM],
        conditional=kept[Certainty.CONDITIONAL],
        unverified=kept[Certainty.UNVERIFIED],
        not_ripe=kept[Certainty.NOT_RIPE],
        beyond_need=sum(amounts.values()) - sum(kept.values()),
    )


def sum_of(stacks: Iterable[SupportStack]) -> SupportStack:
    """The stack of a mission."""
    return sum(stacks, SupportStack())
