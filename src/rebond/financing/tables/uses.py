"""What the lines of a plan use: each with its offer and its legal basis, what stands on a cost line, what stays free.

The limits of a plan and the table that a Région reads are counted from it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from rebond.financing.plan.model import FinancingPlan, PlanLine
from rebond.financing.problem.model import Basis, Line, Offer, ProjectProblem
from rebond.regimes.model import RegimeKind
from rebond.units import Euros, Rate

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class UsedPart:
    """A line of the plan with the offer and the basis that it claims."""

    line: PlanLine
    offer: Offer
    basis: Basis

    @property
    def aid(self) -> Decimal:
        """What counts under the ceilings, in euros."""
        return self.line.share * self.basis.aid_per_euro

    @property
    def plain(self) -> Decimal:
        """What of it is no advance compared at its nominal amount."""
        return self.line.share * self.basis.plain_per_euro


def used_parts(plan: FinancingPlan, project: ProjectProblem) -> Iterable[UsedPart]:
    """The lines of a plan; those that the problem does not offer are left out."""
    offers = {offer.id: offer for offer in project.offers}
    for line in plan.lines:
        offer = offers.get(line.dispositif)
        basis = next((basis for basis in offer.bases if basis.regime == line.regime), None) if offer else None
        if offer is not None and basis is not None:
            yield UsedPart(line, offer, basis)


def bonus_of(parts: Iterable[UsedPart]) -> Decimal:
    """Points that advances compared at their nominal amount add to a ceiling (art. 7(5))."""
    advances = (part for part in parts if part.plain < part.aid)
    return max((part.basis.advance_bonus for part in advances), default=ZERO)


def total_of(parts: Iterable[UsedPart]) -> Decimal:
    """Their euros together, loans at their nominal amount."""
    return sum((part.line.share for part in parts), ZERO)


@dataclass(frozen=True, slots=True, kw_only=True)
class LineUse:
    """The aid that stands on a cost line, past aid included, and the highest ceiling of a regime used on it."""

    line: Line
    aid: Euros
    """What counts under the ceilings."""
    ceiling: Rate | None
    """``None``: no exempted regime is used on the line, de minimis has no intensity."""
    bearers: tuple[str, ...]
    """The regimes that give that ceiling."""
    regimes: int
    parts: int
    """Lines of the plan that stand on it."""
    per_project: bool
    """Whether one of the bearers is judged on the whole project."""


def line_uses(plan: FinancingPlan, project: ProjectProblem) -> tuple[LineUse, ...]:
    """What stands on each cost line, in their order."""
    parts = list(used_parts(plan, project))
    return tuple(line_use(project, line, parts) for line in project.lines)


def line_use(project: ProjectProblem, line: Line, parts: Iterable[UsedPart]) -> LineUse:
    """What stands on one cost line."""
    here = [p for p in parts if p.line.line == line.id and p.basis.kind is not RegimeKind.NO_AID]
    past = [g for g in project.granted if g.line == line.id and g.kind is not RegimeKind.NO_AID]
    exempted = [p for p in here if p.basis.kind is RegimeKind.EXEMPTION]
    ceilings = [(p.basis.ceilings[line.id] + bonus_of([p]), p.basis.regime) for p in exempted]
    ceilings += [(g.ceiling, g.regime) for g in past if g.kind is RegimeKind.EXEMPTION]
    highest = max((rate for rate, _ in ceilings), default=None)
    bearers = tuple(dict.fromkeys(regime for rate, regime in ceilings if rate == highest))
    return LineUse(
        line=line,
        aid=sum((part.aid for part in here), sum((granted.aid for granted in past), ZERO)),
        ceiling=highest,
        bearers=bearers,
        regimes=len({*(p.basis.regime for p in here), *(g.regime for g in past)}),
        parts=len(here),
        per_project=any(p.basis.per_project for p in exempted if p.basis.regime in bearers),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnContribution:
    """What a regime wants free of any public support, on the costs that its dispositifs may take (art. 14(14))."""

    regime: str
    share: Rate
    base: Euros
    public: Euros
    """Public support on them, past aid included."""
    lines: tuple[str, ...]
    """Those that the plan pays."""
    parts: int

    @property
    def free(self) -> Euros:
        """What of them no public support pays."""
        return self.base - self.public

    @property
    def holds(self) -> bool:
        """Whether enough is free."""
        return self.free >= self.share * self.base


def own_contributions(plan: FinancingPlan, project: ProjectProblem) -> tuple[OwnContribution, ...]:
    """One for each regime of the plan, or of an aid of the past, that wants some."""
    return tuple(contributions_of(project, list(used_parts(plan, project))))


def contributions_of(project: ProjectProblem, parts: list[UsedPart]) -> Iterable[OwnContribution]:
    """The same, of lines at hand."""
    shares = {g.regime: g.own_contribution for g in project.granted if g.own_contribution and g.aid > 0}
    shares |= {p.basis.regime: p.basis.own_contribution for p in parts if p.basis.own_contribution}
    for regime, share in shares.items():
        asked = [part for part in parts if part.basis.regime == regime]
        eligible = {line for part in asked for line in part.offer.lines & part.basis.ceilings.keys()}
        eligible |= {granted.line for granted in project.granted if granted.regime == regime and granted.aid > 0}
        here = [part for part in parts if part.line.line in eligible]
        past = sum((granted.euros for granted in project.granted if granted.line in eligible), ZERO)
        yield OwnContribution(
            regime=regime,
            share=share,
            base=sum((line.amount for line in project.lines if line.id in eligible), ZERO),
            public=total_of(here) + past,
            lines=tuple(sorted({part.line.line for part in here})),
            parts=len(here),
        )
