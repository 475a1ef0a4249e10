"""Until when what a mission announces is for its team alone, and the words that say so."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from rebond.facts import UNKNOWN, Maybe
from rebond.restitution.typography import french_date

_HOUR: Final = re.compile(r"(\d{1,2})\s*(?:h|heures?|:)\s*(\d{2})?", re.IGNORECASE)
_NOON: Final = {"midi": "12 h", "minuit": "0 h"}
_HOURS, _MINUTES = 24, 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Embargo:
    """A day, and an hour of it as people write it."""

    until: date
    hour: Maybe[str] = UNKNOWN

    @property
    def ends(self) -> datetime:
        """The first moment when it holds no more, by the clock of the mission's own place.

        Where nobody said an hour, or one that cannot be read, it holds the whole day: what is not known opens nothing.

        >>> Embargo(until=date(2026, 10, 4), hour="18 h").ends, Embargo(until=date(2026, 10, 4)).ends
        (datetime.datetime(2026, 10, 4, 18, 0), datetime.datetime(2026, 10, 5, 0, 0))
        """
        said = "" if self.hour is UNKNOWN else self.hour.strip()
        found = _HOUR.fullmatch(_NOON.get(said.casefold(), said))
        hours, minutes = (int(found[1]), int(found[2] or 0)) if found else (_HOURS, 0)
        if hours < _HOURS and minutes < _MINUTES:
            return datetime.combine(self.until, time(hours, minutes))
        return datetime.combine(self.until + timedelta(days=1), time())

    @property
    def day_is_whole(self) -> bool:
        """Whether it holds the whole of its last day, for want of an hour."""
        return self.ends.date() > self.until

    def holds(self, now: datetime) -> bool:
        """Whether it does at a moment, by the clock of the mission's place (without a time zone)."""
        return now < self.ends

    def as_data(self) -> list[str]:
        """As JSON-ready data: the day, and the hour where one is said."""
        return [self.until.isoformat(), *([] if self.hour is UNKNOWN else [self.hour])]

    @classmethod
    def from_data(cls, data: Any) -> Embargo:
        """What ``as_data`` wrote; raises ``TypeError`` or ``ValueError`` on anything else."""
        day, *hours = data
        if not all(isinstance(hour, str) for hour in hours[:1]):
            raise TypeError
        return cls(until=date.fromisoformat(day), hour=hours[0] if hours else UNKNOWN)

    @property
    def words(self) -> str:
        """As a release says it.

        >>> Embargo(until=date(2026, 10, 4), hour="18 h").words.replace("\N{NO-BREAK SPACE}", " ")
        "jusqu'au 4 octobre 2026 à 18 h"
        """
        hour = "" if self.hour is UNKNOWN else f" à {self.hour}"
        return f"jusqu'au {french_date(self.until)}{hour}"


def embargo_of(until: Maybe[date], hour: Maybe[str]) -> Embargo | None:
    """That of an announcement; ``None`` where nobody said any."""
    return None if until is UNKNOWN else Embargo(until=until, hour=hour)
