"""Files that prove something of a firm or a project."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models

from rebond.web.accounts.models import User
from rebond.web.missions.access import TEAM
from rebond.web.missions.data import MissionData, Withdrawable
from rebond.web.missions.models import Membership, Mission
from rebond.web.missions.querysets import MissionDataQuerySet, Present
from rebond.web.referrals.models import SentReferral

LONGEST_NOTE = 300


class AttachmentQuerySet(MissionDataQuerySet["Attachment"]):
    """Accounts, quotes, photographs of a workshop: for those who work on the whole mission.

    What is attached to a referral is for its organisation too.
    """

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Those of the missions whose pilot or consultant the person is; those of the referrals sent to them."""
        if not isinstance(user, User):
            return self.none()
        rows = super().visible_to(user)
        worked_on = Membership.objects.filter(user=user, role__in=sorted(TEAM)).values("mission")
        here: Any = models.OuterRef("mission")
        sent = SentReferral.objects.visible_to(user).of(here).filter(ref=models.OuterRef("ref"))
        of_referral = self.filter(models.Q(models.Exists(sent), owner=Attachment.Owner.REFERRAL))
        return rows.filter(**{f"{self._path}__in": worked_on}) | of_referral


class Attachment(Withdrawable, MissionData):
    """A file, its bytes in a folder that nobody browses, under a name that nobody guesses."""

    class Owner(models.TextChoices):
        """Whose sheet it is on."""

        FIRM = "entreprise", "Entreprise"
        PROJECT = "projet", "Projet"
        REFERRAL = "envoi", "Orientation envoyée"

    mission = models.ForeignKey(Mission, on_delete=models.CASCADE, related_name="attachments", verbose_name="mission")
    owner = models.CharField("fiche", max_length=10, choices=Owner.choices)
    ref = models.CharField("référence de la fiche", max_length=64)
    """Named, not pointed at: the file outlives a sheet that is withdrawn, and comes back with it."""
    proves = models.CharField("ce qu’elle prouve", max_length=64)
    """A code of ``pieces.yaml``, or of a criterion of the maturity grid."""
    note = models.CharField("précision", max_length=LONGEST_NOTE, blank=True)
    name = models.CharField("nom du fichier", max_length=120)
    stored = models.CharField("nom gardé", max_length=64, unique=True, editable=False)
    mime = models.CharField("type", max_length=120)
    size = models.PositiveIntegerField("taille")
    digest = models.CharField("empreinte", max_length=64)
    at = models.DateTimeField("jointe le", auto_now_add=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name="par qui"
    )
    by_name = models.CharField("nom de la personne", max_length=200)

    objects: ClassVar = Present.from_queryset(AttachmentQuerySet)()  # type: ignore[assignment]  # django-stubs: one class of manager per queryset
    ever: ClassVar = AttachmentQuerySet.as_manager()

    WITHDRAWN_PATHS = ("withdrawn_at",)

    class Meta:
        verbose_name = "pièce jointe"
        verbose_name_plural = "pièces jointes"
        ordering = ("-at", "-pk")
        indexes = (models.Index(fields=("mission", "owner", "ref"), name="files_of_a_sheet"),)

    def __str__(self) -> str:
        return self.name
