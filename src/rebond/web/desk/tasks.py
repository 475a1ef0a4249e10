"""One thing that awaits a person: a verb, its object, why, euros or a day, one address."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

NEAR = timedelta(days=14)
"""How far ahead an action of the roadmap is a thing of today."""

_COUNT = re.compile(r"\d+\s+\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """``due``: the last day; ``stake``: euros that hang on it; ``late``: the day is past.

    ``kind`` and ``key`` name the matter for as long as it awaits someone, whatever its words become: people are not
    reminded twice of one matter (``reminders``), and may turn a kind off. ``referentiels/relances.yaml`` has the kinds.
    """

    verb: str
    subject: str
    why: str
    url: str
    due: date | None = None
    stake: Decimal | None = None
    late: bool = False
    kind: str = ""
    key: str = ""

    @property
    def matter(self) -> str:
        """What the task is about; without a key, its address and its words say it, their counts left out."""
        return self.key or f"{self.url} {self.verb} {_COUNT.sub('', self.subject)}"

    @property
    def urgency(self) -> tuple[bool, date, Decimal]:
        """Late first, then the nearest day, then the most euros."""
        return not self.late, self.due or date.max, -(self.stake or Decimal(0))
