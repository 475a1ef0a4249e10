"""What was sent to organisations, and what became of it: decisions, beside what each study proposes."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self, TypeVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from rebond.web.missions.data import MissionData, Ordered, Withdrawable
from rebond.web.missions.models import Mission
from rebond.web.missions.querysets import MissionDataQuerySet, Present
from rebond.web.projects.models import Project

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from rebond.web.accounts.models import User

R = TypeVar("R", bound=MissionData)


class ReferralQuerySet(MissionDataQuerySet[R]):
    """Referrals and their steps: the team reads them all, an organisation those that were sent to it."""

    PATH = ""
    """From the row to its referral."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Whole: for the team, and for the people of the organisation that it was sent to."""
        return super().visible_to(user) | self.sent_to(user)

    def sent_to(self, user: User | AnonymousUser) -> Self:
        """Those of the organisations for which this person is a partner today."""
        return self.of_partner(user, f"{self.PATH}organisation")

    def may_answer(self, user: User | AnonymousUser) -> Self:
        """Those of which a person may say a step: the team, who hears it by telephone; the organisation's people."""
        return self.visible_to(user).in_missions(Mission.objects.current())


class SentReferral(Ordered, Withdrawable, MissionData):
    """That the mission sent a project to an organisation. A study proposes ways out; only people send."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="sent_referrals", verbose_name="projet")
    ref = models.CharField("référence", max_length=64)
    organisation = models.CharField("organisation (clé au catalogue)", max_length=64, db_index=True)
    dispositifs = models.JSONField("dispositifs", default=list, blank=True)
    asked = models.DecimalField("montant demandé (€)", max_digits=16, decimal_places=2, null=True)
    why = models.TextField("pourquoi elle", blank=True)
    expected = models.TextField("ce qui est attendu", blank=True)
    sent_on = models.DateField("envoyée le", null=True)
    answer_by = models.DateField("réponse attendue avant le", null=True)
    sent_by = models.CharField("envoyée par", max_length=300, blank=True)
    words = models.TextField("message de la mission", blank=True)

    MISSION_PATH = "project__mission"
    WITHDRAWN_PATHS = ("withdrawn_at", "project__withdrawn_at")
    PILOT_DECIDES = True
    objects: ClassVar = Present.from_queryset(ReferralQuerySet)()  # type: ignore[assignment]  # django-stubs: one class of manager per queryset
    ever: ClassVar = ReferralQuerySet.as_manager()

    class Meta:
        verbose_name = "orientation envoyée"
        verbose_name_plural = "orientations envoyées"
        ordering = ("position", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("project", "ref"),
                name="one_referral_per_ref",
                violation_error_message="Cette référence d’orientation est déjà prise dans le projet.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.ref} → {self.organisation}"


class StepQuerySet(ReferralQuerySet[R]):
    """The steps of referrals."""

    PATH = "referral__"

    def may_change(self, user: User | AnonymousUser) -> Self:
        """Who may say what follows: a step itself never changes."""
        return self.may_answer(user)


class ReferralStep(Ordered, Withdrawable, MissionData):
    """One thing said or done of a referral: only ever added, the highest number is the last."""

    class State(models.TextChoices):
        """Where a referral stands after it."""

        SENT = "envoyee", "Envoyée"
        TAKEN = "prise_en_charge", "Prise en charge"
        ASKED = "precisions", "Précisions demandées"
        FILED = "deposee", "Demande déposée"
        GRANTED = "accordee", "Accordée"
        REFUSED = "refusee", "Refusée"
        NOT_OURS = "pas_pour_nous", "Pas pour nous"
        CLOSED = "close", "Close"

    referral = models.ForeignKey(
        SentReferral, on_delete=models.CASCADE, related_name="steps", verbose_name="orientation"
    )
    ref = models.CharField("référence", max_length=80)
    number = models.PositiveIntegerField("numéro")
    state = models.CharField("état", max_length=20, choices=State.choices)
    on = models.DateField("le", null=True)
    dispositif = models.CharField("dispositif", max_length=150, blank=True)
    asked = models.DecimalField("montant demandé (€)", max_digits=16, decimal_places=2, null=True)
    granted = models.DecimalField("montant accordé (€)", max_digits=16, decimal_places=2, null=True)
    paid = models.DecimalField("montant versé à ce jour (€)", max_digits=16, decimal_places=2, null=True)
    jobs = models.PositiveIntegerField("emplois créés à ce jour", null=True)
    by = models.CharField("dite par", max_length=300, blank=True)
    reason = models.TextField("motif", blank=True)
    answer_by = models.DateField("réponse attendue avant le", null=True)

    MISSION_PATH = "referral__project__mission"
    WITHDRAWN_PATHS = ("withdrawn_at", "referral__withdrawn_at", "referral__project__withdrawn_at")
    objects: ClassVar = Present.from_queryset(StepQuerySet)()  # type: ignore[assignment]  # django-stubs: one class of manager per queryset
    ever: ClassVar = StepQuerySet.as_manager()

    class Meta:
        verbose_name = "suite d’une orientation"
        verbose_name_plural = "suites des orientations"
        ordering = ("referral_id", "number")
        constraints = (
            models.UniqueConstraint(
                fields=("referral", "ref"),
                name="one_step_per_number",
                violation_error_message="Une étape de cette orientation porte déjà ce numéro.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.ref} : {self.get_state_display()}"


class Audience(models.TextChoices):
    """Who reads a message of a thread."""

    SHARED = "partagee", "L’organisation et la mission"
    MISSION = "mission", "La mission seule"
    ORGANISATION = "organisation", "L’organisation seule"


class MessageQuerySet(ReferralQuerySet[R]):
    """What was written about a referral: each message says who reads it, and nobody else does."""

    PATH = "referral__"

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Shared ones as their referral; the internal ones of each side for that side alone."""
        ours = MissionDataQuerySet.visible_to(self, user).filter(audience__in=(Audience.SHARED, Audience.MISSION))
        return ours | self.sent_to(user).filter(audience__in=(Audience.SHARED, Audience.ORGANISATION))


