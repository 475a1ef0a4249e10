"""An edition: figures that the pilot published, frozen, with what they were made from for the next to be checked."""

from __future__ import annotations

from typing import ClassVar, Self

from django.conf import settings
from django.db import models

from rebond.publication.edition import Edition as Figures
from rebond.publication.lines import Basis
from rebond.web.missions.data import MissionData
from rebond.web.missions.models import Mission
from rebond.web.missions.querysets import MissionDataQuerySet


class EditionQuerySet(MissionDataQuerySet["Edition"]):
    """Editions. Whoever has a part in a mission reads what an edition tells; its lines are the team's."""

    def told_in(self, missions: models.QuerySet[Mission]) -> Self:
        """The editions of some missions that are not withdrawn, the latest first, without their lines."""
        return self.in_missions(missions).filter(withdrawn_at=None).order_by("mission", "-number").defer("basis")

    def told_of(self, mission: Mission) -> Self:
        """As ``told_in``, of one mission."""
        return self.of(mission).filter(withdrawn_at=None).order_by("-number").defer("basis")


class Edition(MissionData):
    """Figures published at a date: nothing of it changes but that it is withdrawn."""

    mission = models.ForeignKey(Mission, on_delete=models.CASCADE, related_name="editions", verbose_name="mission")
    number = models.PositiveIntegerField("numéro")
    published_at = models.DateTimeField("publiée le", auto_now_add=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name="publiée par"
    )
    study_number = models.PositiveIntegerField("étude")
    examined_on = models.DateField("date d’examen")
    content = models.JSONField("chiffres")
    basis = models.JSONField("lignes")
    """Never shown: an edition withdrawn was read, so it counts for the next ones too."""
    withdrawn_at = models.DateTimeField("retirée le", null=True)
    reason = models.CharField("motif du retrait", max_length=300, blank=True)

    PILOT_DECIDES = True
    objects: ClassVar = EditionQuerySet.as_manager()  # type: ignore[assignment]  # django-stubs: one class of manager per queryset

    class Meta:
        verbose_name = "édition de chiffres"
        verbose_name_plural = "éditions de chiffres"
        ordering = ("-number",)
        constraints = (models.UniqueConstraint(fields=("mission", "number"), name="one_edition_per_number"),)

    def __str__(self) -> str:
        return f"Édition n° {self.number}"

    @property
    def figures(self) -> Figures:
        """What it tells."""
        return Figures.from_data(self.content)

    @property
    def made_from(self) -> Basis:
        """Its lines."""
        return Basis.from_data(self.basis)
