"""The application of advice."""

from django.apps import AppConfig


class AdviceConfig(AppConfig):
    """Advice for the least mature projects."""

    name = "rebond.web.advice"
    label = "advice"
    verbose_name = "Conseil"
