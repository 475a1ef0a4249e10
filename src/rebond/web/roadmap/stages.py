"""What was said of an action, committee by committee: what each one was shown, and where the indicator was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from rebond.restitution.typography import french_date
from rebond.web.committee.models import Sitting
from rebond.web.missions.models import Mission
from rebond.web.roadmap.lines import value_words
from rebond.web.roadmap.models import ActionProgress

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from rebond.web.accounts.models import User


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """The points between two committees; ``title`` is empty when no committee was held."""

    title: str
    value: str
    """Where the indicator was then; empty when nobody had measured it."""
    points: Sequence[ActionProgress]


def committee_days(user: User | AnonymousUser, mission: Mission) -> list[date]:
    """The days of the steering sittings that were frozen, for who may read of them; one query."""
    held = Sitting.objects.visible_to(user).of(mission).filter(frozen_at__isnull=False, kind=Sitting.Kind.STEERING)
    return sorted(set(held.values_list("held_on", flat=True)))


def stages_of(told: Sequence[ActionProgress], days: Sequence[date]) -> list[Stage]:
    """The last stage first; a committee to which nothing new was said has none of its own, but the last one.

    A point without a day is of the first stage. ``told``: in the order of their numbers.
    """
    stages: dict[date, list[ActionProgress]] = {each: [] for each in (*days, date.max)}
    for row in told:
        stages[next(each for each in stages if (row.on or date.min) <= each)].append(row)
    found = []
    for day, rows in stages.items():
        by_then = [row for row in told if (row.on or date.min) <= day and row.value is not None]
        latest = max(by_then, key=lambda row: (row.on or date.min, row.number), default=None)
        last = days[-1] if days else None
        if rows or day == last:
            title = f"Au comité du {french_date(day)}" if day != date.max else ""
            if day == date.max and last is not None:
                title = f"Depuis le comité du {french_date(last)}"
            found.append(Stage(title=title, value=value_words(latest.value) if latest else "", points=rows[::-1]))
    return found[::-1]
