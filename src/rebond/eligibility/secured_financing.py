"""The financing that a firm already has for a project, and how it splits: what was declared, nothing guessed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from types import MappingProxyType

from rebond.facts import UNKNOWN, FactValue, Maybe, Project
from rebond.units import Euros

LEASING = "acquis_credit_bail"
LOANS = "acquis_emprunts"
PARTS = ("acquis_autofinancement", "acquis_capital", "acquis_comptes_courants", LEASING, LOANS)
"""Facts of the dictionary, in the order in which they pay: the firm's own money first, what it borrowed last."""
BORROWED = frozenset({LEASING, LOANS})
"""Parts that are debt for certain; a partner's current account may be blocked or not."""
OWN_PARTS = frozenset(PARTS) - BORROWED
"""Parts that are the firm's own money, or its partners'."""
CRITERION, AGREED = "financement", 3
"""The criterion of ``maturite.yaml`` on financing, and its level « accord obtenu »: under it nothing is agreed."""
UNSPLIT = "Financement acquis (répartition non donnée)"
UNSURE = "Financement acquis (répartition à revoir)"
_DECLARED = {
    LOANS: "Emprunts bancaires déclarés acquis (accord écrit à obtenir)",
    LEASING: "Crédit-bail déclaré acquis (accord écrit à obtenir)",
    UNSPLIT: "Financement déclaré acquis (répartition non donnée)",
    UNSURE: "Financement déclaré acquis (répartition à revoir)",
}
"""What is said instead while no evidence shows an agreement."""
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class SecuredPart:
    """A part of the financing already secured; ``key`` is the fact that says it, empty for what no fact says."""

    key: str
    label: str
    amount: Euros


@dataclass(frozen=True, slots=True, kw_only=True)
class SecuredFinancing:
    """What is secured in all, and the parts that were declared."""

    total: Maybe[Euros]
    given: Mapping[str, Euros]
    """Fact → its amount, for the parts that are known."""

    @property
    def sum(self) -> Euros:
        """The parts that are known, together."""
        return sum(self.given.values(), Euros(0))

    @property
    def whole(self) -> bool:
        """Whether every part is known."""
        return len(self.given) == len(PARTS)

    @property
    def disagrees(self) -> bool:
        """Whether the parts cannot make the total: above it, or all known and under it."""
        if self.total is UNKNOWN:
            return False
        return self.sum - self.total >= _CENT or (self.whole and self.total - self.sum >= _CENT)

    @property
    def only_own(self) -> bool:
        """Whether the firm and its partners bring all of it: no lender has to agree."""
        return self.total is not UNKNOWN and self.total == sum((self.given.get(key, 0) for key in OWN_PARTS), Euros(0))

    def amount(self, key: str) -> Maybe[Euros]:
        """A part of it; UNKNOWN where nobody said, or where the parts contradict the total.

        Parts that make the total leave nothing to the others, said or not.
        """
        if self.disagrees:
            return UNKNOWN
        if key in self.given:
            return self.given[key]
        return Euros(0) if self.total is not UNKNOWN and self.sum == self.total else UNKNOWN

    def parts(self, labels: Mapping[str, str], *, agreed: Maybe[bool] = True) -> tuple[SecuredPart, ...]:
        """The total in parts that make it; what is not split, or split against the total, is one part that says so.

        Unless it is ``agreed``, what lenders bring is only declared, and so is what nobody split.
        """
        found = self._parts(labels)
        if agreed is True:
            return found
        return tuple(replace(part, label=_DECLARED.get(part.key or part.label, part.label)) for part in found)

    def _parts(self, labels: Mapping[str, str]) -> tuple[SecuredPart, ...]:
        if self.total is UNKNOWN:
            return ()
        if self.disagrees:
            return (SecuredPart(key="", label=UNSURE, amount=self.total),)
        known = [
            SecuredPart(key=key, label=labels[key], amount=self.given[key]) for key in PARTS if self.given.get(key)
        ]
        if left := self.total - self.sum:
            known.append(SecuredPart(key="", label=UNSPLIT, amount=left))
        return tuple(known)


def secured_financing(project: Project) -> SecuredFinancing:
    """What was declared of a project."""
    declared: Mapping[str, FactValue] = dict(project.declared)
    found = {key: declared.get(key, UNKNOWN) for key in PARTS}
    return SecuredFinancing(
        total=project.own_financing,
        given=MappingProxyType({k: Decimal(v) for k, v in found.items() if isinstance(v, Decimal | int)}),
    )


def financing_agreed(project: Project) -> Maybe[bool]:
    """Whether the evidence of the project shows that its lenders agreed; UNKNOWN when nobody filled the criterion."""
    levels = [each.level for each in project.evidence if each.criterion == CRITERION]
    if not levels or levels[0] is UNKNOWN:
        return UNKNOWN
    return levels[0] >= AGREED
