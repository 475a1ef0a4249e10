"""What is held back by the embargo of its mission: read by the team alone until its end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.utils import timezone

from rebond.facts import UNKNOWN
from rebond.restitution.embargo import Embargo, embargo_of
from rebond.web.missions.models import Mission
from rebond.web.publishing.models import Edition


def clock() -> datetime:
    """The hour of the mission's place, as its embargo is said."""
    return timezone.localtime().replace(tzinfo=None)


def embargo_now(mission: Mission) -> Embargo | None:
    """The embargo that holds at this moment; ``None``: there is none, or it is over."""
    until, hour = mission.embargo_until, mission.embargo_hour
    found = embargo_of(UNKNOWN if until is None else until, UNKNOWN if hour is None else hour)
    return found if found is not None and found.holds(clock()) else None


def told_now(editions: Iterable[Edition]) -> Iterator[Edition]:
    """Of the editions of ``told_to``, those that their reader may be given at this moment."""
    for edition in editions:
        if edition.for_team or not edition.embargoed or embargo_now(edition.mission) is None:
            yield edition
