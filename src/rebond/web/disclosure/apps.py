"""The application « Mise à disposition »."""

from django.apps import AppConfig


class DisclosureConfig(AppConfig):
    """Who is shown what."""

    name = "rebond.web.disclosure"
    verbose_name = "Mise à disposition"
