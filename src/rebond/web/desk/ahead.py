"""What lies ahead of a mission as a person may read it: each table once, for all that « Aujourd’hui » tells of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.db.models import Count

from rebond.facts import ActionStatus
from rebond.web.accounts.models import User
from rebond.web.committee.models import Sitting
from rebond.web.missions.models import Mission
from rebond.web.roadmap.models import RoadmapAction
from rebond.web.studies.models import Action


@dataclass(frozen=True, kw_only=True)
class Ahead:
    """Sittings and actions, read when they are first asked for."""

    user: User
    mission: Mission

    @cached_property
    def sittings(self) -> tuple[Sitting, ...]:
        """The sittings that are planned or open, the earliest first: ``points_written`` and ``came`` count theirs."""
        rows = Sitting.objects.visible_to(self.user).of(self.mission).filter(frozen_at=None, cancelled_at=None)
        counts = {"points_written": Count("points", distinct=True), "came": Count("attendance", distinct=True)}
        return tuple(rows.annotate(**counts).order_by("held_on", "pk"))

    @property
    def adopted(self) -> tuple[RoadmapAction, ...]:
        """The actions of the roadmap that are not done nor given up."""
        return tuple(row for row in self._settled if ActionStatus(row.status).is_open)

    @cached_property
    def proposals(self) -> tuple[Action, ...]:
        """What the study proposes and nobody adopted or set aside."""
        rows = Action.objects.visible_to(self.user).found_by(self.mission.current_study)
        return tuple(rows.exclude(code__in={row.proposal for row in self._settled}))

    @cached_property
    def _settled(self) -> tuple[RoadmapAction, ...]:
        return tuple(RoadmapAction.objects.visible_to(self.user).of(self.mission))