class Message(Withdrawable, MissionData):
    """One message of the thread of a referral: only ever added."""

    referral = models.ForeignKey(
        SentReferral, on_delete=models.CASCADE, related_name="messages", verbose_name="orientation"
    )
    audience = models.CharField("lu par", max_length=12, choices=Audience.choices)
    text = models.TextField("message")
    at = models.DateTimeField("écrit le", auto_now_add=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name="écrit par"
    )
    by_name = models.CharField("nom", max_length=300)

    MISSION_PATH = "referral__project__mission"
    WITHDRAWN_PATHS = ("withdrawn_at", "referral__withdrawn_at", "referral__project__withdrawn_at")
    SITE_WRITES = True
    objects: ClassVar = Present.from_queryset(MessageQuerySet)()  # type: ignore[assignment]  # django-stubs: one class of manager per queryset
    ever: ClassVar = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = "message d’une orientation"
        verbose_name_plural = "messages des orientations"
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return f"{self.referral} : {self.get_audience_display()}"


class DeskAddress(MissionData):
    """Where the letters to an organisation go, for who has no account on the site; ended, never deleted."""

    mission = models.ForeignKey(
        Mission, on_delete=models.CASCADE, related_name="desk_addresses", verbose_name="mission"
    )
    organisation = models.CharField("organisation (clé au catalogue)", max_length=64)
    email = models.EmailField("adresse")
    at = models.DateTimeField("depuis le", auto_now_add=True)
    by_name = models.CharField("notée par", max_length=300)
    ended_at = models.DateTimeField("jusqu’au", null=True)

    WITHDRAWN_PATHS = ("ended_at",)
    PILOT_DECIDES = True

    class Meta:
        verbose_name = "adresse d’une organisation"
        verbose_name_plural = "adresses des organisations"
        ordering = ("organisation", "email")
        constraints = (
            models.UniqueConstraint(
                fields=("mission", "organisation", "email"),
                condition=Q(ended_at__isnull=True),
                name="one_desk_address",
            ),
        )

    def __str__(self) -> str:
        return f"{self.organisation} : {self.email}"
