"""The application « Financement »."""

from django.apps import AppConfig


class FinancingConfig(AppConfig):
    """Financement."""

    name = "rebond.web.financing"
    verbose_name = "Financement"
