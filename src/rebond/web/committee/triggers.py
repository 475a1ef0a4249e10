"""Triggers that keep a frozen sitting as it was frozen, whoever asks, on SQLite and PostgreSQL.

Its records are never changed nor deleted. The sitting itself is not changed; it goes with its mission alone. Who came
and its agenda are neither written, moved nor deleted: they go with the sitting, by triggers too. The decisions that it
froze change only once another sitting follows it, and none comes or comes back meanwhile.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.apps.registry import Apps
from django.db import connection
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

RECORDS = ("committee_frozensitting", "committee_frozendecision", "committee_sessiondocument")
OF_SITTING = ("committee_agendapoint", "committee_attendance")
SITTING, DECISION = "committee_sitting", "portfolio_committeedecision"
MESSAGE = "une séance gelée ne se modifie pas"
_DECIDED = ("project_id", "outcome", "amount", "decided_on", "reason", "by", "call", "withdrawn_at")


_LOCKED = (
    "EXISTS (SELECT 1 FROM committee_frozendecision f "
    "JOIN committee_sitting s ON s.mission_id = f.mission_id AND s.number = f.number "
    "WHERE f.project_number = ROW.project_id AND s.frozen_at IS NOT NULL AND NOT EXISTS "
    "(SELECT 1 FROM committee_sitting t WHERE t.mission_id = s.mission_id AND t.kind = 'pilotage' "
    "AND t.number > s.number))"
)


def _locked(row: str) -> str:
    """Whether a decision is of a frozen sitting that no other follows.

    It names no table of another application: SQLite could no longer remake one that a trigger reads.
    """
    return _LOCKED.replace("ROW", row)


_AFTER = (
    "EXISTS (SELECT 1 FROM projects_project p JOIN committee_sitting s ON s.mission_id = p.mission_id "
    "WHERE p.id = NEW.project_id AND s.kind = 'pilotage' AND s.frozen_at IS NOT NULL AND NOT EXISTS "
    "(SELECT 1 FROM committee_sitting t WHERE t.mission_id = s.mission_id AND t.kind = 'pilotage' "
    "AND t.number > s.number))"
)
"""Whether the last sitting of the mission of a new decision is frozen: even of a project that it did not decide.

