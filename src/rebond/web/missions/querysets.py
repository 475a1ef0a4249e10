"""The one way to read mission data: ``Model.objects.visible_to(user)``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.db import models

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from rebond.web.accounts.models import User
    from rebond.web.missions.models import Mission

M = TypeVar("M", bound=models.Model)


class MissionDataQuerySet(models.QuerySet[M]):
    """Rows that belong to a mission, directly or through another row (``mission_path``)."""

    mission_path = "mission"

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """What a person may read: the data of the missions that he or she takes part in."""
        from rebond.web.missions.models import Mission

        return self.filter(**{f"{self.mission_path}__in": Mission.objects.visible_to(user)})

    def of(self, mission: Mission) -> Self:
        """The rows of one mission."""
        return self.filter(**{self.mission_path: mission})


def through(path: str) -> Any:  # noqa: ANN401 - a manager whose model Django sets later
    """A manager for rows that reach their mission through ``path``, such as ``project__mission``."""

    class Through(MissionDataQuerySet):
        mission_path = path

    return Through.as_manager()
