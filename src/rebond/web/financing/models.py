"""Verdicts on every dispositif, and the legal financing plan of a project, line by line."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.urls import reverse

from rebond.web.missions.querysets import MissionDataQuerySet
from rebond.web.missions.truth import Answer
from rebond.web.projects.models import CostLine, Project


class VerdictQuerySet(MissionDataQuerySet["Verdict"]):
    """Verdicts of projects."""

    def without_reasons(self) -> Self:
        """Leave the reasons in the database: lists show only the summary."""
        return self.defer("reasons")


class Verdict(models.Model):
    """Whether a project can apply for a dispositif, and why; the dispositif is named as it was on that day."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="verdicts", verbose_name="projet")
    dispositif = models.CharField("dispositif", max_length=120)
    title = models.CharField("intitulé", max_length=300)
    funder = models.CharField("financeur", max_length=150)
    instrument = models.CharField("forme", max_length=40)
    truth = models.CharField("verdict", max_length=8, choices=Answer.choices)
    reasons = models.JSONField("raisons", default=list)
    summary = models.CharField("en bref", max_length=600, blank=True)
    missing = models.JSONField("faits manquants", default=list)
    unquantified = models.CharField("pourquoi aucun montant", max_length=400, blank=True)

    MISSION_PATH = "project__mission"
    objects = VerdictQuerySet.as_manager()

    class Meta:
        verbose_name = "verdict"
        ordering = ("funder", "title")
        constraints = (models.UniqueConstraint(fields=("project", "dispositif"), name="one_verdict_per_dispositif"),)

    def __str__(self) -> str:
        return f"{self.title} : {self.get_truth_display()}"

    def get_absolute_url(self) -> str:
        """Criterion by criterion."""
        return reverse("financing:verdict", args=[self.project.mission.slug, self.project.ref, self.dispositif])


class Plan(models.Model):
    """The plan of one project and how sure it is."""

    project = models.OneToOneField(Project, on_delete=models.CASCADE, related_name="plan", verbose_name="projet")
    support = models.DecimalField("soutiens (€)", max_digits=16, decimal_places=2)
    benefit = models.DecimalField("équivalent-subvention (€)", max_digits=16, decimal_places=2)
    state_aid = models.DecimalField("aide d’État (€)", max_digits=16, decimal_places=2)
    covered = models.DecimalField("besoin couvert (€)", max_digits=16, decimal_places=2)
    gap = models.DecimalField("reste à trouver (€)", max_digits=16, decimal_places=2)
    envelope = models.DecimalField("part de l’enveloppe (€)", max_digits=16, decimal_places=2)
    proven = models.BooleanField("optimum prouvé")
    gap_to_bound = models.FloatField("écart à la borne")
    remarks = models.JSONField("remarques", default=list)

    MISSION_PATH = "project__mission"
    objects = MissionDataQuerySet.as_manager()

    class Meta:
        verbose_name = "plan de financement"
        verbose_name_plural = "plans de financement"

    def __str__(self) -> str:
        return f"Plan — {self.project}"


class PlanLine(models.Model):
    """Euros of one dispositif, under one regime, on one cost line."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="lines", verbose_name="plan")
    cost_line = models.ForeignKey(
        CostLine, on_delete=models.CASCADE, related_name="plan_lines", verbose_name="poste de dépense"
    )
    position = models.PositiveSmallIntegerField("rang")
    dispositif = models.CharField("dispositif", max_length=120)
    title = models.CharField("intitulé", max_length=300)
    funder = models.CharField("financeur", max_length=150)
    instrument = models.CharField("forme", max_length=40)
    regime = models.CharField("régime", max_length=64)
    article = models.CharField("article", max_length=200)
    amount = models.DecimalField("montant (€)", max_digits=16, decimal_places=2)
    aid = models.DecimalField("équivalent-subvention brut (€)", max_digits=16, decimal_places=2)
    formula = models.TextField("formule", blank=True)
    ceiling = models.TextField("plafond", blank=True)
    sources = models.JSONField("sources", default=list)
    reserves = models.JSONField("réserves", default=list)
    verified = models.BooleanField("chiffres vérifiés")
    is_envelope = models.BooleanField("sur l’enveloppe", default=False)

    MISSION_PATH = "plan__project__mission"
    objects = MissionDataQuerySet.as_manager()

    class Meta:
        verbose_name = "ligne de plan"
        verbose_name_plural = "lignes de plan"
        ordering = ("position",)

    def __str__(self) -> str:
        return f"{self.title} sur {self.cost_line}"
