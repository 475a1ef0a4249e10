"""A migration of the committee that is taken back leaves the triggers of those before it."""

import json
from pathlib import Path

from tests.web.site import run_python

BACK = """
import json
import django
django.setup()
from django.core.management import call_command
from django.db import connection
from rebond.web.tables import bring_up_to_date

def triggers():
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        return dict(cursor.fetchall())

bring_up_to_date()
first = triggers()
call_command("migrate", "committee", "0006_tallies", verbosity=0)
back = triggers()
call_command("migrate", "committee", verbosity=0)
print(json.dumps([first, back, triggers()]))
"""


def test_going_back_before_calls_keeps_every_trigger_and_takes_back_the_column_of_one(tmp_path: Path) -> None:
    environment = {
        "DATABASE_URL": f"sqlite:///{tmp_path / 'rebond.sqlite3'}",
        "DJANGO_SETTINGS_MODULE": "rebond.web.settings",
    }
    first, back, again = json.loads(run_python(BACK, environment=environment))
    assert len([name for name in first if name.startswith("committee_")]) > 10
    assert back.keys() == first.keys(), "no trigger of another migration went with it"
    changed = {name for name, sql in back.items() if sql != first[name]}
    assert changed == {"portfolio_committeedecision_no_update"}
    assert '"call"' in first["portfolio_committeedecision_no_update"]
    assert '"call"' not in back["portfolio_committeedecision_no_update"]
    assert again == first
