"""The journal of missions."""

from django.apps import AppConfig


class JournalConfig(AppConfig):
    """The journal of missions."""

    name = "rebond.web.journal"
    label = "journal"
    verbose_name = "journal"
