"""The application « Comité »."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CommitteeConfig(AppConfig):
    """Comité."""

    name = "rebond.web.committee"
    verbose_name = "Comité"

    def ready(self) -> None:
        """After migrations, the triggers are there, whatever table was remade."""
        post_migrate.connect(_protected, sender=self)


def _protected(**_: Any) -> None:
    from rebond.web.committee.triggers import again

    again()
