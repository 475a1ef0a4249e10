"""The application « Calcul »."""

from django.apps import AppConfig


class WorkerConfig(AppConfig):
    """Studies and documents in the background."""

    name = "rebond.web.worker"
    label = "worker"
    verbose_name = "Calcul"
