"""Plans that people froze: decisions, that no study ever changes."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.urls import reverse

from rebond.web.financing.addresses import as_query
from rebond.web.missions.data import MissionData
from rebond.web.missions.models import Mission


class FrozenPlan(MissionData):
    """A plan kept as it was, with all that it takes to compute it again on the law of its day.

    The plan of a simulation keeps the facts that were changed for it. It names its project by reference: it outlives
    the results of the mission that it comes from.
    """

    mission = models.ForeignKey(Mission, on_delete=models.CASCADE, related_name="frozen_plans", verbose_name="mission")
    project_ref = models.SlugField("référence du projet", max_length=32)
    project_title = models.CharField("projet", max_length=300)
    firm_name = models.CharField("entreprise", max_length=200)
    label = models.CharField("intitulé", max_length=200)
    frozen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, verbose_name="figé par", related_name="+"
    )
    frozen_by_name = models.CharField("figé par", max_length=200)
    frozen_at = models.DateTimeField("figé le", auto_now_add=True)
    examined_on = models.DateField("date d’examen")
    facts = models.JSONField("faits employés")
    facts_digest = models.CharField("empreinte des faits", max_length=64)
    changes = models.JSONField("faits changés", default=list)
    problem = models.JSONField("problème")
    plan = models.JSONField("plan")
    record = models.JSONField("plan du moteur")
    support = models.DecimalField("soutiens (€)", max_digits=16, decimal_places=2)
    benefit = models.DecimalField("équivalent-subvention (€)", max_digits=16, decimal_places=2)
    gap = models.DecimalField("reste à trouver (€)", max_digits=16, decimal_places=2)
    catalogue_version = models.CharField("version du catalogue", max_length=64)
    engine_version = models.CharField("version du moteur", max_length=32)

    class Meta:
        verbose_name = "plan figé"
        verbose_name_plural = "plans figés"
        ordering = ("-frozen_at", "-pk")

    def __str__(self) -> str:
        return f"{self.label} ({self.project_ref})"

    def get_absolute_url(self) -> str:
        """The plan as it was."""
        return reverse("financing:frozen", args=[self.mission.slug, self.project_ref, self.pk])

    @property
    def is_simulation(self) -> bool:
        """Whether it rests on other facts than those of the project."""
        return bool(self.changes)

    @property
    def simulation_query(self) -> str:
        """What opens the simulator on the same changes, as the query of an address."""
        return as_query({change["fait"]: change["valeur"] for change in self.changes})
