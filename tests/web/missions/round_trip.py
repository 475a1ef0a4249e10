"""What must hold of any census on any database."""

from datetime import date

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from rebond.facts import Census
from rebond.web.missions.facts import census_of
from rebond.web.missions.importing import write_census
from rebond.web.missions.models import Mission

WRITES = ("INSERT", "UPDATE", "DELETE")


def new_mission(slug: str = "essai") -> Mission:
    """A mission that holds nothing yet."""
    return Mission.objects.create(slug=slug, name="Essai", territory="Essai", committee_on=date(2026, 10, 5))


def check_round_trips(*censuses: Census) -> None:
    """Each census written in the place of the one before is read as it is; written again, it writes nothing."""
    with transaction.atomic():
        mission = new_mission()
        for census in censuses:
            write_census(mission, census)
            assert census_of(mission) == census
            assert writes_of(mission, census) == []
            assert census_of(mission) == census
        transaction.set_rollback(True)


def writes_of(mission: Mission, census: Census) -> list[str]:
    """The statements that write, when a census is imported."""
    with CaptureQueriesContext(connection) as queries:
        write_census(mission, census)
    return [query["sql"] for query in queries if query["sql"].startswith(WRITES)]
