"""The application « Feuille de route »."""

from django.apps import AppConfig


class RoadmapConfig(AppConfig):
    """Feuille de route."""

    name = "rebond.web.roadmap"
    verbose_name = "Feuille de route"
