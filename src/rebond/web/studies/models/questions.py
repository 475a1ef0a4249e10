"""What the plans of a study wait for: every question with the euros that depend on its answer."""

from __future__ import annotations

from django.db import models

from rebond.web.projects.models import Project
from rebond.web.studies.models.study import StudyData


class OpenQuestion(StudyData):
    """A question that euros of a project's plan wait for. The same euros may wait for several answers."""

    class AskedOf(models.TextChoices):
        """Who can answer."""

        FIRM = "entreprise", "À demander à l’entreprise"
        FUNDER = "financeur", "À demander au financeur"
        CONFIRM = "confirmation", "À faire confirmer par l’entreprise, puis par le financeur"
        DATES = "dates", "À établir"
        TEXT = "texte", "À relire dans un texte"

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+", verbose_name="projet")
    asked_of = models.CharField("à qui la poser", max_length=12, choices=AskedOf.choices)
    text = models.CharField("question", max_length=600)
    amount = models.PositiveBigIntegerField("soutiens du plan qui en dépendent (€)")

    class Meta:
        verbose_name = "question ouverte"
        verbose_name_plural = "questions ouvertes"
        ordering = ("-amount", "pk")

    def __str__(self) -> str:
        return self.text
