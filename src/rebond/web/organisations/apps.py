"""The application « Organisations »."""

from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    """Organisations."""

    name = "rebond.web.organisations"
    verbose_name = "Organisations"
