"""The application « Appel »."""

from django.apps import AppConfig


class PortfolioConfig(AppConfig):
    """Appel."""

    name = "rebond.web.portfolio"
    verbose_name = "Appel"
