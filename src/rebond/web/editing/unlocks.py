"""What the answer to an unknown fact would unlock, as the current study of a project tells it; else nothing."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet
from django.http import HttpRequest

from rebond.financing.explaining.dossier import PlanDossier
from rebond.web.financing.study import bench_of, dossier_of
from rebond.web.missions.models import Mission
from rebond.web.projects.models import Project

MOST_QUESTIONS = 3
_OWN_NAMES = {"autofinancement": "financement_acquis", "date_debut": "debut", "date_fin": "fin"}
"""Facts of the dictionary → the column that holds them under another name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlock:
    """An unknown fact and the euros that hang on it."""

    fact: str
    label: str
    question: str
    gain: Decimal
    loss: Decimal
    project: Project


def unlocks_of(request: HttpRequest, mission: Mission, ref: str) -> tuple[Unlock, ...]:
    """The unknown facts of a project that move its plan, those that weigh most first; nothing without a study."""
    project = _studied(request, mission).filter(ref=ref).first()
    return _unlocks(mission, project) if project else ()


def questions_for_firm(request: HttpRequest, mission: Mission, firm: str) -> tuple[Unlock, ...]:
    """The three questions about the projects of a firm whose answer brings most."""
    projects = _studied(request, mission).filter(firm__ref=firm)
    found = [
        unlock
        for project in projects
        for unlock in _unlocks(mission, project)
        if unlock.question and unlock.gain and not _is_asked(project, unlock.fact)
    ]
    return tuple(sorted(found, key=lambda each: (-each.gain, each.project.ref, each.fact))[:MOST_QUESTIONS])


def _is_asked(project: Project, fact: str) -> bool:
    """Whether the firm already said that it does not know: asking again before leaving is of no use."""
    asked = {name for row in (project, project.firm) for name, _ in row.asked}
    return column_of(fact) in asked


def column_of(fact: str) -> str:
    """The column that holds a fact of the dictionary."""
    return _OWN_NAMES.get(fact, fact)


def _studied(request: HttpRequest, mission: Mission) -> QuerySet[Project]:
    rows = Project.objects.visible_to(request.user).of(mission)
    found: QuerySet[Project] = rows.with_finding(mission.current_study, record=True)
    return found


def _unlocks(mission: Mission, project: Project) -> tuple[Unlock, ...]:
    dossier = _dossier(mission, project)
    if dossier is None:
        return ()
    return tuple(
        Unlock(
            fact=effect.fact,
            label=effect.label,
            question=effect.question,
            gain=effect.could_gain,
            loss=effect.could_lose,
            project=project,
        )
        for effect in dossier.unknowns
    )


def _dossier(mission: Mission, project: Project) -> PlanDossier | None:
    bench = bench_of(mission, project)
    return dossier_of(mission, project, bench) if bench else None
