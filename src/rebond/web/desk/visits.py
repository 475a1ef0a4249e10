"""Since when a person has been away from a mission."""

from __future__ import annotations

from datetime import datetime, timedelta

from rebond.web.accounts.models import User
from rebond.web.desk.models import Visit
from rebond.web.missions.models import Mission

PAUSE = timedelta(minutes=30)
"""Pages opened within it belong to one visit."""


def last_visit(user: User, mission: Mission, now: datetime) -> datetime | None:
    """The end of the visit before this one, which is noted; ``None`` for the first."""
    visit = Visit.objects.of(mission).filter(user=user).first()
    if user.supported_by is not None:
        return visit.previous_at if visit else None
    if visit is None:
        # Two pages opened at once note the same visit.
        Visit.objects.bulk_create([Visit(user=user, mission=mission, latest_at=now)], ignore_conflicts=True)
        return None
    if now - visit.latest_at > PAUSE:
        visit.previous_at = visit.latest_at
    visit.latest_at = now
    visit.save(update_fields=["latest_at", "previous_at"])
    return visit.previous_at
