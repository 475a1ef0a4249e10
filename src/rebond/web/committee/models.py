"""Sittings of the committee: open, they hold its rules and who is there; frozen, nothing of them changes (triggers)."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.db import models
from django.urls import reverse

from rebond.portfolio.committee.rules import Rule, RuleKind
from rebond.web.missions.data import MissionData
from rebond.web.missions.models import Mission


class Sitting(MissionData):
    """One sitting: the last one of a mission is open until it is frozen; another may then follow it."""

    mission = models.ForeignKey(Mission, on_delete=models.CASCADE, related_name="sittings", verbose_name="mission")
    number = models.PositiveIntegerField("numéro")
    held_on = models.DateField("tenue le")
    chair = models.CharField("présidence", max_length=200, blank=True)
    present = models.TextField("présents", blank=True)
    aside = models.TextField("se sont retirés", blank=True)
    """Who stood aside, for which project, and why: typed by the pilot."""
    follows = models.PositiveIntegerField("suit la séance", null=True)
    why = models.TextField("pourquoi une autre séance", blank=True)
    rules = models.JSONField("règles", default=list)
    rules_reason = models.TextField("motif des règles", blank=True)
    frozen_at = models.DateTimeField("gelée le", null=True)

    COMMITTEE_ALWAYS = True
    PILOT_DECIDES = True

    class Meta:
        verbose_name = "séance du comité"
        verbose_name_plural = "séances du comité"
        ordering = ("-number",)
        constraints = (models.UniqueConstraint(fields=("mission", "number"), name="one_sitting_per_number"),)

    def __str__(self) -> str:
        return f"Séance nº {self.number}"

    @property
    def asked(self) -> tuple[Rule, ...]:
        """Its rules."""
        return tuple(Rule(kind=RuleKind(each["genre"]), number=each["nombre"]) for each in self.rules)

    def ask(self, rules: Sequence[Rule]) -> None:
        """Set its rules."""
        self.rules = [{"genre": rule.kind.value, "nombre": rule.number} for rule in rules]


class Frozen(MissionData):
    """What is added and never changed. It names the mission without a constraint: it outlives it, as the journal."""

    mission = models.ForeignKey(
        Mission, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+", verbose_name="mission"
    )
    mission_slug = models.CharField("identifiant de la mission", max_length=50)
    number = models.PositiveIntegerField("séance")

    SITE_WRITES = True

    class Meta:
        abstract = True


class FrozenSitting(Frozen):
    """The record of a sitting as the committee reads it: what was proposed, decided, why, the sums, the rules."""

    at = models.DateTimeField("gelée le")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        null=True,
        related_name="+",
        verbose_name="gelée par",
    )
    by_name = models.CharField("gelée par", max_length=200)
    follows = models.PositiveIntegerField("suit la séance", null=True)
    study_number = models.PositiveIntegerField("étude", null=True)
    content = models.JSONField("relevé")
    digest = models.CharField("empreinte", max_length=64)
    journal_position = models.PositiveBigIntegerField("rang au journal")
    journal_digest = models.CharField("empreinte au journal", max_length=64)

    COMMITTEE_ALWAYS = True

    class Meta(Frozen.Meta):
        verbose_name = "séance gelée"
        verbose_name_plural = "séances gelées"
        ordering = ("-number",)
        constraints = (models.UniqueConstraint(fields=("mission", "number"), name="one_record_per_sitting"),)

    def __str__(self) -> str:
        return f"Séance nº {self.number}, gelée"

    def get_absolute_url(self) -> str:
        """Its record."""
        return reverse("committee:record", args=[self.mission_slug, self.number])


class FrozenDecision(Frozen):
    """One decision of a frozen sitting, with what the firm may be told of it: for the team, never for the committee."""

    project_number = models.PositiveBigIntegerField("rang du projet")
    """Its key, without a constraint: triggers find the decision by it."""
    project_ref = models.SlugField("référence du projet", max_length=64)
    outcome = models.CharField("décision", max_length=10)
    amount = models.DecimalField("montant décidé (€)", max_digits=16, decimal_places=2, null=True)
    decided_on = models.DateField("date", null=True)
    reason = models.TextField("motif", blank=True)
    decided_by = models.CharField("par qui", max_length=300, blank=True)
    told = models.JSONField("dit à l’entreprise")

    class Meta(Frozen.Meta):
        verbose_name = "décision gelée"
        verbose_name_plural = "décisions gelées"
        ordering = ("project_ref",)
        constraints = (
            models.UniqueConstraint(
                fields=("mission", "number", "project_ref"), name="one_frozen_decision_per_project"
            ),
        )

    def __str__(self) -> str:
        return f"{self.project_ref}, séance nº {self.number}"


class LetterText(MissionData):
    """The text that a mission puts in the place of a model of minutes or letters."""

    mission = models.ForeignKey(Mission, on_delete=models.CASCADE, related_name="letter_texts", verbose_name="mission")
    kind = models.CharField("modèle", max_length=20)
    text = models.TextField("texte")

    PILOT_DECIDES = True

    class Meta:
        verbose_name = "modèle de courrier"
        verbose_name_plural = "modèles de courriers"
        ordering = ("kind",)
        constraints = (models.UniqueConstraint(fields=("mission", "kind"), name="one_text_per_letter"),)

    def __str__(self) -> str:
        return self.kind


def is_locked(mission: Mission) -> bool:
    """Whether the decisions of a mission are those of a frozen sitting, that no other follows yet; one query."""
    frozen = Sitting.objects.of(mission).order_by("-number").values_list("frozen_at", flat=True).first()
    return frozen is not None
