"""The application « Comité »."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class CommitteeConfig(AppConfig):
    """Comité."""

    name = "rebond.web.committee"
    verbose_name = "Comité"

    def ready(self) -> None:
        """While migrations run, no trigger stands in their way; after them, they are there, whatever was remade."""
        pre_migrate.connect(_exposed, sender=self)
        post_migrate.connect(_protected, sender=self)


def _exposed(**_: Any) -> None:
    from rebond.web.committee.triggers import away

    away()


def _protected(**_: Any) -> None:
    from rebond.web.committee.triggers import again

    again()
