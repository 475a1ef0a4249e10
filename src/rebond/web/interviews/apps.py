"""The application « Entretiens »."""

from django.apps import AppConfig


class InterviewsConfig(AppConfig):
    """Entretiens."""

    name = "rebond.web.interviews"
    verbose_name = "Entretiens"
