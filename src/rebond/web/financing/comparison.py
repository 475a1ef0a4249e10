"""Two plans of one project side by side: its own, and the one on other facts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from rebond.eligibility.truth import Truth
from rebond.eligibility.verdict import Reason
from rebond.financing.explaining.what_if import WhatIf
from rebond.units import NO_BREAK_SPACE, format_euros


def signed(amount: Decimal | int) -> str:
    """A difference with its sign; a dash for none."""
    if not amount:
        return "–"
    return f"{'+' if amount > 0 else '−'}{NO_BREAK_SPACE}{format_euros(amount if amount > 0 else -amount)}"


@dataclass(frozen=True, slots=True)
class Compared:
    """A figure of two plans, or of two studies."""

    label: str
    before: Decimal
    after: Decimal

    @property
    def difference(self) -> str:
        """What the second adds, with its sign."""
        return signed(self.after - self.before)


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedLine:
    """What a dispositif pays of a cost line, under a regime, in both plans."""

    dispositif: str
    regime: str
    title: str
    article: str
    cost_line: str
    before: int
    after: int

    @property
    def difference(self) -> str:
        """What the other facts add."""
        return signed(self.after - self.before)


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedVerdict:
    """A dispositif whose verdict changes; ``why``: the criteria that make the new one, empty for a YES."""

    dispositif: str
    title: str
    before: Truth
    after: Truth
    why: str


def figures(found: WhatIf) -> tuple[Compared, ...]:
    """Costs, supports, aid, what is left."""
    before, after = found.before.plan, found.after.plan
    return (
        Compared("Coût du projet", before.cost, after.cost),
        Compared("Besoin de financement", before.need, after.need),
        Compared("Soutiens", Decimal(before.support), Decimal(after.support)),
        Compared("Équivalent-subvention", before.benefit, after.benefit),
        Compared("Besoin non couvert", before.gap, after.gap),
    )


def compared_lines(found: WhatIf) -> tuple[ComparedLine, ...]:
    """The lines of both plans, side by side, in the order of the first."""
    amounts: dict[tuple[str, str, str], list[int]] = {}
    lines = {}
    for side, plan in enumerate((found.before.plan, found.after.plan)):
        for line in plan.lines:
            key = line.dispositif, line.regime, line.line
            lines[key] = line
            amounts.setdefault(key, [0, 0])[side] = line.amount
    labels = {line.id: line.label or line.id for line in found.after.context.project.costs}
    return tuple(
        ComparedLine(
            dispositif=line.dispositif,
            regime=line.regime,
            title=line.title,
            article=line.article,
            cost_line=labels.get(line.line, line.line),
            before=amounts[key][0],
            after=amounts[key][1],
        )
        for key, line in lines.items()
    )


def compared_verdicts(found: WhatIf) -> tuple[ComparedVerdict, ...]:
    """The verdicts that change, each with the criteria that make the new one."""
    reasons = {verdict.dispositif: verdict.reasons for verdict in found.after.verdicts}
    return tuple(
        ComparedVerdict(
            dispositif=row.dispositif,
            title=row.title,
            before=row.before,
            after=row.after,
            why=_why(reasons[row.dispositif], row.after),
        )
        for row in found.verdicts
    )


def _why(reasons: Iterable[Reason], truth: Truth) -> str:
    if truth is Truth.YES:
        return ""
    return " ; ".join(reason.expected for reason in reasons if reason.truth is truth)
