"""Meetings with firms and the needs heard there."""

from __future__ import annotations

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils import timezone

from rebond.web.catalogue.reading import axis_label
from rebond.web.firms.models import Firm
from rebond.web.missions.data import MissionData, Ordered, Revised, Withdrawable
from rebond.web.missions.models import Mission
from rebond.web.missions.querysets import MissionDataQuerySet, Present


class InterviewQuerySet(MissionDataQuerySet["Interview"]):
    """Interviews, and the calls that they end with."""

    def to_call(self) -> Self:
        """Those of firms that wait to be called back, the day known or not."""
        return self.exclude(callback_on=None, callback_by="", callback_why="")


class Interview(Ordered, Revised, Withdrawable, MissionData):
    """A meeting with a firm."""

    mission = models.ForeignKey(Mission, on_delete=models.CASCADE, related_name="interviews", verbose_name="mission")
    firm = models.ForeignKey(Firm, on_delete=models.CASCADE, related_name="interviews", verbose_name="entreprise")
    ref = models.CharField("référence", max_length=64)
    held_on = models.DateField("date")
    interviewer = models.CharField("mené par", max_length=300, blank=True)
    minutes = models.TextField("compte rendu", blank=True)
    callback_on = models.DateField("à rappeler le", null=True)
    callback_by = models.CharField("qui rappelle", max_length=300, blank=True)
    callback_why = models.CharField("pourquoi rappeler", max_length=300, blank=True)

    WITHDRAWN_PATHS = ("withdrawn_at",)

    objects: ClassVar = Present.from_queryset(InterviewQuerySet)()  # type: ignore[assignment]  # django-stubs: one class of manager per queryset

    class Meta:
        verbose_name = "entretien"
        ordering = ("-held_on", "ref")

    def __str__(self) -> str:
        return f"{self.firm} — {self.held_on:%d/%m/%Y}"


class Need(Ordered, MissionData):
    """A need heard in an interview, on an axis of the roadmap."""

    interview = models.ForeignKey(Interview, on_delete=models.CASCADE, related_name="needs", verbose_name="entretien")
    axis = models.CharField("axe", max_length=300)
    text = models.TextField("besoin")

    MISSION_PATH = "interview__mission"
    WITHDRAWN_PATHS = ("interview__withdrawn_at",)

    class Meta:
        verbose_name = "besoin"
        ordering = ("interview_id", "position")

    def __str__(self) -> str:
        return self.text

    @property
    def axis_label(self) -> str:
        """Its axis in words."""
        return axis_label(self.axis)


class MinutesReply(MissionData):
    """What a firm says of its minutes: that they are right, or what to correct; the team takes it over or answers.

    It never changes the minutes by itself, and ``about`` says which text the firm read.
    """

    class Kind(models.TextChoices):
        """What the firm says."""

        APPROVED = "approuve", "Approuvé"
        CORRECTION = "correction", "Correction demandée"

    class Outcome(models.TextChoices):
        """What the team did of it."""

        TAKEN = "reprise", "Repris dans le compte rendu"
        ANSWERED = "reponse", "Répondu"

    interview = models.ForeignKey(Interview, on_delete=models.CASCADE, related_name="replies", verbose_name="entretien")
    kind = models.CharField("réponse", max_length=12, choices=Kind.choices)
    text = models.TextField("ce qui est à corriger", blank=True)
    about = models.CharField("empreinte du texte lu", max_length=64)
    at = models.DateTimeField("le", default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name="par"
    )
    by_name = models.CharField("nom", max_length=200)
    outcome = models.CharField("suite", max_length=8, choices=Outcome.choices, blank=True)
    answer = models.TextField("réponse de l’équipe", blank=True)
    settled_at = models.DateTimeField("traitée le", null=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name="traitée par"
    )

    MISSION_PATH = "interview__mission"
    WITHDRAWN_PATHS = ("interview__withdrawn_at",)

    class Meta:
        verbose_name = "réponse au compte rendu"
        verbose_name_plural = "réponses aux comptes rendus"
        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return f"{self.interview} — {self.get_kind_display()}"
