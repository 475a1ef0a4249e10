"""Triggers that keep what assessors said: no row changes, whoever asks; only one already withdrawn is ever deleted.

Withdrawing is what undoing an import does, or a project that leaves: the row stays, out of the census. Deleting a whole
mission withdraws its rows first.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.apps.registry import Apps
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_TABLES = {
    "portfolio_mark": (
        ("project_id", "ref", "criterion", "assessor", "who", "number", "score", "reason", "on"),
        "une note ne se modifie pas",
    ),
    "portfolio_recusal": (
        ("firm_id", "ref", "assessor", "who", "number", "aside", "reason", "by", "on"),
        "un deport ne se modifie pas",
    ),
}
"""Table → what never changes in it, and what is said to whoever tries."""


Tables = Mapping[str, tuple[tuple[str, ...], str]]


def _changes(columns: tuple[str, ...], differ: str) -> str:
    return " OR ".join(f'OLD."{column}" {differ} NEW."{column}"' for column in columns)


def _sqlite(tables: Tables) -> list[str]:
    made = []
    for table, (columns, message) in tables.items():
        stop = f"BEGIN SELECT RAISE(ABORT, '{message}'); END;"
        made += [
            f"CREATE TRIGGER {table}_kept BEFORE UPDATE ON {table} WHEN {_changes(columns, 'IS NOT')} {stop}",
            f"CREATE TRIGGER {table}_stays BEFORE DELETE ON {table} WHEN OLD.withdrawn_at IS NULL {stop}",
        ]
    return made


def _postgres(tables: Tables) -> list[str]:
    made = []
    for table, (columns, message) in tables.items():
        stop = f"EXECUTE FUNCTION {table}_refuse();"
        refuse = f"RETURNS trigger AS $$ BEGIN RAISE EXCEPTION '{message}'; END; $$ LANGUAGE plpgsql;"
        differ, present = _changes(columns, "IS DISTINCT FROM"), "OLD.withdrawn_at IS NULL"
        made += [
            f"CREATE FUNCTION {table}_refuse() {refuse}",
            f"CREATE TRIGGER {table}_kept BEFORE UPDATE ON {table} FOR EACH ROW WHEN ({differ}) {stop}",
            f"CREATE TRIGGER {table}_stays BEFORE DELETE ON {table} FOR EACH ROW WHEN ({present}) {stop}",
        ]
    return made


def protect_tables(tables: Tables, editor: BaseDatabaseSchemaEditor) -> None:
    """Create the triggers of tables whose rows are only added."""
    for statement in {"sqlite": _sqlite, "postgresql": _postgres}[editor.connection.vendor](tables):
        editor.execute(statement)


def expose_tables(tables: Tables, editor: BaseDatabaseSchemaEditor) -> None:
    """Drop them."""
    postgres = editor.connection.vendor == "postgresql"
    for table in tables:
        for name in ("kept", "stays"):
            editor.execute(f"DROP TRIGGER IF EXISTS {table}_{name}{f' ON {table}' if postgres else ''};")
        if postgres:
            editor.execute(f"DROP FUNCTION IF EXISTS {table}_refuse();")


def protect(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Create the triggers."""
    del apps
    protect_tables(_TABLES, editor)


def expose(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Drop the triggers: only to go back to a version without marks by assessor."""
    del apps
    expose_tables(_TABLES, editor)
