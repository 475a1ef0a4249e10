"""An administrator sees the site in someone's place: with a reason, for a while, in the open, and not one's account."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from rebond.history import Kind, rows_of
from rebond.web.accounts.demo import DEMO_PASSWORD
from rebond.web.accounts.models import User
from rebond.web.desk.models import Visit
from rebond.web.journal.models import Entry
from rebond.web.missions.facts import census_of
from rebond.web.missions.models import Mission
from rebond.web.support.models import SupportSession
from tests.web.addresses import MISSION, address
from tests.web.conftest import signed_in

HOME = "/assistance/"
REASON = "Appel du 29 novembre : le plan de P001 ne s’affiche pas"


@pytest.fixture
def administrator(db: None) -> Client:
    User.objects.create_user(username="admin", password=DEMO_PASSWORD, is_staff=True)
    return signed_in("admin")


def opened(client: Client, **told: str) -> int:
    given = {"person": "consultant", "reason": REASON, "minutes": "15", "password": DEMO_PASSWORD, **told}
    return client.post(HOME, given).status_code


def test_help_is_read_only_bannered_told_to_the_pilot_and_to_the_person(administrator: Client, pilot: Client) -> None:
    assert administrator.get(address("missions:home")).status_code == 404
    assert opened(administrator) == 302
    page = administrator.get(address("projects:sheet")).content.decode()
    assert "admin voit le site à la place de <strong>consultant</strong>, en lecture seule" in page
    assert "Fermer l’assistance" in page
    before = census_of(Mission.objects.get())
    at = reverse("editing:project", args=[MISSION, "P001"])
    assert administrator.post(at, {"projets.0.intitule": "x", "geste": "enregistrer"}).status_code == 403
    assert census_of(Mission.objects.get()) == before
    administrator.get(address("missions:home"))
    assert not Visit.objects.exists()
    for path in ("/compte/", "/compte/second-facteur/", HOME, "/invitation/x/"):
        assert administrator.get(path).status_code == 403
    journal = pilot.get(address("editing:journal")).content.decode()
    assert "admin voit le site à la place de consultant (lecture seule" in journal
    assert "le plan de P001" in journal
    assert "le plan de P001" in signed_in("consultant").get("/compte/").content.decode()
    assert administrator.post(reverse("support:close")).status_code == 302
    assert administrator.get(address("missions:home")).status_code == 404
    assert SupportSession.objects.get().ended_at is not None
    assert Entry.objects.latest("position").label == "admin ne voit plus le site à la place de consultant"


def test_help_ends_by_itself(administrator: Client) -> None:
    opened(administrator)
    SupportSession.objects.update(ends_at=timezone.now() - timedelta(seconds=1))
    assert administrator.get(address("missions:home")).status_code == 404
    assert SupportSession.objects.get().ended_at is not None
    opened(administrator)
    User.objects.filter(username="admin").update(is_staff=False)
    assert administrator.get(address("missions:home")).status_code == 404


def test_what_is_changed_in_someones_place_is_signed_by_who_did_it(administrator: Client) -> None:
    opened(administrator, may_change="on")
    project = {"projets.0.reference": "P001"}
    row = rows_of(census_of(Mission.objects.get()))[Kind.PROJECT, "P001"]
    answer = administrator.post(reverse("desk:save_view", args=[MISSION]), project)
    assert answer.status_code != 403
    from rebond.web.editing.gestures import save
    from rebond.web.journal.writing import author_of

    person = User.objects.get(username="consultant")
    person.supported_by = SupportSession.objects.get()
    from dataclasses import replace

    save(Mission.objects.get(), {(Kind.PROJECT, "P001"): replace(row, title="Autre")}, by=author_of(person))
    entry = Entry.objects.latest("position")
    assert (entry.by_name, entry.on_behalf) == ("admin (assistance)", "à la place de consultant")


@pytest.mark.parametrize(
    "told",
    [
        {"reason": "aide"},
        {"password": "faux"},
        {"person": "admin"},
        {"person": "personne"},
        {"minutes": "600"},
    ],
)
def test_help_asks_for_a_reason_a_password_and_someone_who_looks_after_nothing(
    told: dict[str, str], administrator: Client
) -> None:
    assert opened(administrator, **told) == 422
    assert not SupportSession.objects.exists()


def test_only_an_administrator_helps(pilot: Client) -> None:
    assert pilot.get(HOME).status_code == 403
    assert opened(pilot) == 403
