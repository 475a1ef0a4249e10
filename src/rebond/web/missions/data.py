"""What models that hold data of a mission have in common: they are read by ``Model.objects.visible_to(user)``."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from rebond.web.missions.querysets import MissionDataQuerySet


class MissionData(models.Model):
    """A row of a mission."""

    MISSION_PATH: ClassVar[str] = "mission"
    """The relation that leads from the row to its mission."""

    objects = MissionDataQuerySet.as_manager()

    class Meta:
        abstract = True


class Located(models.Model):
    """What is in a commune: its codes and names; an empty text means UNKNOWN."""

    commune_code = models.CharField("code commune", max_length=5, blank=True)
    commune = models.CharField("commune", max_length=100, blank=True)
    epci_code = models.CharField("code EPCI", max_length=9, blank=True)
    epci = models.CharField("intercommunalité", max_length=150, blank=True)

    class Meta:
        abstract = True
