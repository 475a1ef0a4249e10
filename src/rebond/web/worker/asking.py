"""What people ask of the background: a study on the same facts, another reading of the law, documents."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Max

from rebond.regimes.readings import Reading
from rebond.web.accounts.models import User
from rebond.web.committee.settling import frozen_since
from rebond.web.journal.models import Act
from rebond.web.journal.writing import Note, author_of, record
from rebond.web.missions.models import Mission
from rebond.web.studies.models import DocumentSet, Study
from rebond.web.worker.models import Choices, Work

STUDY = "etude"
"""The kind of these notes in the journal."""


@transaction.atomic
def ask_study(mission: Mission, *, by: User | None) -> None:
    """Want a study after the latest one, on whatever the facts are."""
    latest: int | None = Study.objects.of(mission).aggregate(latest=Max("number"))["latest"]
    asked = {"asked_after": latest or 0, "asked_by": by}
    Work.objects.update_or_create(mission=mission, kind=Work.Kind.STUDY, defaults=asked)


@transaction.atomic
def choose_reading(mission: Mission, reading: Reading | None, *, by: User) -> None:
    """Follow a reading of the law, ``None`` for the catalogue's; a study is wanted when it is another."""
    choices, _ = Choices.objects.select_for_update().get_or_create(mission=mission)
    before, after = choices.reading, reading.value if reading else ""
    if before == after:
        return
    choices.reading = after
    choices.save(update_fields=["reading"])
    note = Note(kind=STUDY, path=("reading",), label="Lecture du droit", before=before or None, after=after or None)
    record(mission, [note], by=author_of(by), act=Act.MANAGED)
    ask_study(mission, by=by)


@transaction.atomic
def ask_documents(study: Study, *, by: User) -> DocumentSet:
    """Want the documents of a study; asked again, those that are ready stay, those that failed are tried again.

    Those that are ready are made again when the committee's sitting was frozen since: they then bear what it decided.
    """
    found, new = DocumentSet.objects.get_or_create(study=study, defaults={"asked_by": by})
    before_it = found.status == DocumentSet.Status.DONE and frozen_since(by, study.mission, found.finished_at)
    if not new and (found.status == DocumentSet.Status.FAILED or before_it):
        found.status, found.failure, found.asked_by = DocumentSet.Status.ASKED, "", by
        found.save(update_fields=["status", "failure", "asked_by"])
    return found
