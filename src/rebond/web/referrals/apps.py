"""The application « Orientations »."""

from django.apps import AppConfig


class ReferralsConfig(AppConfig):
    """Orientations."""

    name = "rebond.web.referrals"
    verbose_name = "Orientations"
