"""A firm approves its minutes or says what is to be corrected; the team takes its words over, or answers."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from django.db import transaction
from django.utils import timezone

from rebond.history import Kind, rows_of
from rebond.restitution.typography import french_date
from rebond.web.accounts.models import User
from rebond.web.editing.gestures import ArchivedError, save
from rebond.web.interviews.models import Interview, MinutesReply
from rebond.web.journal.models import Act
from rebond.web.journal.writing import Note, author_of, record
from rebond.web.missions.extract import extract_of
from rebond.web.missions.facts import census_of
from rebond.web.missions.models import Mission
from rebond.web.missions.querysets import MissionDataQuerySet

KIND = "compte_rendu"
_MOST_NAME = 200


class ReplyError(Exception):
    """Why a reply is not taken, in French."""


def digest_of(interview: Interview) -> str:
    """Of the text that people read: an approval is of that text alone."""
    return hashlib.sha256(interview.minutes.encode()).hexdigest()


@transaction.atomic
def reply(interview: Interview, *, seen: str, by: User, correction: str = "") -> MinutesReply:
    """The firm approves what it read, or says what is to be corrected. Raises ``ReplyError``."""
    mission = interview.mission
    held = Interview.objects.select_for_update().get(pk=interview.pk)
    if mission.archived_at is not None:
        raise ReplyError("La mission est terminée : écrivez à la personne que vous avez rencontrée.")
    if seen != digest_of(held):
        raise ReplyError("Le compte rendu a changé depuis que vous l’avez ouvert : relisez-le, puis répondez.")
    kind = MinutesReply.Kind.CORRECTION if correction else MinutesReply.Kind.APPROVED
    row: MinutesReply = MinutesReply.objects.create(
        interview=held, kind=kind, text=correction, about=seen, by=by, by_name=str(by)[:_MOST_NAME]
    )
    _tell(mission, row, by, after=kind.label, reason=correction)
    return row


def waiting(mission: Mission) -> MissionDataQuerySet[MinutesReply]:
    """The corrections that nobody settled, the oldest first."""
    rows = MinutesReply.objects.of(mission).filter(kind=MinutesReply.Kind.CORRECTION, outcome="")
    return rows.select_related("interview__firm").order_by("at", "pk")


@transaction.atomic
def take_over(row: MinutesReply, *, by: User) -> None:
    """Add the firm's words to the minutes, under its name: nothing of the text is replaced. Raises ``ReplyError``."""
    held = _open(row)
    mission, interview = held.interview.mission, held.interview
    key = (Kind.INTERVIEW, interview.ref)
    found = rows_of(census_of(mission, extract_of(mission, [key], {})))[key]
    said = f"Précision de l’entreprise ({held.by_name}, le {french_date(timezone.localdate(held.at))}) : {held.text}"
    minutes = "\n\n".join(part for part in (found.minutes, said) if part)
    try:
        save(mission, {key: replace(found, minutes=minutes)}, by=author_of(by), reason="Correction de l’entreprise")
    except ArchivedError as error:
        raise ReplyError("La mission est archivée : rien ne s’y modifie.") from error
    _settle(held, MinutesReply.Outcome.TAKEN, by)


@transaction.atomic
def answer(row: MinutesReply, text: str, *, by: User) -> None:
    """Answer the firm; the minutes stay. Raises ``ReplyError``."""
    held = _open(row)
    held.answer = text
    _settle(held, MinutesReply.Outcome.ANSWERED, by)


def _open(row: MinutesReply) -> MinutesReply:
    held = MinutesReply.objects.select_for_update(of=("self",)).select_related("interview__mission").get(pk=row.pk)
    if held.outcome:
        raise ReplyError("Quelqu’un a déjà traité cette correction.")
    if held.interview.mission.archived_at is not None:
        raise ReplyError("La mission est archivée : rien ne s’y modifie.")
    return held


def _settle(row: MinutesReply, outcome: MinutesReply.Outcome, by: User) -> None:
    row.outcome, row.settled_at, row.settled_by = outcome, timezone.now(), by
    row.save(update_fields=["outcome", "answer", "settled_at", "settled_by"])
    _tell(row.interview.mission, row, by, before=MinutesReply.Kind.CORRECTION.label, after=outcome.label)


def _tell(
    mission: Mission, row: MinutesReply, by: User, *, after: str, before: str | None = None, reason: str = ""
) -> None:
    note = Note(kind=KIND, ref=row.interview.ref, label=str(row.interview), before=before, after=after)
    record(mission, [note], by=author_of(by), act=Act.MANAGED, reason=reason)
