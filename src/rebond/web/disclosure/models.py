"""Decisions on who is shown a project, and the consent of its firm: ended, never deleted."""

from __future__ import annotations

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from rebond.web.firms.models import Firm
from rebond.web.missions.data import MissionData
from rebond.web.missions.models import Mission
from rebond.web.missions.querysets import MissionDataQuerySet, Present
from rebond.web.organisations.models import Organisation
from rebond.web.projects.models import Project


class SharedQuerySet(MissionDataQuerySet["Shared"]):
    """What is at whose disposal today."""

    def before_the_committee(self, missions: models.QuerySet[Mission]) -> Self:
        """What was put before the committees of some missions."""
        return self.filter(organisation__isnull=True).in_missions(missions)


class Shared(MissionData):
    """A project put at the disposal of an organisation, or before the committee (no organisation)."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="shared", verbose_name="projet")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="organisation"
    )
    """``NULL``: the committee."""
    at = models.DateTimeField("le", default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name="par"
    )
    ended_at = models.DateTimeField("jusqu’au", null=True)

    MISSION_PATH = "project__mission"
    WITHDRAWN_PATHS = ("ended_at", "project__withdrawn_at")
    PILOT_DECIDES = True
    objects: ClassVar = Present.from_queryset(SharedQuerySet)()  # type: ignore[assignment]  # django-stubs: one class of manager per queryset

    class Meta:
        verbose_name = "mise à disposition"
        verbose_name_plural = "mises à disposition"
        ordering = ("project__ref", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("project", "organisation"),
                condition=Q(ended_at__isnull=True),
                nulls_distinct=False,
                name="at_disposal_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.project} → {self.organisation or 'comité'}"


class Channel(models.TextChoices):
    """How a firm answered."""

    PAPER = "papier", "Sur papier"
    LINK = "lien", "Par un lien"
    SPACE = "espace", "Dans son espace"


class ConsentRequest(MissionData):
    """What a firm is asked to agree to, and its answer; its link answers once, and a refusal stays written."""

    class Answer(models.TextChoices):
        """What the firm answered."""

        AGREED = "accord", "Accord"
        REFUSED = "refus", "Refus"

    firm = models.ForeignKey(Firm, on_delete=models.CASCADE, related_name="consent_requests", verbose_name="entreprise")
    organisations = models.ManyToManyField(Organisation, related_name="+", verbose_name="organisations")
    """None: every organisation that one of its projects is put at the disposal of."""
    text = models.TextField("texte proposé")
    sent_to = models.EmailField("envoyée à", blank=True)
    """Empty: the pilot hands the link over."""
    nonce = models.CharField("clé du lien", max_length=32)
    """Another one when the link is made anew: the old one opens nothing any more."""
    asked_at = models.DateTimeField("demandé le", default=timezone.now)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name="demandé par"
    )
    expires_at = models.DateTimeField("lien valable jusqu’au")
    closed_at = models.DateTimeField("demande retirée le", null=True)
    answer = models.CharField("réponse", max_length=8, choices=Answer.choices, blank=True)
    answered_at = models.DateTimeField("répondu le", null=True)
    answered_by = models.CharField("répondu par", max_length=300, blank=True)
    channel = models.CharField("par quel moyen", max_length=8, choices=Channel.choices, blank=True)
    reason = models.TextField("motif", blank=True)

    MISSION_PATH = "firm__mission"
    WITHDRAWN_PATHS = ("firm__withdrawn_at",)
    PILOT_DECIDES = True

    class Meta:
        verbose_name = "demande d’accord"
        verbose_name_plural = "demandes d’accord"
        ordering = ("-asked_at", "-pk")

    def __str__(self) -> str:
        return f"{self.firm} — {self.asked_at:%d/%m/%Y}"

    @property
    def is_open(self) -> bool:
        """Whether the firm may still answer."""
        return not self.answer and self.closed_at is None


class Consent(MissionData):
    """A firm agrees that an organisation, or every partner, reads its sheets under its own name."""

    firm = models.ForeignKey(Firm, on_delete=models.CASCADE, related_name="consents", verbose_name="entreprise")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="organisation"
    )
    """``NULL``: every organisation that one of its projects is put at the disposal of."""
    text = models.TextField("texte accepté")
    signed_by = models.CharField("signé par", max_length=200)
    given_on = models.DateField("le")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name="noté par"
    )
    ended_at = models.DateTimeField("retiré le", null=True)
    channel = models.CharField("donné", max_length=8, choices=Channel.choices, default=Channel.PAPER)
    amounts = models.BooleanField("montants compris", default=True)
    """Exact costs and what is asked; without them, the range of the cost."""
    contact = models.CharField("personne à joindre", max_length=300, blank=True)
    """Whom the firm lets these organisations call; empty: nobody."""
    request = models.ForeignKey(
        "ConsentRequest", on_delete=models.CASCADE, null=True, related_name="consents", verbose_name="demande"
    )
    """``NULL``: the firm was not asked through the site."""
    ended_by = models.CharField("retiré par", max_length=300, blank=True)

    MISSION_PATH = "firm__mission"
    WITHDRAWN_PATHS = ("ended_at", "firm__withdrawn_at")
    PILOT_DECIDES = True

    class Meta:
        verbose_name = "consentement"
        ordering = ("-given_on", "-pk")

    def __str__(self) -> str:
        return f"{self.firm} → {self.organisation or 'tous les partenaires'}"
