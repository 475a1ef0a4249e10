"""The application « Catalogue »."""

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    """Catalogue."""

    name = "rebond.web.catalogue"
    verbose_name = "Catalogue"
