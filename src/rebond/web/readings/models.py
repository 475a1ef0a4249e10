"""One row a person, a sheet, a part of it and an hour: out of the chain of changes, for it is kept for a while only."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from rebond.web.missions.data import MissionData
from rebond.web.missions.models import Mission, Role


class What(models.TextChoices):
    """What was done."""

    READ = "lecture", "Consultation"
    TAKEN = "export", "Téléchargement"


class Kind(models.TextChoices):
    """What was read."""

    FIRM = "entreprise", "Entreprise"
    PROJECT = "projet", "Projet"
    INTERVIEW = "entretien", "Entretien"
    MISSION = "mission", "Mission entière"


class Reading(MissionData):
    """That someone read a sheet, in a part of it, within an hour; however often.

    It names the mission, the person and the organisation without a constraint: it outlives them, and slows no page.
    Rows are sealed by batches into the chain of the journal (``keeping``), and never changed.
    """

    mission = models.ForeignKey(
        Mission, on_delete=models.DO_NOTHING, db_constraint=False, related_name="readings", verbose_name="mission"
    )
    mission_slug = models.CharField("identifiant de la mission", max_length=50)
    hour = models.DateTimeField("heure")
    at = models.DateTimeField("la première fois à", db_index=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+", verbose_name="qui"
    )
    by_name = models.CharField("nom", max_length=200)
    role = models.CharField("rôle", max_length=12, choices=Role.choices)
    on_behalf = models.CharField("pour qui", max_length=200, blank=True)
    """The organisation or firm of the part; ``à la place de`` someone, in a session of help."""
    what = models.CharField("quoi", max_length=8, choices=What.choices)
    kind = models.CharField("genre", max_length=12, choices=Kind.choices)
    ref = models.CharField("référence", max_length=64, blank=True)
    part = models.CharField("partie", max_length=80)

    DIGESTED: ClassVar = ("mission_slug", "at", "by_id", "by_name", "role", "on_behalf", "what", "kind", "ref", "part")

    SITE_WRITES = True

    class Meta:
        verbose_name = "consultation"
        ordering = ("-at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("mission", "kind", "ref", "by", "role", "what", "part", "hour"), name="one_reading_per_hour"
            ),
        )

    @property
    def part_inside(self) -> str:
        """The part as it reads inside a sentence: « API » keeps its capitals."""
        return self.part[:1].lower() + self.part[1:]

    def __str__(self) -> str:
        return f"{self.by_name} — {self.get_kind_display()} {self.ref}"
