"""A plan as JSON, on the published schema ``docs/schemas/plan-v1.json``: lines, totals, proof, audit, what binds."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from rebond.facts import UNKNOWN
from rebond.financing.auditing.audit import Breach
from rebond.financing.explaining.explain import Explanation, SupportExplanation
from rebond.financing.explaining.infeasibility import NoPlan
from rebond.financing.explaining.unknowns import UnknownEffect
from rebond.financing.explaining.variants import Variant
from rebond.financing.explaining.what_if import WhatIf
from rebond.financing.plan.certainty import Certainty, SupportStack
from rebond.financing.plan.model import FinancingPlan, PlanLine
from rebond.financing.plan.schedule import CashFlow, FinancingTable, TableRow
from rebond.financing.tables.limits import Limit

SCHEMA = "plan/v1"


def plan_as_data(plan: FinancingPlan, breaches: Iterable[Breach], explanation: Explanation | None) -> dict[str, Any]:
    """One plan; ``explanation`` is ``None`` for a project planned together with others of its undertaking."""
    found = list(breaches)
    data: dict[str, Any] = {
        "projet": plan.project,
        "cout": number(plan.cost),
        "besoin": number(plan.need),
        "soutien": plan.support,
        "a_rembourser": plan.to_pay_back,
        "equivalent_subvention": number(plan.benefit),
        "aide_etat": number(plan.aid),
        "couvert": number(plan.covered),
        "reste": number(plan.gap),
        "dossiers": list(plan.files),
        "niveaux": stack_as_data(plan.stack),
        "lignes": [line_as_data(line) for line in plan.lines],
        "preuve": {
            "prouve": plan.proven,
            "ecart": _finite(plan.gap_to_bound),
            "secondes": round(sum(report.seconds for report in plan.reports), 4),
            "objectifs": [
                {
                    "statut": report.status,
                    "valeur": round(report.objective, 2),
                    "borne": _finite(report.bound),
                    "ecart": _finite(report.gap),
                    "secondes": round(report.seconds, 4),
                }
                for report in plan.reports
            ],
        },
        "audit": {
            "conforme": not found,
            "manquements": [{"regle": breach.rule, "detail": breach.detail} for breach in found],
        },
    }
    if explanation is not None:
        data |= explanation_as_data(explanation)
    return data


def stack_as_data(stack: SupportStack) -> dict[str, int]:
    """What may be published of a plan or a mission: euros by certainty, what meets the need, what passes it."""
    levels = {state.value: stack.of(state) for state in Certainty}
    return {**levels, "utile": stack.useful, "au_dela_du_besoin": stack.beyond_need}


def line_as_data(line: PlanLine) -> dict[str, Any]:
    """A line of a plan, the same in a plan alone and in the result of a mission."""
    return {
        "dispositif": line.dispositif,
        "intitule": line.title,
        "financeur": line.funder,
        "forme": line.instrument.value,
        "formes": [
            {"forme": form.instrument.value, "part": number(form.share), "montant": form.amount} for form in line.forms
        ],
        "regime": line.regime,
        "article": line.article,
        "poste": line.line,
        "montant": line.amount,
        "part_exacte": number(line.share),
        "certitude": line.state.value,
        "questions": list(line.questions),
        "decision": line.award,
        "droit_a_etablir": line.law_question,
        "equivalent_subvention_brut": number(line.aid),
        "formule": line.formula,
        "plafond": line.ceiling,
        "sources": list(line.sources),
        "reserves": list(line.reserves),
        "verifie": line.verified,
        "enveloppe": line.is_envelope,
    }


def explanation_as_data(explanation: Explanation) -> dict[str, Any]:
    """Supports before and after their caps, limits, cost of each rule that binds, offers left aside."""
    return {
        "explications": [_support(support) for support in explanation.supports],
        "limites": [_limit(limit) for limit in explanation.limits],
        "regles_actives": [
            {
                "regle": cost.key,
                "libelle": cost.label,
                "source": cost.source,
                "dispositif": cost.dispositif,
                "coute": number(cost.cost),
            }
            for cost in explanation.costs
        ],
        "ecartes": [
            {"dispositif": aside.dispositif, "intitule": aside.title, "motif": aside.reason}
            for aside in explanation.asides
        ],
    }


def no_plan_as_data(found: NoPlan) -> dict[str, Any]:
    """Why there is no plan."""
    return {
        "projet": found.project,
        "phrase": found.sentence,
        "regles_en_conflit": [
            {"cle": conflict.key, "libelle": conflict.label, "source": conflict.source, "detail": conflict.detail}
            for conflict in found.conflicts
        ],
        "bases_refusees": [
            {
                "dispositif": refusal.dispositif,
                "intitule": refusal.title,
                "article": refusal.article,
                "motifs": list(refusal.reasons),
            }
            for refusal in found.refusals
        ],
    }


def variant_as_data(variant: Variant) -> dict[str, Any]:
    """A variant beside the best plan; ``plan`` is null when the demand cannot be met."""
    plan = variant.plan
    met = isinstance(plan, FinancingPlan)
    return {
        "cle": variant.key,
        "libelle": variant.label,
        "possible": met,
        "soutien": plan.support if isinstance(plan, FinancingPlan) else 0,
        "equivalent_subvention": number(plan.benefit) if isinstance(plan, FinancingPlan) else 0,
        "dossiers": list(plan.files) if isinstance(plan, FinancingPlan) else [],
        "prouve": plan.proven if isinstance(plan, FinancingPlan) else True,
        "aide_perdue": number(variant.aid_lost),
        "soutien_perdu": variant.support_lost,
        "phrase": plan.sentence if isinstance(plan, NoPlan) else "",
        "remarques": list(variant.remarks),
    }


def what_if_as_data(found: WhatIf) -> dict[str, Any]:
    """Two plans and what changed between them."""
    return {
        "faits": [
            {"fait": change.fact, "libelle": change.label, "avant": change.before, "apres": change.after}
            for change in found.changes
        ],
        "avant": {"soutien": found.before.plan.support, "equivalent_subvention": number(found.before.plan.benefit)},
        "apres": {"soutien": found.after.plan.support, "equivalent_subvention": number(found.after.plan.benefit)},
        "aide_gagnee": number(found.aid_gained),
        "soutien_gagne": found.support_gained,
        "pourquoi_moins": list(found.lost_because),
        "lignes": [line_as_data(line) for line in found.after.plan.lines],
        "verdicts": [
            {
                "dispositif": change.dispositif,
                "intitule": change.title,
                "avant": change.before.value,
                "apres": change.after.value,
            }
            for change in found.verdicts
        ],
    }


def unknown_as_data(effect: UnknownEffect) -> dict[str, Any]:
    """An unknown fact that moves the plan."""
    return {
        "fait": effect.fact,
        "libelle": effect.label,
        "question": effect.question,
        "dispositifs": list(effect.dispositifs),
        "gain_possible": number(effect.could_gain),
        "perte_possible": number(effect.could_lose),
        "meilleure_reponse": effect.best.value,
        "pire_reponse": effect.worst.value,
    }


def table_as_data(table: FinancingTable, flow: CashFlow) -> dict[str, Any]:
    """The table by year, and when the aid comes."""
    return {
        "annees": list(table.years),
        "emplois": [_row(row, table) for row in table.uses],
        "ressources": [_row(row, table) for row in table.resources],
        "total": number(table.total),
        "reste_a_trouver": number(table.to_find),
        "versements": [
            {
                "dispositif": receipt.dispositif,
                "forme": receipt.form.value,
                "par_annee": _by_year(receipt.by_year),
                "source": receipt.terms.source if receipt.terms else "inconnu : compté en entier sur justificatifs",
                "hypothese": receipt.terms is None or receipt.terms.assumed,
            }
            for receipt in flow.receipts
        ],
        "relais": number(flow.bridge),
        "remboursements": [
            {
                "dispositif": repayment.dispositif,
                "libelle": repayment.label,
                "montant": number(repayment.amount),
                "duree_annees": UNKNOWN.value if repayment.years is None else repayment.years,
                "differe_annees": UNKNOWN.value if repayment.years is None else repayment.grace_years,
            }
            for repayment in flow.repayments
        ],
        "a_rembourser": number(flow.to_pay_back),
    }


def number(value: Decimal | int) -> int | float:
    """A JSON number: whole when it is."""
    return int(value) if value == int(value) else float(value)


def _finite(value: float) -> float | None:
    """JSON has no infinity: an unproven bound is null."""
    return round(value, 9) if math.isfinite(value) else None


def _support(support: SupportExplanation) -> dict[str, Any]:
    return {
        "dispositif": support.dispositif,
        "intitule": support.title,
        "article": support.article,
        "formule": support.formula,
        "avant_plafonds": number(support.before),
        "apres_plafonds": support.after,
        "phrase": support.sentence,
        "postes": [
            {"poste": line.line, "montant": line.amount, "limites_atteintes": [cap.label for cap in line.caps]}
            for line in support.lines
        ],
    }


def _limit(limit: Limit) -> dict[str, Any]:
    return {
        "regle": limit.rule,
        "libelle": limit.label,
        "dispositif": limit.dispositif,
        "regime": limit.regime,
        "poste": limit.line,
        "permis": number(limit.allowed),
        "employe": number(limit.used),
        "atteinte": limit.binds,
    }


def _row(row: TableRow, table: FinancingTable) -> dict[str, Any]:
    return {
        "sorte": row.kind.value,
        "cle": row.key,
        "libelle": row.label,
        "par_annee": _by_year(row.by_year),
        "total": number(row.total),
        "part": round(float(table.share(row)), 6),
        "note": row.note,
    }


def _by_year(amounts: Mapping[int, Decimal]) -> dict[str, int | float]:
    return {str(year): number(amount) for year, amount in amounts.items()}
