"""The application « Tester mon entreprise »."""

from django.apps import AppConfig


class ScreeningConfig(AppConfig):
    """Tester mon entreprise."""

    name = "rebond.web.screening"
    verbose_name = "Tester mon entreprise"
