"""Which pages of a mission are confidential sheets, and what each shows: a page in neither table fails a test."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from rebond.web.readings.models import Kind, What


@dataclass(frozen=True, slots=True)
class Place:
    """What a page shows: the sheet that its address names, the part, and whether the person leaves with a file."""

    kind: Kind
    part: str
    what: What = What.READ


_READ: Mapping[Kind, Mapping[str, str]] = {
    Kind.FIRM: {
        "Fiche": "firms:sheet",
        "Formulaire de la fiche": "editing:firm editing:firm_field",
        "Retrait": "editing:remove_firm",
        "Historique": "editing:firm_history",
        "Aides obtenues": "editing:new_aid",
        "Pièces jointes": "files:firm",
        "Réunion de fiches": "regrouping:firms",
    },
    Kind.PROJECT: {
        "Fiche": "projects:sheet",
        "Faits": "projects:facts",
        "Dépenses": "projects:costs editing:costs",
        "Dispositifs": "projects:dispositifs",
        "Connu ou non": "projects:known",
        "Suivi": "projects:follow_up",
        "Changements": "projects:history",
        "Historique": "editing:project_history",
        "Plan de financement": "financing:plan",
        "Simulation du plan": "financing:simulation",
        "Plans figés": "financing:frozen_list",
        "Plan figé": "financing:frozen",
        "Critères d’un dispositif": "financing:verdict",
        "Formulaire de la fiche": "editing:project editing:project_field editing:unlocks",
        "Retrait": "editing:remove_project",
        "Ouverture d’un accompagnement": "advice:open",
        "Pièces jointes": "files:project",
        "Scission": "regrouping:split",
        "Réunion de projets": "regrouping:join",
        "Décision du comité": "portfolio:decision",
        "Suites de la décision": "portfolio:project_steps",
        "Notes des évaluateurs": "portfolio:project_marks",
    },
    Kind.INTERVIEW: {
        "Compte rendu": "editing:interview",
        "Historique du compte rendu": "editing:interview_history",
        "Préparation de la visite": "editing:questions",
    },
    Kind.MISSION: {
        "Séance du comité": "portfolio:session",
        "Suites et réserve": "portfolio:steps",
        "Écran du comité": "committee:screen committee:freeze",
        "Séance gelée": "committee:record",
        "Séance prévue": "committee:sitting",
        "Depuis le dernier comité": "committee:since",
    },
}
_TAKEN: Mapping[Kind, Mapping[str, str]] = {
    Kind.PROJECT: {"Plan de financement": "financing:plan_document", "Courrier de décision": "committee:letter"},
    Kind.MISSION: {
        "Relevé de décisions": "committee:minutes",
        "Document de séance": "committee:document committee:convocation",
        "Classeur de la mission": "exchange:export",
        "Archive de la mission": "exchange:download_archive",
        "Document de la mission": "restitution:document",
    },
}
CONFIDENTIAL: Mapping[str, Place] = MappingProxyType(
    {
        view: Place(kind, part, what)
        for what, kinds in ((What.READ, _READ), (What.TAKEN, _TAKEN))
        for kind, parts in kinds.items()
        for part, views in parts.items()
        for view in views.split()
    }
)
"""Named as the view is; the sheet's reference is ``ref`` in its address."""

SAID_BY_THE_VIEW = frozenset(
    {
        "files:download",
        "disclosure:space",
        "referrals:inbox",
        "referrals:one",
        "referrals:file",
        "disclosure:sheet",
        "disclosure:minutes",
        "disclosure:files",
        "disclosure:files_for",
        "api:sheet",
        "committee:letters",
        "advice:sheet",
    }
)
"""Pages whose address does not name the sheet: the view says what it showed (``middleware.note``)."""

LISTS: Mapping[str, str] = MappingProxyType(
    {
        "firms:list": "Liste des entreprises",
        "projects:list": "Liste des projets",
        "interviews:list": "Liste des entretiens",
        "referrals:list": "Liste des orientations",
        "advice:list": "Projets à mûrir et leurs conseils",
        "advice:open_many": "Projets à confier à un conseil",
        "referrals:inbox": "Boîte de l’organisation",
        "referrals:sent": "Liste des orientations envoyées",
        "referrals:send": "Envoi d’orientations",
        "referrals:many": "Orientations envoyées, plusieurs à la fois",
        "portfolio:session": "Séance du comité",
        "portfolio:marks": "Notes des évaluateurs",
        "linkage:decided": "Rapprochements décidés",
        "files:list": "Liste des pièces jointes",
        "desk:questions": "Questions ouvertes",
        "editing:checks": "Questions de vraisemblance",
        "editing:journal": "Journal des changements",
        "readings:mission": "Relevé des consultations",
    }
)
"""Lists that name firms are no sheets; leaving with one as a file is told (``?export=``)."""
