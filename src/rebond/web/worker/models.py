"""Who works on what, and what the mission chose for its studies. It is neither a fact nor a finding.

What is to be done is not written here: a mission wants a study when its facts are not those that its latest study
read (``needs``), so nothing can be lost in a queue nor done twice from it.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models

from rebond.web.missions.data import MissionData
from rebond.web.missions.models import Mission


class Choices(MissionData):
    """What a mission chose for its studies beside its facts."""

    mission = models.OneToOneField(Mission, on_delete=models.CASCADE, related_name="+", verbose_name="mission")
    reading = models.CharField("lecture du droit", max_length=20, blank=True, help_text="Vide : celle du catalogue.")

    class Meta:
        verbose_name = "choix pour les études"
        verbose_name_plural = "choix pour les études"

    def __str__(self) -> str:
        return f"Études de {self.mission}"


class Work(MissionData):
    """The turn of one process on a mission, and what people asked of it."""

    class Kind(models.TextChoices):
        """What is made."""

        STUDY = "etude", "Étude"
        DOCUMENTS = "documents", "Documents"

    mission = models.ForeignKey(Mission, on_delete=models.CASCADE, related_name="+", verbose_name="mission")
    kind = models.CharField("travail", max_length=10, choices=Kind.choices)

    asked_after = models.PositiveIntegerField("étude demandée après le numéro", null=True)
    """A study is wanted even on the same facts, as long as none has a greater number than this."""
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name="demandée par"
    )

    holder = models.UUIDField("processus", null=True)
    """Whoever does it now; free when null, or when the lease is over, or its process gone."""
    machine = models.CharField("machine", max_length=64, blank=True)
    pid = models.PositiveBigIntegerField("numéro du processus", default=0)
    started = models.CharField("départ du processus", max_length=32, blank=True)
    until = models.DateTimeField("bail jusqu’à", null=True)
    since = models.DateTimeField("commencé le", null=True)
    step = models.CharField("étape", max_length=200, blank=True)
    on_state = models.CharField("ce qui est travaillé", max_length=64, blank=True)
    attempts = models.PositiveSmallIntegerField("essais interrompus", default=0)
    """How many times in a row the same work was begun and not ended."""

    class Meta:
        verbose_name = "travail en cours"
        verbose_name_plural = "travaux en cours"
        constraints = (models.UniqueConstraint(fields=("mission", "kind"), name="one_work_of_a_kind_per_mission"),)

    def __str__(self) -> str:
        return f"{self.get_kind_display()} — {self.mission}"
