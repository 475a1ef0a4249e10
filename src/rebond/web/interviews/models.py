"""Meetings with firms and the needs heard there."""

from __future__ import annotations

from django.db import models

from rebond.web.catalogue.reading import axis_label
from rebond.web.firms.models import Firm
from rebond.web.missions.data import MissionData, Ordered, Revised, Withdrawable
from rebond.web.missions.models import Mission


class Interview(Ordered, Revised, Withdrawable, MissionData):
    """A meeting with a firm."""

    mission = models.ForeignKey(Mission, on_delete=models.CASCADE, related_name="interviews", verbose_name="mission")
    firm = models.ForeignKey(Firm, on_delete=models.CASCADE, related_name="interviews", verbose_name="entreprise")
    ref = models.CharField("référence", max_length=64)
    held_on = models.DateField("date")
    interviewer = models.CharField("mené par", max_length=300, blank=True)
    minutes = models.TextField("compte rendu", blank=True)

    WITHDRAWN_PATHS = ("withdrawn_at",)

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
