"""Triggers that keep a frozen sitting as it was frozen, whoever asks, on SQLite and PostgreSQL.

Its records are never changed nor deleted. The sitting itself is not changed; it goes with its mission alone. The
decisions that it froze change only once another sitting follows it.
"""

from __future__ import annotations

from django.apps.registry import Apps
from django.db import connection
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

RECORDS = ("committee_frozensitting", "committee_frozendecision")
SITTING, DECISION = "committee_sitting", "portfolio_committeedecision"
MESSAGE = "une séance gelée ne se modifie pas"
_DECIDED = ("project_id", "outcome", "amount", "decided_on", "reason", "by", "withdrawn_at")


_LOCKED = (
    "EXISTS (SELECT 1 FROM committee_frozendecision f "
    "JOIN committee_sitting s ON s.mission_id = f.mission_id AND s.number = f.number "
    "WHERE f.project_number = ROW.project_id AND s.frozen_at IS NOT NULL AND NOT EXISTS "
    "(SELECT 1 FROM committee_sitting t WHERE t.mission_id = s.mission_id AND t.number > s.number))"
)


def _locked(row: str) -> str:
    """Whether a decision is of a frozen sitting that no other follows.

    It names no table of another application: SQLite could no longer remake one that a trigger reads.
    """
    return _LOCKED.replace("ROW", row)


def _changed(operator: str) -> str:
    return "(" + " OR ".join(f'OLD."{name}" {operator} NEW."{name}"' for name in _DECIDED) + ")"


def _changed_frozen() -> str:
    return f"{_locked('OLD')} AND {_changed('IS NOT')}"


def _sqlite() -> list[str]:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END;"
    every = [
        f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table} {refuse}"
        for table in RECORDS
        for event in ("UPDATE", "DELETE")
    ]
    return [
        *every,
        f"CREATE TRIGGER {SITTING}_frozen BEFORE UPDATE ON {SITTING} WHEN OLD.frozen_at IS NOT NULL {refuse}",
        f"CREATE TRIGGER {DECISION}_no_insert AFTER INSERT ON {DECISION} WHEN {_locked('NEW')} {refuse}",
        f"CREATE TRIGGER {DECISION}_no_update BEFORE UPDATE ON {DECISION} WHEN {_changed_frozen()} {refuse}",
        f"CREATE TRIGGER {DECISION}_no_delete BEFORE DELETE ON {DECISION} WHEN {_locked('OLD')} {refuse}",
    ]


def _postgres() -> list[str]:
    refuse = f"BEGIN RAISE EXCEPTION '{MESSAGE}'; END;"
    statements = [f"CREATE FUNCTION committee_refuse() RETURNS trigger AS $$ {refuse} $$ LANGUAGE plpgsql;"]
    for table in RECORDS:
        for name, event, each in (("change", "UPDATE OR DELETE", "ROW"), ("truncate", "TRUNCATE", "STATEMENT")):
            statements.append(
                f"CREATE TRIGGER {table}_no_{name} BEFORE {event} ON {table} FOR EACH {each} "
                "EXECUTE FUNCTION committee_refuse();"
            )
    statements.append(
        f"CREATE TRIGGER {SITTING}_frozen BEFORE UPDATE ON {SITTING} FOR EACH ROW "
        "WHEN (OLD.frozen_at IS NOT NULL) EXECUTE FUNCTION committee_refuse();"
    )
    # The condition of a trigger may hold no query on PostgreSQL: functions ask it.
    for name, event, row, changed, back in (
        ("insert", "AFTER INSERT", "NEW", "TRUE", "NEW"),
        ("update", "BEFORE UPDATE", "OLD", _changed("IS DISTINCT FROM"), "NEW"),
        ("delete", "BEFORE DELETE", "OLD", "TRUE", "OLD"),
    ):
        statements.append(
            f"CREATE FUNCTION committee_locked_{name}() RETURNS trigger AS $$ BEGIN "
            f"IF {changed} AND {_locked(row)} THEN RAISE EXCEPTION '{MESSAGE}'; END IF; RETURN {back}; END; $$ "
            "LANGUAGE plpgsql;"
        )
        statements.append(
            f"CREATE TRIGGER {DECISION}_no_{name} {event} ON {DECISION} FOR EACH ROW "
            f"EXECUTE FUNCTION committee_locked_{name}();"
        )
    return statements


def _undo(vendor: str) -> list[str]:
    on_records = ("update", "delete") if vendor == "sqlite" else ("change", "truncate")
    named = [(table, f"{table}_no_{event}") for table in RECORDS for event in on_records]
    named += [
        (SITTING, f"{SITTING}_frozen"),
        *((DECISION, f"{DECISION}_no_{e}") for e in ("insert", "update", "delete")),
    ]
    if vendor == "sqlite":
        return [f"DROP TRIGGER IF EXISTS {name};" for _, name in named]
    functions = ("refuse", "locked_insert", "locked_update", "locked_delete")
    return [
        *(f"DROP TRIGGER IF EXISTS {name} ON {table};" for table, name in named),
        *(f"DROP FUNCTION IF EXISTS committee_{name}();" for name in functions),
    ]


def again() -> None:
    """Create the triggers that a remade table lost: SQLite drops them with the table that a migration remakes."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            tables = connection.introspection.table_names(cursor)
            if {SITTING, DECISION, *RECORDS} <= set(tables):
                for statement in _sqlite():
                    cursor.execute(statement.replace("CREATE TRIGGER", "CREATE TRIGGER IF NOT EXISTS", 1))


def protect(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Create the triggers."""
    del apps
    for statement in _sqlite() if editor.connection.vendor == "sqlite" else _postgres():
        editor.execute(statement)


def expose(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Drop the triggers: only to go back to a version without sittings."""
    del apps
    for statement in _undo(editor.connection.vendor):
        editor.execute(statement)
