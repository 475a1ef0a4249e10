"""The application « Scissions et fusions »."""

from django.apps import AppConfig


class RegroupingConfig(AppConfig):
    """Scissions et fusions."""

    name = "rebond.web.regrouping"
    verbose_name = "Scissions et fusions"
