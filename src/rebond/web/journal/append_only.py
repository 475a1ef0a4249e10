"""Triggers that refuse to change or delete a row of the journal, whoever asks, on SQLite and PostgreSQL."""

from __future__ import annotations

from django.apps.registry import Apps
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TABLE = "journal_entry"
MESSAGE = "le journal ne se modifie pas"

_SQLITE = tuple(
    f"CREATE TRIGGER journal_no_{event.lower()} BEFORE {event} ON {TABLE} BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END;"
    for event in ("UPDATE", "DELETE")
)
_POSTGRES = (
    (
        f"CREATE FUNCTION journal_refuse() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION '{MESSAGE}'; END; $$ "
        "LANGUAGE plpgsql;"
    ),
    (
        f"CREATE TRIGGER journal_no_change BEFORE UPDATE OR DELETE ON {TABLE} FOR EACH ROW "
        "EXECUTE FUNCTION journal_refuse();"
    ),
    (
        f"CREATE TRIGGER journal_no_truncate BEFORE TRUNCATE ON {TABLE} FOR EACH STATEMENT "
        "EXECUTE FUNCTION journal_refuse();"
    ),
)
_UNDO = {
    "sqlite": tuple(f"DROP TRIGGER IF EXISTS journal_no_{event};" for event in ("update", "delete")),
    "postgresql": (
        f"DROP TRIGGER IF EXISTS journal_no_change ON {TABLE};",
        f"DROP TRIGGER IF EXISTS journal_no_truncate ON {TABLE};",
        "DROP FUNCTION IF EXISTS journal_refuse();",
    ),
}


def protect(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Create the triggers."""
    del apps
    for statement in {"sqlite": _SQLITE, "postgresql": _POSTGRES}[editor.connection.vendor]:
        editor.execute(statement)


def expose(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Drop the triggers: only to go back to a version without a journal."""
    del apps
    for statement in _UNDO[editor.connection.vendor]:
        editor.execute(statement)
