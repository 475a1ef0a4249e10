"""The application « Modèles »."""

from django.apps import AppConfig


class StationeryConfig(AppConfig):
    """Templates of a mission: Word files with fields, a PowerPoint file with places."""

    name = "rebond.web.stationery"
    label = "stationery"
    verbose_name = "Modèles de documents"
