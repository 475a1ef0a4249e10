"""A mission, who takes part in it, and what it assumes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.functional import cached_property

from rebond.web.missions.data import MissionData

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from rebond.web.accounts.models import User
    from rebond.web.studies.models import Study


class MissionQuerySet(models.QuerySet["Mission"]):
    """Missions by who may read them."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """The missions that a person takes part in."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(memberships__user_id=user.pk).distinct()


class Mission(models.Model):
    """A recovery mission on a territory."""

    slug = models.SlugField("identifiant", unique=True)
    name = models.CharField("nom", max_length=200)
    territory = models.CharField("territoire", max_length=200)
    epcis = models.JSONField("intercommunalités", default=list)
    committee_on = models.DateField("date du comité")
    fictitious = models.BooleanField("données fictives", default=False)

    objects = MissionQuerySet.as_manager()

    class Meta:
        verbose_name = "mission"
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    @cached_property
    def current_study(self) -> Study | None:
        """The study that people see; ``None`` while there is none."""
        return self.studies.filter(is_current=True).first()

    def get_absolute_url(self) -> str:
        """Home of the mission."""
        return reverse("missions:home", args=[self.slug])


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
