"""The application « Restitution »."""

from django.apps import AppConfig


class RestitutionConfig(AppConfig):
    """Restitution."""

    name = "rebond.web.restitution"
    verbose_name = "Restitution"
