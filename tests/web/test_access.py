"""Who sees what: every address, as a passer-by and as people of the mission."""

from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import reverse

from rebond.history import Kind, rows_of
from rebond.web.accounts.demo import ACCOUNTS, DEMO_PASSWORD
from rebond.web.accounts.models import User
from rebond.web.editing.gestures import save
from rebond.web.journal.models import Entry
from rebond.web.journal.writing import Author
from rebond.web.missions.facts import census_of
from rebond.web.missions.models import Mission
from tests.web.addresses import (
    ADMINISTRATOR,
    CHANGING,
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
    every_name,
)
from tests.web.conftest import signed_in

NOT_OF_A_MISSION = {
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


def test_every_address_is_walked() -> None:
    assert every_name() == {
        *PUBLIC,
        *SIGNED_IN,
        *PERSONAL,
        *RESTRICTED,
        *TEAM,
        *PILOT,
        *SPACE,
        *ADMINISTRATOR,
        *NO_PAGE,
    }


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_a_passer_by_sees_the_public_pages(name: str, anonymous: Client) -> None:
    assert anonymous.get(address(name)).status_code == 200


@pytest.mark.parametrize(
    "name", [*sorted({*SIGNED_IN, *PERSONAL, *RESTRICTED, *TEAM, *PILOT, *SPACE, *ADMINISTRATOR}), "home"]
)
def test_a_passer_by_is_sent_to_the_login_page_for_the_rest(name: str, anonymous: Client) -> None:
    response = anonymous.get(address(name))
    assert response.status_code == 302
    assert response["Location"].startswith("/connexion/")


@pytest.mark.parametrize("role", ROLES)
def test_pages_of_the_whole_mission_are_its_team_s(role: str, db: None) -> None:
    allowed, person = role in {"pilote", "consultant"}, signed_in(role)
    for name in SIGNED_IN:
        with closing(person.get(address(name))) as response:
            if name == "missions:list":
                assert response.status_code == 200
            elif name == "missions:home" and not allowed:
                assert response["Location"] == address("disclosure:space")
            else:
                assert response.status_code == (200 if allowed else 403), name
    assert person.get(address("disclosure:space")).status_code == (403 if allowed else 200)
    sitting = allowed or role == "copil"
    for name in OF_SOME_ROLES:
        may = sitting if name.startswith("portfolio:") or name == "desk:agenda" else allowed
        assert person.get(address(name)).status_code in ({200, 404} if may else {403}), name


@pytest.mark.parametrize(
    "name", sorted(name for name in {*SIGNED_IN, *RESTRICTED, *TEAM, *PILOT, *SPACE} if name != "missions:list")
)
def test_people_of_another_mission_find_nothing(name: str, db: None) -> None:
    User.objects.create_user(username="ailleurs")
    assert signed_in("ailleurs").get(address(name)).status_code == 404


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", sorted({*TEAM, *PILOT, *ADMINISTRATOR}))
def test_pages_of_some_are_refused_to_the_others(name: str, role: str, db: None) -> None:
    allowed = {"pilote", "consultant"} if name in TEAM else {"pilote"} if name in PILOT else set()
    assert signed_in(role).get(address(name)).status_code == (200 if role in allowed else 403)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", sorted(CHANGING))
def test_only_its_pilot_and_consultants_change_a_mission(name: str, role: str, db: None) -> None:
    person = signed_in(role)
    allowed = role in {"pilote", "consultant"}
    assert (person.get(address(name)).status_code == 200) is allowed
    if not allowed:
        before = census_of(Mission.objects.get())
        response = person.post(address(name), {"motif": "x", "geste": "enregistrer", "projets.0.intitule": "x"})
        assert response.status_code == 403
        assert "Votre compte ne permet pas" in response.content.decode()
        assert census_of(Mission.objects.get()) == before


@pytest.mark.parametrize("role", [name for name in ROLES if name not in {"pilote", "consultant"}])
def test_what_only_a_post_reaches_is_refused_too(role: str, db: None, pilot: Client) -> None:
    mission = Mission.objects.get()
    row = rows_of(census_of(mission))[Kind.PROJECT, "P001"]
    done = save(mission, {(Kind.PROJECT, "P001"): replace(row, title="Autre")}, by=Author(user=None))
    entry = Entry.objects.latest("position")
    person = signed_in(role)
    for name, args in (("undo", [mission.slug, done.gesture]), ("restore", [mission.slug, entry.pk])):
        assert person.post(reverse(f"editing:{name}", args=args)).status_code == 403
    assert person.post(reverse("editing:draft", args=[mission.slug]), {"adresse": "/"}).status_code == 403
    assert rows_of(census_of(mission))[Kind.PROJECT, "P001"].title == "Autre"


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
    models = [model for model in apps.get_models() if model.__module__.startswith("rebond.web.")]
    assert len(models) > 20
    for model in models:
        if model._meta.label not in NOT_OF_A_MISSION:
            rows: Any = model._default_manager
            assert not rows.visible_to(AnonymousUser()).exists(), model
            assert not rows.visible_to(stranger).exists(), model
            assert rows.visible_to(pilot).count() == rows.of(mission).count() == rows.count(), model


def test_demo_accounts_are_listed_in_demo_mode_only(anonymous: Client, settings: object) -> None:
    assert DEMO_PASSWORD not in anonymous.get(address("accounts:login")).content.decode()
    settings.DEMO = True  # type: ignore[attr-defined]
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
