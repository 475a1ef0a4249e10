"""A mission, who takes part in it, and what it assumes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.urls import reverse

from rebond.facts import UNKNOWN, Maybe
from rebond.regimes.readings import Reading
from rebond.web.catalogue.reading import current_catalogue
from rebond.web.missions.data import MissionData

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from rebond.web.accounts.models import User


class MissionQuerySet(models.QuerySet["Mission"]):
    """Missions by who may read them."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """The missions that a person takes part in."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(memberships__user_id=user.pk).distinct()


class Mission(models.Model):
    """A recovery mission on a territory, with what produced its results."""

    slug = models.SlugField("identifiant", unique=True)
    name = models.CharField("nom", max_length=200)
    territory = models.CharField("territoire", max_length=200)
    epcis = models.JSONField("intercommunalités", default=list)
    committee_on = models.DateField("date du comité")
    examined_on = models.DateField("date d’examen", help_text="Date du droit et du catalogue appliqués.")
    fictitious = models.BooleanField("données fictives", default=False)
    alerts = models.JSONField("alertes", default=list)
    repairs = models.JSONField("valeurs réparées à la lecture", default=list)
    reading = models.CharField("lecture du droit", max_length=16, blank=True, default="")
    catalogue_version = models.CharField("version du catalogue", max_length=64)
    engine_version = models.CharField("version du moteur", max_length=32)
    computed_at = models.DateTimeField("calculée le", auto_now=True)

    objects = MissionQuerySet.as_manager()

    class Meta:
        verbose_name = "mission"
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Home of the mission."""
        return reverse("missions:home", args=[self.slug])

    @property
    def read_as(self) -> Maybe[Reading]:
        """The reading of the law that the proposal follows; UNKNOWN for a mission stored before it was kept."""
        return Reading(self.reading) if self.reading in set(Reading) else UNKNOWN

    @property
    def reading_title(self) -> str:
        """That reading in words, for pages and documents; empty when it was not kept."""
        return "" if self.read_as is UNKNOWN else current_catalogue().readings.title(self.read_as)


class Role(models.TextChoices):
    """What a person is in a mission."""

    PILOT = "pilote", "Pilote"
    CONSULTANT = "consultant", "Consultant"
    PARTNER = "partenaire", "Partenaire"
    COMMITTEE = "copil", "Comité de pilotage"
    FIRM = "entreprise", "Entreprise"
    OBSERVER = "observateur", "Observateur"


class Membership(MissionData):
    """The part of a person in a mission."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships", verbose_name="utilisateur"
    )
    mission = models.ForeignKey(Mission, on_delete=models.CASCADE, related_name="memberships", verbose_name="mission")
    role = models.CharField("rôle", max_length=12, choices=Role.choices)

    class Meta:
        verbose_name = "participation"
        constraints = (
            models.UniqueConstraint(
                fields=("user", "mission"),
                name="one_role_per_mission",
                violation_error_message="Cette personne a déjà un rôle dans la mission.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.user} — {self.get_role_display()}"
