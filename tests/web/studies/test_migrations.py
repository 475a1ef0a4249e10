"""A database of before studies: its facts stay, what was computed goes, and the site opens on it."""

import json
from pathlib import Path
from typing import Any

from tests.web.site import run_python

SHAPE = """
def shape():
    "Columns, constraints, indexes and triggers of each table, in no order."
    found = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f"PRAGMA table_info({table})")
            columns = sorted(row[1:] for row in cursor.fetchall())
            cursor.execute(f"PRAGMA foreign_key_list({table})")
            keys = sorted(row[2:] for row in cursor.fetchall())
            rules = connection.introspection.get_constraints(cursor, table).items()
            named = sorted(
                ("" if name.startswith("__") else name, str(rule)) for name, rule in rules if not rule["foreign_key"]
            )
            found[table] = [columns, keys, named]
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type IN ('index', 'trigger') AND sql IS NOT NULL")
        found["index, trigger"] = sorted(cursor.fetchall())
        cursor.execute("SELECT app, name FROM django_migrations")
        found["migrations"] = sorted(cursor.fetchall())
        for table in ("django_content_type", "auth_permission"):
            cursor.execute(f"SELECT count(*) FROM {table}")
            found[f"rows of {table}"] = cursor.fetchone()
    return found
"""
ROWS = """
def rows():
    "What each table holds, whatever the keys, the hours and the order of columns."
    found = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f"SELECT * FROM {table}")
            names = [each[0] for each in cursor.description]
            kept = sorted((n, rank) for rank, n in enumerate(names) if n not in ("id", "applied", "content_type_id"))
            found[table] = sorted([f"{n} : {row[rank]}" for n, rank in kept] for row in cursor.fetchall())
    return found
"""
NEW = f"""
import json
import django
django.setup()
from django.db import connection
from rebond.web.tables import bring_up_to_date
{SHAPE}{ROWS}
bring_up_to_date()
print(json.dumps(shape() | {{"rows": rows()}}))
"""
EMPTY = f"""
import json
import django
django.setup()
from django.core.management import call_command
from django.db import connection
{SHAPE}{ROWS}
call_command("migrate", verbosity=0)
print(json.dumps(shape() | {{"rows": rows()}}))
"""
OLD = """
import json
from datetime import date
import django
django.setup()
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

BEFORE = [
    ("accounts", "0002_sign_in_failures"), ("missions", "0001_initial"), ("projects", "0001_initial"),
    ("firms", "0004_aid_amount_not_known_to_the_euro"), ("interviews", "0001_initial"),
    ("financing", "0005_frozen_simulations"), ("portfolio", "0002_committee_decisions"),
    ("referrals", "0002_proposed_not_retained"), ("roadmap", "0001_initial"), ("restitution", "0002_brief_figures"),
]
executor = MigrationExecutor(connection)
executor.migrate(BEFORE)
old = executor.loader.project_state(BEFORE).apps
model = old.get_model
mission = model("missions", "Mission").objects.create(
    slug="ici", name="Ici", territory="Ici", committee_on=date(2026, 10, 5), examined_on=date(2026, 10, 5),
    catalogue_version="a", engine_version="1",
)
firm = model("firms", "Firm").objects.create(
    mission=mission, ref="E1", name="Forge", de_minimis_ceiling=300000, de_minimis_used=0, de_minimis_at_most=0,
    de_minimis_years=3, single_undertaking="E1",
)
project = model("projects", "Project").objects.create(
    mission=mission, firm=firm, ref="P1", title="Four", cost=100, need=50, maturity_label="Avancé"
)
line = model("projects", "CostLine").objects.create(
    project=project, ref="L1", nature="equipement", year=2026, amount=100
)
plan = model("financing", "Plan").objects.create(
    project=project, support=1, benefit=1, state_aid=1, covered=1, gap=1, envelope=0, proven=True, gap_to_bound=0
)
model("financing", "PlanLine").objects.create(
    plan=plan, cost_line=line, position=0, dispositif="a/b", regime="r", amount=1, aid=1, verified=True
)
model("portfolio", "CallDecision").objects.create(project=project, status="retenu", uncovered=1, score=1)
model("portfolio", "CommitteeDecision").objects.create(project=project, outcome="retenu", reason="Oui")
call_command("migrate", verbosity=0)
# SHAPE
from rebond.web.missions.models import Mission
from rebond.web.portfolio.models import CommitteeDecision
from rebond.web.projects.models import CostLine, Project
print(json.dumps({
    "projects": list(Project.objects.values_list("ref", "title")),
    "costs": [str(row.amount) for row in CostLine.objects.all()],
    "decided": list(CommitteeDecision.objects.values_list("reason", flat=True)),
    "study": Mission.objects.get().current_study,
    "shape": shape(),
}))
""".replace("# SHAPE", SHAPE)


def ran(code: str, folder: Path) -> dict[str, Any]:
    environment = {
        "DATABASE_URL": f"sqlite:///{folder / 'rebond.sqlite3'}",
        "DJANGO_SETTINGS_MODULE": "rebond.web.settings",
    }
    found: dict[str, Any] = json.loads(run_python(code, environment=environment))
    return found


def test_facts_and_decisions_of_an_older_database_stay_and_a_new_one_has_the_same_tables(tmp_path: Path) -> None:
    """What was computed goes. The tables of a new database, made from the models, are those that migrations make."""
    found = ran(OLD, tmp_path)
    migrated = found.pop("shape")
    assert found == {"projects": [["P1", "Four"]], "costs": ["100.00"], "decided": ["Oui"], "study": None}
    new = tmp_path / "neuve"
    new.mkdir()
    made = ran(NEW, new)
    made.pop("rows")
    assert made.keys() == migrated.keys()
    assert {table: told for table, told in made.items() if told != migrated[table]} == {}
    assert len(made["index, trigger"]) > 100


def test_an_empty_database_holds_the_same_tables_and_rows_made_from_the_models_or_migrated(tmp_path: Path) -> None:
    """A migration that writes rows into an empty database would be missed by the tables made from the models."""
    ways = {}
    for name, code in (("modeles", NEW), ("migrations", EMPTY)):
        folder = tmp_path / name
        folder.mkdir()
        ways[name] = ran(code, folder)
    made, migrated = ways["modeles"], ways["migrations"]
    held = {table for table, rows in migrated["rows"].items() if rows}
    assert held == {"auth_permission", "django_content_type", "django_migrations"}, "what a new site starts with"
    assert {table for table, rows in made["rows"].items() if rows != migrated["rows"][table]} == set()
    assert {name for name, told in made.items() if told != migrated[name]} == set()
