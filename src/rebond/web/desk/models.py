"""What the site keeps of a person's work in a mission: the last visit, the views of lists."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from rebond.web.missions.data import MissionData
from rebond.web.missions.models import Mission


class Visit(MissionData):
    """When a person last opened the mission: what changed since is said on « Aujourd’hui »."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name="qui")
    mission = models.ForeignKey(Mission, on_delete=models.CASCADE, related_name="visits", verbose_name="mission")
    latest_at = models.DateTimeField("dernière visite")
    previous_at = models.DateTimeField("visite d’avant", null=True)

    OWNER = "user"

    class Meta:
        verbose_name = "visite"
        constraints = (models.UniqueConstraint(fields=("user", "mission"), name="one_visit_per_person_and_mission"),)

    def __str__(self) -> str:
        return f"{self.user} — {self.mission}"


class SavedView(MissionData):
    """A list as a person keeps it: filters, columns and sort, as the address writes them."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name="qui")
    mission = models.ForeignKey(Mission, on_delete=models.CASCADE, related_name="saved_views", verbose_name="mission")
    listing = models.SlugField("liste", max_length=20)
    name = models.CharField("nom", max_length=80)
    query = models.TextField("recherche", blank=True)

    OWNER = "user"

    class Meta:
        verbose_name = "vue enregistrée"
        verbose_name_plural = "vues enregistrées"
        ordering = ("name",)
        constraints = (
            models.UniqueConstraint(fields=("user", "mission", "listing", "name"), name="one_view_per_name"),
        )

    def __str__(self) -> str:
        return self.name
