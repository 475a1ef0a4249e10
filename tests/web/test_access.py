"""Who sees what: every address, as a passer-by and as people of the mission."""

import uuid
from contextlib import closing
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from rebond.history import Kind, rows_of
from rebond.web.accounts.demo import ACCOUNTS, DEMO_PASSWORD
from rebond.web.accounts.models import User
from rebond.web.disclosure.acts import note_consent, share
from rebond.web.disclosure.consenting import take_back
from rebond.web.disclosure.models import Consent, Shared
from rebond.web.editing.gestures import save
from rebond.web.editing.life import create_mission
from rebond.web.interviews.models import Interview
from rebond.web.journal.models import Entry
from rebond.web.journal.writing import Author, author_of
from rebond.web.missions.facts import census_of
from rebond.web.missions.models import Membership, Mission, Role
from rebond.web.organisations.models import Organisation
from rebond.web.projects.models import Project
from tests.web.addresses import (
    ADMINISTRATOR,
    CHANGING,
    EVERY_PART,
    MISSION,
    NO_PAGE,
    OF_SOME_ROLES,
    PERSONAL,
    PILOT,
    PUBLIC,
    RESTRICTED,
    SIGNED_IN,
    SPACE,
    TEAM,
    address,
    every_address,
    every_name,
)
from tests.web.conftest import signed_in

NOT_OF_A_MISSION = {
    "accounts.AddressChange",
    "api.Token",
    "reminders.CalendarAddress",
    "reminders.Digest",
    "reminders.Preference",
    "accounts.SignInFailure",
    "accounts.User",
    "missions.Mission",
    "organisations.Affiliation",
    "organisations.Organisation",
    "support.SupportSession",
    "studies.Record",
}
"""A record is reached only through a row of a study: one content may be that of several missions."""
ROLES = [account.username for account in ACCOUNTS]
WORKERS = frozenset({"pilote", "consultant"})
OF_THE_COMMITTEE = {("desk:calendar", "copil"), ("referrals:inbox", "bpifrance")}
"""Its own days, and none of the team's: ``desk/test_agenda`` reads them. What is sent to an organisation is its own."""
SEEN_SITTING = {
    "portfolio:session",
    "portfolio:decision",
    "portfolio:steps",
    "portfolio:project_steps",
    "desk:agenda",
    "committee:screen",
    "committee:sittings",
    "committee:members",
    "committee:since",
    "roadmap:roadmap",
}
"""What a member of the committee follows."""
ONLY_A_WAY_BACK = {("portfolio:decide_many", "copil")}
"""Read, it leads back to the session; nothing is decided there but by the pilot."""
WALKED = sorted({*SIGNED_IN, *PERSONAL, *RESTRICTED, *TEAM, *PILOT, *SPACE, *EVERY_PART, *ADMINISTRATOR})


def test_every_address_is_walked() -> None:
    assert every_name() == {
        *PUBLIC,
        *SIGNED_IN,
        *PERSONAL,
        *RESTRICTED,
        *TEAM,
        *PILOT,
        *SPACE,
        *EVERY_PART,
        *ADMINISTRATOR,
        *NO_PAGE,
    }


