"""Digests leave by an outbox: claimed, handed to the server of letters, noted (ADR 0066: what a death does when).

Claiming is one transaction with what the digest tells. What a dead process left claimed is sent again under the same
``Message-ID`` and date, without what was settled meanwhile: the same letter, once more on the wire at the very worst.
"""

from __future__ import annotations

import logging
import os
import secrets
import uuid
from collections.abc import Collection
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction

from rebond.web.accounts.models import User
from rebond.web.mail import leave
from rebond.web.reminders import clock
from rebond.web.reminders.models import Digest, Told
from rebond.web.reminders.rule import rule
from rebond.web.reminders.writing import Part, found_for, still_found, written
from rebond.web.worker import processes

_LOGGER = logging.getLogger("rebond.incidents")
_LEASE = timedelta(minutes=10)
"""More than a server of letters takes to answer, or not to."""
_SHOWN, _MOST_SHOWN = timedelta(days=7), 50
_FREE: dict[str, Any] = {"holder": None, "machine": "", "pid": 0, "started": "", "until": None}
State = Digest.State


def begin(user: User, due: datetime, now: datetime) -> tuple[Digest, list[Part]] | None:
    """Write the digest of a person and a day; ``None`` when it tells nothing, or another process wrote it first."""
    parts = found_for(user, now)
    day = due.date()
    rows = [
        {
            "user": user,
            "mission": part.mission,
            "kind": each.matter.kind,
            "matter": each.matter.key,
            "period": each.period,
        }
        for part in parts
        for each in part.found
    ]
    with suppress(IntegrityError), transaction.atomic():
        digest = Digest.objects.create(
            user=user,
            day=day,
            state=State.CLAIMED if parts else State.EMPTY,
            message_id=f"<rappel.{day:%Y%m%d}.{user.pk}.{secrets.token_hex(8)}@{_domain()}>",
            due_at=due,
            made_at=now,
            **(_held(now) if parts else {}),
        )
        Told.objects.bulk_create([Told(**row, on=day, digest=digest) for row in rows])
        return (digest, parts) if parts else None
    return None


def left_to_send(now: datetime) -> Digest | None:
    """A letter that was refused and whose time came again, or that a process left by dying."""
    rows = Digest.objects.filter(state__in=(State.CLAIMED, State.REFUSED)).select_related("user")
    for row in rows.order_by("due_at", "pk"):
        if row.state == State.REFUSED:
            if row.not_before is None or row.not_before <= now:
                return row
        elif row.until is None or row.until <= now or processes.is_gone(row.machine, row.pid, row.started):
            return row
    return None


def take_up(digest: Digest, now: datetime) -> list[Part]:
    """Claim such a letter; what is left to tell, nothing when another process has it or it is too late."""
    held = _held(now)
    mine = Digest.objects.filter(pk=digest.pk, state=digest.state, holder=digest.holder)
    if not mine.update(state=State.CLAIMED, **held):
        return []
    digest.holder = held["holder"]
    if now - digest.due_at > rule().grace:
        give_up(digest)
        return []
    parts = still_found(digest, now)
    if not parts:
        Digest.objects.filter(pk=digest.pk, holder=digest.holder).update(state=State.EMPTY, **_FREE)
    return parts


def hand_over(digest: Digest, parts: Collection[Part]) -> str:
    """Send it, and note it before anything else is said to the server; why it did not leave, empty when it did."""
    try:
        message: EmailMessage = written(digest.user, digest, parts)
        # What no letter can hold, such as an address that is none, is found here and not on the way.
        message.message()
    except Exception:
        _LOGGER.exception("Récapitulatif impossible à écrire (compte n° %s)", digest.user_id)
        return "le courriel n’a pas pu être écrit"
    return leave(message, then=lambda: note_sent(digest.pk, clock.now()))


def note_sent(number: int, at: datetime) -> None:
    """It left: whoever holds it, nobody sends it again."""
    Digest.objects.filter(pk=number).update(state=State.SENT, sent_at=at, not_before=None, refusal="", **_FREE)


def refused(digest: Digest, why: str, now: datetime) -> None:
    """Later, then no more: the administrator sees it (« Assistance »), and the log says it without the address."""
    tries, waits = digest.tries + 1, rule().retries
    _LOGGER.error("Récapitulatif non parti (compte n° %s, essai %d) : %s", digest.user_id, tries, why)
    mine = Digest.objects.filter(pk=digest.pk, state=State.CLAIMED, holder=digest.holder)
    told = {"tries": tries, "refusal": why[:300], **_FREE}
    if tries <= len(waits):
        mine.update(state=State.REFUSED, not_before=now + waits[tries - 1], **told)
    else:
        mine.update(tries=tries, refusal=why[:300])
        give_up(digest)


def give_up(digest: Digest) -> None:
    """What it told is free to be told by the next one."""
    with transaction.atomic():
        mine = Digest.objects.filter(pk=digest.pk, state=State.CLAIMED, holder=digest.holder)
        if mine.update(state=State.FAILED, not_before=None, **_FREE):
            Told.objects.filter(digest=digest.pk).delete()


def not_sent(now: datetime) -> list[Digest]:
    """What the server of letters refused of late, for the administrator; it says of whom, and nothing of the letter."""
    rows = Digest.objects.filter(state__in=(State.REFUSED, State.FAILED), day__gte=(now - _SHOWN).date())
    return list(rows.select_related("user").order_by("-day", "user")[:_MOST_SHOWN])


def forget_old(now: datetime) -> None:
    """That a digest left is kept for a while; what was told is kept with its mission."""
    settled = Digest.objects.exclude(state__in=(State.CLAIMED, State.REFUSED))
    settled.filter(day__lt=(now - rule().kept).date()).delete()


def _held(now: datetime) -> dict[str, Any]:
    pid = os.getpid()
    return {
        "holder": uuid.uuid4(),
        "machine": processes.machine(),
        "pid": pid,
        "started": processes.started(pid),
        "until": now + _LEASE,
    }


def _domain() -> str:
    return str(settings.DEFAULT_FROM_EMAIL).rpartition("@")[2].strip(" >") or "localhost"
