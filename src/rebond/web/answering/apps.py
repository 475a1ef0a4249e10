"""The application « Réponses aux orientations »."""

from django.apps import AppConfig


class AnsweringConfig(AppConfig):
    """Answers without an account."""

    name = "rebond.web.answering"
    verbose_name = "Réponses aux orientations"
