"""Triggers that keep what was agreed at a meeting with an adviser: no row changes, only a withdrawn one is deleted."""

from __future__ import annotations

from django.apps.registry import Apps
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from rebond.web.portfolio.append_only import expose_tables, protect_tables

_TABLES = {
    "advice_advicemeeting": (
        ("accompaniment_id", "ref", "number", "on", "who", "agreed", "next", "organisation", "by"),
        "un rendez-vous de conseil ne se modifie pas",
    )
}


def protect(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Create the triggers."""
    del apps
    protect_tables(_TABLES, editor)


def expose(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Drop the triggers: only to go back to a version without advisers."""
    del apps
    expose_tables(_TABLES, editor)
