"""The application « Entreprises »."""

from django.apps import AppConfig


class FirmsConfig(AppConfig):
    """Entreprises."""

    name = "rebond.web.firms"
    verbose_name = "Entreprises"
