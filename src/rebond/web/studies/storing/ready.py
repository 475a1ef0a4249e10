"""A study with its rows, built before anything is written: the transaction that stores them only writes.

Other people's gestures wait for that transaction (SQLite has one writer): what can be done before is done before.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Max

from rebond.portfolio.proof_words import selection_proof
from rebond.restitution.kept_analysis import analysis_kept
from rebond.results import MissionResult
from rebond.web.journal.models import Entry
from rebond.web.missions.models import Mission
from rebond.web.studies.models import (
    Action,
    ActionFollowed,
    FirmFinding,
    KnownLink,
    OpenQuestion,
    PlanLine,
    ProjectFinding,
    Referral,
    Study,
)
from rebond.web.studies.storing.contents import Contents
from rebond.web.studies.storing.firms import firm_rows, known_rows
from rebond.web.studies.storing.follow_up import action_rows, followed_rows, referral_rows
from rebond.web.studies.storing.projects import plan_rows, project_rows
from rebond.web.studies.storing.questions import question_rows
from rebond.web.studies.storing.rows import FactRows
from rebond.web.studies.storing.selection import selection_told
from rebond.web.wording import set_once

_BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """What is left is to number the study, and to say where each project's content is."""

    study: Study
    contents: Contents
    firms: list[FirmFinding]
    projects: list[ProjectFinding]
    lines: list[PlanLine]
    questions: list[OpenQuestion]
    links: list[KnownLink]
    referrals: list[Referral]
    actions: list[Action]
    followed: list[ActionFollowed]

    def write(self) -> None:
        """Write the rows of the study, once it is numbered and its contents held."""
        tables: list[tuple[Any, list[Any]]] = [
            (FirmFinding, self.firms),
            (ProjectFinding, self.projects),
            (PlanLine, self.lines),
            (OpenQuestion, self.questions),
            (KnownLink, self.links),
            (Referral, self.referrals),
            (Action, self.actions),
            (ActionFollowed, self.followed),
        ]
        for model, rows in tables:
            model.objects.bulk_create(rows, batch_size=_BATCH)


def ready_study(
    mission: Mission, result: MissionResult, contents: Contents, *, why: str, position: int | None
) -> Ready:
    """Reads which row each fact is, without a lock: the rows that a study points at are withdrawn, never deleted.

    Raises ``KeyError`` when the result names a firm or project that the mission lacks.
    """
    facts = FactRows(mission)
    study = Study(
        mission=mission,
        why=why,
        facts_state=mission.facts_state,
        journal_position=_last_position(mission) if position is None else position,
        facts_digest=contents.facts_digest,
        examined_on=result.on,
        reading=result.reading.reading.value if result.reading else "",
        catalogue_version=result.catalogue_version,
        engine_version=result.engine_version,
        alerts=[set_once(alert) for alert in result.alerts],
        repairs=[set_once(repair) for repair in result.census.repairs],
        envelope_spent=result.envelope_spent,
        selection_proof=set_once(selection_proof(result.selection_reports, several=bool(result.calls))),
        selection_told=selection_told(result),
        robustness=_robustness(result),
    )
    projects = list(project_rows(result, study, facts))
    return Ready(
        study=study,
        contents=contents,
        firms=list(firm_rows(result, study, facts)),
        projects=projects,
        lines=list(plan_rows(result, projects, study, facts)),
        questions=list(question_rows(result, study, facts)),
        links=list(known_rows(result, study, facts)),
        referrals=list(referral_rows(result, study, facts)),
        actions=list(action_rows(result, study)),
        followed=list(followed_rows(result, study)),
    )


def _robustness(result: MissionResult) -> dict[str, Any] | None:
    """The analysis as it is published, and the opinions from which documents find it again; call by call if several."""
    if result.robustness_by_call:
        return {"appels": {name: analysis_kept(each, result) for name, each in result.robustness_by_call.items()}}
    return None if result.robustness is None else analysis_kept(result.robustness, result)


def _last_position(mission: Mission) -> int:
    last: int | None = Entry.objects.of(mission).aggregate(last=Max("position"))["last"]
    return last or 0