It names a table of another application, which SQLite could not remake while a trigger reads it: there, this one is
taken away before every migration and put back after.
"""
_CLOSED = "EXISTS (SELECT 1 FROM committee_sitting s WHERE s.id = ROW.sitting_id AND s.frozen_at IS NOT NULL)"


_CLOSED_TO = {
    "insert": _CLOSED.replace("ROW", "NEW"),
    "update": f"({_CLOSED.replace('ROW', 'OLD')} OR {_CLOSED.replace('ROW', 'NEW')})",
    "delete": _CLOSED.replace("ROW", "OLD"),
}
"""By event: nothing of what belongs to a sitting enters a frozen one, changes in it, nor leaves it."""
_BACK = f"NEW.withdrawn_at IS NULL AND {_AFTER}"
"""Whether a decision that changes counts once more, or elsewhere, after the last sitting was frozen."""


def _changed(operator: str, decided: Sequence[str]) -> str:
    return "(" + " OR ".join(f'OLD."{name}" {operator} NEW."{name}"' for name in decided) + ")"


def _changed_frozen(decided: Sequence[str]) -> str:
    return f"{_locked('OLD')} AND {_changed('IS NOT', decided)}"


def _sqlite(decided: Sequence[str]) -> list[tuple[str, str]]:
    """Table and statement of each trigger."""
    refuse = f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END;"
    found = [
        (table, f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table} {refuse}")
        for table in RECORDS
        for event in ("UPDATE", "DELETE")
    ]
    for table in OF_SITTING:
        found += [
            (table, f"CREATE TRIGGER {table}_no_{event} BEFORE {event.upper()} ON {table} WHEN {closed} {refuse}")
            for event, closed in _CLOSED_TO.items()
        ]
        gone = "BEGIN DELETE FROM TABLE WHERE sitting_id = OLD.id; END;".replace("TABLE", table)
        found.append((table, f"CREATE TRIGGER {table}_gone AFTER DELETE ON {SITTING} {gone}"))
    on = {
        SITTING: (f"{SITTING}_frozen BEFORE UPDATE", "OLD.frozen_at IS NOT NULL"),
    }
    found += [(table, f"CREATE TRIGGER {name} ON {table} WHEN {when} {refuse}") for table, (name, when) in on.items()]
    found += [
        (DECISION, f"CREATE TRIGGER {DECISION}_{name} ON {DECISION} WHEN {when} {refuse}")
        for name, when in (
            ("no_insert AFTER INSERT", _locked("NEW")),
            ("no_update BEFORE UPDATE", _changed_frozen(decided)),
            ("no_delete BEFORE DELETE", _locked("OLD")),
        )
    ]
    return found


def _sqlite_last(decided: Sequence[str]) -> list[tuple[str, str]]:
    """Those that read a table of another application."""
    refuse = f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END;"
    back = f"{_changed('IS NOT', decided)} AND {_BACK}"
    return [
        (DECISION, f"CREATE TRIGGER {DECISION}_no_new AFTER INSERT ON {DECISION} WHEN {_AFTER} {refuse}"),
        (DECISION, f"CREATE TRIGGER {DECISION}_no_return BEFORE UPDATE ON {DECISION} WHEN {back} {refuse}"),
    ]


def _postgres(decided: Sequence[str]) -> list[tuple[str, str]]:
    refuse = f"BEGIN RAISE EXCEPTION '{MESSAGE}'; END;"
    found = [("", f"CREATE OR REPLACE FUNCTION committee_refuse() RETURNS trigger AS $$ {refuse} $$ LANGUAGE plpgsql;")]
    for table in RECORDS:
        for name, event, each in (("change", "UPDATE OR DELETE", "ROW"), ("truncate", "TRUNCATE", "STATEMENT")):
            found.append(
                (
                    table,
                    (
                        f"CREATE TRIGGER {table}_no_{name} BEFORE {event} ON {table} FOR EACH {each} "
                        "EXECUTE FUNCTION committee_refuse();"
                    ),
                )
            )
    found.append(
        (
            SITTING,
            (
                f"CREATE TRIGGER {SITTING}_frozen BEFORE UPDATE ON {SITTING} FOR EACH ROW "
                "WHEN (OLD.frozen_at IS NOT NULL) EXECUTE FUNCTION committee_refuse();"
            ),
        )
    )
    # The condition of a trigger may hold no query on PostgreSQL: functions ask it.
    for name, event, row, refused in (
        ("insert", "AFTER INSERT", "NEW", f"{_locked('NEW')} OR {_AFTER}"),
        (
            "update",
            "BEFORE UPDATE",
            "NEW",
            f"{_changed('IS DISTINCT FROM', decided)} AND ({_locked('OLD')} OR {_BACK})",
        ),
        ("delete", "BEFORE DELETE", "OLD", _locked("OLD")),
    ):
        found += _asked(f"committee_locked_{name}", row, refused)
        found.append(
            (
                DECISION,
                (
                    f"CREATE TRIGGER {DECISION}_no_{name} {event} ON {DECISION} FOR EACH ROW "
                    f"EXECUTE FUNCTION committee_locked_{name}();"
                ),
            )
        )
    for name, closed in _CLOSED_TO.items():
        found += _asked(f"committee_closed_{name}", "OLD" if name == "delete" else "NEW", closed)
        found += [
            (
                table,
                (
                    f"CREATE TRIGGER {table}_no_{name} BEFORE {name.upper()} ON {table} FOR EACH ROW "
                    f"EXECUTE FUNCTION committee_closed_{name}();"
                ),
            )
            for table in OF_SITTING
        ]
    gone = "EXECUTE 'DELETE FROM ' || TG_ARGV[0] || ' WHERE sitting_id = $1' USING OLD.id; RETURN OLD;"
    found.append(
        (
            "",
            (
                f"CREATE OR REPLACE FUNCTION committee_gone() RETURNS trigger AS $$ BEGIN {gone} END; $$ "
                "LANGUAGE plpgsql;"
            ),
        )
    )
    found += [
        (
            table,
            (
                f"CREATE TRIGGER {table}_gone AFTER DELETE ON {SITTING} FOR EACH ROW "
                f"EXECUTE FUNCTION committee_gone('{table}');"
            ),
        )
        for table in OF_SITTING
    ]
    return found


def _asked(function: str, row: str, refused: str) -> list[tuple[str, str]]:
    """A function of PostgreSQL that refuses a row."""
    return [
        (
            "",
            (
                f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger AS $$ BEGIN "
                f"IF {refused} THEN RAISE EXCEPTION '{MESSAGE}'; END IF; RETURN {row}; END; $$ LANGUAGE plpgsql;"
            ),
        )
    ]


def _undo(vendor: str) -> list[str]:
    on_records = ("update", "delete") if vendor == "sqlite" else ("change", "truncate")
    named = [(table, f"{table}_no_{event}") for table in RECORDS for event in on_records]
    named += [(table, f"{table}_no_{event}") for table in OF_SITTING for event in _CLOSED_TO]
    named += [
        (SITTING, f"{SITTING}_frozen"),
        *((SITTING, f"{table}_gone") for table in OF_SITTING),
        *((DECISION, f"{DECISION}_no_{e}") for e in ("insert", "update", "delete", "new", "return")),
    ]
    if vendor == "sqlite":
        return [f"DROP TRIGGER IF EXISTS {name};" for _, name in named]
    asked = (f"{name}_{event}" for name in ("locked", "closed") for event in ("insert", "update", "delete"))
    return [
        *(f"DROP TRIGGER IF EXISTS {name} ON {table};" for table, name in named),
        *(f"DROP FUNCTION IF EXISTS committee_{name}();" for name in ("refuse", "gone", *asked)),
    ]


def again() -> None:
    """Create the triggers that a remade table lost: SQLite drops them with the table that a migration remakes."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            tables = set(connection.introspection.table_names(cursor))
            if {SITTING, DECISION, *RECORDS, *OF_SITTING} <= tables:
                decided = _there()
                for _, statement in (*_sqlite(decided), *_sqlite_last(decided)):
                    cursor.execute(statement.replace("CREATE TRIGGER", "CREATE TRIGGER IF NOT EXISTS", 1))


