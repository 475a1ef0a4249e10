"""The plans that people compare with the best one: fewer files, no more than the need, no loan, money before a date.

Each variant is the best plan under one demand more: proven and audited like the first, never above it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from rebond.dispositifs.model import Instrument
from rebond.facts import UNKNOWN, Maybe
from rebond.financing.explaining.demands import Demand, at_most_files, only_offers, without_forms
from rebond.financing.explaining.infeasibility import NoPlan, plan_or_conflict
from rebond.financing.plan.model import FinancingPlan
from rebond.financing.problem.model import FinancingProblem, Offer

FEW = (1, 2, 3)
"""Numbers of files that people ask about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """A plan under one demand more, beside the best plan."""

    key: str
    label: str
    plan: FinancingPlan | NoPlan
    aid_lost: Decimal
    """Gross grant equivalent given up, in euros."""
    support_lost: int
    """Support given up in euros; negative when the variant brings more money but less aid."""
    payback_lost: int = 0
    """What need not be paid back any more, in euros; negative when the variant makes the firm pay back more."""
    remarks: tuple[str, ...] = ()


def compare_variants(
    problem: FinancingProblem,
    best: FinancingPlan,
    *,
    first_payments: Mapping[str, Maybe[date]] | None = None,
    before: date | None = None,
) -> tuple[Variant, ...]:
    """The variants of a plan, the problem holding that project alone.

    ``first_payments`` (dispositif → expected date of its first money) and ``before`` together ask for the variant
    « money before a date »; offers of unknown date cannot be promised and are left out, which the variant says.
    """
    variants = [_variant(problem, best, at_most_files(count)) for count in FEW if count < max(2, len(best.files))]
    for forms, key, label in _FORMS:
        variants.append(_variant(problem, best, without_forms(forms, key=key, label=label)))
    if first_payments is not None and before is not None:
        variants.append(_cash_variant(problem, best, first_payments, before))
    return tuple(variants)


_FORMS: tuple[tuple[frozenset[Instrument], str, str], ...] = (
    (frozenset({Instrument.REPAYABLE_ADVANCE}), "sans_avance", "sans avance remboursable"),
    (frozenset({Instrument.LOAN}), "sans_pret", "sans prêt"),
    (
        frozenset(form for form in Instrument if form.is_borrowed),
        "sans_remboursement",
        "rien à rembourser : ni prêt, ni avance, ni crédit garanti",
    ),
)


def _variant(problem: FinancingProblem, best: FinancingPlan, demand: Demand, remarks: Iterable[str] = ()) -> Variant:
    plan = best if _already(best, problem, demand) else plan_or_conflict(problem, [demand])
    aid, support = (plan.benefit, plan.support) if isinstance(plan, FinancingPlan) else (Decimal(0), 0)
    return Variant(
        key=demand.key,
        label=demand.label,
        plan=plan,
        aid_lost=best.benefit - aid,
        support_lost=best.support - support,
        payback_lost=best.to_pay_back - plan.to_pay_back if isinstance(plan, FinancingPlan) else 0,
        remarks=tuple(remarks),
    )


def _already(best: FinancingPlan, problem: FinancingProblem, demand: Demand) -> bool:
    """Whether the best plan meets a demand on forms as it is: no need to seek it again."""
    wanted = next((forms for forms, key, _ in _FORMS if key == demand.key), None)
    if wanted is None or not best.lines:
        return False
    forms = {offer.id: offer.forms for project in problem.projects for offer in project.offers}
    return not any(wanted & forms.get(dispositif, frozenset()) for dispositif in best.files)


def _cash_variant(
    problem: FinancingProblem, best: FinancingPlan, first_payments: Mapping[str, Maybe[date]], before: date
) -> Variant:
    offers = [offer for project in problem.projects for offer in project.offers]
    unknown = [offer for offer in offers if first_payments.get(offer.id, UNKNOWN) is UNKNOWN]
    in_time = {
        offer.id for offer in offers if (day := first_payments.get(offer.id, UNKNOWN)) is not UNKNOWN and day <= before
    }
    remarks = [f"délai inconnu, écartés : {' ; '.join(_titles(unknown))}"] if unknown else []
    demand = only_offers(
        lambda offer: offer.id in in_time, key="argent_avant", label=f"premiers versements avant le {before:%d/%m/%Y}"
    )
    return _variant(problem, best, demand, remarks)


def _titles(offers: Collection[Offer]) -> list[str]:
    return sorted(offer.title for offer in offers)
