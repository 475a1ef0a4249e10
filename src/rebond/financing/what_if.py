"""« Et si » on any fact: the same project with other facts, screened, built and planned again, side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from rebond.eligibility.truth import Truth
from rebond.financing.changes import Change, apply_changes
from rebond.financing.context import ProjectContext, Study, study


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


def what_if(
    context: ProjectContext,
    changes: Mapping[str, object],
    *,
    before: Study | None = None,
    solve: Callable[[ProjectContext], Study] = study,
) -> WhatIf:
    """The plan of a project as it is, and with other facts. ``before`` spares the first study when it is at hand.

    ``solve`` studies a context: another than ``study`` when the plan counts on more than the context says.

    Keys of ``changes``: facts of the dictionary and the settings of ``rebond.financing.changes``; values as people
    write them. Raises ``FactsError`` with every fault when a name or a value is wrong.
    """
    changed, words = apply_changes(context, changes)
    first = before if before is not None else solve(context)
    second = solve(changed)
    dispositifs = context.catalogue.dispositifs
    old = {verdict.dispositif: verdict.truth for verdict in first.verdicts}
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
