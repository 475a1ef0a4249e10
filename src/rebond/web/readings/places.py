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


def _of(kind: Kind, **parts: str) -> dict[str, Place]:
    return {name.replace("__", ":"): Place(kind, part) for name, part in parts.items()}


def _taken(kind: Kind, **parts: str) -> dict[str, Place]:
    return {name.replace("__", ":"): Place(kind, part, What.TAKEN) for name, part in parts.items()}


CONFIDENTIAL: Mapping[str, Place] = MappingProxyType(
    {
        **_of(
            Kind.FIRM,
            firms__sheet="Fiche",
            editing__firm="Formulaire de la fiche",
            editing__firm_field="Formulaire de la fiche",
            editing__remove_firm="Retrait",
            editing__firm_history="Historique",
            editing__new_aid="Aides obtenues",
            files__firm="Pièces jointes",
            regrouping__firms="Réunion de fiches",
        ),
        **_of(
            Kind.PROJECT,
            projects__sheet="Fiche",
            projects__facts="Faits",
            projects__costs="Dépenses",
            projects__dispositifs="Dispositifs",
            projects__known="Connu ou non",
            projects__follow_up="Suivi",
            projects__history="Changements",
            financing__plan="Plan de financement",
            financing__simulation="Simulation du plan",
            financing__frozen_list="Plans figés",
            financing__frozen="Plan figé",
            financing__verdict="Critères d’un dispositif",
            editing__project="Formulaire de la fiche",
            editing__project_field="Formulaire de la fiche",
            editing__unlocks="Formulaire de la fiche",
            editing__costs="Dépenses",
            editing__remove_project="Retrait",
            editing__project_history="Historique",
            files__project="Pièces jointes",
            regrouping__split="Scission",
            regrouping__join="Réunion de projets",
            portfolio__decision="Décision du comité",
            portfolio__project_marks="Notes des évaluateurs",
        ),
        **_of(
            Kind.INTERVIEW,
            editing__interview="Compte rendu",
            editing__interview_history="Historique du compte rendu",
            editing__questions="Préparation de la visite",
        ),
        **_of(Kind.MISSION, portfolio__session="Séance du comité"),
        **_taken(Kind.PROJECT, financing__plan_document="Plan de financement"),
        **_taken(
            Kind.MISSION,
            exchange__export="Classeur de la mission",
            exchange__download_archive="Archive de la mission",
            restitution__document="Document de la mission",
        ),
    }
)
"""Named as the view is; the sheet's reference is ``ref`` in its address."""

SAID_BY_THE_VIEW = frozenset(
    {
        "files:download",
        "disclosure:space",
        "disclosure:sheet",
        "disclosure:minutes",
        "disclosure:files",
        "disclosure:files_for",
        "api:sheet",
    }
)
"""Pages whose address does not name the sheet: the view says what it showed (``reading.note``)."""

LISTS: Mapping[str, str] = MappingProxyType(
    {
        "firms:list": "Liste des entreprises",
        "projects:list": "Liste des projets",
        "interviews:list": "Liste des entretiens",
        "referrals:list": "Liste des orientations",
        "readings:mission": "Relevé des consultations",
    }
)
"""Lists are no sheets; leaving with one as a file is told (``?export=``)."""
