"""The roadmap that a mission settled: what studies propose belongs to them (``studies.models.Action``)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models

from rebond.facts import ActionStatus
from rebond.units import format_measure
from rebond.web.missions.data import MissionData, Ordered, Withdrawable
from rebond.web.missions.models import Mission
from rebond.web.missions.querysets import MissionDataQuerySet, Present

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from rebond.web.accounts.models import User


class LedQuerySet(MissionDataQuerySet["RoadmapAction"]):
    """Actions: the team and the committee read all of them, a partner those that its organisation leads."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """As any row that the committee reads, and those that this person's organisation leads."""
        return super().visible_to(user) | self.led_by(user)

    def led_by(self, user: User | AnonymousUser) -> Self:
        """The actions of the organisations for which this person is a partner today, once adopted."""
        return self.of_partner(user, "owner").exclude(status=ActionStatus.SET_ASIDE)


class RoadmapAction(Ordered, Withdrawable, MissionData):
    """An action adopted, or set aside with a reason."""

    class Status(models.TextChoices):
        """Where it is."""

        TO_START = "a_lancer", "À lancer"
        RUNNING = "en_cours", "En cours"
        DONE = "achevee", "Achevée"
        DROPPED = "abandonnee", "Abandonnée"
        SET_ASIDE = "ecartee", "Écartée"

    class Priority(models.TextChoices):
        """What comes first."""

        HIGH = "haute", "Haute"
        NORMAL = "normale", "Normale"
        LOW = "basse", "Basse"

    mission = models.ForeignKey(
        Mission, on_delete=models.CASCADE, related_name="roadmap_actions", verbose_name="mission"
    )
    ref = models.CharField("référence", max_length=64)
    proposal = models.CharField("proposition d’origine", max_length=64, blank=True)
    axis = models.CharField("axe", max_length=40)
    title = models.CharField("intitulé", max_length=300)
    why = models.TextField("pourquoi", blank=True)
    owner = models.CharField("pilote", max_length=150, blank=True)
    owner_person = models.CharField("personne qui en répond", max_length=150, blank=True)
    partners = models.JSONField("partenaires", default=list, blank=True)
    budget = models.DecimalField("budget (€)", max_digits=16, decimal_places=2, null=True)
    paid_by = models.JSONField("qui paie", default=list, blank=True)
    starts_on = models.DateField("début", null=True)
    ends_on = models.DateField("fin", null=True)
    status = models.CharField("état", max_length=10, choices=Status.choices)
    status_reason = models.TextField("motif de l’état", blank=True)
    priority = models.CharField("priorité", max_length=10, choices=Priority.choices, null=True)  # noqa: DJ001 - NULL is UNKNOWN, as elsewhere
    indicator = models.CharField("indicateur", max_length=200, blank=True)
    unit = models.CharField("unité", max_length=40, blank=True)
    baseline = models.DecimalField("valeur de départ", max_digits=24, decimal_places=9, null=True)
    target = models.DecimalField("cible", max_digits=24, decimal_places=9, null=True)
    target_on = models.DateField("date de la cible", null=True)
    needs = models.JSONField("besoins", default=list, blank=True)
    projects = models.JSONField("projets", default=list, blank=True)
    adopted_on = models.DateField("adoptée ou écartée le", null=True)
    adopted_by = models.CharField("par qui", max_length=300, blank=True)

    WITHDRAWN_PATHS = ("withdrawn_at",)
    COMMITTEE_ALWAYS = True
    PILOT_DECIDES = True
    objects: ClassVar = Present.from_queryset(LedQuerySet)()  # type: ignore[assignment]  # django-stubs: one class of manager per queryset

    class Meta:
        verbose_name = "action de la feuille de route"
        verbose_name_plural = "actions de la feuille de route"
        ordering = ("position",)
        constraints = (
            models.UniqueConstraint(
                fields=("mission", "ref"),
                name="one_roadmap_action_per_ref",
                violation_error_message="Une action porte déjà cet identifiant.",
            ),
        )

    def __str__(self) -> str:
        return self.title


class ProgressQuerySet(MissionDataQuerySet["ActionProgress"]):
    """Progress: read with its action; added by the team, and by the organisation that leads the action."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """That of the actions that this person reads."""
        return self.filter(action__in=RoadmapAction.objects.visible_to(user))

    def may_change(self, user: User | AnonymousUser) -> Self:
        """That of the actions to which this person may add some."""
        current = Mission.objects.current()
        led = RoadmapAction.objects.led_by(user).in_missions(current)
        return super().may_change(user) | self.filter(action__in=led)


class ActionProgress(Ordered, Withdrawable, MissionData):
    """What was said of an action one day: only ever added (triggers)."""

    action = models.ForeignKey(RoadmapAction, on_delete=models.CASCADE, related_name="progress", verbose_name="action")
    number = models.PositiveIntegerField("numéro")
    on = models.DateField("le", null=True)
    value = models.DecimalField("valeur de l’indicateur", max_digits=24, decimal_places=9, null=True)
    words = models.TextField("ce qui est fait", blank=True)
    by = models.CharField("dit par", max_length=300, blank=True)

    MISSION_PATH = "action__mission"
    WITHDRAWN_PATHS = ("withdrawn_at", "action__withdrawn_at")
    objects: ClassVar = Present.from_queryset(ProgressQuerySet)()  # type: ignore[assignment]  # django-stubs: one class of manager per queryset

    class Meta:
        verbose_name = "avancement d’une action"
        verbose_name_plural = "avancements des actions"
        ordering = ("action_id", "number")
        constraints = (
            models.UniqueConstraint(
                fields=("action", "number"),
                name="one_progress_per_number",
                violation_error_message="Un avancement de cette action porte déjà ce numéro.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.action} : {self.words or self.value}"

    @property
    def shown_value(self) -> str:
        """The value of the indicator, as people read it."""
        return "" if self.value is None else format_measure(self.value)
