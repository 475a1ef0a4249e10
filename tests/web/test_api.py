"""The API of a mission's facts: who comes in, what is read, what a change keeps, refuses and tells."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from rebond.facts import UNKNOWN
from rebond.history import Kind, rows_of
from rebond.web.accounts.models import User
from rebond.web.api import door
from rebond.web.api.models import Token
from rebond.web.api.tokens import create
from rebond.web.editing.gestures import save
from rebond.web.editing.life import create_mission
from rebond.web.guard.requests import Buckets
from rebond.web.journal.models import Act, Entry
from rebond.web.journal.writing import Author
from rebond.web.missions.facts import census_of
from rebond.web.missions.models import Membership, Mission, Role
from rebond.web.readings.models import Reading
from tests.web.conftest import signed_in

pytestmark = pytest.mark.django_db
M = "/api/missions/chaumont-langres"
P1 = f"{M}/projets/P001/"
E1 = f"{M}/entreprises/E001/"
TOKENS = "/compte/jetons/"


@pytest.fixture(autouse=True)
def _doors(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test with doors that nobody came to; forged tokens come at one instant, however slow the machine is."""
    monkeypatch.setattr(door, "_ASKS", Buckets(rate=5))
    monkeypatch.setattr(door, "_FORGED", Buckets(rate=0.5, clock=lambda: 0.0))


@pytest.fixture
def mission() -> Mission:
    return Mission.objects.get()


def program(username: str = "pilote", name: str = "ERP") -> Client:
    """A program of one of the demo accounts; it has no cookie."""
    token = create(User.objects.get(username=username), name=name, days=30)
    return Client(headers={"Authorization": f"Bearer {token}"})


def patch(client: Client, address: str, fields: Any, revision: str, **more: Any) -> Any:
    body = json.dumps({"champs": fields, **more})
    return client.patch(address, body, content_type="application/json", headers={"If-Match": revision})


def held(mission: Mission, kind: Kind = Kind.PROJECT, ref: str = "P001") -> Any:
    return rows_of(census_of(mission))[kind, ref]


def test_only_a_token_in_force_of_the_team_opens_the_api(mission: Mission, settings: Any) -> None:
    places = (f"{M}/projets/", P1, E1, f"{M}/entretiens/R001/")
    for place in places:
        assert Client().get(place).status_code == 401
        # A session, even the pilot's, is no token: nothing can be asked in its name from elsewhere.
        asked = signed_in("pilote").patch(place, "{}", content_type="application/json")
        assert asked.status_code == 401, asked.content
    for role, status in (("pilote", 200), ("consultant", 200), ("copil", 403), ("bpifrance", 403), ("entreprise", 403)):
        person = program(role)
        assert {person.get(place).status_code for place in places} == {status}, role
        if status == 403:
            assert patch(person, P1, {"intitule": "x"}, '"0"').status_code == 403
    stranger = User.objects.create_user(username="ailleurs", password="un mot de passe long")
    census = replace(census_of(mission), interviews=(), partner_entries=(), link_decisions=(), lineage=())
    Membership.objects.create(
        user=stranger, mission=create_mission(census, by=Author(user=None), slug="autre"), role=Role.PILOT
    )
    assert program("ailleurs").get("/api/missions/autre/projets/P001/").status_code == 200
    assert program("ailleurs").get(P1).status_code == 404
    # What ends an account's way in ends its tokens, one way at a time.
    user = User.objects.get(username="pilote")
    ways: tuple[tuple[Any, dict[str, Any]], ...] = (
        (Token.objects.filter(user=user), {"revoked_at": timezone.now()}),
        (Token.objects.filter(user=user), {"expires_at": timezone.now() - timedelta(seconds=1)}),
        (User.objects.filter(pk=user.pk), {"is_active": False}),
        (User.objects.filter(pk=user.pk), {"password": "autre"}),
    )
    for rows, change in ways:
        Token.objects.filter(user=user).delete()
        User.objects.filter(pk=user.pk).update(is_active=True, password=user.password)
        person = program()
        assert person.get(P1).status_code == 200
        rows.update(**change)
        assert person.get(P1).status_code == 401, change
    User.objects.filter(pk=user.pk).update(is_active=True, password=user.password)
    settings.SECOND_FACTOR = "tous"
    assert program().get(P1).status_code == 401
    settings.SECOND_FACTOR = "personne"
    Membership.objects.filter(user=user).update(left_at=timezone.now())
    assert program().get(P1).status_code == 404
    assert Client().get("/api/rien/").json()["erreur"]


