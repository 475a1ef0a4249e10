"""Store what the engine found: ``store_study`` writes all of it, or nothing, and shows it to people."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from django.db import OperationalError, transaction
from django.utils import timezone

from rebond.results import MissionResult
from rebond.web.advice.ripened import note_ripened
from rebond.web.missions.models import Mission
from rebond.web.studies.keeping import forget_old_studies, make_current, next_number
from rebond.web.studies.models import DocumentSet, PublicationBasis, Study
from rebond.web.studies.storing.contents import Contents, KeptContents, contents_of
from rebond.web.studies.storing.documents import store_documents
from rebond.web.studies.storing.follow_up import store_answers
from rebond.web.studies.storing.published import store_figures, store_indicators
from rebond.web.studies.storing.ready import Ready, ready_study
from rebond.web.studies.storing.rows import FactRows

__all__ = ["Contents", "KeptContents", "contents_of", "store_failure", "store_study"]


def store_study(
    mission: Mission,
    result: MissionResult,
    *,
    documents: Path | None = None,
    why: str = "",
    position: int | None = None,
    contents: Contents | None = None,
    holding: Callable[[], None] | None = None,
) -> Study:
    """Store a result as the next study of the mission, then show it in place of the one before.

    ``mission`` as it was when its facts were read, and ``position``, where its journal was then (by default, where it
    is now): what changed since then is not in the study. ``contents``: those of the result, when they are ready.
    ``holding`` is called within the transaction, before anything is written; what it raises stops all.
    ``documents`` is a folder inside ``DOCUMENTS_ROOT`` whose files the mission offers for download; raises
    ``ValueError`` when it is elsewhere, ``KeyError`` when the result names a firm or project that the mission lacks.
    """
    ready = ready_study(mission, result, contents or contents_of(result), why=why, position=position)
    ready.contents.records.write()
    with transaction.atomic():
        if holding:
            holding()
        before = Study.objects.of(mission).filter(is_current=True).first()
        study = _stored(mission, result, ready, documents)
        make_current(study)
        note_ripened(before, study, ready.projects)
    # This study is there: a database too busy to forget old ones is no failure of it, and the next will do.
    with suppress(OperationalError):
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


def _stored(mission: Mission, result: MissionResult, ready: Ready, documents: Path | None) -> Study:
    study, contents = ready.study, ready.contents
    records = contents.records
    study.number = next_number(mission)
    study.save()
    records.hold()
    for finding, digest in zip(ready.projects, contents.projects, strict=True):
        finding.record_id = records.row(digest)
    ready.write()
    store_answers(result, ready.actions, FactRows(mission))
    store_indicators(result, study, records, contents.indicators)
    store_figures(study, records, contents.figures)
    PublicationBasis.objects.create(study=study, record_id=records.row(contents.publication))
    if documents is not None:
        store_documents(study, documents)
        DocumentSet.objects.create(study=study, status=DocumentSet.Status.DONE, finished_at=timezone.now())
    study.census_id = records.row(contents.census)
    study.status, study.finished_at = Study.Status.DONE, timezone.now()
    study.save()
    return study
