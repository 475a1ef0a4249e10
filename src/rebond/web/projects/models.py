"""An investment project: its costs, its place; partners' lists. An empty text and ``NULL`` mean UNKNOWN."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.urls import reverse

from rebond.web.firms.models import Firm
from rebond.web.missions.data import Located, MissionData
from rebond.web.missions.models import Mission
from rebond.web.missions.querysets import StudiedQuerySet


class Project(Located, MissionData):
    """An investment project as recorded."""

    mission = models.ForeignKey(Mission, on_delete=models.CASCADE, related_name="projects", verbose_name="mission")
    firm = models.ForeignKey(Firm, on_delete=models.CASCADE, related_name="projects", verbose_name="entreprise")
    ref = models.SlugField("référence", max_length=32)
    title = models.CharField("intitulé", max_length=300)
    description = models.TextField("description", blank=True)
    kind = models.CharField("type", max_length=40, blank=True)
    kind_label = models.CharField("type en clair", max_length=100, blank=True)
    objectives = models.JSONField("objectifs", default=list)
    declared = models.JSONField("autres faits déclarés", default=list)
    own_financing = models.DecimalField("financement acquis (€)", max_digits=16, decimal_places=2, null=True)
    jobs_created = models.PositiveIntegerField("emplois à créer", null=True)
    jobs_kept = models.PositiveIntegerField("emplois maintenus", null=True)
    starts_on = models.DateField("début", null=True)
    ends_on = models.DateField("fin", null=True)
    works_started = models.BooleanField("travaux commencés", null=True)
    first_order_on = models.DateField("première commande", null=True)
    applied_on = models.DateField("demande déposée", null=True)

    search = models.TextField("texte de recherche", editable=False)

    objects: ClassVar = StudiedQuerySet["Project"].as_manager()

    class Meta:
        verbose_name = "projet"
        ordering = ("ref",)
        constraints = (
            models.UniqueConstraint(
                fields=("mission", "ref"),
                name="one_project_per_ref",
                violation_error_message="Cette référence de projet est déjà prise dans la mission.",
            ),
        )

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Sheet of the project."""
        return reverse("projects:sheet", args=[self.mission.slug, self.ref])


class CostLine(MissionData):
    """A cost item."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="costs", verbose_name="projet")
    ref = models.CharField("référence", max_length=40)
    nature = models.CharField("nature", max_length=40)
    nature_label = models.CharField("nature en clair", max_length=100)
    label = models.CharField("intitulé", max_length=200, blank=True)
    year = models.PositiveSmallIntegerField("année")
    amount = models.DecimalField("montant hors taxes (€)", max_digits=16, decimal_places=2)

    MISSION_PATH = "project__mission"

    class Meta:
        verbose_name = "poste de dépense"
        verbose_name_plural = "postes de dépense"
        ordering = ("ref",)

    def __str__(self) -> str:
        return self.label or self.nature_label


class PartnerEntry(MissionData):
    """A line of a partner's own list, as the partner wrote it."""

    mission = models.ForeignKey(
        Mission, on_delete=models.CASCADE, related_name="partner_entries", verbose_name="mission"
    )
    ref = models.CharField("référence", max_length=32)
    partner = models.CharField("partenaire", max_length=64)
    partner_name = models.CharField("nom du partenaire", max_length=150)
    firm_name = models.CharField("entreprise", max_length=200)
    siren = models.CharField("SIREN", max_length=9, blank=True)
    commune = models.CharField("commune", max_length=100, blank=True)
    project_title = models.CharField("projet", max_length=300, blank=True)
    amount = models.DecimalField("montant (€)", max_digits=16, decimal_places=2, null=True)
    dated = models.DateField("date", null=True)

    class Meta:
        verbose_name = "ligne d’une liste de partenaire"
        verbose_name_plural = "lignes des listes de partenaires"
        ordering = ("ref",)

    def __str__(self) -> str:
        return f"{self.partner_name} — {self.firm_name}"
