"""The dossier of one plan: what its documents print, put together once for all of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from rebond import __version__
from rebond.eligibility.incentive import late_requests
from rebond.eligibility.places import ZONE_FACTS
from rebond.eligibility.secured_financing import PARTS, financing_agreed, secured_financing
from rebond.facts import UNKNOWN
from rebond.financing.context import ProjectContext, Solve, Study, reading_remarks
from rebond.financing.explaining.answered import Obtained, Refused, obtained_of, refused_of
from rebond.financing.explaining.awaited import Awaited, awaited_of, ending_sentences
from rebond.financing.explaining.demands import Demand
from rebond.financing.explaining.desk_step import DeskStep
from rebond.financing.explaining.explain import Explanation, explain_plan
from rebond.financing.explaining.identity import identity_of
from rebond.financing.explaining.infeasibility import NoPlan
from rebond.financing.explaining.open_paths import OpenPaths, open_paths_of
from rebond.financing.explaining.unknowns import UnknownEffect, unknown_effects
from rebond.financing.explaining.variants import Variant, compare_variants
from rebond.financing.plan.delays import Delays
from rebond.financing.plan.face_value import unborne_advance
from rebond.financing.plan.model import FinancingPlan
from rebond.financing.plan.remarks import (
    difficulty_remarks,
    ended_remarks,
    past_aid_remarks,
    plan_remarks,
    working_capital_remarks,
)
from rebond.financing.plan.schedule import CashFlow, FinancingTable, RowKind, cash_flow, financing_table
from rebond.financing.tables.bank import BankTable
from rebond.financing.tables.funding import FundingTables, funding_tables
from rebond.units import Euros

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
    funding: FundingTables
    variants: tuple[Variant, ...]
    unknowns: tuple[UnknownEffect, ...]
    paths: OpenPaths
    """Dispositifs that nothing refuses and that the plan does not use."""
    funders: Mapping[str, str]
    line_labels: Mapping[str, str]
    alerts: tuple[str, ...]
    catalogue_version: str
    reading: str
    """The reading of the law that the possible plan follows, in words."""
    awaited: tuple[Awaited, ...] = ()
    """What decides each support, in the order of the plan."""
    steps: tuple[DeskStep, ...] = ()
    """Who does what before when: the referrals say it, whoever has them adds them."""
    ordered: bool = False
    """Whether an order is signed or works have begun."""
    unborne: int = 0
    """Advances in a plan that pays back more than the firm said it can borrow, in whole euros."""
    ripe: bool = True
    """Whether the maturity of the project allows a request for funding."""
    identity: tuple[tuple[str, str], ...] = ()
    """Who asks and for what: label → words."""
    obstacle: NoPlan | None = None
    """Why there is no support, or why a demand cannot be met: then the plan is the best without it."""
    obtained: tuple[Obtained, ...] = ()
    """The aids that the project already has, one by one."""
    refused: tuple[Refused, ...] = ()
    """What was refused to it, without the reasons."""
    engine_version: str = __version__

    @property
    def public_aid(self) -> Euros:
        """All public aid in gross grant equivalent: what the plan brings and what was already obtained."""
        granted = (row.total for row in self.table.resources if row.kind is RowKind.GRANTED)
        return sum(granted, self.plan.benefit)

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
    demands: Sequence[Demand] = (),
    obstacle: NoPlan | None = None,
) -> PlanDossier:
    """The dossier of a study; ``before`` asks for the variant « money before that date » too.

    ``solve``: the problem of the study's context, as in ``unknown_effects``. ``demands``: what the plan was asked to
    meet; ``obstacle``: why it cannot.
    """
    context = found.context
    project = found.built.problem
    funders = {code: organisation.name for code, organisation in context.catalogue.organisations.items()}
    catalogue = context.catalogue.dispositifs
    terms = {key: item.advantage.loan or item.advantage.guarantee for key, item in catalogue.items()}
    loans = {key: credit for key, credit in terms.items() if credit is not None}
    payments = {key: delays.first_payment(item, context.on) for key, item in catalogue.items()}
    labels = {key: context.catalogue.dictionary[key].label for key in PARTS}
    table = financing_table(
        project,
        found.plan,
        context.catalogue.natures,
        own_note="montant inconnu : rien n'est compté" if context.project.own_financing is UNKNOWN else "",
        secured=secured_financing(context.project).parts(labels, agreed=financing_agreed(context.project)),
    )
    flow = cash_flow(project, found.plan, delays, loans)
    explanation = explain_plan(found.plan, found.problem)
    funding = funding_tables(found, table, flow, explanation.limits, loans)
    awaited = awaited_of(found)
    return PlanDossier(
        title=context.project.title,
        firm=context.firm.name,
        project_id=context.project.id,
        on=context.on,
        fictitious=fictitious,
        scope=scope,
        plan=found.plan,
        table=table,
        flow=flow,
        explanation=explanation,
        funding=funding,
        variants=compare_variants(found.problem, found.plan, first_payments=payments, before=before),
        unknowns=unknown_effects(found, solve=solve),
        paths=open_paths_of(found, explanation.asides),
        funders=funders,
        line_labels={line.id: line.label or line.id for line in project.lines},
        alerts=tuple(_alerts(found, demands, obstacle, funders, funding.bank)),
        catalogue_version=context.catalogue.version,
        reading=context.catalogue.readings.title(context.read_as),
        awaited=awaited,
        ordered=context.project.works_started is True or context.project.first_order_on is not UNKNOWN,
        unborne=unborne_advance(context.project, found.plan),
        ripe=context.ripe,
        identity=tuple(identity_of(found)),
        obstacle=obstacle,
        obtained=obtained_of(context),
        refused=refused_of(context),
    )


def _alerts(
    found: Study,
    demands: Sequence[Demand],
    obstacle: NoPlan | None,
    funders: Mapping[str, str],
    bank: BankTable,
) -> Iterable[str]:
    """What to know before relying on the figures."""
    context = found.context
    if demands:
        asked = f"Exigences de cette édition : {' ; '.join(demand.label for demand in demands)}."
        yield f"{asked} Aucun plan n'y répond : celui-ci est le meilleur sans elles." if obstacle else asked
    yield from ending_sentences(awaited_of(found))
    yield from late_requests(context.project, funders)
    yield from past_aid_remarks(context.project, context.aids)
    yield from plan_remarks(
        context.project, found.plan, built=found.built, firm=context.firm, account_note=context.de_minimis_note
    )
    yield from working_capital_remarks(context.project, found.facts)
    yield from difficulty_remarks(found.facts, found.verdicts, context.catalogue)
    yield from reading_remarks(found)
    planned = bool(found.plan.lines)
    yield from ended_remarks(found.verdicts, context.project, context.catalogue, context.on, planned=planned)
    if context.project.costs and bank.lacking:
        asked = ", ".join(_in_sentence(context.catalogue.dictionary[name].label) for name in bank.lacking)
        yield f"Non recueillis, et qu'une banque demandera : {asked}."
    for assumption in context.zone_assumptions:
        yield f"Zonage {assumption.zone.upper()} supposé « {assumption.value} » : {assumption.source}."
    yield from _unread_zones(context)


def _unread_zones(context: ProjectContext) -> Iterable[str]:
    """The zones of the project that the catalogue has from memory; the basin only matters to who spends on water."""
    catalogue = context.catalogue
    commune = catalogue.gazetteer.commune(context.project.place(context.firm))
    if commune is None:
        return
    on_water = any(cost.nature == "eau" for cost in context.project.costs)
    for name, fact in ZONE_FACTS.items():
        zone = catalogue.zonages.zone_of(name, commune, context.on)
        if zone.assumed and (name != "agence_eau" or on_water):
            definition = catalogue.dictionary[fact]
            yield f"{definition.label} : « {definition.show(zone.value)} », {zone.source}."


def _in_sentence(label: str) -> str:
    return label[0].lower() + label[1:]