def test_forged_tokens_wait_and_leave_the_owner_alone() -> None:
    person = program()
    forged = [Client(headers={"Authorization": f"Bearer rebond_{mark * 43}"}) for mark in "abcdefg"]
    answers = [each.get(P1) for each in forged]
    assert [each.status_code for each in answers][:5] == [401] * 5
    assert answers[-1].status_code == 429
    assert answers[0]["WWW-Authenticate"].startswith("Bearer")
    assert person.get(P1).status_code == 200
    for text in ("Bearer", "Bearer  ", "Basic cGlsb3RlOng=", "Bearer rebond_é"):
        assert Client(headers={"Authorization": text}, REMOTE_ADDR="10.0.0.9").get(P1).status_code == 401


def test_a_token_is_shown_once_kept_as_a_digest_and_revoked_by_its_owner() -> None:
    user = User.objects.get(username="pilote")
    user.set_password("un mot de passe long")
    user.save()
    pilot = signed_in("pilote")
    assert not Token.objects.exists()
    sent = {"name": "ERP <b>", "days": "30", "password": "faux"}
    assert pilot.post(TOKENS, sent).status_code == 422
    assert not Token.objects.exists()
    made = pilot.post(TOKENS, {**sent, "password": "un mot de passe long"}).content.decode()
    token = Token.objects.get()
    text = made.split("rebond_", 1)[1][:43]
    assert text not in pilot.get(TOKENS).content.decode()
    assert text not in json.dumps(list(Token.objects.values()), default=str)
    person = Client(headers={"Authorization": f"Bearer rebond_{text}"})
    assert "Jamais employé" in pilot.get(TOKENS).content.decode()
    assert person.get(P1).status_code == 200
    assert "Jamais employé" not in pilot.get(TOKENS).content.decode()
    signed_in("consultant").post(f"{TOKENS}{token.pk}/revoquer/")
    assert person.get(P1).status_code == 200
    pilot.post(f"{TOKENS}{token.pk}/revoquer/")
    assert person.get(P1).status_code == 401
    for role in ("copil", "entreprise"):
        assert signed_in(role).post(TOKENS, sent).status_code == 403


def test_what_is_read_sent_back_changes_nothing_and_every_reading_of_a_sheet_is_told(mission: Mission) -> None:
    person, before, told = program(), census_of(mission), Entry.objects.count()
    for kind in ("entreprises", "projets", "entretiens"):
        page = person.get(f"{M}/{kind}/").json()
        assert page["total"] == len(
            getattr(before, {"entreprises": "firms", "projets": "projects"}.get(kind, "interviews"))
        )
        assert len(page["fiches"]) == min(100, page["total"])
        for row in page["fiches"][:4]:
            read = person.get(row["adresse"])
            assert read["Cache-Control"] == "no-store"
            same = patch(person, row["adresse"], read.json()["champs"], read["ETag"])
            assert (same.status_code, same.json()["change"]) == (200, False), same.content
            assert same["ETag"] == read["ETag"]
            assert Reading.objects.filter(ref=row["ref"], by__username="pilote", part="Fiche, par l’API").exists()
    assert census_of(mission) == before
    assert Entry.objects.count() == told
    assert person.get(f"{M}/projets/?page=9999").json()["fiches"] == []
    for wrong in ("?page=0", "?page=-1", "?page=x", "?page=²"):
        assert person.get(f"{M}/projets/{wrong}").status_code == 404
    for wrong in (f"{M}/aides/", f"{M}/projets/P999/", f"{M}/entreprises/P001/"):
        assert person.get(wrong).status_code == 404


def test_a_change_is_read_as_in_a_form_kept_whole_and_told_on_behalf_of_the_program(mission: Mission) -> None:
    person, before = program(name="ERP"), held(mission)
    tag = person.get(P1)["ETag"]
    fields = {"debut": "2028-01-15", "emplois_crees": 7, "capacite_emprunt": "12,5 k€", "objectifs": []}
    done = patch(person, P1, fields, tag, motif="Reprise de l’ERP")
    assert done.status_code == 200, done.content
    assert done["ETag"] != tag
    assert done.json()["champs"] == {**fields, "capacite_emprunt": 12_500}
    after = held(mission)
    assert (after.jobs_created, after.borrowing_capacity, str(after.starts_on)) == (7, 12_500, "2028-01-15")
    assert after.costs == before.costs
    assert after.title == before.title
    entry = Entry.objects.latest("position")
    assert (entry.act, entry.by_name, entry.on_behalf, entry.reason) == (
        Act.ENTERED,
        str(User.objects.get(username="pilote")),
        "API (ERP)",
        "Reprise de l’ERP",
    )
    # Unknown and « asked, nobody knows » are two answers, and neither is 0.
    for sent, asked in ((None, ()), ("inconnu", ("emplois_crees",))):
        tag = person.get(P1)["ETag"]
        assert patch(person, P1, {"emplois_crees": sent}, tag).json()["champs"] == {"emplois_crees": sent}
        assert held(mission).jobs_created is UNKNOWN
        assert tuple(key for key, _ in held(mission).asked if key == "emplois_crees") == asked
    tag = person.get(P1)["ETag"]
    patch(person, P1, {"emplois_crees": 0}, tag)
    assert held(mission).jobs_created == 0


