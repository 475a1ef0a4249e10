"""The Django application."""

from django.apps import AppConfig


class EditingConfig(AppConfig):
    """Forms and drafts."""

    name = "rebond.web.editing"
    label = "editing"
    verbose_name = "saisie"
