"""The application « Études »."""

from django.apps import AppConfig


class StudiesConfig(AppConfig):
    """Studies."""

    name = "rebond.web.studies"
    verbose_name = "Études"
