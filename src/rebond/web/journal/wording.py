"""How the journal says a change: the field and its values, in French."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from rebond.facts import UNKNOWN, ReferralStep, SentReferral
from rebond.records import FACTS
from rebond.restitution.typography import french_date
from rebond.units import format_euros, format_number, format_rate

NOTHING = "rien"
KINDS: Mapping[str, str] = MappingProxyType(
    {
        "reglages": "Réglages de la mission",
        "entreprise": "Entreprise",
        "entretien": "Entretien",
        "projet": "Projet",
        "aide": "Aide obtenue",
        "ligne_de_liste": "Ligne d’une liste de partenaire",
        "verification": "Réponse à une question de vraisemblance",
        "decision": "Décision du comité",
        "mission": "Mission",
        "personne": "Personne de la mission",
        "disposition": "Mise à disposition",
        "consentement": "Consentement d’une entreprise",
        "assistance": "Session d’assistance",
        "export": "Export",
        "rapprochement": "Rapprochement décidé",
        "piece": "Pièce jointe",
        "filiation": "Filiation",
        "note": "Note d’un évaluateur",
        "deport": "Déport d’un évaluateur",
        "orientation": "Orientation envoyée",
        "suite_orientation": "Suite d’une orientation",
        "action": "Action de la feuille de route",
        "avancement": "Avancement d’une action",
        "accompagnement": "Accompagnement par un conseil",
        "rendez_vous": "Rendez-vous de conseil",
        "maturite": "Changement de maturité",
        "avis": "Avis sur les poids de l’appel",
        "consultations": "Traces des consultations",
        "compte_rendu": "Réponse à un compte rendu",
        "publication": "Publication de chiffres",
        "seance": "Séance du comité",
        "membre": "Membre du comité",
        "modele": "Modèle du relevé ou d’un courrier",
        "courriers": "Relevé et courriers du comité",
        "lettre": "Lettre à une organisation",
        "lien_reponse": "Lien de réponse à une orientation",
    }
)
LABELS: Mapping[str, str] = MappingProxyType(
    {
        "name": "nom",
        "siren": "SIREN",
        "siret": "SIRET",
        "establishment": "site",
        "commune": "commune",
        "legal_form": "forme juridique",
        "code_naf": "code NAF",
        "trade": "métier",
        "created_on": "date de création",
        "accounts": "comptes",
        "staff": "effectif (UTA)",
        "turnover": "chiffre d’affaires",
        "balance_sheet": "total du bilan",
        "year": "année",
        "links": "groupe",
        "own_funds": "fonds propres",
        "in_difficulty": "en difficulté",
        "up_to_date": "à jour de ses obligations",
        "aid_declared": "aides publiques déclarées",
        "single_undertaking": "entreprise unique",
        "former_names": "anciens noms",
        "declared": "fait déclaré",
        "piece": "pièce jointe",
        "adviser": "conseil",
        "contact": "interlocuteur",
        "opened_on": "ouvert le",
        "review_on": "prochain point le",
        "closed_on": "clos le",
        "promises": "preuve promise",
        "before": "avant le",
        "accompaniment_id": "accompagnement",
        "who": "qui",
        "agreed": "convenu",
        "next": "suite",
        "organisation": "organisation",
        "asked": "demandé, inconnu",
        "firm_id": "entreprise",
        "held_on": "date",
        "interviewer": "conduit par",
        "needs": "besoins",
        "axis": "axe",
        "proposal": "proposition d’origine",
        "why": "pourquoi",
        "owner": "pilote",
        "owner_person": "personne qui en répond",
        "partners": "partenaires",
        "budget": "budget",
        "paid_by": "qui paie",
        "status": "état",
        "status_reason": "motif de l’état",
        "priority": "priorité",
        "indicator": "indicateur",
        "unit": "unité",
        "baseline": "valeur de départ",
        "target": "cible",
        "target_on": "date de la cible",
        "projects": "projets",
        "adopted_on": "adoptée ou écartée le",
        "adopted_by": "adoptée ou écartée par",
        "action_id": "action",
        "words": "texte",
        "text": "texte",
        "minutes": "compte rendu",
        "callback_on": "à rappeler le",
        "callback_by": "qui rappelle",
        "callback_why": "pourquoi rappeler",
        "title": "intitulé",
        "description": "description",
        "kind": "type",
        "costs": "dépense",
        "nature": "nature",
        "amount": "montant",
        "label": "libellé",
        "jobs_created": "emplois créés",
        "jobs_kept": "emplois maintenus",
        "starts_on": "début",
        "ends_on": "fin",
        "works_started": "travaux commencés",
        "first_order_on": "première commande",
        "first_order_document": "pièce de la première commande",
        "applied_on": "demande déposée",
        "requests": "demande au financeur",
        "funder": "financeur",
        "letter_on": "lettre d’intention",
        "own_financing": "financement acquis",
        "borrowing_capacity": "capacité d’emprunt",
        "objectives": "objectifs",
        "evidence": "preuve de maturité",
        "criterion": "critère",
        "assessor": "évaluateur",
        "number": "numéro",
        "aside": "se déporte",
        "level": "niveau",
        "proof": "preuve",
        "maturity_override": "niveau imposé",
        "maturity_reason": "motif du niveau imposé",
        "scores": "note",
        "score": "note",
        "entry_id": "ligne",
        "answer": "réponse",
        "regime": "régime",
        "granted_on": "accordée le",
        "recovered": "montant récupéré",
        "project_id": "projet",
        "partner": "partenaire",
        "firm_name": "entreprise",
        "project_title": "projet",
        "dated": "date",
        "amount_is": "ce qu’est le montant",
        "source": "source",
        "territory": "territoire",
        "territory_article": "article du territoire",
        "epcis": "intercommunalités",
        "committee_on": "date du comité",
        "announcement": "communiqué",
        "issued_at": "lieu du communiqué",
        "programme": "contexte du programme",
        "quote": "citation",
        "quoted": "auteur de la citation",
        "second_quote": "deuxième citation",
        "second_quoted": "auteur de la deuxième citation",
        "press_contact": "contact presse",
        "embargo_until": "fin de l’embargo",
        "embargo_hour": "heure de fin de l’embargo",
        "logos": "logos",
        "envelope": "enveloppe",
        "contributions": "contribution",
        "contributor": "contributeur",
        "dispositif": "dispositif",
        "funds_part": "finance une partie du besoin",
        "regions": "régions payées",
        "sizes": "tailles payées",
        "activities": "activités payées (NAF)",
        "min_per_project": "minimum par projet payé",
        "max_share": "part la plus haute de l’aide d’un projet",
        "calendar": "étapes de l’appel",
        "calls": "autres appels",
        "call": "appel",
        "criteria": "critère de l’appel",
        "code": "code",
        "weight": "poids",
        "computed": "comment il est noté",
        "anchors": "repères",
        "bounds": "poids",
        "ranks": "rangs",
        "steps": "suites de la décision",
        "stage": "étape",
        "max_rate": "taux le plus haut",
        "max_per_project": "plafond par projet",
        "min_spend": "dépense minimale",
        "min_aid": "aide minimale",
        "grant_share": "part de subvention",
        "max_months": "durée la plus longue (mois)",
        "after_cutoff": "accepte après la dernière relève",
        "operator": "opérateur",
        "zone_assumptions": "hypothèses de zonage",
        "zone": "zonage",
        "value": "valeur",
        "communes": "communes",
        "weights": "poids",
        "fictitious": "données fictives",
        "marks": "questions",
        "subject": "ligne",
        "by": "par qui",
        "on": "le",
        "outcome": "décision",
        "decided_on": "date",
        "reason": "motif",
        "share": "part détenue",
        "public_body": "organisme public",
        "least": "au moins",
        "most": "au plus",
        "id": "référence",
        "act": "geste",
        "origin": "origine",
        "became": "devient",
        "effacement": "effacées",
        "regles": "règles",
        "suit": "suit",
        "seance": "séance",
        "prevue": "séance prévue",
        "convoquee": "convoquée le",
        "annulee": "séance annulée",
        "ouverte": "séance ouverte",
        "ordre_du_jour": "ordre du jour",
        "presences": "présences",
        "document": "document figé",
        "siege": "siège",
        "empreinte": "empreinte",
        "dispositifs": "dispositifs",
        "expected": "attendu",
        "sent_on": "envoyée le",
        "answer_by": "réponse attendue avant le",
        "sent_by": "envoyée par",
        "referral_id": "orientation",
        "state": "état",
        "granted": "accordé",
        "paid": "versé à ce jour",
        "jobs": "emplois créés à ce jour",
    }
)
"""Field of a record of the core → its words."""
_RATES = {"share", "max_rate", "grant_share", "max_share"}
_COUNTS = {"staff", "weights", "baseline", "target", "value"}


def field_words(path: tuple[str, ...] | list[str]) -> str:
    """Where a change is made: ``dépense L1 : montant``; empty for a whole row."""
    said: list[str] = []
    for name in path:
        word = LABELS.get(name)
        if word is None and said:
            said[-1] = f"{said[-1]} {name}"
        else:
            said.append(word or name)
    return " : ".join(said)


def stored_words(data: Any, path: tuple[str, ...] | list[str] = ()) -> str:
    """A value of the journal, as people read it; « rien » when there was none."""
    if data is None:
        return NOTHING
    try:
        value = FACTS.read(data)
    except (KeyError, TypeError):  # Written by an engine whose records were others.
        return "valeur d’une version antérieure"
    return value_words(value, path[-1] if path else "")


def value_words(value: Any, field: str = "") -> str:  # noqa: PLR0911 - one way out per type reads best
    """A value of the core, as people read it."""
    if value is UNKNOWN:
        return "inconnu"
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, Decimal):
        if field in _RATES:
            return format_rate(value)
        return format_number(value, 2 if value % 1 else 0) if field in _COUNTS else format_euros(value)
    if isinstance(value, date):
        return french_date(value)
    if isinstance(value, enum.Enum):
        return str(getattr(value, "label", value.value))
    if isinstance(value, frozenset):
        return ", ".join(sorted(value)) or NOTHING
    if isinstance(value, tuple):
        return " ; ".join(value_words(each, field) for each in value) or NOTHING
    if is_dataclass(value) and not isinstance(value, type):
        told = ((each.name, getattr(value, each.name)) for each in fields(value))
        return ", ".join(
            f"{_label(value, name)} {value_words(each, name)}"
            for name, each in told
            if each is not UNKNOWN and each not in ("", (), frozenset())
        )
    return str(value) or NOTHING


def _label(record: object, name: str) -> str:
    """« asked » is euros of a referral, and a question of a firm or a project."""
    if name == "asked" and isinstance(record, SentReferral | ReferralStep):
        return "demandé"
    return LABELS.get(name, name)
