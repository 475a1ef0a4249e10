"""The dossier of one plan: what its documents print, put together once for all of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from rebond import __version__
from rebond.financing.context import Study
from rebond.financing.delays import Delays
from rebond.financing.explain import Explanation, explain_plan
from rebond.financing.plan import FinancingPlan
from rebond.financing.schedule import CashFlow, FinancingTable, cash_flow, financing_table
from rebond.financing.unknowns import Solve, UnknownEffect, unknown_effects
from rebond.financing.variants import Variant, compare_variants
from rebond.regimes.model import RegimeKind

ALONE = (
    "Plan établi pour ce projet seul : le compte de minimis de l'entreprise et les budgets des dispositifs y sont "
    "entiers, sans l'enveloppe de la mission. La mission répartit ensuite entre les projets ce qu'ils partagent."
)


@dataclass(frozen=True, kw_only=True)
class PlanDossier:
    """A plan with all that explains it. ``scope`` says what the plan leaves out of account."""

    title: str
    firm: str
    project_id: str
    on: date
    fictitious: bool
    scope: str
    plan: FinancingPlan
    table: FinancingTable
    flow: CashFlow
    explanation: Explanation
    variants: tuple[Variant, ...]
    unknowns: tuple[UnknownEffect, ...]
    unquantified: Mapping[str, str]
    """Dispositifs still open whose amount cannot be computed → why."""
    funders: Mapping[str, str]
    line_labels: Mapping[str, str]
    alerts: tuple[str, ...]
    catalogue_version: str
    engine_version: str = __version__

    @cached_property
    def unverified(self) -> tuple[str, ...]:
        """Supports of the plan that rest on a figure nobody verified."""
        return tuple(support.title for support in self.explanation.supports if not support.verified)

    def funder(self, code: str) -> str:
        """The name of a funder, its code when the catalogue does not know it."""
        return self.funders.get(code, code)


def build_dossier(
    found: Study,
    *,
    delays: Delays,
    fictitious: bool,
    before: date | None = None,
    scope: str = ALONE,
    solve: Solve | None = None,
) -> PlanDossier:
    """The dossier of a study; ``before`` asks for the variant « money before that date » too.

    ``solve``: the problem of the study's context, as in ``unknown_effects``.
    """
    context = found.context
    project = found.built.problem
    catalogue = context.catalogue.dispositifs
    terms = {key: item.advantage.loan or item.advantage.guarantee for key, item in catalogue.items()}
    loans = {key: credit for key, credit in terms.items() if credit is not None}
    payments = {key: delays.first_payment(item, context.on) for key, item in catalogue.items()}
    return PlanDossier(
        title=context.project.title,
        firm=context.firm.name,
        project_id=context.project.id,
        on=context.on,
        fictitious=fictitious,
        scope=scope,
        plan=found.plan,
        table=financing_table(project, found.plan, context.catalogue.natures),
        flow=cash_flow(project, found.plan, delays, loans),
        explanation=explain_plan(found.plan, found.problem),
        variants=compare_variants(found.problem, found.plan, first_payments=payments, before=before),
        unknowns=unknown_effects(found, solve=solve),
        unquantified={catalogue[item.dispositif].title: item.reason for item in found.built.unquantified},
        funders={code: organisation.name for code, organisation in context.catalogue.organisations.items()},
        line_labels={line.id: line.label or line.id for line in project.lines},
        alerts=tuple(_alerts(found)),
        catalogue_version=context.catalogue.version,
    )


def _alerts(found: Study) -> Iterator[str]:
    """What a reader must know before relying on the plan: assumptions, and an account that is not known."""
    context = found.context
    for assumption in context.zone_assumptions:
        yield f"Zonage {assumption.zone.upper()} supposé « {assumption.value} » : {assumption.source}."
    if context.de_minimis_note and found.built.has_basis(RegimeKind.DE_MINIMIS):
        yield context.de_minimis_note
