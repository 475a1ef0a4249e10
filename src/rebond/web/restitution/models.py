"""Published figures with the rows behind them, charts, documents."""

from __future__ import annotations

from django.db import models
from django.urls import reverse

from rebond.web.firms.models import Firm
from rebond.web.missions.data import MissionData
from rebond.web.missions.models import Mission
from rebond.web.projects.models import Project


class Indicator(MissionData):
    """A figure with what it means; its rows are behind it."""

    mission = models.ForeignKey(Mission, on_delete=models.CASCADE, related_name="indicators", verbose_name="mission")
    position = models.PositiveSmallIntegerField("rang")
    code = models.SlugField("code", max_length=80)
    label = models.CharField("libellé", max_length=200)
    definition = models.TextField("définition")
    unit = models.CharField("unité", max_length=30)
    value = models.DecimalField("valeur", max_digits=20, decimal_places=4)
    text = models.CharField("valeur en clair", max_length=80)
    brief = models.CharField("valeur en bref", max_length=60, blank=True)
    note = models.CharField("remarque", max_length=300, blank=True)

    class Meta:
        verbose_name = "indicateur"
        ordering = ("position",)
        constraints = (models.UniqueConstraint(fields=("mission", "code"), name="one_indicator_per_code"),)

    def __str__(self) -> str:
        return f"{self.label} : {self.text}"

    def get_absolute_url(self) -> str:
        """The rows behind the figure."""
        return reverse("restitution:indicator", args=[self.mission.slug, self.code])


class IndicatorRow(MissionData):
    """A row behind a figure: what it adds, and the project or firm that it is about."""

    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="rows", verbose_name="indicateur")
    position = models.PositiveIntegerField("rang")
    ref = models.CharField("référence", max_length=150)
    label = models.CharField("libellé", max_length=600)
    value = models.DecimalField("valeur", max_digits=20, decimal_places=4)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, null=True, verbose_name="projet")
    firm = models.ForeignKey(Firm, on_delete=models.CASCADE, null=True, verbose_name="entreprise")

    MISSION_PATH = "indicator__mission"

    class Meta:
        verbose_name = "ligne d’indicateur"
        verbose_name_plural = "lignes d’indicateur"
        ordering = ("position",)

    def __str__(self) -> str:
        return self.label


class Figure(MissionData):
    """A chart or map drawn when the results were computed, with the table that says the same."""

    mission = models.ForeignKey(Mission, on_delete=models.CASCADE, related_name="figures", verbose_name="mission")
    code = models.SlugField("code", max_length=80)
    title = models.CharField("titre", max_length=200)
    description = models.TextField("description")
    svg = models.TextField("dessin")
    header = models.JSONField("en-têtes du tableau", default=list)
    rows = models.JSONField("lignes du tableau", default=list)

    class Meta:
        verbose_name = "graphique"
        constraints = (models.UniqueConstraint(fields=("mission", "code"), name="one_figure_per_code"),)

    def __str__(self) -> str:
        return self.title


class Document(MissionData):
    """A document of the mission; ``path`` is relative to the site's documents folder."""

    mission = models.ForeignKey(Mission, on_delete=models.CASCADE, related_name="documents", verbose_name="mission")
    path = models.CharField("chemin", max_length=300)
    name = models.CharField("nom du fichier", max_length=200)
    size = models.PositiveBigIntegerField("taille (octets)")

    class Meta:
        verbose_name = "document"
        ordering = ("path",)

    def __str__(self) -> str:
        return self.name
