"""Every limit that a plan meets, in exact arithmetic: how much it allows, how much the plan uses, where.

What the gauges of the plan's page show, and what says which cap bit on which line.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from rebond.financing.plan.model import FinancingPlan, PlanLine
from rebond.financing.problem.model import FinancingProblem, Line, Offer, ProjectProblem
from rebond.financing.tables.uses import UsedPart, bonus_of, contributions_of, line_use, total_of, used_parts
from rebond.regimes.model import RegimeKind
from rebond.units import Euros

ZERO = Decimal(0)
PLAIN_ASSIETTE = "Taux × assiette du dispositif"
ENVELOPE_SHARE = "Part de l'enveloppe proposée pour ce projet"
"""What the budget of the envelope is, for one project that the call retains."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """One limit: ``rule`` is the key of its family; empty ``dispositif``, ``regime`` or ``line`` means any."""

    rule: str
    label: str
    allowed: Euros
    used: Euros
    dispositif: str = ""
    regime: str = ""
    line: str = ""
    parts: int = 1
    """Amounts that make the use, each rounded down to the euro."""
    spares: frozenset[str] = frozenset()
    """Dispositifs whose support weighs nothing on it: advances, on the ceiling of what is no advance."""

    @property
    def left(self) -> Euros:
        """What the limit still allows."""
        return max(ZERO, self.allowed - self.used)

    @property
    def binds(self) -> bool:
        """Whether the limit stops the plan: less than a euro is left for each amount that it bounds."""
        return self.used > 0 and self.left < self.parts

    def concerns(self, line: PlanLine) -> bool:
        """Whether the limit bounds that line of the plan."""
        return (
            line.dispositif not in self.spares
            and self.dispositif in {"", line.dispositif}
            and self.regime in {"", line.regime}
            and self.line in {"", line.line}
        )


def plan_limits(plan: FinancingPlan, problem: FinancingProblem) -> tuple[Limit, ...]:
    """The limits of one plan, in the order of the rules; lines that the problem does not offer are left out."""
    project = next(project for project in problem.projects if project.id == plan.project)
    parts = list(used_parts(plan, project))
    return (
        *_of_offers(project, parts),
        *_of_intensity(project, parts),
        *_of_cumulation(project, parts),
        *_of_account(problem, project, parts),
        *_of_own_contribution(project, parts),
        *_of_thresholds(project, parts),
        *_of_loans(project, parts),
        *_of_budgets(problem, parts),
        *_of_costs(project, parts),
    )


def _of_offers(project: ProjectProblem, parts: list[UsedPart]) -> Iterable[Limit]:
    for offer in project.offers:
        mine = [part for part in parts if part.offer.id == offer.id]
        if not mine:
            continue
        used, count = total_of(mine), len(mine)
        capped = offer.uncapped_support is not None
        yield Limit(
            rule="assiette",
            label="Plafond d'assiette du dispositif" if capped else PLAIN_ASSIETTE,
            allowed=offer.max_support,
            used=used,
            dispositif=offer.id,
            parts=count,
        )
        if offer.subsidy_deduction:
            yield Limit(
                rule="assiette",
                label="Assiette nette des subventions et avances",
                allowed=_net_allowance(project, offer, parts),
                used=used,
                dispositif=offer.id,
                parts=count,
            )
        if offer.aid_cap is not None:
            label, cap = "Plafond d'aide du dispositif", offer.aid_cap
            yield Limit(rule="floor_and_cap", label=label, allowed=cap, used=used, dispositif=offer.id, parts=count)
        if offer.own_funds_cap is not None:
            label, cap = "Fonds propres de l'entreprise", offer.own_funds_cap
            yield Limit(rule="loans", label=label, allowed=cap, used=used, dispositif=offer.id, parts=count)


def _net_allowance(project: ProjectProblem, offer: Offer, parts: list[UsedPart]) -> Decimal:
    """Rate × (base − the subsidies that pay it)."""
    past = (g.aid for g in project.granted if g.line in offer.lines and g.kind is not RegimeKind.NO_AID)
    planned = (
        part.line.share * project.share_within(part.offer, offer)
        for part in parts
        if part.offer.is_subsidy and part.offer.id != offer.id
    )
    return offer.gross_support - offer.subsidy_deduction * (sum(past, ZERO) + sum(planned, ZERO))


def _of_intensity(project: ProjectProblem, parts: list[UsedPart]) -> Iterable[Limit]:
    regimes = {part.basis.regime: part for part in parts if part.basis.kind is RegimeKind.EXEMPTION}
    for regime, first in regimes.items():
        mine = [part for part in parts if part.basis.regime == regime]
        bonus = bonus_of(mine)
        for lines in [project.lines] if first.basis.per_project else [(line,) for line in project.lines]:
            here = [part for part in mine if part.line.line in {line.id for line in lines}]
            if not here:
                continue
            where = "" if first.basis.per_project else lines[0].id
            rates = _ceilings(mine, lines)
            costs = {line.id: line.amount for line in lines if line.id in rates}
            past = sum((g.aid for g in project.granted if g.regime == regime and g.line in costs), ZERO)
            room = sum((rates[line] * cost for line, cost in costs.items()), ZERO)
            article = first.basis.article
            yield Limit(
                rule="intensity",
                label=f"Intensité {article}" + (", hors avances" if bonus else ""),
                allowed=room,
                used=sum((part.plain for part in here), past),
                regime=regime,
                line=where,
                parts=len(here),
                spares=frozenset(part.offer.id for part in here if not part.plain),
            )
            if bonus:
                yield Limit(
                    rule="intensity",
                    label=f"Intensité {article}, avances comprises",
                    allowed=room + bonus * sum(costs.values(), ZERO),
                    used=sum((part.aid for part in here), past),
                    regime=regime,
                    line=where,
                    parts=len(here),
                )


def _ceilings(parts: Iterable[UsedPart], lines: Iterable[Line]) -> Mapping[str, Decimal]:
    return {
        line.id: part.basis.ceilings[line.id]
        for part in parts
        for line in lines
        if line.id in part.basis.ceilings and line.id in part.offer.lines
    }


def _of_cumulation(project: ProjectProblem, parts: list[UsedPart]) -> Iterable[Limit]:
    """Only where several regimes meet on a line: alone, a regime is bounded by its own intensity."""
    for line in project.lines:
        use = line_use(project, line, parts)
        if not use.parts or use.regimes < 2 or use.ceiling is None:  # noqa: PLR2004 - several
            continue
        yield Limit(
            rule="cumulation",
            label="Cumul sur le poste, au plafond le plus haut",
            allowed=use.ceiling * line.amount,
            used=use.aid,
            line=line.id,
            parts=use.parts,
        )


def _of_account(problem: FinancingProblem, project: ProjectProblem, parts: list[UsedPart]) -> Iterable[Limit]:
    regimes = {part.basis.regime: part for part in parts if part.basis.kind is RegimeKind.DE_MINIMIS}
    for regime in regimes:
        mine = [part for part in parts if part.basis.kind is RegimeKind.DE_MINIMIS]
        yield Limit(
            rule="de_minimis",
            label="Compte de minimis de l'entreprise unique",
            allowed=problem.de_minimis_room.get(project.undertaking, ZERO),
            used=sum((part.aid for part in mine), ZERO),
            regime=regime,
            parts=len(mine),
        )


def _of_own_contribution(project: ProjectProblem, parts: list[UsedPart]) -> Iterable[Limit]:
    for found in contributions_of(project, parts):
        for line in found.lines:
            yield Limit(
                rule="own_contribution",
                label="Part du coût libre de tout soutien public",
                allowed=(1 - found.share) * found.base,
                used=found.public,
                line=line,
                parts=found.parts,
            )


def _of_thresholds(project: ProjectProblem, parts: list[UsedPart]) -> Iterable[Limit]:
    for regime, article in {p.basis.regime: p.basis.article for p in parts}.items():
        mine = [part for part in parts if part.basis.regime == regime]
        caps = [part.basis.project_cap for part in mine if part.basis.project_cap is not None]
        if caps:
            past = sum((granted.aid for granted in project.granted if granted.regime == regime), ZERO)
            yield Limit(
                rule="thresholds",
                label=f"Seuil du projet {article}",
                allowed=min(caps),
                used=sum((part.aid for part in mine), past),
                regime=regime,
                parts=len(mine),
            )


def _of_loans(project: ProjectProblem, parts: list[UsedPart]) -> Iterable[Limit]:
    borrowed = [part for part in parts if part.offer.instrument.is_borrowed]
    if project.loan_cap is not None:
        for dispositif in dict.fromkeys(part.offer.id for part in borrowed):
            yield Limit(
                rule="loans",
                label="Capacité d'emprunt de l'entreprise",
                allowed=project.loan_cap,
                used=total_of(borrowed),
                dispositif=dispositif,
                parts=len(borrowed),
            )
    matched = [part for part in parts if part.offer.private_match]
    if matched:
        # Line by line: what passes the cost of one line takes nothing from the others.
        free = sum((max(ZERO, line.amount - _granted_on(project, line)) for line in project.lines), ZERO)
        public = [part for part in parts if part.offer.is_public_money]
        for dispositif in dict.fromkeys(part.offer.id for part in matched):
            yield Limit(
                rule="loans",
                label="Cofinancement privé, un euro pour un euro",
                allowed=free,
                used=total_of(public) + total_of(matched),
                dispositif=dispositif,
                parts=len(public) + len(matched),
            )


def _granted_on(project: ProjectProblem, line: Line) -> Euros:
    return sum((granted.euros for granted in project.granted if granted.line == line.id), ZERO)


def _of_budgets(problem: FinancingProblem, parts: list[UsedPart]) -> Iterable[Limit]:
    for budget, amount in sorted(problem.budgets.items()):
        mine = [part for part in parts if part.offer.budget == budget]
        of_envelope = any(part.offer.is_envelope for part in mine)
        for dispositif in dict.fromkeys(part.offer.id for part in mine):
            yield Limit(
                rule="exclusions",
                label=ENVELOPE_SHARE if of_envelope else "Budget restant du dispositif",
                allowed=amount,
                used=total_of(mine),
                dispositif=dispositif,
                parts=len(mine),
            )


def _of_costs(project: ProjectProblem, parts: list[UsedPart]) -> Iterable[Limit]:
    for line in project.lines:
        here = [part for part in parts if part.line.line == line.id]
        if here:
            yield Limit(
                rule="cost",
                label="Coût du poste",
                allowed=line.amount - _granted_on(project, line),
                used=total_of(here),
                line=line.id,
                parts=len(here),
            )
