"""The archive of a mission, in one file that outlives it, and its deletion."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from rebond import __version__
from rebond.adapters.workbook import census_rows, write_workbook
from rebond.data.outfolder import written_file
from rebond.records import FACTS
from rebond.web.advice.models import AdviceMeeting, BroughtEvidence
from rebond.web.answering.models import AnswerLink
from rebond.web.committee.models import (
    AgendaPoint,
    Attendance,
    ConvocationSent,
    FrozenDecision,
    FrozenSitting,
    Member,
    SessionDocument,
    Sitting,
    Tally,
)
from rebond.web.editing.life import KIND
from rebond.web.exchange.archive_file import lines_of, write_manifest
from rebond.web.exchange.archive_rows import KEPT, STUDIES, TEMPLATES, kept_rows, studies_of
from rebond.web.exchange.loading import CENSUS, JOURNAL, PEOPLE, WORKBOOK
from rebond.web.exchange.placing import DECISIONS, DOCUMENTS, FROZEN, SESSIONS, SITTINGS, THREADS
from rebond.web.exchange.workbook import workbook_layout
from rebond.web.files.models import Attachment
from rebond.web.files.storing import ATTACHED_LIST, LostFileError, archived, described, forget, read
from rebond.web.financing.models import FrozenPlan
from rebond.web.firms.models import Firm
from rebond.web.interviews.models import Interview
from rebond.web.journal.models import Act, Entry
from rebond.web.journal.writing import Author, Note, record
from rebond.web.missions.facts import census_of
from rebond.web.missions.models import Membership, Mission
from rebond.web.portfolio.models import CommitteeDecision, Mark, Recusal
from rebond.web.projects.models import Project
from rebond.web.referrals.models import Audience, DeskAddress, Message, ReferralStep
from rebond.web.roadmap.models import ActionProgress
from rebond.web.stationery.keeping import contents
from rebond.web.studies.keeping import forget_unheld_records
from rebond.web.studies.models import Document


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdings:
    """What a mission holds, and what its deletion takes."""

    firms: int
    interviews: int
    projects: int
    decisions: int
    frozen_plans: int
    documents: int
    attachments: int
    people: int
    entries: int

    @property
    def told(self) -> list[tuple[str, int]]:
        """Words and numbers, for people."""
        return [
            ("entreprises", self.firms),
            ("entretiens", self.interviews),
            ("projets", self.projects),
            ("décisions du comité", self.decisions),
            ("plans figés", self.frozen_plans),
            ("documents", self.documents),
            ("pièces jointes", self.attachments),
            ("participants", self.people),
            ("lignes du journal (elles restent)", self.entries),
        ]


def holdings_of(mission: Mission) -> Holdings:
    """What a mission holds today."""
    return Holdings(
        firms=Firm.objects.of(mission).count(),
        interviews=Interview.objects.of(mission).count(),
        projects=Project.objects.of(mission).count(),
        decisions=CommitteeDecision.objects.of(mission).count(),
        frozen_plans=FrozenPlan.objects.of(mission).count(),
        documents=len(_paths(mission)),
        attachments=Attachment.ever.of(mission).count(),
        people=Membership.objects.of(mission).count(),
        entries=Entry.objects.of(mission).count(),
    )


def write_archive(mission: Mission, path: Path) -> None:
    """Write what a mission holds in one .zip at ``path``, which only its owner may read; nothing changes."""
    census = census_of(mission)
    layout = workbook_layout()
    with written_file(path) as draft, TemporaryDirectory() as folder:
        draft.chmod(0o600)
        workbook = Path(folder) / WORKBOOK
        write_workbook(workbook, layout, census_rows(census, layout))
        with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.write(workbook, WORKBOOK)
            told = {"mission": mission.slug, "recensement": FACTS.write(census)}
            archive.writestr(CENSUS, json.dumps(told, ensure_ascii=False, indent=1))
            archive.writestr(JOURNAL, lines_of(_entries(mission)))
            archive.writestr(FROZEN, lines_of(FrozenPlan.objects.of(mission).order_by("pk").values()))
            archive.writestr(SITTINGS, lines_of(FrozenSitting.objects.of(mission).order_by("pk").values()))
            # The digest of a sitting is that of its decisions too: without them nobody could find it again.
            archive.writestr(DECISIONS, lines_of(FrozenDecision.objects.of(mission).order_by("pk").values()))
            archive.writestr(SESSIONS, lines_of(_sessions(mission)))
            for kept in SessionDocument.objects.of(mission):
                archive.writestr(f"{DOCUMENTS}/seances/{kept.pk}-{kept.name}", bytes(kept.content))
            archive.writestr(THREADS, lines_of(_threads(mission)))
            archive.writestr(PEOPLE, lines_of(_people(mission)))
            archive.writestr(STUDIES, lines_of(studies_of(mission)))
            archive.writestr(KEPT, lines_of(kept_rows(mission)))
            for kind, content in contents(mission).items():
                archive.writestr(f"{TEMPLATES}/{kind}", content)
            _write_attachments(mission, archive)
            for name, file in sorted(_files(mission).items()):
                archive.write(file, f"{DOCUMENTS}/{name}")
        write_manifest(draft, mission=mission.slug, engine=__version__)


def _sessions(mission: Mission) -> Iterator[Mapping[str, Any]]:
    """Sittings as they were planned and held, who sits, and the digests of their files."""
    for model in (Sitting, AgendaPoint, Attendance, Member, Tally):
        for row in model.objects.of(mission).order_by("pk").values():
            yield {"table": model._meta.model_name, **row}
    for kept in SessionDocument.objects.of(mission).order_by("pk").values("pk", "sitting_key", "name", "at", "digest"):
        yield {"table": "sessiondocument", **kept}
    of_letter = ("sitting_key", "email", "name", "version", "document_key", "at", "by_name", "refusal", "tries")
    for sent in ConvocationSent.objects.of(mission).order_by("pk").values(*of_letter):
        yield {"table": "convocationsent", **sent}


def _threads(mission: Mission) -> Iterator[Mapping[str, Any]]:
    """What was written about referrals, where letters and links went, what advisers brought; the census has the rest.

    The archive is the mission's: of what an organisation wrote for itself alone, it says that there was something. No
    key of a link leaves.
    """
    of_message = ("referral__ref", "audience", "text", "at", "by_name", "withdrawn_at")
    for row in Message.ever.of(mission).order_by("pk").values(*of_message):
        yield {"table": "message", **row, "text": None if row["audience"] == Audience.ORGANISATION else row["text"]}
    of_address = ("organisation", "email", "at", "by_name", "ended_at")
    for row in DeskAddress.ever.of(mission).order_by("pk").values(*of_address):
        yield {"table": "deskaddress", **row}
    of_link = ("referral__ref", "sent_to", "sent_at", "expires_at", "answered_at", "answered_by", "revoked_at")
    for row in AnswerLink.ever.of(mission).order_by("pk").values(*of_link):
        yield {"table": "answerlink", **row}
    of_piece = ("accompaniment__ref", "criterion", "level", "words", "file_name", "organisation", "at", "by_name")
    settled = ("settled_at", "settled_by", "confirmed", "reason", "attachment__digest")
    for row in BroughtEvidence.ever.of(mission).order_by("pk").values(*of_piece, *settled):
        yield {"table": "broughtevidence", **row}


@transaction.atomic
def export_archive(mission: Mission, path: Path, *, by: Author) -> None:
    """Write the archive of a mission for someone: the journal tells it."""
    record(mission, [Note(kind=KIND, label="Archive de la mission")], by=by, act=Act.EXPORTED)
    write_archive(mission, path)


def delete_mission(mission: Mission, archive: Path, *, by: Author, reason: str = "") -> Holdings:
    """Write the archive of a mission, then delete it with its documents; its journal stays, and tells it.

    Nothing is deleted when the archive cannot be written.
    """
    with transaction.atomic():
        held = Mission.objects.select_for_update().get(pk=mission.pk)
        found = holdings_of(held)
        write_archive(held, archive)
        files = _files(held)
        attached = list(Attachment.ever.of(held).values_list("stored", flat=True))
        note = Note(kind=KIND, label="Mission supprimée", path=("supprimee",), before=False, after=True)
        record(held, [note], by=by, act=Act.MANAGED, reason=reason or f"Archive : {archive.name}")
        shared = set(Document.objects.exclude(pk__in=Document.objects.of(held)).values_list("path", flat=True))
        for model in (Mark, Recusal, ReferralStep, Message, ActionProgress, AdviceMeeting):
            model.ever.of(held).filter(withdrawn_at=None).update(withdrawn_at=timezone.now())
        # The decisions that a sitting froze leave with it: their triggers ask it.
        Sitting.ever.of(held).delete()
        held.delete()
    forget_unheld_records()
    forget(attached)
    for name, file in files.items():
        if name not in shared:
            file.unlink(missing_ok=True)
    return found


def _write_attachments(mission: Mission, archive: zipfile.ZipFile) -> None:
    """Every file that was attached, withdrawn ones too, and the list of them; one that is lost is only listed."""
    listed = []
    for row, place in archived(Attachment.ever.of(mission).order_by("pk")):
        listed.append(described(row, place))
        with suppress(LostFileError):
            archive.writestr(place, read(row))
    archive.writestr(ATTACHED_LIST, lines_of(listed))


def archive_name(mission: Mission) -> str:
    """``cambresis-2026-11-29.zip``."""
    return f"{mission.slug}-{timezone.localdate().isoformat()}.zip"


def _paths(mission: Mission) -> set[str]:
    return set(Document.objects.of(mission).values_list("path", flat=True))


def _files(mission: Mission) -> dict[str, Path]:
    """The documents of a mission that are there, by their path in the folder of documents."""
    root = Path(settings.DOCUMENTS_ROOT).resolve()
    found = {path: (root / path).resolve() for path in _paths(mission)}
    return {path: file for path, file in found.items() if file.is_relative_to(root) and file.is_file()}


def _entries(mission: Mission) -> Iterator[Mapping[str, Any]]:
    yield from Entry.objects.of(mission).order_by("position").values(*Entry.DIGESTED, "digest").iterator()


def _people(mission: Mission) -> Iterable[Mapping[str, Any]]:
    return (
        Membership.ever.of(mission)
        .order_by("pk")
        .values("user__username", "organisation__name", "firm__ref", "role", "joined_at", "left_at")
    )