def away() -> None:
    """Take away the triggers of SQLite while a migration runs: it cannot remake a table that one reads."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            for statement in _undo("sqlite"):
                cursor.execute(statement)


def protect(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Create the triggers of the tables that are there."""
    del apps
    _create(editor, _there())


def _create(editor: BaseDatabaseSchemaEditor, decided: Sequence[str]) -> None:
    tables = {"", *editor.connection.introspection.table_names()}
    made = _sqlite(decided) if editor.connection.vendor == "sqlite" else _postgres(decided)
    for table, statement in made:
        if table in tables:
            editor.execute(statement)


def _there() -> tuple[str, ...]:
    """The columns of a decision that the table has already: a later migration adds some."""
    with connection.cursor() as cursor:
        held = {each.name for each in connection.introspection.get_table_description(cursor, DECISION)}
    return tuple(name for name in _DECIDED if name in held)


def protect_again(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Create the triggers anew, for the columns that came since."""
    expose(apps, editor)
    protect(apps, editor)


def protect_as_before_calls(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Create the triggers as they were when a decision named no call: that column may then go."""
    expose(apps, editor)
    _create(editor, tuple(name for name in _there() if name != "call"))


def expose(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Drop the triggers: to go back to a version without sittings, or to change their tables."""
    del apps
    for statement in _undo(editor.connection.vendor):
        editor.execute(statement)
