"""Actions of the roadmap, with every need that they answer."""

from __future__ import annotations

from django.db import models

from rebond.web.interviews.models import Need
from rebond.web.missions.data import MissionData
from rebond.web.missions.models import Mission


class Action(MissionData):
    """An action with its axis, owner, date and indicator."""

    mission = models.ForeignKey(Mission, on_delete=models.CASCADE, related_name="actions", verbose_name="mission")
    position = models.PositiveSmallIntegerField("rang")
    code = models.CharField("code", max_length=20)
    axis = models.CharField("axe", max_length=40)
    axis_label = models.CharField("axe en clair", max_length=100)
    axis_description = models.CharField("ce que couvre l’axe", max_length=200, blank=True)
    title = models.CharField("intitulé", max_length=300)
    owner_name = models.CharField("pilote", max_length=150)
    partners = models.JSONField("partenaires", default=list)
    due_on = models.DateField("échéance")
    indicator = models.CharField("indicateur", max_length=200)
    needs = models.ManyToManyField(Need, related_name="actions", verbose_name="besoins")

    class Meta:
        verbose_name = "action"
        ordering = ("position",)

    def __str__(self) -> str:
        return self.title
