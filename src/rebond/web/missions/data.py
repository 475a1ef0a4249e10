"""What models that hold data of a mission have in common: they are read by ``Model.objects.visible_to(user)``."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from rebond.web.missions.querysets import MissionDataQuerySet, Present


class MissionData(models.Model):
    """A row of a mission."""

    MISSION_PATH: ClassVar[str] = "mission"
    """The relation that leads from the row to its mission."""

    WITHDRAWN_PATHS: ClassVar[tuple[str, ...]] = ()
    """The relations that lead to the dates on which the row, or what it belongs to, was withdrawn."""

    COMMITTEE_PATH: ClassVar[str] = ""
    """The relation that leads to the project: the committee reads the row once that project is put before it."""

    COMMITTEE_ALWAYS: ClassVar[bool] = False
    """Whether the committee reads every row: what the call is, never what is known of a firm."""

    PILOT_DECIDES: ClassVar[bool] = False
    """Whether only the pilot writes it."""

    SITE_WRITES: ClassVar[bool] = False
    """Whether nobody changes it: what was done and read, what a study found."""

    OWNER: ClassVar[str] = ""
    """The relation to the person who alone sees and changes the row."""

    objects = Present.from_queryset(MissionDataQuerySet)()
    ever = MissionDataQuerySet.as_manager()
    """Withdrawn rows too: for the importer, old studies and decisions."""

    class Meta:
        abstract = True


class Withdrawable(models.Model):
    """What an import no longer names: it leaves the census, and stays for the studies and decisions that name it."""

    withdrawn_at = models.DateTimeField("retiré le", null=True, editable=False)

    class Meta:
        abstract = True


class Ordered(models.Model):
    """A row with its rank in the census."""

    position = models.PositiveIntegerField("rang", default=0)

    class Meta:
        abstract = True


class Revised(models.Model):
    """What people edit: the revision grows at each change of the row or of what hangs on it."""

    revision = models.PositiveIntegerField("révision", default=1, editable=False)

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
