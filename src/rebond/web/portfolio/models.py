"""The envelope of the call and what the committee decided: what is proposed to it belongs to a study."""

from __future__ import annotations

from django.db import models

from rebond.web.missions.data import MissionData, Ordered, Withdrawable
from rebond.web.missions.models import Mission
from rebond.web.projects.models import Project


class Envelope(MissionData):
    """The envelope of the call, with the rules that the mission set."""

    mission = models.OneToOneField(Mission, on_delete=models.CASCADE, related_name="envelope", verbose_name="mission")
    operator = models.CharField("opérateur", max_length=300)
    max_rate = models.DecimalField("taux le plus haut", max_digits=18, decimal_places=9, null=True)
    max_per_project = models.DecimalField("plafond par projet (€)", max_digits=16, decimal_places=2, null=True)
    min_spend = models.DecimalField("dépense minimale (€)", max_digits=16, decimal_places=2, null=True)
    min_aid = models.DecimalField("aide minimale (€)", max_digits=16, decimal_places=2, null=True)
    grant_share = models.DecimalField("part de subvention", max_digits=18, decimal_places=9, null=True)
    max_months = models.PositiveIntegerField("durée la plus longue (mois)", null=True)

    COMMITTEE_ALWAYS = True

    class Meta:
        verbose_name = "enveloppe"

    def __str__(self) -> str:
        return f"Enveloppe — {self.mission}"


class Contribution(Ordered, MissionData):
    """What one contributor puts into the envelope."""

    envelope = models.ForeignKey(
        Envelope, on_delete=models.CASCADE, related_name="contributions", verbose_name="enveloppe"
    )
    contributor = models.CharField("contributeur", max_length=300)
    amount = models.DecimalField("montant (€)", max_digits=16, decimal_places=2)

    MISSION_PATH = "envelope__mission"
    COMMITTEE_ALWAYS = True

    class Meta:
        verbose_name = "contribution"
        ordering = ("-amount", "position")

    def __str__(self) -> str:
        return self.contributor


class CriterionWeight(Ordered, MissionData):
    """The relative weight that the mission gives to a criterion of the call."""

    mission = models.ForeignKey(
        Mission, on_delete=models.CASCADE, related_name="criterion_weights", verbose_name="mission"
    )
    criterion = models.CharField("critère", max_length=300)
    weight = models.DecimalField("poids", max_digits=24, decimal_places=9)

    class Meta:
        verbose_name = "poids d’un critère"
        verbose_name_plural = "poids des critères"
        ordering = ("position",)

    def __str__(self) -> str:
        return f"{self.criterion} : {self.weight}"


class WeightStatement(MissionData):
    """What someone said of the weights of the call: kept as said, replaced by the next one of the same person."""

    mission = models.ForeignKey(
        Mission, on_delete=models.CASCADE, related_name="weight_statements", verbose_name="mission"
    )
    who = models.CharField("qui le dit", max_length=200, blank=True, help_text="Vide : ce dont le comité est convenu.")
    said = models.JSONField("ce qui est dit", default=dict)
    at = models.DateTimeField("enregistré le", auto_now_add=True)
    by_name = models.CharField("enregistré par", max_length=200, blank=True)
    withdrawn_at = models.DateTimeField("remplacé ou retiré le", null=True, editable=False)

    WITHDRAWN_PATHS = ("withdrawn_at",)

    class Meta:
        verbose_name = "avis sur les poids"
        verbose_name_plural = "avis sur les poids"
        ordering = ("who", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("mission", "who"),
                condition=models.Q(withdrawn_at__isnull=True),
                name="one_weight_statement_per_person",
            ),
        )

    def __str__(self) -> str:
        return f"{self.who or 'convenu'} — {self.mission}"


class CommitteeDecision(Ordered, Withdrawable, MissionData):
    """What the committee decided for one project, beside what was proposed: read from the workbook, never computed."""

    class Outcome(models.TextChoices):
        """What a committee can say."""

        RETAINED = "retenu", "Retenu"
        REFUSED = "refuse", "Refusé"
        POSTPONED = "reporte", "Reporté"
        RESERVE = "reserve", "Sur la liste de réserve"

    project = models.OneToOneField(
        Project, on_delete=models.CASCADE, related_name="committee_decision", verbose_name="projet"
    )
    outcome = models.CharField("décision", max_length=10, choices=Outcome.choices)
    amount = models.DecimalField("montant décidé (€)", max_digits=16, decimal_places=2, null=True)
    decided_on = models.DateField("date", null=True)
    reason = models.TextField("motif", blank=True)
    by = models.CharField("par qui", max_length=300, blank=True)

    MISSION_PATH = "project__mission"
    WITHDRAWN_PATHS = ("withdrawn_at", "project__withdrawn_at")
    COMMITTEE_PATH = "project"
    PILOT_DECIDES = True

    class Meta:
        verbose_name = "décision du comité"
        verbose_name_plural = "décisions du comité"
        ordering = ("project__ref",)

    def __str__(self) -> str:
        return f"{self.project} : {self.get_outcome_display()}"
