"""The application « Rappels »."""

from django.apps import AppConfig


class RemindersConfig(AppConfig):
    """Digests by mail, and calendars."""

    name = "rebond.web.reminders"
    label = "reminders"
    verbose_name = "Rappels"
