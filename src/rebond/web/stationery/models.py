"""The template that a mission puts in the place of Rebond's."""

from __future__ import annotations

from django.db import models

from rebond.web.missions.data import MissionData
from rebond.web.missions.models import Mission


class TemplateFile(MissionData):
    """One file a kind of document; who changes it, and when, is in the journal, with its digest."""

    mission = models.ForeignKey(
        Mission, on_delete=models.CASCADE, related_name="template_files", verbose_name="mission"
    )
    kind = models.CharField("document", max_length=30)
    name = models.CharField("nom du fichier", max_length=120)
    content = models.BinaryField("contenu")
    size = models.PositiveIntegerField("taille (octets)")
    digest = models.CharField("empreinte", max_length=64)
    at = models.DateTimeField("déposé le", auto_now=True)
    by_name = models.CharField("déposé par", max_length=200)

    PILOT_DECIDES = True

    class Meta:
        verbose_name = "modèle de document"
        verbose_name_plural = "modèles de documents"
        ordering = ("kind",)
        constraints = (models.UniqueConstraint(fields=("mission", "kind"), name="one_template_per_kind"),)

    def __str__(self) -> str:
        return self.name
