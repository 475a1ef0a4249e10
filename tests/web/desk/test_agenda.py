"""The days of a mission: calls to make, steps of referrals, for who may read them, and for other calendars."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from rebond.history import Kind, rows_of
from rebond.web.editing.gestures import journal_position, save
from rebond.web.interviews.models import Interview
from rebond.web.journal.models import Act, Entry
from rebond.web.journal.writing import Author
from rebond.web.missions.facts import census_of
from rebond.web.missions.models import Mission
from tests.web.conftest import signed_in
from tests.web.editing.conftest import filled, messages_of

M = "/missions/chaumont-langres"
TODAY, LOCAL = timezone.localdate(), timezone.localdate


@pytest.fixture(autouse=True)
def _no_midnight(monkeypatch: pytest.MonkeyPatch) -> None:
    """The day stays the one of ``TODAY``, however late the tests of this file are run."""
    monkeypatch.setattr(timezone, "localdate", lambda *moment: LOCAL(*moment) if moment else TODAY)


@pytest.fixture
def mission(db: None) -> Mission:
    return Mission.objects.get()


def wait_for(mission: Mission, ref: str, on: date, by: str, why: str = "le devis") -> None:
    """A firm that waits to be called back, as a colleague wrote it."""
    held = rows_of(census_of(mission))[Kind.INTERVIEW, ref]
    row = replace(held, callback_on=on, callback_by=by, callback_why=why)
    save(mission, {(Kind.INTERVIEW, ref): row}, by=Author(user=None))


def events(client: Client, query: str = "") -> list[str]:
    source = client.get(f"{M}/agenda.ics{query}").content.decode().replace("\r\n ", "")
    return source.split("BEGIN:VEVENT\r\n")[1:]


def test_a_call_promised_in_an_interview_waits_on_the_home_and_the_agenda_until_it_is_made(pilot, mission):
    form = f"{M}/entretiens/R001/modifier/"
    late = TODAY - timedelta(days=2)
    typed = {
        "rappel_le": f"{late:%d/%m/%Y}",
        "rappel_par": "Claire Vasseron et Hugo Parmelin",
        "rappel_motif": "le devis",
    }
    pilot.post(form, filled(pilot, form, **{f"entretiens__0__{key}": text for key, text in typed.items()}))
    held = rows_of(census_of(mission))[Kind.INTERVIEW, "R001"]
    assert (held.callback_on, held.callback_why) == (late, "le devis")
    assert "Rappeler" in messages_of(pilot.get(f"{M}/").content.decode())
    page = pilot.get(f"{M}/agenda/?genre=rappel&qui=Hugo Parmelin").content.decode()
    assert "En retard" in page
    assert 'id="rappel-R001"' in page
    assert 'id="rappel-R001"' not in pilot.get(f"{M}/agenda/?qui=Solène Aubertal").content.decode()
    pilot.post(f"{M}/entretiens/R001/rappele/", {"motif": "la banque a dit oui"})
    assert not Interview.objects.to_call().exists()
    assert Entry.objects.filter(reason="la banque a dit oui", act=Act.ENTERED).exists()
    assert "Rappeler" not in messages_of(pilot.get(f"{M}/").content.decode())


def test_a_call_that_a_colleague_moved_meanwhile_is_not_closed(pilot, mission):
    wait_for(mission, "R001", TODAY, "Claire")
    before = journal_position(mission)
    wait_for(mission, "R001", TODAY + timedelta(days=9), "Claire")
    page = pilot.post(f"{M}/entretiens/R001/rappele/", {"depuis": before}, follow=True)
    assert "Quelqu’un a changé ce rappel" in page.content.decode()
    assert Interview.objects.to_call().count() == 1


def test_the_list_of_interviews_keeps_those_to_call_back_or_the_others(pilot, mission):
    wait_for(mission, "R002", TODAY, "Claire")
    every = {row.ref for row in Interview.objects.of(mission)}
    for asked, kept in (("oui", {"R002"}), ("non", every - {"R002"})):
        page = pilot.get(f"{M}/entretiens/?rappel={asked}").context["page"]
        assert page.paginator.count == len(kept)
        assert {row.ref for row in page} <= kept


def test_a_call_of_an_archived_mission_is_not_closed(pilot, mission):
    wait_for(mission, "R001", TODAY, "Claire")
    Mission.objects.update(archived_at=timezone.now())
    page = pilot.post(f"{M}/entretiens/R001/rappele/", {"depuis": journal_position(mission)}, follow=True)
    assert "elle est archivée" in page.content.decode()
    assert Interview.objects.to_call().count() == 1


def test_other_calendars_are_given_the_same_events_under_the_same_names_and_no_reason(pilot, mission):
    wait_for(mission, "R001", TODAY, "Claire", why="la succession du dirigeant")
    wait_for(mission, "R002", date(2027, 1, 5), "Hugo")
    (one, other) = events(pilot, "?genre=rappel")
    assert "UID:rappel-R001@chaumont-langres.rebond" in one
    assert "DTSTART;VALUE=DATE:20270105" in other
    assert "succession" not in one
    assert Entry.objects.filter(act=Act.EXPORTED, ref="agenda").count() == 1
    every = events(pilot)
    names = [line for event in every for line in event.split("\r\n") if line.startswith("UID:")]
    assert len(names) == len(set(names)) == len(every)
    wait_for(mission, "R001", TODAY + timedelta(days=1), "Claire")
    assert "UID:rappel-R001@chaumont-langres.rebond" in events(pilot, "?genre=rappel")[0]


def test_the_committee_reads_its_own_day_and_nothing_of_the_team_s(mission):
    wait_for(mission, "R001", TODAY, "Claire")
    Mission.objects.update(committee_on=TODAY + timedelta(days=3))
    client = signed_in("copil")
    assert [event for event in events(client) if "comite" not in event] == []
    assert "rappel-R001" not in client.get(f"{M}/agenda/").content.decode()
    client = signed_in("entreprise")
    assert client.get(f"{M}/agenda/").status_code == client.get(f"{M}/agenda.ics").status_code == 403
