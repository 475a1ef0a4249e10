"""The application « Consultations »."""

from django.apps import AppConfig


class ReadingsConfig(AppConfig):
    """Who read what."""

    name = "rebond.web.readings"
    verbose_name = "Consultations"
