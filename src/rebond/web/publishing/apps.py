"""The application « Chiffres publiés »."""

from django.apps import AppConfig


class PublishingConfig(AppConfig):
    """Editions of published figures."""

    name = "rebond.web.publishing"
    verbose_name = "Chiffres publiés"
