"""The address that calendars follow: secret, renewed, revoked; it gives what its person may read, and nothing twice."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from rebond.web.accounts.demo import DEMO_PASSWORD
from rebond.web.accounts.models import User
from rebond.web.advice.models import Accompaniment
from rebond.web.disclosure.acts import share
from rebond.web.firms.models import Firm
from rebond.web.guard.requests import Buckets
from rebond.web.interviews.models import Interview
from rebond.web.journal.writing import Author
from rebond.web.missions.models import Membership, Mission, Role
from rebond.web.organisations.adopting import adopt
from rebond.web.projects.models import Project
from rebond.web.readings import writing
from rebond.web.readings.models import Reading
from rebond.web.referrals.gestures import Sending, send
from rebond.web.reminders import calendar_views, clock
from rebond.web.reminders.models import CalendarAddress
from tests.web.addresses import address
from tests.web.conftest import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calendar_views, "_FORGED", Buckets(rate=0))


def made(client: Client) -> str:
    page = client.post(address("reminders:calendar"), {"password": DEMO_PASSWORD})
    found = re.search(r"http://testserver(/agenda/\S+\.ics)", page.content.decode())
    assert found is not None
    return found[1]


def unfolded(response: Any) -> str:
    return str(response.content.decode().replace("\r\n ", ""))


def test_a_calendar_is_given_the_days_once_and_again_only_when_they_change(pilot: Client) -> None:
    Interview.objects.filter(ref="R001").update(callback_on=timezone.localdate(), callback_by="Claire")
    Mission.objects.update(committee_on=timezone.localdate() + timedelta(days=3))
    assert pilot.post(address("reminders:calendar"), {"password": "faux"}).status_code == 422
    path, anyone = made(pilot), Client()
    assert CalendarAddress.objects.get().token not in path
    assert path not in pilot.get(address("reminders:calendar")).content.decode()
    first = anyone.get(path)
    first.close()
    text = unfolded(first)
    assert first["Content-Type"].startswith("text/calendar")
    firm = Interview.objects.get(ref="R001").firm
    assert f"SUMMARY:Appels à passer : {firm.name}" in text.replace("\u202f", " ").replace("\xa0", " ")
    assert {"comite", "rappel", "dispositif"} <= set(re.findall(r"UID:([a-z]+)", text))
    names = re.findall(r"UID:(\S+)", text)
    assert len(names) == len(set(names)) == text.count("DTSTAMP:") == text.count("DTSTART;VALUE=DATE:")
    assert all(len(line.encode()) <= 75 for line in first.content.decode().split("\r\n"))
    assert Reading.objects.get(what="export").part == "Agenda, par son adresse"
    # The same days: nothing leaves again, whichever way the calendar asks.
    writing.forget()
    for header, value in (("If-None-Match", first["ETag"]), ("If-Modified-Since", first["Last-Modified"])):
        again = anyone.get(path, headers={header: value})
        again.close()
        assert (again.status_code, again.content) == (304, b"")
    assert anyone.get(path).content == first.content
    assert anyone.post(path).status_code == 405
    Interview.objects.filter(ref="R001").update(callback_on=timezone.localdate() + timedelta(days=1))
    moved = anyone.get(path, headers={"If-None-Match": first["ETag"]})
    assert moved.status_code == 200
    assert re.findall(r"UID:(\S+)", unfolded(moved)) == names or set(re.findall(r"UID:(\S+)", unfolded(moved))) == set(
        names
    )


def test_the_address_dies_when_renewed_revoked_or_when_the_password_the_part_or_the_account_ends(pilot: Client) -> None:
    anyone, user = Client(), User.objects.get(username="pilote")
    first = made(pilot)
    second = made(pilot)
    assert [anyone.get(path).status_code for path in (first, second)] == [404, 200]
    pilot.post(address("reminders:calendar_off"))
    assert anyone.get(second).status_code == 404
    path = made(pilot)
    for end, undo in (
        (lambda: Membership.objects.filter(user=user).update(left_at=timezone.now()), {"left_at": None}),
        (lambda: Mission.objects.update(archived_at=timezone.now()), {"archived_at": None}),
        (lambda: User.objects.filter(pk=user.pk).update(is_active=False), {"is_active": True}),
    ):
        end()
        assert anyone.get(path).status_code == 404
        model: Any = {"left_at": Membership.ever, "archived_at": Mission.objects}.get(next(iter(undo)), User.objects)
        model.update(**undo)
        assert anyone.get(path).status_code == 200
    user.set_password("un autre mot de passe")
    user.save()
    assert anyone.get(path).status_code == 404


def test_each_part_is_given_its_own_days_and_a_partner_no_name(monkeypatch: pytest.MonkeyPatch) -> None:
    Mission.objects.update(committee_on=timezone.localdate() + timedelta(days=3))
    monkeypatch.setattr(clock, "now", lambda: datetime.now(timezone.get_default_timezone()))
    committee = unfolded(Client().get(made(signed_in("copil"))))
    assert set(re.findall(r"UID:([a-z]+)", committee)) == {"comite"}
    partner = unfolded(Client().get(made(signed_in("bpifrance"))))
    assert not any(name in partner for name in Firm.objects.values_list("name", flat=True))
    assert "comite" not in partner


def test_who_sits_and_stands_for_an_organisation_is_given_the_days_of_both() -> None:
    Mission.objects.update(committee_on=timezone.localdate() + timedelta(days=3))
    mission, project = Mission.objects.get(), Project.objects.all()[0]
    by = timezone.localdate() + timedelta(days=21)
    asked = Sending(project=project.ref, organisation="bpifrance", answer_by=by)
    send(mission, [asked], by=Author(user=None, name="Le pilote"), on=timezone.localdate())
    share(mission, project, adopt("bpifrance"), by=None)
    path = made(signed_in("copil"))
    assert f"{by:%Y%m%d}" not in unfolded(Client().get(path))
    told = {"role": Role.PARTNER, "organisation": adopt("bpifrance")}
    Membership.objects.create(user=User.objects.get(username="copil"), mission=mission, **told)
    text = unfolded(Client().get(path))
    assert f"DTSTART;VALUE=DATE:{by:%Y%m%d}" in text
    assert set(re.findall(r"UID:([a-z]+)", text)) == {"comite", "orientation"}
    assert project.firm.name not in text


def test_an_adviser_is_given_the_reviews_of_its_own_projects_and_no_name() -> None:
    mission, (mine, other) = Mission.objects.get(), Project.objects.all()[:2]
    day = timezone.localdate() + timedelta(days=90)
    for rank, (project, adviser) in enumerate(((mine, "bpifrance"), (other, "cci_haute_marne")), start=1):
        Accompaniment.objects.create(
            mission=mission,
            project=project,
            ref=f"A{rank}",
            adviser=adviser,
            contact="Mme Roy",
            opened_on=timezone.localdate(),
            review_on=day + timedelta(days=rank),
        )
    path = made(signed_in("bpifrance"))
    assert "conseil" not in unfolded(Client().get(path)), "it was not put at its disposal yet"
    share(mission, mine, adopt("bpifrance"), by=None)
    text = unfolded(Client().get(path))
    assert re.findall(r"UID:conseil-(\w+)", text) == ["A1"]
    assert f"DTSTART;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}" in text
    assert not any(each in text for each in (mine.firm.name, mine.title, "Mme Roy"))
    Accompaniment.objects.filter(ref="A1").update(outcome="muri", closed_on=timezone.localdate())
    assert "conseil" not in unfolded(Client().get(path))
