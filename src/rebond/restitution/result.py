"""The whole result of a mission as plain data, on the published schema ``docs/schemas/resultat-v2.json``.

Later tools rely on it: keys are French, stable, and only added to within version 2. Why the verdicts name their
reasons by rank: docs/adr/0014.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from rebond.facts import UNKNOWN, AwardedAid, CommitteeDecision, CostLine, Maybe, Unknown
from rebond.facts.answered import Closed
from rebond.financing.law_readings import ReadingOutcome
from rebond.financing.plan.as_json import line_as_data, stack_as_data
from rebond.financing.plan.model import FinancingPlan
from rebond.financing.solving.proof import SolverReport
from rebond.indicators.definitions import Indicator
from rebond.portfolio.call import CallDecision
from rebond.portfolio.first_come import Outcome
from rebond.portfolio.pools import account_of, budget_of
from rebond.portfolio.prices import Price
from rebond.portfolio.proof_words import selection_proof, worst_gap
from rebond.portfolio.reasons import Entry
from rebond.portfolio.robust.as_json import robustness_as_data
from rebond.portfolio.robust.mission import MissionRobustness
from rebond.portfolio.robust.model import Status
from rebond.referrals.orient import Referral
from rebond.restitution.verdict_tables import VerdictTables
from rebond.results import CallShare, FirmResult, MissionResult, ProjectResult
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
                "preuve": _selection_proof(result.selection_reports),
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
        "projets": [_project(p, tables, decisions.get(p.project.id), statuses) for p in result.projects],
        "dispositifs": tables.as_data(),
        "feuille_de_route": [_action(action) for action in result.roadmap],
        "actions_adoptees": [_adopted(found) for found in result.adopted],
    }


def _selection_proof(reports: Sequence[SolverReport]) -> dict[str, Any] | None:
    """How sure the selection is; ``None`` when no choice had to be made, a null gap when nothing bounds it."""
    if not reports:
        return None
    gap = worst_gap(reports)
    return {
        "prouvee": all(report.proven for report in reports),
        "ecart": gap if math.isfinite(gap) else None,
        "phrase": selection_proof(reports),
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


def _way_in(entry: Entry | None) -> dict[str, Any] | None:
    """What would bring in a candidate that is not proposed."""
    if entry is None:
        return None
    return {
        "enveloppe_en_plus": number(entry.short),
        "a_la_place_de": list(entry.instead_of),
        "valeur_perdue": number(entry.lost),
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


def number(value: Decimal | int | Unknown) -> int | float | str:
    """A JSON number: whole when it is, ``inconnu`` when it is unknown."""
    if value is UNKNOWN:
        return UNKNOWN.value
    return int(value) if value == int(value) else float(value)


def _plain(value: object) -> Any:
    """A fact as JSON."""
    match value:
        case Unknown():
            return value.value
        case bool() | str():
            return value
        case Decimal() | int():
            return number(value)
        case date():
            return value.isoformat()
        case frozenset():
            return sorted(value)
        case _:
            return str(value)


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
        "siren": _plain(firm.siren),
        "commune": result.commune.code if result.commune else UNKNOWN.value,
        "metier": firm.trade,
        "taille_ue": _plain(result.size.size),
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


def _project(
    result: ProjectResult, tables: VerdictTables, decision: CommitteeDecision | None, statuses: Mapping[str, Status]
) -> dict[str, Any]:
    project = result.project
    return {
        "id": project.id,
        "entreprise": result.firm.id,
        "intitule": project.title,
        "commune": result.commune.code if result.commune else UNKNOWN.value,
        "zones": {
            name: {"valeur": _plain(zone.value), "source": zone.source, "hypothese": zone.assumed}
            for name, zone in result.zones.items()
        },
        "type": _plain(project.kind),
        "cout": number(project.total_cost),
        "besoin": number(result.built.problem.need),
        "emplois_crees": _plain(project.jobs_created),
        "postes": [_cost(line) for line in project.costs],
        "connu": {
            "statut": result.known.known.value,
            "par": list(result.known.by),
            "peut_etre_par": list(result.known.maybe_by),
            "raisons": [reason for link in result.known.links for reason in link.reasons],
        },
        "maturite": {
            "niveau": _plain(result.maturity.level),
            "niveau_calcule": _plain(result.maturity.derived),
            "mur": result.maturity.ripe.value,
            "impose": result.maturity.overridden,
            "motif": result.maturity.reason,
            "manque": list(result.maturity.missing),
        },
        "valeur": {
            "note": number(result.score.value),
            "note_au_plus": number(result.score.high),
            "criteres": [
                {
                    "critere": entry.criterion,
                    "poids": number(entry.weight),
                    "note": number(entry.score),
                    "explication": entry.explanation,
                    "connue": entry.known,
                    "note_au_plus": number(entry.high),
                    "evaluateurs": entry.marks,
                    "ecart": entry.spread,
                }
                for entry in result.score.criteria
            ],
        },
        "verdicts": tables.verdicts_as_data(result),
        "plan": _plan(result.plan),
        "sans_montant": [{"dispositif": u.dispositif, "motif": u.reason} for u in result.built.unquantified],
        # A plan that breaks a rule raises before it can be here: the audit of what is published always holds.
        "audit": {"conforme": True, "manquements": []},
        "selection": {
            "statut": result.decision.status.value,
            "motifs": list(result.decision.reasons),
            "sans_autre_financement": number(result.decision.uncovered),
            "enveloppe": result.decision.envelope,
            "pour_entrer": _way_in(result.decision.way_in),
            "robustesse": statuses[project.id].value if project.id in statuses else None,
            **({"appels": {name: _before(each) for name, each in result.calls.items()}} if result.calls else {}),
        },
        "decision": _decision(decision),
        "suites": [_referral(referral) for referral in result.referrals],
        "obtenu": [_award(award) for award in result.awards],
        "refus": [_closed(closed) for closed in result.answers.closed],
    }


def _before(decision: CallDecision) -> dict[str, Any]:
    """Where a project stands before one of several calls."""
    return {
        "statut": decision.status.value,
        "motifs": list(decision.reasons),
        "enveloppe": decision.envelope,
        "pour_entrer": _way_in(decision.way_in),
    }


def _award(award: AwardedAid) -> dict[str, Any]:
    """What a referral brought: the support in its euros, its equivalent at least and at most."""
    return {
        "dispositif": award.dispositif,
        "intitule": award.label,
        "financeur": award.funder,
        "date": award.granted_on.isoformat(),
        "accorde": number(award.support),
        "verse": number(award.paid),
        "regime": award.regime,
        "equivalent_au_moins": number(award.at_least),
        "equivalent_au_plus": number(award.at_most),
        "regle_passee": award.breach,
    }


def _closed(closed: Closed) -> dict[str, Any]:
    return {
        "dispositif": closed.dispositif,
        "organisation": closed.organisation,
        "reponse": closed.state.value,
        "date": _plain(closed.on),
        "motif": closed.reason,
    }


def _decision(decision: CommitteeDecision | None) -> dict[str, Any] | None:
    """What the committee settled, beside what was proposed; ``None`` as long as nothing is recorded."""
    if decision is None:
        return None
    return {
        "decision": decision.outcome.value,
        "montant": _plain(decision.amount),
        "date": _plain(decision.decided_on),
        "motif": decision.reason,
        "par": decision.by,
        **({"appel": decision.call} if decision.call else {}),
    }


def _cost(line: CostLine) -> dict[str, Any]:
    return {
        "id": line.id,
        "intitule": line.label,
        "nature": line.nature,
        "annee": line.year,
        "montant": number(line.amount),
    }


def _plan(plan: FinancingPlan) -> dict[str, Any]:
    return {
        "besoin": number(plan.need),
        "soutien": plan.support,
        "a_rembourser": plan.to_pay_back,
        "equivalent_subvention": number(plan.benefit),
        "aide_etat": number(plan.aid),
        "couvert": number(plan.covered),
        "reste": number(plan.gap),
        "prouve": plan.proven,
        "ecart": plan.gap_to_bound,
        "niveaux": stack_as_data(plan.stack),
        "remarques": list(plan.remarks),
        "lignes": [line_as_data(line) for line in plan.lines],
    }


def _referral(referral: Referral) -> Mapping[str, Any]:
    return {
        "sorte": referral.kind.value,
        "organisation": referral.organisation,
        "dispositifs": list(referral.dispositifs),
        "motif": referral.reason,
        "prochaine_etape": referral.next_step,
        "responsable": referral.owner,
        "echeance": referral.due_on.isoformat(),
    }


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
        "budget": _known(action.budget),
        "debut": _known(action.starts_on),
        "fin": _known(action.ends_on),
        "etat": action.status.value,
        "priorite": UNKNOWN.value if action.priority is UNKNOWN else action.priority.value,
        "indicateur": action.indicator,
        "unite": action.unit,
        "depart": _known(action.baseline),
        "cible": _known(action.target),
        "date_cible": _known(action.target_on),
        "derniere_valeur": _known(value.value) if value else UNKNOWN.value,
        "date_valeur": _known(value.on) if value else UNKNOWN.value,
        "besoins": [need.ref for need in found.needs],
        "besoins_a_rattacher": [need.ref for need in found.added],
        "besoins_disparus": list(found.gone),
        "projets": list(action.projects),
        "projets_retires": list(found.lost_projects),
    }


def _known(value: Maybe[Decimal | date]) -> int | float | str:
    """A number or a day; ``inconnu`` when nobody gave it."""
    return value.isoformat() if isinstance(value, date) else number(value)


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
