"""When a person's digest is due, in the time of the instance: a winter hour is not a summer one."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta, tzinfo

_WEEK = 7


def latest_due(days: str, hour: int, now: datetime, zone: tzinfo) -> datetime | None:
    """The last of the chosen hours that is past, with its zone; ``None`` when no day is chosen.

    An hour that a night of March does not have is the one that follows; of the two of a night of October, the first.
    """
    today = now.astimezone(zone).date()
    for back in range(_WEEK + 1):
        day = today - timedelta(days=back)
        at = datetime.combine(day, time(hour), zone)
        if str(day.weekday()) in days and at.astimezone(UTC) <= now:
            return at
    return None
