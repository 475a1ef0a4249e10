"""The way out of every project: who takes it over, what next, by when."""

from __future__ import annotations

from django.db import models

from rebond.web.missions.data import MissionData
from rebond.web.missions.models import Mission
from rebond.web.projects.models import Project


class Referral(MissionData):
    """One organisation that a project is sent to."""

    class Kind(models.TextChoices):
        """The ways out of the mission."""

        RETAINED = "retenu", "Proposé sur l’enveloppe"
        FUNDERS = "financeurs", "Orienté vers des financeurs"
        ADVISER = "conseil", "Accompagné par un conseil"
        DIFFICULTY = "difficulte", "Prévention des difficultés"

    mission = models.ForeignKey(Mission, on_delete=models.CASCADE, related_name="referrals", verbose_name="mission")
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="referrals", verbose_name="projet")
    position = models.PositiveSmallIntegerField("rang")
    kind = models.CharField("suite", max_length=12, choices=Kind.choices)
    organisation = models.CharField("organisation", max_length=64)
    organisation_name = models.CharField("nom de l’organisation", max_length=150)
    dispositifs = models.JSONField("dispositifs", default=list)
    reason = models.CharField("motif", max_length=500)
    next_step = models.CharField("prochaine étape", max_length=300)
    owner_name = models.CharField("responsable", max_length=150)
    due_on = models.DateField("échéance")

    class Meta:
        verbose_name = "orientation"
        ordering = ("project__ref", "position")

    def __str__(self) -> str:
        return f"{self.project} → {self.organisation_name}"
