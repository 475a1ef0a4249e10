"""The envelope of the call and what the committee decided: what is proposed to it belongs to a study."""

from __future__ import annotations

from django.db import models

from rebond.units import format_euros, format_rate
from rebond.web.missions.data import MissionData, Ordered, Withdrawable
from rebond.web.missions.models import Mission
from rebond.web.projects.models import Project


class Envelope(MissionData):
    """The envelope of the call, with the rules that the mission set."""

    mission = models.OneToOneField(Mission, on_delete=models.CASCADE, related_name="envelope", verbose_name="mission")
    operator = models.CharField("opérateur", max_length=300)
    title = models.CharField("nom de l’appel", max_length=300, blank=True, default="")
    dispositif = models.CharField("dispositif", max_length=300, null=True)  # noqa: DJ001 - NULL is UNKNOWN, as elsewhere
    funds_part = models.BooleanField("finance une partie du besoin", null=True)
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
    epcis = models.JSONField("intercommunalités payées", default=list, blank=True)
    regions = models.JSONField("régions payées", default=list, blank=True)
    sizes = models.JSONField("tailles payées", default=list, blank=True)
    activities = models.JSONField("activités payées (NAF)", default=list, blank=True)
    min_per_project = models.DecimalField("minimum par projet payé (€)", max_digits=16, decimal_places=2, null=True)
    max_per_project = models.DecimalField("plafond par projet (€)", max_digits=16, decimal_places=2, null=True)
    max_share = models.DecimalField("part la plus haute de l’aide", max_digits=18, decimal_places=9, null=True)

    MISSION_PATH = "envelope__mission"
    COMMITTEE_ALWAYS = True

    class Meta:
        verbose_name = "contribution"
        ordering = ("-amount", "position")

    def __str__(self) -> str:
        return self.contributor

    @property
    def rules(self) -> tuple[str, ...]:
        """What it may pay, in French; nothing where nothing but its amount binds it."""
        places = (("intercommunalités", self.epcis), ("régions", self.regions), ("activités", self.activities))
        told = [f"{what} {', '.join(codes)} seulement" for what, codes in places if codes]
        if self.sizes:
            told.append(f"entreprises de taille {', '.join(self.sizes)} seulement")
        if self.min_per_project is not None:
            told.append(f"au moins {format_euros(self.min_per_project)} par projet payé")
        if self.max_per_project is not None:
            told.append(f"au plus {format_euros(self.max_per_project)} par projet")
        if self.max_share is not None:
            told.append(f"au plus {format_rate(self.max_share)} de l’aide d’un projet")
        return tuple(told)


class Step(Ordered, MissionData):
    """A step with its date and its outcome; the next one is added, none is rewritten."""

    class Stage(models.TextChoices):
        """The steps of a call, and of a project in it."""

        CUTOFF = "releve", "Relève"
        LOCAL = "prevalidation", "Prévalidation locale"
        INSTRUCTION = "instruction", "Instruction de l’opérateur"
        NATIONAL = "decision_nationale", "Décision nationale"
        WITHDRAWAL = "desistement", "Désistement"

    class Outcome(models.TextChoices):
        """How a step ends."""

        FAVOURABLE = "favorable", "Favorable"
        UNFAVOURABLE = "defavorable", "Défavorable"
        BLOCKED = "bloquee", "Bloquée"

    stage = models.CharField("étape", max_length=20, choices=Stage.choices)
    on = models.DateField("date", null=True)
    outcome = models.CharField("issue", max_length=12, choices=Outcome.choices, null=True)  # noqa: DJ001 - same
    amount = models.DecimalField("montant (€)", max_digits=16, decimal_places=2, null=True)
    by = models.CharField("par qui", max_length=300, blank=True)
    reason = models.TextField("motif", blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.get_stage_display()


class CallStep(Step):
    """A cut-off date, or a step of the call as a whole."""

    envelope = models.ForeignKey(Envelope, on_delete=models.CASCADE, related_name="steps", verbose_name="enveloppe")

    MISSION_PATH = "envelope__mission"
    COMMITTEE_ALWAYS = True

    class Meta:
        verbose_name = "étape de l’appel"
        verbose_name_plural = "étapes de l’appel"
        ordering = ("position",)


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


class DecisionStep(Step):
    """What came of a decision of the committee: instruction, national decision, withdrawal of the firm."""

    decision = models.ForeignKey(
        CommitteeDecision, on_delete=models.CASCADE, related_name="steps", verbose_name="décision"
    )

    MISSION_PATH = "decision__project__mission"
    WITHDRAWN_PATHS = ("decision__withdrawn_at", "decision__project__withdrawn_at")
    COMMITTEE_PATH = "decision__project"
    PILOT_DECIDES = True

    class Meta:
        verbose_name = "suite d’une décision"
        verbose_name_plural = "suites des décisions"
        ordering = ("position",)
