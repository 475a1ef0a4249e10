"""Open and close a session of help: the journal of each mission of the person tells it, where its pilot reads it."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from rebond.web.accounts.models import User
from rebond.web.journal.models import Act
from rebond.web.journal.writing import Author, Note, record
from rebond.web.missions.models import Mission
from rebond.web.support.models import SupportSession

KIND = "assistance"
MINUTES = (15, 30, 60)
SHORTEST_REASON = 15


@transaction.atomic
def open_session(
    administrator: User, person: User, *, reason: str, minutes: int, may_change: bool = False
) -> SupportSession:
    """A session from now; the caller has checked who asks, and the reason."""
    now = timezone.now()
    session = SupportSession.objects.create(
        administrator=administrator,
        person=person,
        reason=reason,
        may_change=may_change,
        started_at=now,
        ends_at=now + timedelta(minutes=minutes),
    )
    until = "pouvant modifier" if may_change else "lecture seule"
    _tell(session, f"{administrator} voit le site à la place de {person} ({until}, {minutes} minutes au plus)")
    return session


@transaction.atomic
def close_session(session: SupportSession) -> None:
    """It ends now; nothing when it ended already."""
    held = SupportSession.objects.select_for_update().get(pk=session.pk)
    if held.ended_at is None:
        held.ended_at = min(timezone.now(), held.ends_at)
        held.save(update_fields=["ended_at"])
        _tell(held, f"{held.administrator} ne voit plus le site à la place de {held.person}")


def _tell(session: SupportSession, label: str) -> None:
    by = Author(user=session.administrator, name=f"{session.administrator} (assistance)")
    for mission in Mission.objects.visible_to(session.person):
        record(mission, [Note(kind=KIND, label=label)], by=by, act=Act.MANAGED, reason=session.reason)
