"""The links by which organisations answer referrals without an account: whom each went to, and what became of it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from rebond.web.missions.data import MissionData
from rebond.web.referrals.models import SentReferral


class AnswerLink(MissionData):
    """A link sent to one address for one referral: it takes one answer, until a day. Another one follows an answer."""

    referral = models.ForeignKey(
        SentReferral, on_delete=models.CASCADE, related_name="answer_links", verbose_name="orientation"
    )
    sent_to = models.EmailField("envoyé à")
    nonce = models.CharField("clé du lien", max_length=32)
    """Another one when the link is sent anew: the old one opens nothing any more."""
    sent_at = models.DateTimeField("envoyé le", default=timezone.now)
    expires_at = models.DateTimeField("valable jusqu’au")
    answered_at = models.DateTimeField("a servi le", null=True)
    answered_by = models.CharField("a servi à", max_length=300, blank=True)
    revoked_at = models.DateTimeField("retiré le", null=True)

    MISSION_PATH = "referral__project__mission"
    WITHDRAWN_PATHS = ("referral__withdrawn_at", "referral__project__withdrawn_at")
    PILOT_DECIDES = True

    class Meta:
        verbose_name = "lien de réponse"
        verbose_name_plural = "liens de réponse"
        ordering = ("-sent_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("referral", "sent_to"),
                condition=Q(answered_at__isnull=True, revoked_at__isnull=True),
                name="one_live_link_per_address",
            ),
        )

    def __str__(self) -> str:
        return f"{self.referral} — {self.sent_to}"

    @property
    def is_live(self) -> bool:
        """Whether it was neither used nor withdrawn: an expired one is sent anew."""
        return self.answered_at is None and self.revoked_at is None
