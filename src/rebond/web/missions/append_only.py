"""Triggers that keep rows that are only ever added: none changes, whoever asks; only one already withdrawn is deleted.

Withdrawing is what undoing an import does, or a project that leaves: the row stays, out of the census. Deleting a whole
mission withdraws its rows first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.apps.registry import Apps
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

Tables = Mapping[str, tuple[tuple[str, ...], str]]
"""Table → what never changes in it, and what is said to whoever tries."""
Operation = Callable[[Apps, BaseDatabaseSchemaEditor], None]


def protecting(tables: Tables) -> tuple[Operation, Operation]:
    """What creates the triggers of some tables in a migration, and what drops them to go back before it."""

    def protect(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
        del apps
        for statement in {"sqlite": _sqlite, "postgresql": _postgres}[editor.connection.vendor](tables):
            editor.execute(statement)

    def expose(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
        del apps
        postgres = editor.connection.vendor == "postgresql"
        for table in tables:
            for name in ("kept", "stays"):
                editor.execute(f"DROP TRIGGER IF EXISTS {table}_{name}{f' ON {table}' if postgres else ''};")
            if postgres:
                editor.execute(f"DROP FUNCTION IF EXISTS {table}_refuse();")

    return protect, expose


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
