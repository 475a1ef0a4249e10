"""People who sign in. Rights come from their part in a mission (``missions.Membership``), never from the account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models

if TYPE_CHECKING:
    from rebond.web.support.models import SupportSession


class User(AbstractUser):
    """A person; whom he or she works for is told by ``organisations.Affiliation``."""

    supported_by: SupportSession | None = None
    """Set while an administrator sees the site in this person's place (``support.middleware``)."""

    class Meta:
        verbose_name = "utilisateur"
        verbose_name_plural = "utilisateurs"

    def __str__(self) -> str:
        return self.get_full_name() or self.username


class AddressChange(models.Model):
    """Another address for letters, asked for and not proved yet: a link sent there proves it, once, until a day.

    The link is kept as a digest only; to ask again, or to withdraw, closes it.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="address_changes", verbose_name="personne"
    )
    email = models.EmailField("nouvelle adresse")
    token = models.CharField("empreinte du lien", max_length=64, unique=True)
    asked_at = models.DateTimeField("demandée le")
    expires_at = models.DateTimeField("valable jusqu’au")
    closed_at = models.DateTimeField("close le", null=True)

    class Meta:
        verbose_name = "changement d’adresse"
        verbose_name_plural = "changements d’adresse"

    def __str__(self) -> str:
        return f"{self.user} → {self.email}"


class SignInFailure(models.Model):
    """Failed sign-ins of one name, one address, or both; ``key`` is a digest, see ``accounts.throttle``."""

    key = models.CharField("empreinte", max_length=64, unique=True)
    count = models.PositiveIntegerField("échecs", default=0)
    last_at = models.DateTimeField("dernier échec", db_index=True)

    class Meta:
        verbose_name = "échec de connexion"
        verbose_name_plural = "échecs de connexion"

    def __str__(self) -> str:
        return f"{self.count} échecs"
