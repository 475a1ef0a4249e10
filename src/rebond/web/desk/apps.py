"""The application « Bureau »."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """Bureau."""

    name = "rebond.web.desk"
    verbose_name = "Bureau"
