"""The envelope of the call, what assessors said and what the committee decided: what is proposed belongs to a study."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models

from rebond.facts.marks import person
from rebond.units import format_euros, format_rate
from rebond.web.firms.models import Firm
from rebond.web.missions.data import MissionData, Ordered, Withdrawable
from rebond.web.missions.models import Mission
from rebond.web.missions.querysets import MissionDataQuerySet, Present
from rebond.web.projects.models import Project

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from rebond.web.accounts.models import User


class Envelope(Ordered, MissionData):
    """A call with its envelope and the rules that the mission set; most missions have one."""

    mission = models.ForeignKey(Mission, on_delete=models.CASCADE, related_name="envelopes", verbose_name="mission")
    call = models.CharField("appel", max_length=300, blank=True, default="", help_text="Vide : le premier appel.")
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
    after_cutoff = models.BooleanField("accepte après la dernière relève", null=True)

    COMMITTEE_ALWAYS = True

    class Meta:
        verbose_name = "enveloppe"
        ordering = ("position",)
        constraints = (models.UniqueConstraint(fields=("mission", "call"), name="one_envelope_per_call"),)

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
    outcome = models.CharField("issue", max_length=12, choices=Outcome.choices, null=True)  # noqa: DJ001 - NULL is UNKNOWN, as elsewhere
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


class CallCriterion(Ordered, MissionData):
    """A criterion of the call that the mission set, with its words."""

    mission = models.ForeignKey(Mission, on_delete=models.CASCADE, related_name="call_criteria", verbose_name="mission")
    code = models.CharField("code", max_length=40)
    label = models.CharField("critère", max_length=300)
    weight = models.DecimalField("poids", max_digits=24, decimal_places=9)
    computed = models.CharField("comment il est noté", max_length=30)
    anchors = models.JSONField("repères", default=list, blank=True)
    call = models.CharField("appel", max_length=120, blank=True, default="", help_text="Vide : de toute la mission.")

    class Meta:
        verbose_name = "critère de l’appel"
        verbose_name_plural = "critères de l’appel"
        ordering = ("position",)

    def __str__(self) -> str:
        return self.label


class WeightStatement(MissionData):
    """What someone said of the weights of the call: kept as said, replaced by the next one of the same person."""

    mission = models.ForeignKey(
        Mission, on_delete=models.CASCADE, related_name="weight_statements", verbose_name="mission"
    )
    who = models.CharField("qui le dit", max_length=200, blank=True, help_text="Vide : ce dont le comité est convenu.")
    said = models.JSONField("ce qui est dit", default=dict)
    at = models.DateTimeField("enregistré le", auto_now_add=True)
    by_name = models.CharField("enregistré par", max_length=200, blank=True)
    on = models.DateField("dit le", null=True)
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
    call = models.CharField("appel", max_length=300, blank=True, default="", help_text="Vide : le premier appel.")

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


class RecusalQuerySet(MissionDataQuerySet["Recusal"]):
    """Where assessors stand aside."""

    def may_change(self, user: User | AnonymousUser) -> Self:
        """Each says it of himself or herself; who runs the mission, of anybody."""
        found = super().may_change(user)
        run = Mission.objects.piloted_by(user).current()
        return found.filter(who=person(user.get_username())) | found.in_missions(run)

    def firms_left_by(self, user: User | AnonymousUser) -> models.QuerySet[Recusal, int]:
        """Keys of the firms for which a person stands aside today: a part of a query, not one more."""
        later = self.model.objects.filter(
            firm=models.OuterRef("firm"), who=models.OuterRef("who"), number__gt=models.OuterRef("number")
        )
        mine = self.filter(who=person(user.get_username()), aside=True)
        return mine.exclude(models.Exists(later)).values_list("firm", flat=True)


class Recusal(Ordered, Withdrawable, MissionData):
    """That an assessor stands aside for a firm, or no longer does: only ever added, the last one holds."""

    firm = models.ForeignKey(Firm, on_delete=models.CASCADE, related_name="recusals", verbose_name="entreprise")
    ref = models.CharField("référence", max_length=200)
    assessor = models.CharField("évaluateur", max_length=100)
    who = models.CharField("évaluateur, sans casse", max_length=100, editable=False, db_index=True)
    number = models.PositiveIntegerField("numéro")
    aside = models.BooleanField("se déporte")
    reason = models.TextField("motif")
    by = models.CharField("déclaré par", max_length=300)
    on = models.DateField("le", null=True)

    MISSION_PATH = "firm__mission"
    WITHDRAWN_PATHS = ("withdrawn_at", "firm__withdrawn_at")
    objects: ClassVar = Present.from_queryset(RecusalQuerySet)()  # type: ignore[assignment]  # django-stubs: one class of manager per queryset

    class Meta:
        verbose_name = "déport d’un évaluateur"
        verbose_name_plural = "déports des évaluateurs"
        ordering = ("firm_id", "who", "number")
        constraints = (
            models.UniqueConstraint(
                fields=("firm", "ref"),
                name="one_recusal_per_number",
                violation_error_message="Une déclaration de cet évaluateur porte déjà ce numéro.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.assessor} : {'se déporte' if self.aside else 'ne se déporte plus'}"


class MarkQuerySet(MissionDataQuerySet["Mark"]):
    """The marks of assessors: who stands aside for a firm reads none of its projects'."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """As any row of the team, but for the projects of the firms for which this person stands aside."""
        return super().visible_to(user).exclude(project__firm__in=Recusal.objects.firms_left_by(user))

    def may_change(self, user: User | AnonymousUser) -> Self:
        """Each corrects his or her own, by another mark, and none where he or she stands aside."""
        left = Recusal.objects.firms_left_by(user)
        return super().may_change(user).filter(who=person(user.get_username())).exclude(project__firm__in=left)


class Mark(Ordered, Withdrawable, MissionData):
    """What one assessor gives a project on one criterion of the call: only ever added, the last one counts."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="marks", verbose_name="projet")
    ref = models.CharField("référence", max_length=200)
    criterion = models.CharField("critère", max_length=60)
    assessor = models.CharField("évaluateur", max_length=100)
    who = models.CharField("évaluateur, sans casse", max_length=100, editable=False, db_index=True)
    number = models.PositiveIntegerField("numéro")
    score = models.PositiveSmallIntegerField("note sur 5", null=True)
    reason = models.TextField("motif")
    on = models.DateField("le", null=True)

    MISSION_PATH = "project__mission"
    WITHDRAWN_PATHS = ("withdrawn_at", "project__withdrawn_at")
    objects: ClassVar = Present.from_queryset(MarkQuerySet)()  # type: ignore[assignment]  # django-stubs: one class of manager per queryset

    class Meta:
        verbose_name = "note d’un évaluateur"
        verbose_name_plural = "notes des évaluateurs"
        ordering = ("project_id", "criterion", "who", "number")
        constraints = (
            models.UniqueConstraint(
                fields=("project", "ref"),
                name="one_mark_per_number",
                violation_error_message="Une note de cet évaluateur sur ce critère porte déjà ce numéro.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.assessor}, {self.criterion} : {self.score}"


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
