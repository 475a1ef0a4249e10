"""The application « Orientations »."""

from django.apps import AppConfig


class ReferralsConfig(AppConfig):
    """Orientations."""

    name = "rebond.web.referrals"
    verbose_name = "Orientations"

    def ready(self) -> None:
        """What a sending opened may be taken back with it."""
        from rebond.web.referrals import undoing  # noqa: F401 - registers it
