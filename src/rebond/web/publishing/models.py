"""An edition: figures that the pilot published, frozen, with what they were made from for the next to be checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models

from rebond.publication.edition import Edition as Figures
from rebond.publication.lines import Basis
from rebond.web.missions.data import MissionData
from rebond.web.missions.models import Mission, Role
from rebond.web.missions.querysets import MissionDataQuerySet

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from rebond.web.accounts.models import User


class EditionQuerySet(MissionDataQuerySet["Edition"]):
    """Editions. Whoever has a part in a mission reads what an edition tells; its lines are the team's."""

    def told_in(self, missions: models.QuerySet[Mission]) -> Self:
        """The editions of some missions that are not withdrawn, the latest first, without their lines.

        Not yet those that a reader may be given: an embargo may hold some back (``held.told_now``).
        """
        rows = self.in_missions(missions).filter(withdrawn_at=None).order_by("mission", "-number")
        return rows.select_related("mission").defer("basis")

    def told_to(self, user: User | AnonymousUser, missions: models.QuerySet[Mission]) -> Self:
        """As ``told_in``, each with ``for_team``: whether this person is of the team of its mission."""
        team = Mission.objects.in_part(user, Role.PILOT, Role.CONSULTANT)
        return self.told_in(missions).annotate(for_team=models.Exists(team.filter(pk=models.OuterRef("mission"))))


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
    embargoed = models.BooleanField("publiée sous embargo", default=False)
    """Whether it tells what the mission announces under its embargo: the team's alone until its end (``held``)."""
    withdrawn_at = models.DateTimeField("retirée le", null=True)
    reason = models.CharField("motif du retrait", max_length=300, blank=True)

    for_team: bool
    """Whether the reader that it was looked for is of the team (``told_to``)."""

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
