"""What is typed and not saved yet, and what was sent once: neither is a fact of the mission."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from rebond.web.missions.data import MissionData
from rebond.web.missions.models import Mission


class Draft(MissionData):
    """What a person typed in a form, kept until it is saved or thrown away."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name="utilisateur"
    )
    mission = models.ForeignKey(Mission, on_delete=models.CASCADE, related_name="drafts", verbose_name="mission")
    address = models.CharField("adresse", max_length=300)
    typed = models.JSONField("saisie", default=dict)
    """Name of a control → its values, as the form sends them."""
    saved_at = models.DateTimeField("gardée le", auto_now=True)

    OWNER = "user"

    class Meta:
        verbose_name = "saisie en cours"
        verbose_name_plural = "saisies en cours"
        constraints = (models.UniqueConstraint(fields=("user", "mission", "address"), name="one_draft_per_form"),)

    def __str__(self) -> str:
        return self.address


class Sent(MissionData):
    """A form that made something new, so that sending it twice makes it once."""

    mission = models.ForeignKey(Mission, on_delete=models.CASCADE, related_name="sent_forms", verbose_name="mission")
    token = models.UUIDField("jeton", unique=True)
    address = models.CharField("adresse de ce qui fut créé", max_length=300)
    at = models.DateTimeField("envoyé le", auto_now_add=True)

    class Meta:
        verbose_name = "saisie envoyée"
        verbose_name_plural = "saisies envoyées"

    def __str__(self) -> str:
        return self.address
