"""A session in which an administrator sees the site in someone's place."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models


class SupportSession(models.Model):
    """Who, in whose place, why, until when; kept for ever."""

    administrator = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="administrateur"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="à la place de"
    )
    reason = models.TextField("motif")
    may_change = models.BooleanField("peut modifier", default=False)
    started_at = models.DateTimeField("ouverte le")
    ends_at = models.DateTimeField("au plus tard")
    ended_at = models.DateTimeField("fermée le", null=True)

    class Meta:
        verbose_name = "session d’assistance"
        verbose_name_plural = "sessions d’assistance"
        ordering = ("-started_at",)

    def __str__(self) -> str:
        return f"{self.administrator} à la place de {self.person}"

    @property
    def closed_at(self) -> datetime:
        """When it ended, or will at the latest."""
        return self.ended_at or self.ends_at
