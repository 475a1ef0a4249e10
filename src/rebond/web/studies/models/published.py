"""What a study publishes: figures with the rows behind them, charts, documents."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.urls import reverse

from rebond.web.studies.models.record import Record
from rebond.web.studies.models.study import StudyData
from rebond.web.studies.records import IndicatorRow, StoredChart, read_chart, read_rows


class Indicator(StudyData):
    """A figure with what it means; its rows are in its record."""

    position = models.PositiveSmallIntegerField("rang")
    code = models.SlugField("code", max_length=80)
    label = models.CharField("libellé", max_length=200)
    definition = models.TextField("définition")
    formula = models.CharField("calcul", max_length=300, blank=True)
    unit = models.CharField("unité", max_length=30)
    value = models.DecimalField("valeur", max_digits=20, decimal_places=4)
    text = models.CharField("valeur en clair", max_length=80)
    brief = models.CharField("valeur en bref", max_length=60, blank=True)
    note = models.CharField("remarque", max_length=300, blank=True)
    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="indicators", verbose_name="lignes")

    class Meta:
        verbose_name = "indicateur"
        ordering = ("position",)
        constraints = (models.UniqueConstraint(fields=("study", "code"), name="one_indicator_per_study_and_code"),)

    def __str__(self) -> str:
        return f"{self.label} : {self.text}"

    def get_absolute_url(self) -> str:
        """The rows behind the figure."""
        return reverse("restitution:indicator", args=[self.study.mission.slug, self.code])

    @property
    def rows(self) -> tuple[IndicatorRow, ...]:
        """What the figure is made of, in order."""
        return read_rows(self.record.read())


class PublicationBasis(StudyData):
    """What the published figures of a mission are made from: it stays with the team."""

    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="bases", verbose_name="lignes")

    class Meta:
        verbose_name = "base de publication"
        verbose_name_plural = "bases de publication"
        constraints = (models.UniqueConstraint(fields=("study",), name="one_publication_basis_per_study"),)

    def __str__(self) -> str:
        return f"Base de publication de l’étude nº {self.study.number}"


class Figure(StudyData):
    """A chart or map drawn when the study was made, with the table that says the same."""

    position = models.PositiveSmallIntegerField("rang")
    code = models.SlugField("code", max_length=80)
    title = models.CharField("titre", max_length=200)
    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="figures", verbose_name="dessin")

    class Meta:
        verbose_name = "graphique"
        ordering = ("position",)
        constraints = (models.UniqueConstraint(fields=("study", "code"), name="one_figure_per_study_and_code"),)

    def __str__(self) -> str:
        return self.title

    @property
    def chart(self) -> StoredChart:
        """The drawing and its table."""
        if "_chart" not in self.__dict__:
            self.__dict__["_chart"] = read_chart(self.record.read())
        kept: StoredChart = self.__dict__["_chart"]
        return kept


class Document(StudyData):
    """A document made from a study; ``path`` is relative to the site's documents folder."""

    path = models.CharField("chemin", max_length=300)
    name = models.CharField("nom du fichier", max_length=200)
    size = models.PositiveBigIntegerField("taille (octets)")

    class Meta:
        verbose_name = "document"
        ordering = ("path",)

    def __str__(self) -> str:
        return self.name


class DocumentSet(StudyData):
    """The documents of a study, all of them or none: asked for, then made in the background."""

    class Status(models.TextChoices):
        """Where they stand."""

        ASKED = "demandes", "Demandés"
        DONE = "prets", "Prêts"
        FAILED = "echec", "Échec"

    status = models.CharField("état", max_length=8, choices=Status.choices, default=Status.ASKED)
    asked_at = models.DateTimeField("demandés le", auto_now_add=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name="demandés par"
    )
    finished_at = models.DateTimeField("prêts le", null=True)
    failure = models.TextField("pourquoi ils manquent", blank=True)

    class Meta:
        verbose_name = "jeu de documents"
        verbose_name_plural = "jeux de documents"
        constraints = (models.UniqueConstraint(fields=("study",), name="one_document_set_per_study"),)

    def __str__(self) -> str:
        return f"Documents de l’étude nº {self.study.number}"
