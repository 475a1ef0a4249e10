"""The application « Assistance »."""

from django.apps import AppConfig


class SupportConfig(AppConfig):
    """Assistance."""

    name = "rebond.web.support"
    verbose_name = "Assistance"
