"""Verdicts on every dispositif, and the legal financing plan of a project, line by line."""

from __future__ import annotations

from functools import cached_property
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.urls import reverse

from rebond.financing.certainty import SupportStack
from rebond.financing.plan import FinancingPlan, Form
from rebond.web.financing.addresses import as_query
from rebond.web.financing.records_json import from_record
from rebond.web.missions.data import MissionData
from rebond.web.missions.models import Mission
from rebond.web.missions.querysets import MissionDataQuerySet
from rebond.web.missions.truth import Answer
from rebond.web.projects.models import CostLine, Project


class VerdictQuerySet(MissionDataQuerySet["Verdict"]):
    """Verdicts of projects."""

    def without_reasons(self) -> Self:
        """Leave the reasons in the database: lists show only the summary."""
        return self.defer("reasons")


class Verdict(MissionData):
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
    objects: ClassVar = VerdictQuerySet.as_manager()  # type: ignore[assignment]  # django-stubs: one class of manager per queryset

    class Meta:
        verbose_name = "verdict"
        ordering = ("funder", "title")
        constraints = (models.UniqueConstraint(fields=("project", "dispositif"), name="one_verdict_per_dispositif"),)

    def __str__(self) -> str:
        return f"{self.title} : {self.get_truth_display()}"

    def get_absolute_url(self) -> str:
        """Criterion by criterion."""
        return reverse("financing:verdict", args=[self.project.mission.slug, self.project.ref, self.dispositif])


class Plan(MissionData):
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
    record = models.JSONField("plan du moteur", default=dict)

    MISSION_PATH = "project__mission"

    class Meta:
        verbose_name = "plan de financement"
        verbose_name_plural = "plans de financement"

    def __str__(self) -> str:
        return f"Plan — {self.project}"

    @cached_property
    def stack(self) -> SupportStack | None:
        """Its support by certainty; ``None`` when it was stored without."""
        try:
            plan: FinancingPlan = from_record(self.record)
        except (TypeError, KeyError, ValueError):
            return None
        return plan.stack


class PlanLine(MissionData):
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
    forms = models.JSONField("montants par forme", default=list)
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

    class Meta:
        verbose_name = "ligne de plan"
        verbose_name_plural = "lignes de plan"
        ordering = ("position",)

    def __str__(self) -> str:
        return f"{self.title} sur {self.cost_line}"

    @property
    def by_form(self) -> tuple[Form, ...]:
        """What it brings in each form."""
        return tuple(from_record(form) for form in self.forms)


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
