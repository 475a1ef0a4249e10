"""A database of before studies: its facts stay, what was computed goes, and the site opens on it."""

import json
from pathlib import Path

from tests.web.site import run_python

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

from rebond.web.missions.models import Mission
from rebond.web.portfolio.models import CommitteeDecision
from rebond.web.projects.models import CostLine, Project
print(json.dumps({
    "projects": list(Project.objects.values_list("ref", "title")),
    "costs": [str(row.amount) for row in CostLine.objects.all()],
    "decided": list(CommitteeDecision.objects.values_list("reason", flat=True)),
    "study": Mission.objects.get().current_study,
}))
"""


def test_facts_and_decisions_of_an_older_database_stay_and_its_results_go(tmp_path: Path) -> None:
    environment = {
        "DATABASE_URL": f"sqlite:///{tmp_path / 'rebond.sqlite3'}",
        "DJANGO_SETTINGS_MODULE": "rebond.web.settings",
    }
    found = json.loads(run_python(OLD, environment=environment))
    assert found == {"projects": [["P1", "Four"]], "costs": ["100.00"], "decided": ["Oui"], "study": None}
