"""What awaits people, told by mail: a month of five people, by workers that die and meet; none more, none less."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from rebond.web.accounts.models import User
from rebond.web.disclosure.disclosed import code_of
from rebond.web.disclosure.models import Shared
from rebond.web.firms.models import Firm
from rebond.web.interviews.models import Interview, MinutesReply
from rebond.web.missions.models import Membership, Mission, Role
from rebond.web.organisations.models import Organisation
from rebond.web.portfolio.models import CommitteeDecision
from rebond.web.projects.models import Project
from rebond.web.readings.models import Kind, Reading, What
from rebond.web.reminders import sending
from rebond.web.reminders.models import Digest, Preference, Told
from rebond.web.reminders.stopping import stop_path
from rebond.web.reminders.times import latest_due
from rebond.web.roadmap.models import RoadmapAction
from rebond.web.studies.models import Action, KnownLink, ProjectFinding, Referral
from tests.web.addresses import MISSION
from tests.web.reminders import month
from tests.web.reminders.month import FIRST, WORLD, Post, at, lived, opened, work_at

pytestmark = pytest.mark.django_db
MORNING = time(8, 30)
DAYS = 30
PILOT, CONSULTANT, PARTNER, COMMITTEE, LEAVING = "pilote", "consultant", "bpifrance", "copil", "partante"
EXPECTED = {
    PILOT: {2: "Rappeler", 4: "Décider Décider", 7: "Répondre", 9: "Rappeler", 11: "Décider", 14: "Répondre"}
    | {18: "Décider", 21: "Faire le point", 28: "Faire le point"},
    # Mondays at two, and no firm to call back.
    CONSULTANT: {7: "Décider Décider Répondre", 14: "Décider Répondre", 21: "Décider Faire le point"}
    | {28: "Faire le point"},
    PARTNER: {0: "Lire Lire", 3: "Lire"},
    COMMITTEE: {4: "Décider Décider", 11: "Décider", 18: "Décider"},
    LEAVING: {2: "Rappeler", 4: "Décider Décider", 7: "Répondre", 9: "Rappeler"},
}
"""Day of the month → what the letter of that day asks, by hand. The month begins on a Monday."""


@dataclass(frozen=True)
class Little:
    """The sample mission, where nothing awaits anybody yet."""

    mission: Mission
    decided: list[Project]
    call: Interview
    shared: list[Project]

    def acts(self) -> dict[int, Callable[[], object]]:
        """What people do in the night of a day."""
        bpifrance = Organisation.objects.get(code="bpifrance")

        def share(*projects: Project) -> None:
            for project in projects:
                Shared.objects.create(project=project, organisation=bpifrance)

        def open_at_once(project: Project) -> None:
            share(project)
            person = User.objects.get(username=PARTNER)
            told = {
                "mission_slug": MISSION,
                "hour": timezone.now(),
                "at": timezone.now(),
                "by_name": "",
                "part": "Fiche",
            }
            told |= {"kind": Kind.PROJECT, "ref": project.ref, "what": What.READ, "role": Role.PARTNER}
            Reading.objects.create(mission=self.mission, by=person, **told)

        def leave() -> None:
            Membership.objects.filter(user__username=LEAVING).update(left_at=timezone.now())

        def ask() -> None:
            MinutesReply.objects.create(
                interview=self.call, kind="correction", text="le chiffre d’affaires", by_name=""
            )

        replies = MinutesReply.objects.filter(interview=self.call)
        calls = Interview.objects.filter(pk=self.call.pk)
        return {
            0: lambda: share(*self.shared[:2]),
            3: lambda: share(self.shared[2]),
            6: ask,
            8: lambda: CommitteeDecision.objects.create(project=self.decided[0], outcome="retenu"),
            10: leave,
            12: lambda: calls.update(callback_on=None, callback_by="", callback_why=""),
            15: lambda: replies.update(outcome="reponse"),
            16: lambda: open_at_once(self.shared[3]),
        }


@pytest.fixture
def little(settings: Any) -> Little:
    settings.EMAIL_BACKEND = "tests.web.reminders.month.Backend"
    mission = Mission.objects.get(slug=MISSION)
    Mission.objects.update(committee_on=FIRST + timedelta(days=4))
    for model in (KnownLink, Referral, Shared, Action):
        model.objects.all().delete()
    adopted = {"title": "Former des soudeurs", "axis": "competences", "owner": "bpifrance", "status": "a_lancer"}
    RoadmapAction.objects.create(mission=mission, ref="A001", ends_on=FIRST + timedelta(days=20), **adopted)
    retained = ProjectFinding.objects.found_by(mission.current_study).filter(status=ProjectFinding.Status.RETAINED)
    kept = [row.pk for row in retained[:2]]
    retained.exclude(pk__in=kept).update(status=ProjectFinding.Status.NOT_RETAINED)
    decided = [row.project for row in retained.select_related("project")]
    Project.objects.filter(pk=decided[1].pk).update(title="Transmission à l’équipe de direction")
    for project in decided:
        Shared.objects.create(project=project, organisation=None)
    call = Interview.objects.of(mission).select_related("firm").earliest("pk")
    Interview.objects.filter(pk=call.pk).update(
        callback_on=FIRST + timedelta(days=2), callback_by="Claire", callback_why="la succession du dirigeant"
    )
    leaving = User.objects.create(username=LEAVING)
    Membership.objects.create(user=leaving, mission=mission, role=Role.CONSULTANT)
    long_ago = at(-30, MORNING)
    for name in EXPECTED:
        User.objects.filter(username=name).update(email=f"{name}@exemple.fr", date_joined=long_ago)
    consultant = User.objects.get(username=CONSULTANT)
    Preference.objects.create(user=consultant, days="0", hour=14, silent=["appel"], since=long_ago)
    others = Project.objects.of(mission).exclude(pk__in=[each.pk for each in decided])
    return Little(mission, decided, call, list(others.order_by("pk")[:4]))


def asked(letter: str) -> str:
    return " ".join(line[2:].partition(" :")[0] for line in letter.splitlines() if line.startswith("- "))


def read(post: Post) -> dict[str, dict[int, str]]:
    return {name: {day: asked(text) for day, text in post.read(name).items()} for name in post.boxes}


def test_a_month_of_five_people_not_one_letter_more_not_one_less(little: Little) -> None:
    post = lived(DAYS, little.acts())
    assert read(post) == EXPECTED
    assert len(post.wire) == sum(map(len, EXPECTED.values())) == 22
    assert not Digest.objects.exclude(state__in=("envoye", "vide")).exists()
    secret = {*Firm.objects.values_list("name", flat=True), *Project.objects.values_list("title", flat=True)}
    for message in post.wire:
        assert not any(word in message.subject for word in secret)
        assert "succession" not in message.body
        assert "List-Unsubscribe=One-Click" in message.extra_headers["List-Unsubscribe-Post"]
    for text in post.read(PARTNER).values():
        assert not any(word in text for word in secret)
    assert not any("Transmission" in message.body for message in post.wire)
    assert "Décider : Intitulé confidentiel" in post.read(PILOT)[11]
    assert code_of(little.shared[2]).upper() in post.read(PARTNER)[3]
    assert little.call.firm.name in post.read(PILOT)[2]
    assert "2 choses vous attendent sur Rebond." in post.read(PILOT)[4]
    assert "1 chose vous attend sur Rebond, en retard." in post.read(PILOT)[11]


def test_killed_workers_and_two_at_once_send_the_same_month(little: Little) -> None:
    post = lived(DAYS, little.acts(), drawn=random.Random(1))
    met = WORLD.fate.met
    assert read(post) == EXPECTED
    assert sum(count for event, count in met.items() if event.startswith("rival")) > 20
    assert len({event.partition(" ")[2] for event in met if event.startswith("mort")}) == 7, met
    # A letter is on the wire again only when its worker died between the server's answer and its note.
    assert len(post.wire) == 22 + met["mort après l’envoi"]
    assert not Digest.objects.exclude(state__in=("envoye", "vide")).exists()


class Dying(random.Random):
    """Kills at the point of that rank, and at no other."""

    def __init__(self, rank: int) -> None:
        super().__init__()
        self._rank = rank

    def random(self) -> float:
        """Drawn at each point."""
        self._rank -= 1
        return 0.0 if self._rank == 0 else 1.0


CLAIMED = 3
"""The third point that a letter passes: its row is written, nothing was sent."""


def test_a_letter_taken_up_after_a_death_says_only_what_still_awaits_and_only_to_who_stayed(little: Little) -> None:
    with opened(Dying(CLAIMED)):
        User.objects.exclude(username=LEAVING).update(email="")
        monday = at(4, MORNING)
        WORLD.now = monday
        assert not month.worker()
        assert Digest.objects.get().state == Digest.State.CLAIMED
        CommitteeDecision.objects.create(project=little.decided[0], outcome="retenu")
        work_at(monday + timedelta(minutes=5))
        (text,) = WORLD.post.read(LEAVING).values()
        assert asked(text) == "Rappeler Décider"
        assert "2 choses" in text
    Digest.objects.all().delete()
    Told.objects.all().delete()
    with opened(Dying(CLAIMED)):
        WORLD.now = monday
        assert not month.worker()
        Membership.objects.filter(user__username=LEAVING).update(left_at=timezone.now())
        work_at(monday + timedelta(minutes=5))
        assert not WORLD.post.wire
        assert Digest.objects.get().state == Digest.State.EMPTY


@pytest.mark.parametrize("gone", ["archived", "closed", "no_address", "never"])
def test_nobody_is_written_to_who_may_not_or_will_not_read(little: Little, gone: str) -> None:
    if gone == "archived":
        Mission.objects.update(archived_at=timezone.now())
    elif gone == "closed":
        User.objects.update(is_active=False)
    elif gone == "no_address":
        User.objects.update(email="")
    else:
        for user in User.objects.all():
            Preference.objects.update_or_create(user=user, defaults={"days": "", "hour": 8, "since": at(-9, MORNING)})
    with opened():
        work_at(at(2, MORNING))
        assert not WORLD.post.wire
        assert not Digest.objects.exists()


def test_a_server_that_refuses_is_asked_again_later_then_no_more_and_the_administrator_reads_it(little: Little) -> None:
    User.objects.exclude(username=PILOT).update(email="")
    with opened():
        WORLD.post.is_down = True
        morning = at(2, MORNING)
        for minutes in range(0, 600, 10):
            work_at(morning + timedelta(minutes=minutes))
        (row,) = Digest.objects.all()
        assert (row.state, row.tries) == (Digest.State.FAILED, 5)
        assert "ne répond pas" in row.refusal
        assert not Told.objects.exists()
        administrator = User.objects.create(username="admin", is_staff=True)
        client = Client()
        client.force_login(administrator)
        WORLD.post.is_down = False
        # What it would have told is in the letter of the next day.
        work_at(at(3, MORNING))
        assert {day: asked(text) for day, text in WORLD.post.read(PILOT).items()} == {3: "Rappeler"}
        Digest.objects.filter(state=Digest.State.FAILED).update(day=timezone.localdate())
        page = client.get("/assistance/").content.decode()
        assert "Rappels qui ne partent pas" in page
        assert "ne répond pas" in page


def test_a_refused_letter_leaves_as_soon_as_the_server_takes_it_again(little: Little) -> None:
    User.objects.exclude(username=PILOT).update(email="")
    with opened():
        WORLD.post.is_down = True
        work_at(at(2, MORNING))
        WORLD.post.is_down = False
        work_at(at(2, MORNING) + timedelta(minutes=2))
        assert not WORLD.post.wire
        work_at(at(2, MORNING) + timedelta(minutes=6))
        assert len(WORLD.post.wire) == 1


@pytest.mark.parametrize("how", ["stopped", "no_address"])
def test_who_stops_between_two_tries_is_not_written_to_when_the_server_comes_back(little: Little, how: str) -> None:
    User.objects.exclude(username=PILOT).update(email="")
    with opened():
        WORLD.post.is_down = True
        work_at(at(2, MORNING))
        pilot = User.objects.get(username=PILOT)
        if how == "stopped":
            assert Client().post(stop_path(pilot), {"List-Unsubscribe": "One-Click"}).status_code == 200
        else:
            User.objects.update(email="")
        WORLD.post.is_down = False
        work_at(at(2, MORNING) + timedelta(minutes=6))
        assert not WORLD.post.wire
        assert Digest.objects.get().state == Digest.State.EMPTY


def test_one_person_s_letter_that_fails_stops_neither_the_worker_nor_the_letters_of_others(
    little: Little, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker that sends them is the one that studies: nothing may end it."""
    User.objects.exclude(username__in=(PILOT, LEAVING)).update(email="")
    User.objects.filter(username=PILOT).update(email="pilote@exémple..fr")
    with opened():
        morning = at(2, MORNING)
        work_at(morning)
        work_at(morning + timedelta(minutes=2))
        assert list(WORLD.post.boxes) == [LEAVING]
        assert Digest.objects.get(user__username=PILOT).refusal == "le courriel n’a pas pu être écrit"
        monkeypatch.setattr(sending, "still_found", lambda *_: 1 // 0)
        work_at(morning + timedelta(minutes=6))
        row = Digest.objects.get(user__username=PILOT)
        assert (row.state, row.tries) == (Digest.State.REFUSED, 2)
        assert "relu" in row.refusal


PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.parametrize(
    ("now", "days", "hour", "expected"),
    [
        ("2027-01-04T07:00", "01234", 8, "2027-01-04T07:00"),
        ("2027-01-04T06:59", "01234", 8, "2027-01-01T07:00"),
        ("2027-07-05T06:00", "01234", 8, "2027-07-05T06:00"),
        ("2027-03-28T00:59", "6", 2, "2027-03-21T01:00"),
        ("2027-03-28T01:00", "6", 2, "2027-03-28T01:00"),
        ("2027-10-31T00:00", "6", 2, "2027-10-31T00:00"),
        ("2027-10-31T01:30", "6", 2, "2027-10-31T00:00"),
        ("2027-01-05T12:00", "", 8, None),
    ],
)
def test_the_hour_chosen_is_that_of_paris_in_winter_and_in_summer(
    now: str, days: str, hour: int, expected: str | None
) -> None:
    """An hour that the night of March does not have is the next one; of the two of October, the first."""
    found = latest_due(days, hour, datetime.fromisoformat(now).replace(tzinfo=UTC), PARIS)
    assert (found and found.astimezone(UTC).strftime("%Y-%m-%dT%H:%M")) == expected
