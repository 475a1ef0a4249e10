"""The whole result of a mission as plain data, on the published schema ``docs/schemas/resultat-v2.json``.

Later tools rely on it: keys are French, stable, and only added to within version 2. Why the verdicts name their
reasons by rank: docs/adr/0014.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from rebond.facts import UNKNOWN
from rebond.financing.law_readings import ReadingOutcome
from rebond.financing.plan.as_json import stack_as_data
from rebond.financing.solving.proof import SolverReport
from rebond.indicators.definitions import Indicator
from rebond.portfolio.first_come import Outcome
from rebond.portfolio.pools import account_of, budget_of
from rebond.portfolio.prices import Price
from rebond.portfolio.proof_words import selection_proof, worst_gap
from rebond.portfolio.robust.as_json import robustness_as_data
from rebond.portfolio.robust.mission import MissionRobustness
from rebond.restitution.json_values import known_value, number, plain
from rebond.restitution.result_project import project_as_data
from rebond.restitution.verdict_tables import VerdictTables
from rebond.results import CallShare, FirmResult, MissionResult
from rebond.roadmap.adopted import AdoptedAction
from rebond.roadmap.build import ProposedAction

SCHEMA = "resultat/v2"


def result_as_data(result: MissionResult) -> dict[str, Any]:
    """The result as JSON-ready data; unknown values are the string ``inconnu``."""
    settings = result.census.settings
    tables = VerdictTables(result)
    decisions = {decision.project_id: decision for decision in result.census.decisions}
    statuses = result.robustness.statuses if result.robustness else {}
    return {
        "schema": SCHEMA,
        "mission": {
            "nom": settings.name,
            "territoire": settings.territory,
            "epci": list(settings.epcis),
            "date_examen": result.on.isoformat(),
            "date_comite": settings.committee_on.isoformat(),
            "donnees_fictives": settings.fictitious,
            "enveloppe": {
                "montant": number(settings.call_money),
                "preuve": _selection_proof(result.selection_reports, several=bool(result.calls)),
                "prix": _prices(result.selection.prices if result.selection else ()),
                "comparaison": _comparison(result),
                "robustesse": robustness_of(result),
                "contributions": [
                    {"contributeur": part.contributor, "montant": number(part.amount)}
                    for call in settings.every_call
                    for part in call.contributions
                ],
            },
            **({"appels": [_call(share, result) for share in result.calls]} if result.calls else {}),
            "alertes": list(result.alerts),
            "reparations": list(result.census.repairs),
        },
        "versions": {"catalogue": result.catalogue_version, "moteur": result.engine_version},
        "indicateurs": indicators_as_data(result),
        "soutiens": stack_as_data(result.stack),
        "lectures": [_reading(found) for found in result.readings],
        "entreprises": [_firm(firm) for firm in result.firms],
        "projets": [project_as_data(p, tables, decisions.get(p.project.id), statuses) for p in result.projects],
        "dispositifs": tables.as_data(),
        "feuille_de_route": [_action(action) for action in result.roadmap],
        "actions_adoptees": [_adopted(found) for found in result.adopted],
    }


def _selection_proof(reports: Sequence[SolverReport], *, several: bool) -> dict[str, Any] | None:
    """How sure the selection is; ``None`` when no choice had to be made, a null gap when nothing bounds it."""
    if not reports:
        return None
    gap = worst_gap(reports)
    return {
        "prouvee": all(report.proven for report in reports),
        "ecart": gap if math.isfinite(gap) else None,
        "phrase": selection_proof(reports, several=several),
    }


def _call(share: CallShare, result: MissionResult) -> dict[str, Any]:
    """One of several calls: what it has, what is proposed of it; the proof is of them all."""
    found = result.robustness_by_call.get(share.name)
    return {
        "appel": share.name,
        "nom": share.title,
        "operateur": share.call.operator,
        "montant": number(share.call.amount),
        "propose": share.spent,
        "reste": number(share.left),
        "contributions": [
            {"contributeur": part.contributor, "montant": number(part.amount)} for part in share.call.contributions
        ],
        "prix": _prices(share.prices),
        "robustesse": analysis_of(found, result) if found else None,
    }


def _prices(prices: Sequence[Price]) -> list[dict[str, Any]]:
    """What a thousand euros more of each thing that runs out would be worth, in points of value: an estimate."""
    return [
        {
            "ressource": "budget" if budget_of(p.pool) else "compte_de_minimis" if account_of(p.pool) else "enveloppe",
            "cle": budget_of(p.pool) or account_of(p.pool),
            "points_pour_mille_euros": round(p.value, 6),
        }
        for p in prices
    ]


def _comparison(result: MissionResult) -> dict[str, Any] | None:
    """The joint allocation beside « premier arrivé, premier servi »; ``None`` for a reader who sees no such thing."""
    if result.selection is None:
        return None
    compared = result.selection.comparison
    return {"ensemble": _outcome(compared.together), "premier_arrive": _outcome(compared.first_come)}


def _outcome(outcome: Outcome) -> dict[str, Any]:
    return {
        "projets_finances": outcome.financed,
        "valeur": number(outcome.value),
        "emplois": outcome.jobs,
        "equivalent_subvention": number(outcome.aid),
        "enveloppe": outcome.envelope,
    }


def _reading(found: ReadingOutcome) -> dict[str, Any]:
    """What a reading of the law gives; null figures for a text that is not published."""
    told = found.published
    return {
        "code": found.reading.value,
        "intitule": found.title,
        "phrase": found.sentence,
        "retenue": found.chosen,
        "publiee": told,
        "ferme": found.stack.firm if told else None,
        "possible": found.stack.possible if told else None,
        "apres_la_fin": found.after_end if told else None,
        "dossiers": found.files if told else None,
    }


def indicators_as_data(result: MissionResult) -> dict[str, Any]:
    """Every figure with its definition and its rows, by code: the content of ``indicateurs.json``."""
    return {indicator.code: _indicator(indicator) for indicator in result.indicators}


def _indicator(indicator: Indicator) -> dict[str, Any]:
    return {
        "libelle": indicator.label,
        "definition": indicator.definition,
        "valeur": number(indicator.value),
        **({} if indicator.high is None else {"au_plus": number(indicator.high)}),
        **({"sens": indicator.bound} if indicator.bound else {}),
        **({"non_renseigne": True} if indicator.absent else {}),
        "calcul": indicator.reckoned,
        "unite": indicator.unit,
        "texte": indicator.text,
        "note": indicator.note,
        "famille": indicator.family,
        "lignes": [{"id": row.id, "libelle": row.label, "valeur": number(row.value)} for row in indicator.rows],
    }


def _firm(result: FirmResult) -> dict[str, Any]:
    firm = result.firm
    return {
        "id": firm.id,
        "nom": firm.name,
        "siren": plain(firm.siren),
        "commune": result.commune.code if result.commune else UNKNOWN.value,
        "metier": firm.trade,
        "taille_ue": plain(result.size.size),
        "explication_taille": list(result.size.steps),
        "de_minimis": {
            "entreprise_unique": result.account.undertaking,
            "plafond": number(result.account.ceiling),
            "consomme": number(result.account.used),
            "disponible": UNKNOWN.value if result.account.room is UNKNOWN else number(result.account.room),
            "disponible_au_plus": number(result.account.room_at_most),
            "non_declarees": list(result.account.undeclared),
        },
    }


def robustness_of(result: MissionResult) -> dict[str, Any] | None:
    """How robust the selection is (schema ``robustesse-resultat/v1``); ``None`` when nobody asked."""
    return None if result.robustness is None else analysis_of(result.robustness, result)


def analysis_of(found: MissionRobustness, result: MissionResult) -> dict[str, Any]:
    """One analysis, of the only call or of one of several."""
    titles = {project.id: project.title for project in result.census.projects}
    names = [titles[project] for project in found.problem.projects]
    data = robustness_as_data(found, title=result.census.settings.name, names=names, called=titles)
    data.pop("secondes", None)
    return data


def _adopted(found: AdoptedAction) -> dict[str, Any]:
    action = found.action
    value = found.value
    return {
        "id": action.id,
        "proposition": action.proposal,
        "axe": action.axis,
        "titre": action.title,
        "pilote": action.owner,
        "partenaires": list(action.partners),
        "budget": known_value(action.budget),
        "debut": known_value(action.starts_on),
        "fin": known_value(action.ends_on),
        "etat": action.status.value,
        "priorite": UNKNOWN.value if action.priority is UNKNOWN else action.priority.value,
        "indicateur": action.indicator,
        "unite": action.unit,
        "depart": known_value(action.baseline),
        "cible": known_value(action.target),
        "date_cible": known_value(action.target_on),
        "derniere_valeur": known_value(value.value) if value else UNKNOWN.value,
        "date_valeur": known_value(value.on) if value else UNKNOWN.value,
        "besoins": [need.ref for need in found.needs],
        "besoins_a_rattacher": [need.ref for need in found.added],
        "besoins_disparus": list(found.gone),
        "projets": list(action.projects),
        "projets_retires": list(found.lost_projects),
    }


def _action(action: ProposedAction) -> dict[str, Any]:
    return {
        "code": action.code,
        "axe": action.axis,
        "titre": action.title,
        "pilote": action.owner,
        "partenaires": list(action.partners),
        "echeance": action.due_on.isoformat(),
        "indicateur": action.indicator,
        "entreprises": list(action.firms),
        "besoins": [{"entreprise": n.firm, "entretien": n.interview, "texte": n.text} for n in action.needs],
    }
