"""Where the studies of a mission stand: what the pages show, what is not yet in it, what is being made, what failed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count
from django.utils import timezone

from rebond.web.journal.models import Entry
from rebond.web.journal.reading import OF_NO_FACT
from rebond.web.missions.models import Mission
from rebond.web.studies.models import Study
from rebond.web.worker.leases import is_held
from rebond.web.worker.models import Work

_SOON, _SELDOM = 2, 30
"""Seconds between two looks of a page: while something is made, and otherwise."""
_PATIENCE = timedelta(minutes=1)
"""Without a process at work after that, people are told to ask."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a page says of the studies of its mission."""

    shown: int | None
    """The study of the page that asks."""
    study: Study | None
    failed: Study | None
    """The latest study, when it failed: the pages show the one before."""
    is_stale: bool
    pending: int
    """Gestures of people that the study has not."""
    is_running: bool
    is_asked: bool
    step: str
    is_stuck: bool

    @property
    def newer(self) -> bool:
        """Whether another study came since the page was made."""
        return self.study is not None and self.study.number != self.shown

    @property
    def every(self) -> int:
        """Seconds before the page looks again."""
        return _SOON if self.is_running or self.is_asked or (self.is_stale and not self.failed) else _SELDOM

    @property
    def token(self) -> str:
        """Changes with what is said: a page is given again only what is new."""
        number, failed = self.study and self.study.number, self.failed and self.failed.number
        said = (number, failed, self.is_stale, self.pending, self.is_running, self.is_asked, self.step, self.is_stuck)
        return hashlib.sha256(repr(said).encode()).hexdigest()[:12]


def standing_of(mission: Mission, *, shown: int | None) -> Standing:
    """As many queries for any mission; one more while changes wait."""
    study = mission.current_study
    latest = Study.objects.of(mission).order_by("-number").defer("census").first()
    work = Work.objects.of(mission).filter(kind=Work.Kind.STUDY).first()
    running = work is not None and is_held(work)
    asked_after = work.asked_after if work else None
    asked = asked_after is not None and (latest is None or latest.number <= asked_after)
    stale = mission.facts_state is not None and (study is None or study.facts_state != mission.facts_state)
    failed = latest if latest is not None and latest.status == Study.Status.FAILED else None
    answered = failed is not None and failed.facts_state == mission.facts_state
    late = mission.facts_at is not None and timezone.now() - mission.facts_at > _PATIENCE
    return Standing(
        shown=shown,
        study=study,
        failed=failed,
        is_stale=stale,
        pending=pending_gestures(mission, study) if stale else 0,
        is_running=running,
        is_asked=asked and not running,
        step=work.step if work and running else "",
        is_stuck=stale and late and not running and not answered,
    )


def pending_gestures(mission: Mission, study: Study | None) -> int:
    """How many gestures changed the facts since a study read them."""
    position = study.journal_position if study else 0
    later = Entry.objects.of(mission).filter(position__gt=position).exclude(act__in=OF_NO_FACT)
    count: int = later.aggregate(count=Count("gesture", distinct=True))["count"]
    return count
