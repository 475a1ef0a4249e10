"""The application « API »."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """API."""

    name = "rebond.web.api"
    verbose_name = "API"
