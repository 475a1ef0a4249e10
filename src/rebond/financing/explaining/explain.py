"""Why a plan is what it is: each support before and after its caps, which cap bit, what each binding rule costs.

The cost of a rule is measured, not judged: the plan is sought again without the rule, and the aid compared.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from rebond.facts import UNKNOWN
from rebond.financing.building.bases import NO_TEXT
from rebond.financing.explaining.demands import best_benefit, families_with_rows
from rebond.financing.plan.model import FinancingPlan, PlanLine
from rebond.financing.problem.model import FinancingProblem, Offer, ProjectProblem
from rebond.financing.solving.constraints import RULES
from rebond.financing.tables.limits import PLAIN_ASSIETTE, Limit, plan_limits
from rebond.regimes.de_minimis import ATTESTATION
from rebond.regimes.model import RegimeKind
from rebond.units import Euros, format_euros

ONE_EURO = Decimal(1)
SAME_WORTH = Decimal("0.001")
"""Two supports whose euros differ by less are worth the same to the firm: what rounding leaves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineExplanation:
    """What a support puts on one cost line, under which ceiling, and the caps that stop it there."""

    line: str
    amount: int
    ceiling: str
    caps: tuple[Limit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportExplanation:
    """One support of the plan: ``before`` is rate × base with no cap, ``after`` what the plan asks for."""

    dispositif: str
    title: str
    funder: str
    article: str
    formula: str
    before: Euros
    after: int
    sentence: str
    lines: tuple[LineExplanation, ...]
    sources: tuple[str, ...]
    reserves: tuple[str, ...]
    verified: bool

    @property
    def caps(self) -> tuple[Limit, ...]:
        """The caps that bit, on one line at least."""
        return tuple(dict.fromkeys(cap for line in self.lines for cap in line.caps))


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleCost:
    """What a rule that binds takes from the plan, in euros of gross grant equivalent."""

    key: str
    label: str
    source: str
    cost: Euros
    dispositif: str = ""
    """Empty for a whole family; otherwise the dispositif whose own cap was lifted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Aside:
    """An offer that the plan does not use, and why."""

    dispositif: str
    title: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """The whole explanation of a plan."""

    supports: tuple[SupportExplanation, ...]
    costs: tuple[RuleCost, ...]
    limits: tuple[Limit, ...]
    asides: tuple[Aside, ...]

    @property
    def total(self) -> int:
        """Sum of what the supports bring: the support of the plan."""
        return sum(support.after for support in self.supports)


def explain_plan(plan: FinancingPlan, problem: FinancingProblem) -> Explanation:
    """Explain the plan of a problem that holds one project (its account and budgets as this project may use them)."""
    (project,) = problem.projects
    limits = plan_limits(plan, problem)
    return Explanation(
        supports=tuple(_supports(plan, project, limits)),
        costs=(*rule_costs(problem), *own_cap_costs(problem, limits)),
        limits=limits,
        asides=tuple(_asides(plan, problem)),
    )


def rule_costs(problem: FinancingProblem) -> tuple[RuleCost, ...]:
    """The families that bind, the dearest first: aid of the best plan without the family, less that with it."""
    if not any(project.offers for project in problem.projects):
        return ()
    best, present = best_benefit(problem), families_with_rows(problem)
    costs = (
        RuleCost(
            key=rule.key,
            label=rule.label,
            source=rule.source,
            cost=best_benefit(problem, without={rule.key}) - best,
        )
        for rule in RULES
        if rule.key in present
    )
    return tuple(sorted((c for c in costs if c.cost >= ONE_EURO), key=lambda cost: (-cost.cost, cost.key)))


def own_cap_costs(problem: FinancingProblem, limits: Iterable[Limit]) -> tuple[RuleCost, ...]:
    """What the own caps of one dispositif cost: each lifted alone, where it binds."""
    (project,) = problem.projects
    found: list[RuleCost] = []
    best: Euros | None = None
    for limit in limits:
        offer = next((offer for offer in project.offers if offer.id == limit.dispositif), None)
        if offer is None or not limit.binds:
            continue
        lifted = _lifted(offer, limit)
        if lifted is None:
            continue
        offers = tuple(lifted if other.id == offer.id else other for other in project.offers)
        best = best_benefit(problem) if best is None else best
        cost = best_benefit(replace(problem, projects=(replace(project, offers=offers),))) - best
        if cost >= ONE_EURO:
            source = offer.sources[0] if offer.sources else "règlement du dispositif"
            label = f"{limit.label} : {offer.title}"
            found.append(RuleCost(key=limit.rule, label=label, source=source, cost=cost, dispositif=offer.id))
    return tuple(sorted(found, key=lambda cost: (-cost.cost, cost.dispositif)))


def _lifted(offer: Offer, limit: Limit) -> Offer | None:
    """The offer without that cap; ``None`` when the limit is no cap of its own (a rate is not lifted)."""
    if limit.rule == "assiette":
        return replace(offer, max_support=offer.uncapped_support) if offer.uncapped_support is not None else None
    if limit.rule == "floor_and_cap":
        return replace(offer, aid_cap=None)
    if limit.rule == "loans" and offer.own_funds_cap == limit.allowed:
        return replace(offer, own_funds_cap=None)
    return None


def _supports(plan: FinancingPlan, project: ProjectProblem, limits: tuple[Limit, ...]) -> Iterable[SupportExplanation]:
    offers = {offer.id: offer for offer in project.offers}
    for dispositif in plan.files:
        mine = [line for line in plan.lines if line.dispositif == dispositif]
        first, offer = mine[0], offers.get(dispositif)
        after = sum(line.amount for line in mine)
        before = Euros(after) if offer is None else offer.gross_support
        lines = tuple(_line(line, limits) for line in mine)
        caps = dict.fromkeys(cap for line in lines for cap in line.caps)
        yield SupportExplanation(
            dispositif=dispositif,
            title=first.title,
            funder=first.funder,
            article=first.article,
            formula=first.formula,
            before=before,
            after=after,
            sentence=_sentence(before, after, caps, plan, stopped=_stopped_by_need(dispositif, plan)),
            lines=lines,
            sources=first.sources,
            reserves=first.reserves,
            verified=first.verified,
        )


def _line(line: PlanLine, limits: tuple[Limit, ...]) -> LineExplanation:
    caps = tuple(limit for limit in limits if limit.binds and limit.concerns(line))
    return LineExplanation(line=line.line, amount=line.amount, ceiling=line.ceiling, caps=caps)


def _stopped_by_need(dispositif: str, plan: FinancingPlan) -> bool:
    """Whether nothing but the covered need stops a support: no other of the plan would rather give it its place."""
    if plan.gap >= ONE_EURO:
        return False
    worth: dict[str, Decimal] = {}
    for key in plan.files:
        mine = [line for line in plan.lines if line.dispositif == key]
        worth[key] = sum((line.benefit for line in mine), Decimal(0)) / sum(line.amount for line in mine)
    return worth[dispositif] - min(worth.values()) < SAME_WORTH


def _sentence(before: Euros, after: int, caps: Iterable[Limit], plan: FinancingPlan, *, stopped: bool) -> str:
    """Before, after, and what stands between, in one French sentence."""
    asked = f"{format_euros(after)} demandés"
    if before - after < ONE_EURO:
        return f"{asked} : tout ce que donne le calcul."
    if stopped:
        # Nothing beyond the need is asked: a ceiling that the plan also reaches is not what stops it.
        return f"{format_euros(before)} selon le calcul, {asked} : le besoin de {format_euros(plan.need)} est couvert."
    biting = [cap for cap in caps if cap.label != PLAIN_ASSIETTE]
    if not biting:
        return f"{format_euros(before)} selon le calcul, {asked} : au-delà, l'aide totale n'augmenterait pas."
    labels = dict.fromkeys(cap.label[0].lower() + cap.label[1:] for cap in biting)
    return f"{format_euros(before)} selon le calcul, {asked}. Limite atteinte : {' ; '.join(labels)}."


def _asides(plan: FinancingPlan, problem: FinancingProblem) -> Iterable[Aside]:
    (project,) = problem.projects
    used = set(plan.files)
    for offer in project.offers:
        if offer.id not in used:
            reason = (
                _closed(offer, problem, project)
                or _rivals(offer, used, project)
                or _beyond_the_need(offer, plan)
                or _lowers_credit(offer, plan, project)
                or _ADDS_NOTHING
            )
            yield Aside(dispositif=offer.id, title=offer.title, reason=reason)


_ADDS_NOTHING = "n'ajouterait rien : les postes et les plafonds qu'il emploierait servent mieux ailleurs"


def _beyond_the_need(offer: Offer, plan: FinancingPlan) -> str:
    """That nothing is missing, or less than the least that the offer gives; empty otherwise."""
    if plan.gap < ONE_EURO:
        return "le besoin est déjà couvert par les soutiens du plan"
    if plan.gap < offer.least_award:
        least, gap = format_euros(Euros(offer.least_award)), format_euros(plan.gap)
        return f"{least} au moins, au-dessus des {gap} qui restent à trouver"
    return ""


def _lowers_credit(offer: Offer, plan: FinancingPlan, project: ProjectProblem) -> str:
    """That asking for a subsidy nobody is sure of would lower a firm tax credit, which the plan keeps whole."""
    if not offer.is_subsidy:
        return ""
    lowered = [
        credit.title
        for credit in project.offers
        if credit.subsidy_deduction
        and credit.lines & offer.lines
        and any(line.dispositif == credit.id for line in plan.firm.lines)
    ]
    return (
        f"obtenu, il baisserait : {', '.join(lowered)}, que le plan garde entier parce qu'il est ferme ; à demander si "
        "le financeur peut donner davantage"
        if lowered
        else ""
    )


def _closed(offer: Offer, problem: FinancingProblem, project: ProjectProblem) -> str:
    """Why the offer alone could give nothing; empty when it could."""
    open_bases = [basis for basis in offer.bases if not basis.refused_by]
    if not open_bases:
        refused = [text for basis in offer.bases for text in basis.refusals]
        return " ; ".join(dict.fromkeys(refused)) or NO_TEXT
    if all(basis.kind is RegimeKind.DE_MINIMIS for basis in open_bases):
        room = problem.de_minimis_room.get(project.undertaking, UNKNOWN)
        if room is UNKNOWN:
            return f"compte de minimis inconnu : demander l'{ATTESTATION}"
        if not room:
            return "le compte de minimis de l'entreprise unique est plein"
    caps = [cap for cap in (offer.aid_cap, offer.own_funds_cap) if cap is not None]
    if offer.instrument.is_borrowed and project.loan_cap is not None:
        caps.append(project.loan_cap)
        if project.loan_cap < max(ONE_EURO, offer.min_support):
            floor = format_euros(max(ONE_EURO, Euros(offer.min_support)))
            capacity = f"{format_euros(project.loan_cap)} de capacité d'emprunt ({project.capacity_words})"
            return f"{capacity} : sous le minimum de {floor}"
    most = min(offer.max_support, *caps) if caps else offer.max_support
    if most < offer.min_support:
        return f"{format_euros(most)} au plus, sous le plancher de {format_euros(offer.min_support)}"
    return ""


def _rivals(offer: Offer, used: set[str], project: ProjectProblem) -> str:
    """The supports of the plan that exclude the offer; empty when none does."""
    rivals = {other for pair in project.exclusions if offer.id in pair for other in pair} & used
    titles = sorted(other.title for other in project.offers if other.id in rivals)
    return f"ne se cumule pas avec : {', '.join(titles)}" if titles else ""
