"""The application « Missions »."""

from django.apps import AppConfig


class MissionsConfig(AppConfig):
    """Missions."""

    name = "rebond.web.missions"
    verbose_name = "Missions"
