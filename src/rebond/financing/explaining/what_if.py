"""« Et si » on any fact: the same project with other facts, screened, built and planned again, side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from rebond.eligibility.truth import Truth
from rebond.financing.context import ProjectContext, Study, study
from rebond.financing.explaining.changes import Change, apply_changes
from rebond.financing.plan.model import FinancingPlan
from rebond.units import format_euros


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictChange:
    """A dispositif whose verdict changes."""

    dispositif: str
    title: str
    before: Truth
    after: Truth


@dataclass(frozen=True, kw_only=True)
class WhatIf:
    """Two plans: as things are, and with other facts."""

    changes: tuple[Change, ...]
    before: Study
    after: Study
    verdicts: tuple[VerdictChange, ...]

    @property
    def aid_gained(self) -> Decimal:
        """Gross grant equivalent gained, in euros; negative when it is lost."""
        return self.after.plan.benefit - self.before.plan.benefit

    @property
    def support_gained(self) -> int:
        """Support gained in euros; negative when it is lost."""
        return self.after.plan.support - self.before.plan.support

    @property
    def lost_because(self) -> tuple[str, ...]:
        """Why the plan brings less once the answers are given, each answer named; empty when it brings no less."""
        if self.support_gained >= 0 and self.aid_gained >= 0:
            return ()
        answers = " ; ".join(f"{change.label} : {change.after}" for change in self.changes)
        return tuple(f"{answers} — {why}" for why in self._losses())

    def _losses(self) -> Iterator[str]:
        """Each dispositif of the plan before that brings less after, and what stops it."""
        verdicts = {verdict.dispositif: verdict for verdict in self.after.verdicts}
        offers = {offer.id: offer for offer in self.after.built.problem.offers}
        reasons = {item.dispositif: item.reason for item in self.after.built.unquantified}
        before, after = (_by_dispositif(each.plan) for each in (self.before, self.after))
        for dispositif, (title, amount) in before.items():
            left = after.get(dispositif, (title, 0))[1]
            if left >= amount:
                continue
            less = f"{title} passe de {format_euros(amount)} à {format_euros(left)}"
            verdict, offer = verdicts.get(dispositif), offers.get(dispositif)
            if verdict is not None and verdict.truth is Truth.NO:
                yield f"{less} : refusé, {' ; '.join(reason.expected for reason in verdict.refusals)}"
            elif offer is None:
                yield f"{less} : {reasons.get(dispositif) or 'plus aucun poste à payer'}"
            elif closed := [text for basis in offer.bases for text in basis.refusals]:
                yield f"{less} : {' ; '.join(dict.fromkeys(closed))}"
            else:
                yield f"{less} : sous les limites du problème que ces réponses donnent (besoin, capacité, plafonds)"


def _by_dispositif(plan: FinancingPlan) -> dict[str, tuple[str, int]]:
    found: dict[str, tuple[str, int]] = {}
    for line in plan.lines:
        found[line.dispositif] = (line.title, found.get(line.dispositif, ("", 0))[1] + line.amount)
    return found


def what_if(
    context: ProjectContext,
    changes: Mapping[str, object],
    *,
    before: Study | None = None,
    solve: Callable[[ProjectContext], Study] = study,
) -> WhatIf:
    """The plan of a project as it is, and with other facts. ``before`` spares the first study when it is at hand.

    ``solve`` studies a context: another than ``study`` when the plan counts on more than the context says.

    Keys of ``changes``: facts of the dictionary and the settings of ``rebond.financing.explaining.changes``; values as
    people write them. Raises ``FactsError`` with every fault when a name or a value is wrong.
    """
    changed, words = apply_changes(context, changes)
    first = before if before is not None else solve(context)
    second = solve(changed)
    dispositifs = context.catalogue.dispositifs
    # What the territory leaves out is refused by the place: another place may open it.
    old = dict.fromkeys(context.away, Truth.NO) | {verdict.dispositif: verdict.truth for verdict in first.verdicts}
    return WhatIf(
        changes=words,
        before=first,
        after=second,
        verdicts=tuple(
            VerdictChange(
                dispositif=verdict.dispositif,
                title=dispositifs[verdict.dispositif].title,
                before=old[verdict.dispositif],
                after=verdict.truth,
            )
            for verdict in second.verdicts
            if verdict.truth is not old[verdict.dispositif]
        ),
    )
