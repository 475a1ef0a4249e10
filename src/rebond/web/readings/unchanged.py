"""Triggers that refuse to change a reading, whoever asks; deleting is for the retention rule: seals show any other."""

from __future__ import annotations

from django.apps.registry import Apps
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_TABLE, _MESSAGE = "readings_reading", "une consultation ne se modifie pas"
_PROTECT = {
    "sqlite": (
        f"CREATE TRIGGER readings_no_update BEFORE UPDATE ON {_TABLE} BEGIN SELECT RAISE(ABORT, '{_MESSAGE}'); END;",
    ),
    "postgresql": (
        (
            f"CREATE FUNCTION readings_refuse() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION '{_MESSAGE}'; END; $$ "
            "LANGUAGE plpgsql;"
        ),
        f"CREATE TRIGGER readings_no_update BEFORE UPDATE ON {_TABLE} FOR EACH ROW EXECUTE FUNCTION readings_refuse();",
    ),
}
_EXPOSE = {
    "sqlite": ("DROP TRIGGER IF EXISTS readings_no_update;",),
    "postgresql": (
        f"DROP TRIGGER IF EXISTS readings_no_update ON {_TABLE};",
        "DROP FUNCTION IF EXISTS readings_refuse();",
    ),
}


def protect(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Create the triggers."""
    del apps
    for statement in _PROTECT[editor.connection.vendor]:
        editor.execute(statement)


def expose(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Drop the triggers."""
    del apps
    for statement in _EXPOSE[editor.connection.vendor]:
        editor.execute(statement)
