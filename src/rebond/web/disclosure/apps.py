"""The application « Mise à disposition »."""

from django.apps import AppConfig


class DisclosureConfig(AppConfig):
    """Who is shown what."""

    name = "rebond.web.disclosure"
    verbose_name = "Mise à disposition"

    def ready(self) -> None:
        """What awaits partners and firms is among the tasks."""
        from rebond.web.disclosure import awaited  # noqa: F401 - registers them
