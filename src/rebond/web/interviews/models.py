"""Meetings with firms and the needs heard there."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models

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