def answers(name: str, role: str) -> set[int]:
    """What an address answers to a person of the sample mission; one who has no part in it is « ailleurs »."""
    team = role in WORKERS
    if name in PERSONAL or name == "missions:list":
        return {200}
    if name not in ADMINISTRATOR and role not in ROLES:
        return {404}
    if name in OF_SOME_ROLES:
        may = team or (role == "copil" and name in SEEN_SITTING) or (role == "bpifrance" and name == "advice:list")
        return {200, 404} if may else {403}
    if name == "missions:home" and not team:
        return {302}
    if name in EVERY_PART:
        return {200}
    opened = role == "pilote" if name in PILOT else not team if name in SPACE else team and name not in ADMINISTRATOR
    return {200} if opened else {403}


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages without their drawing, which ``test_pages`` looks at: who may open one is settled before."""
    monkeypatch.setattr("rebond.web.missions.access.render", lambda *_, **__: HttpResponse(""))


def someone(role: str) -> Client:
    """A person of the sample mission, or one who has no part in it any more, or never had."""
    if role not in ROLES:
        user = User.objects.create_user(username=role)
        if role == "parti":
            now = timezone.now()
            mission, bank = Mission.objects.get(), Organisation.objects.get(code="bpifrance")
            for part in (Role.PILOT, Role.PARTNER):
                held = bank if part == Role.PARTNER else None
                Membership.ever.create(user=user, mission=mission, role=part, organisation=held, left_at=now)
    return signed_in(role)


def test_a_passer_by_sees_the_public_pages_and_is_sent_to_the_login_page_for_the_rest(anonymous: Client) -> None:
    for name in PUBLIC:
        assert anonymous.get(address(name)).status_code == 200, name
    for name in (*WALKED, "home"):
        response = anonymous.get(address(name))
        assert response.status_code == 302, name
        assert response["Location"].startswith("/connexion/"), name
    for name, place in hidden_places():
        for response in (anonymous.get(place), anonymous.post(place)):
            assert response.status_code in {302, 401, 403, 405}, name


@pytest.mark.parametrize("role", [*ROLES, "ailleurs", "parti"])
def test_each_page_opens_to_those_it_is_for(role: str, undrawn: None, db: None) -> None:
    person = someone(role)
    for name in WALKED:
        with closing(person.get(address(name))) as response:
            assert response.status_code in answers(name, role), name
            if name == "missions:home" and response.status_code == 302:
                assert response["Location"] == address("disclosure:space")


@pytest.mark.parametrize("role", [*(role for role in ROLES if role not in WORKERS), "ailleurs", "parti"])
def test_nothing_is_changed_nor_taken_away_by_those_who_do_not_work_on_the_mission(role: str, db: None) -> None:
    """Exports, archives, attachments, drafts, gestures undone, invitations: what no page shows is reached by nobody."""
    mission, person = Mission.objects.get(), someone(role)
    before, told = census_of(mission), Entry.objects.count()
    refused = {403} if role in ROLES else {404}
    for name in CHANGING:
        said = {"motif": "x", "geste": "enregistrer", "projets.0.intitule": "x"}
        response = person.post(address(name), said)
        assert response.status_code in refused | {405}, name
    for name, place in hidden_places():
        if (name, role) in OF_THE_COMMITTEE:
            continue
        for method in ("POST",) if (name, role) in ONLY_A_WAY_BACK else ("GET", "POST"):
            with closing(person.generic(method, place)) as response:
                assert response.status_code in {401, 403, 404, 405}, name
    assert census_of(mission) == before
    assert Entry.objects.count() == told


def hidden_places() -> list[tuple[str, str]]:
    """The addresses of a mission that show no page, with what may be in them: real references, forged numbers."""
    values = {"ref": "P001", "key": "abcdefgh", "path": "communique.txt", "kind": "projet", "slug": "x"}
    found = []
    for name, arguments, converters in every_address():
        if name in NO_PAGE and "mission" in arguments:
            kwargs = {
                each: MISSION
                if each == "mission"
                else "csv"
                if name.startswith("publishing:") and each == "kind"
                else uuid.UUID(int=1)
                if converters[each] == "UUIDConverter"
                else 1
                if converters[each] == "IntConverter"
                else values.get(each, "x")
                for each in arguments
            }
            found.append((name, reverse(name, kwargs=kwargs)))
    return found


def test_places_that_show_no_page_are_many() -> None:
    assert len(hidden_places()) > 25


@pytest.mark.parametrize("role", [name for name in ROLES if name not in WORKERS])
def test_what_only_a_post_reaches_is_refused_too(role: str, db: None) -> None:
    mission = Mission.objects.get()
    row = rows_of(census_of(mission))[Kind.PROJECT, "P001"]
    done = save(mission, {(Kind.PROJECT, "P001"): replace(row, title="Autre")}, by=Author(user=None))
    entry = Entry.objects.latest("position")
    person = signed_in(role)
    for name, args in (("undo", [mission.slug, done.gesture]), ("restore", [mission.slug, entry.pk])):
        assert person.post(reverse(f"editing:{name}", args=args)).status_code == 403
    assert rows_of(census_of(mission))[Kind.PROJECT, "P001"].title == "Autre"


def test_a_part_in_one_mission_opens_nothing_of_another(undrawn: None, db: None) -> None:
    """Pilot there, partner here: the firm and the organisation are the same, the rights are not."""
    here, bank = Mission.objects.get(), Organisation.objects.get(code="bpifrance")
    census = replace(census_of(here), interviews=(), partner_entries=(), link_decisions=(), lineage=())
    there = create_mission(census, by=Author(user=None), slug="ailleurs")
    user = User.objects.get(username="bpifrance")
    Membership.objects.create(user=user, mission=there, role=Role.PILOT)
    secret = Project.objects.of(here).exclude(shared__organisation=bank).select_related("firm").first()
    assert secret is not None
    person = signed_in("bpifrance")
    for name, kwargs in (("projects:sheet", {"ref": secret.ref}), ("firms:sheet", {"ref": secret.firm.ref})):
        assert person.get(reverse(name, kwargs={"mission": "ailleurs", **kwargs})).status_code == 200
        assert person.get(reverse(name, kwargs={"mission": MISSION, **kwargs})).status_code == 403
    for name in (*CHANGING, *TEAM, *PILOT):
        assert person.get(address(name)).status_code == 403, name
    # Rows named by a number: those of the mission that one does not pilot are not found from the other.
    shared = Shared.objects.of(here).first()
    assert shared is not None
    place = reverse("disclosure:sharing", kwargs={"mission": "ailleurs"})
    assert person.post(place, {"geste": "retirer", "ligne": shared.pk}).status_code == 404
    assert Shared.objects.of(here).filter(pk=shared.pk).exists()
    found = Project.objects.visible_to(user)
    assert set(found.values_list("mission__slug", flat=True)) == {"ailleurs"}


def test_no_letter_carries_what_its_reader_may_not_know(db: None, pilot: Client, mailoutbox: list[Any]) -> None:
    mission, bank = Mission.objects.get(), Organisation.objects.get(code="bpifrance")
    leader = User.objects.get(username="pilote")
    project = Project.objects.of(mission).exclude(shared__organisation=bank).select_related("firm").first()
    assert project is not None
    share(mission, project, bank, by=leader)
    held = note_consent(
        mission, project.firm, bank, text="J’accepte.", signed_by="la gérante", given_on=date(2026, 9, 1), by=leader
    )
    assert take_back(Consent.objects.filter(pk=held.pk), said_by="la gérante", author=author_of(leader)) == 1
    seat = {"email": "nouvelle@exemple.fr", "role": "partenaire", "organisation": "catalogue:bpifrance"}
    assert pilot.post(address("organisations:people"), seat).status_code == 302
    assert mailoutbox
    said = " ".join(f"{letter.body}" for letter in mailoutbox)
    names = [*Project.objects.values_list("title", "firm__name"), *Interview.objects.values_list("minutes", "ref")]
    assert not [text for pair in names for text in pair if len(text) > 8 and text in said]


def test_home_sends_to_the_only_mission(pilot: Client) -> None:
    assert pilot.get("/")["Location"] == address("missions:home")


def test_signing_out_needs_a_post(pilot: Client) -> None:
    assert pilot.get(address("accounts:logout")).status_code == 405
    assert pilot.post(address("accounts:logout")).status_code == 302
    assert pilot.get(address("missions:list")).status_code == 302


def test_every_model_of_a_mission_says_who_sees_it(db: None) -> None:
    mission = Mission.objects.get()
    pilot = User.objects.get(username="pilote")
    stranger = User.objects.create_user(username="ailleurs")
    consultant = User.objects.get(username="consultant")
    mine = {Membership: {"user": consultant}}  # One ends one's own part.
    models: list[Any] = [model for model in apps.get_models() if model.__module__.startswith("rebond.web.")]
    assert len(models) > 20
    for model in models:
        if model._meta.label not in NOT_OF_A_MISSION:
            rows: Any = model._default_manager
            assert not rows.visible_to(AnonymousUser()).exists(), model
            assert not rows.visible_to(stranger).exists(), model
            assert rows.visible_to(pilot).count() == rows.of(mission).count() == rows.count(), model
            assert not rows.may_change(AnonymousUser()).exists(), model
            assert not rows.may_change(stranger).exists(), model
            assert rows.may_change(pilot).count() == (0 if model.SITE_WRITES else rows.count()), model
            if model.PILOT_DECIDES:
                assert not rows.may_change(consultant).exclude(**mine.get(model, {"pk": 0})).exists(), model


def test_demo_accounts_are_listed_in_demo_mode_only(anonymous: Client, settings: Settings) -> None:
    assert DEMO_PASSWORD not in anonymous.get(address("accounts:login")).content.decode()
    settings.DEMO = True
    page = anonymous.get(address("accounts:login")).content.decode()
    assert DEMO_PASSWORD in page
    assert "pilote" in page


def test_a_wrong_password_is_explained_at_the_top_of_the_form(anonymous: Client) -> None:
    page = anonymous.post(address("accounts:login"), {"username": "pilote", "password": "faux"}).content.decode()
    assert "La connexion a échoué" in page
    assert 'role="alert"' in page


def test_the_demo_password_opens_the_mission(anonymous: Client) -> None:
    response = anonymous.post(address("accounts:login"), {"username": "copil", "password": DEMO_PASSWORD}, follow=True)
    assert "Chaumont-Langres" in response.content.decode()
