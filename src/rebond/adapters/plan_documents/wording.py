"""The sentences that the three documents share."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rebond.financing.dossier import PlanDossier
from rebond.financing.infeasibility import NoPlan
from rebond.financing.plan import FinancingPlan, forms_in_words
from rebond.financing.schedule import CashFlow, Repayment
from rebond.financing.variants import Variant
from rebond.units import NO_BREAK_SPACE, Rate, format_euros, format_number

TITLE = "Plan de financement"
FICTITIOUS = "Entreprise et projet fictifs ; territoire, organisations, dispositifs et droit réels."
HT = f"Montants en euros hors taxes (TVA récupérable exclue, RGEC{NO_BREAK_SPACE}art.{NO_BREAK_SPACE}7)."
NO_SUPPORT = "Aucun soutien chiffré n'est possible en l'état."
UNQUANTIFIED = "Dispositifs ouverts dont le montant n'est pas calculable"
UNKNOWN_TERMS = "échéancier inconnu : compté en entier sur justificatifs"


@dataclass(frozen=True, slots=True)
class Figure:
    """A key figure in words."""

    label: str
    value: str


def subtitle(dossier: PlanDossier) -> str:
    """Firm, project and date of the law."""
    return f"{dossier.firm} — {dossier.title} ({dossier.project_id}), droit et catalogue au {dossier.on:%d/%m/%Y}"


def figures(dossier: PlanDossier) -> list[Figure]:
    """The figures at the head of the documents."""
    plan = dossier.plan
    return [
        Figure("Coût du projet", format_euros(plan.cost)),
        Figure("Besoin de financement", format_euros(plan.need)),
        Figure("Soutiens du plan", format_euros(plan.support)),
        *([Figure("Dont à rembourser", format_euros(plan.to_pay_back))] if plan.to_pay_back else []),
        Figure("Aide en équivalent-subvention", format_euros(plan.benefit)),
        Figure("Reste à trouver", format_euros(dossier.table.to_find)),
        Figure("Dossiers à déposer", str(len(plan.files))),
    ]


def proof(dossier: PlanDossier) -> str:
    """How sure the plan is."""
    plan = dossier.plan
    if not plan.lines:
        return NO_SUPPORT
    if plan.proven:
        return (
            "Plan prouvé le meilleur sous les règles ci-dessous, et revérifié règle par règle en calcul exact : "
            "le plus d'aide, puis le plus de besoin couvert, puis le moins de dossiers."
        )
    return f"Meilleur plan trouvé dans le temps imparti, à {format_gap(plan.gap_to_bound)} au plus de l'optimum."


def share(rate: Rate | int) -> str:
    """A share of the cost, to a tenth of a percent."""
    return f"{format_number(Rate(rate) * 100, 1)}{NO_BREAK_SPACE}%"


def format_gap(gap: float) -> str:
    """A gap as a rate."""
    return f"{format_number(gap * 100, 2)}{NO_BREAK_SPACE}%"


def bridge(dossier: PlanDossier) -> str:
    """What has to be fronted while the aid is awaited."""
    amount = format_euros(dossier.flow.bridge)
    text = f"Relais de trésorerie à prévoir : {amount} au plus, en fin d'année."
    if not dossier.flow.assumed:
        return text
    return f"{text} Échéanciers de versement supposés : ceux des conventions les remplaceront."


def forms(plan: FinancingPlan, dispositif: str) -> str:
    """The form of a support, or the share and euros of each when it has several."""
    words = forms_in_words(form for line in plan.lines if line.dispositif == dispositif for form in line.forms)
    return words[0].lower() + words[1:]


def repayments(flow: CashFlow) -> list[str]:
    """What the firm pays back after having received it, support by support; nothing for grants alone."""
    return [f"À rembourser : {_repayment(row)}." for row in flow.repayments]


def _repayment(row: Repayment) -> str:
    amount = f"{format_euros(row.amount)}, {row.label}"
    if row.years is None:
        return f"{amount} (échéancier inconnu : la convention le fixera)"
    grace = f", dont {row.grace_years}{NO_BREAK_SPACE}de différé" if row.grace_years else ""
    return f"{amount} (sur {row.years}{NO_BREAK_SPACE}{'an' if row.years == 1 else 'ans'}{grace}, hors intérêts)"


def variant_outcome(variant: Variant) -> str:
    """What a variant gives, or why there is none."""
    if isinstance(variant.plan, NoPlan):
        return variant.plan.sentence
    if not variant.aid_lost and not variant.support_lost:
        return "aucune perte"
    lost = f"{format_euros(variant.aid_lost)} d'aide en moins"
    if variant.support_lost < 0:
        return f"{lost}, {format_euros(-variant.support_lost)} de soutien en plus"
    return f"{lost}, {format_euros(variant.support_lost)} de soutien en moins"


def warnings(dossier: PlanDossier) -> Iterable[str]:
    """What a reader must know before relying on the figures."""
    if dossier.fictitious:
        yield FICTITIOUS
    yield dossier.scope
    yield from dossier.alerts
    for title in dossier.unverified:
        yield f"« {title} » : un chiffre au moins n'a pas été vérifié dans une source officielle."
