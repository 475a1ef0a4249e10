"""Store what the engine found: ``store_study`` writes all of it, or nothing, and shows it to people."""

from __future__ import annotations

from pathlib import Path

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from rebond.portfolio.proof_words import selection_proof
from rebond.results import MissionResult
from rebond.web.journal.models import Entry
from rebond.web.missions.models import Mission
from rebond.web.studies.keeping import forget_old_studies, make_current, next_number
from rebond.web.studies.models import DocumentSet, PublicationBasis, Study
from rebond.web.studies.storing.contents import Contents, contents_of
from rebond.web.studies.storing.documents import store_documents
from rebond.web.studies.storing.firms import store_firms, store_known
from rebond.web.studies.storing.follow_up import store_referrals, store_roadmap
from rebond.web.studies.storing.projects import store_projects
from rebond.web.studies.storing.published import store_figures, store_indicators
from rebond.web.studies.storing.questions import store_questions
from rebond.web.studies.storing.rows import FactRows
from rebond.web.wording import set_once

__all__ = ["contents_of", "store_failure", "store_study"]


def store_study(
    mission: Mission,
    result: MissionResult,
    *,
    documents: Path | None = None,
    why: str = "",
    position: int | None = None,
    contents: Contents | None = None,
) -> Study:
    """Store a result as the next study of the mission, then show it in place of the one before.

    ``mission`` as it was when its facts were read, and ``position``, where its journal was then (by default, where it
    is now): what changed since then is not in the study. ``contents``: those of the result, when they are ready.
    ``documents`` is a folder inside ``DOCUMENTS_ROOT`` whose files the mission offers for download; raises
    ``ValueError`` when it is elsewhere, ``KeyError`` when the result names a firm or project that the mission lacks.
    """
    ready = contents or contents_of(result)
    with transaction.atomic():
        study = _stored(mission, result, ready, documents, why, position)
        make_current(study)
    forget_old_studies(mission)
    return study


def store_failure(
    mission: Mission, failure: str, *, why: str = "", position: int = 0, catalogue: str = "", engine: str = ""
) -> Study:
    """Remember that a study was tried, on which facts and versions, and why it failed; the last good one stays current.

    ``mission`` and ``position`` as for ``store_study``.
    """
    with transaction.atomic():
        return Study.objects.create(
            mission=mission,
            number=next_number(mission),
            status=Study.Status.FAILED,
            finished_at=timezone.now(),
            failure=failure,
            why=why,
            facts_state=mission.facts_state,
            journal_position=position,
            catalogue_version=catalogue,
            engine_version=engine,
        )


def _last_position(mission: Mission) -> int:
    last: int | None = Entry.objects.of(mission).aggregate(last=Max("position"))["last"]
    return last or 0


def _stored(
    mission: Mission,
    result: MissionResult,
    contents: Contents,
    documents: Path | None,
    why: str,
    position: int | None,
) -> Study:
    records, facts = contents.records, FactRows(mission)
    study = Study(
        mission=mission,
        number=next_number(mission),
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
        selection_proof=set_once(selection_proof(result.selection_reports)),
    )
    study.save()
    store_firms(result, study, facts)
    store_projects(result, study, facts, records, contents.projects)
    store_questions(result, study, facts)
    store_known(result, study, facts)
    store_referrals(result, study, facts)
    store_roadmap(result, study, facts)
    store_indicators(result, study, records, contents.indicators)
    store_figures(study, records, contents.figures)
    PublicationBasis.objects.create(study=study, record=records.stored(contents.publication))
    if documents is not None:
        store_documents(study, documents)
        DocumentSet.objects.create(study=study, status=DocumentSet.Status.DONE, finished_at=timezone.now())
    study.census = records.stored(contents.census)
    study.status, study.finished_at = Study.Status.DONE, timezone.now()
    study.save()
    return study
