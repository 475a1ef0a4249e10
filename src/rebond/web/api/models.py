"""The tokens with which a person's programs come in."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models


class Token(models.Model):
    """One program of a person; it may do what the person may, and no more. The token itself is kept nowhere."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="tokens", verbose_name="personne"
    )
    name = models.CharField("nom", max_length=60)
    digest = models.CharField("empreinte", max_length=64, unique=True)
    account_digest = models.CharField("empreinte du compte", max_length=64)
    """Of the password when the token was made: another password ends it, as it ends sessions."""
    created_at = models.DateTimeField("créé le")
    expires_at = models.DateTimeField("expire le")
    revoked_at = models.DateTimeField("révoqué le", null=True)
    used_at = models.DateTimeField("dernier emploi", null=True)

    class Meta:
        verbose_name = "jeton"
        ordering: ClassVar = ("-created_at", "-pk")

    def __str__(self) -> str:
        return self.name