def test_every_fault_comes_at_once_in_french_and_nothing_is_written(mission: Mission) -> None:
    person, before = program(), census_of(mission)
    tag = person.get(P1)["ETag"]
    wrong = {
        "debut": "le 31/02/2027",
        "emplois_crees": -3,
        "capacite_emprunt": {"montant": 1},
        "type_projet": "renovation",
        "id": "P999",
        "inexistant": 1,
        "intitule": "Un titre juste",
    }
    refused = patch(person, P1, wrong, tag)
    assert refused.status_code == 422
    faults = {each["champ"]: each for each in refused.json()["fautes"]}
    assert set(faults) == set(wrong) - {"intitule"}
    assert all(each["probleme"] and each["remede"] and each["libelle"] for each in faults.values())
    # A rule of two fields, and that of two sheets: a SIREN is one firm's.
    assert patch(person, P1, {"fin": "2001-01-01"}, tag).status_code == 422
    firms = {firm.id: firm for firm in before.firms}
    other = next(
        firm.siren for ref, firm in firms.items() if ref != "E001" and isinstance(firm.siren, str) and firm.siren
    )
    assert patch(person, E1, {"siren": other}, person.get(E1)["ETag"]).status_code == 422
    bodies = (
        (b"{", 400),
        (b'{"champs": {}}', 400),
        (b'{"champs": {"intitule": "a", "intitule": "b"}}', 400),
        (b'{"champs": {"emplois_crees": NaN}}', 400),
        (b'{"champs": {"intitule": "\\ud800"}}', 400),
        (b'{"champs": {"intitule": "a\\u0000"}}', 400),
        (b'{"champs": {"emplois_crees": 1e999999}}', 422),
        (b'{"champs": {"intitule": "a"}, "autre": 1}', 400),
        (b"[" * 100_000, 400),
        (b'{"champs": {"intitule": "' + b"a" * 200_000 + b'"}}', 413),
        (b"\xff", 400),
    )
    for body, status in bodies:
        said = person.patch(P1, body, content_type="application/json", headers={"If-Match": tag})
        assert said.status_code == status, body[:60]
        assert said.json()["erreur"]
    assert patch(person, P1, {"intitule": "x"}, "*").status_code == 428
    assert person.patch(P1, "intitule=x", content_type="text/plain", headers={"If-Match": tag}).status_code == 415
    assert person.post(P1, {}).status_code == 405
    assert census_of(mission) == before


def test_an_old_revision_is_refused_with_both_versions_and_that_reading_is_told(mission: Mission) -> None:
    person = program()
    tag = person.get(P1)["ETag"]
    Reading.objects.all()._raw_delete(Reading.objects.db)
    from rebond.web.readings.writing import forget

    forget()
    other = replace(held(mission), jobs_created=41)
    save(mission, {(Kind.PROJECT, "P001"): other}, by=Author(user=None, name="Une collègue"))
    stale = patch(person, P1, {"emplois_crees": 12, "intitule": "Autre titre"}, tag)
    assert stale.status_code == 412
    said = stale.json()
    assert said["dernier_changement"]["par"] == "Une collègue"
    versions = {each["champ"]: each for each in said["versions"]}
    assert versions["emplois_crees"]["actuelle"] == 41
    assert versions["emplois_crees"]["la_votre"] == 12
    assert held(mission) == other
    assert Reading.objects.filter(ref="P001").exists()
    again = patch(person, P1, {"emplois_crees": 12}, stale["ETag"])
    assert again.status_code == 200
    assert held(mission).jobs_created == 12
    Mission.objects.update(archived_at=timezone.now())
    archived = patch(person, P1, {"emplois_crees": 13}, again["ETag"])
    assert archived.status_code == 409
    assert "archivée" in archived.json()["fautes"][0]
    assert person.get(P1).status_code == 200


def test_the_description_is_made_from_the_dictionary_and_says_what_a_sheet_is() -> None:
    from jsonschema import Draft202012Validator

    told = Client().get("/api/").json()
    assert told["openapi"].startswith("3.1")
    person = program()
    for kind, ref in (("entreprises", "E001"), ("projets", "P001"), ("entretiens", "R001")):
        schema = {**told, "$ref": f"#/components/schemas/fiche_{kind}"}
        Draft202012Validator(schema).validate(person.get(f"{M}/{kind}/{ref}/").json())
    assert told["components"]["schemas"]["champs_projets"]["properties"]["debut"]["title"]
