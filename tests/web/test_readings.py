"""Who read what: one row a person, a sheet and an hour; told to the firm without names, deleted when the rule says."""

from __future__ import annotations

import html
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone

from rebond.cli.journal import journal as journal_command
from rebond.data import data_folder
from rebond.errors import DataError
from rebond.facts import DescentAct
from rebond.web.accounts.models import User
from rebond.web.desk.lists import Listing
from rebond.web.disclosure.disclosed import code_of
from rebond.web.disclosure.models import Shared
from rebond.web.firms.models import Firm
from rebond.web.journal.checking import check_chain
from rebond.web.journal.models import Act, Entry
from rebond.web.missions.models import Descent, Membership, Mission, Role
from rebond.web.organisations.models import Organisation
from rebond.web.projects.models import Project
from rebond.web.readings import keeping, writing
from rebond.web.readings.models import Reading
from rebond.web.readings.places import CONFIDENTIAL, LISTS, SAID_BY_THE_VIEW
from rebond.web.readings.reading import readings_of, visits
from rebond.web.readings.rule import load_rule, rule
from rebond.web.support.acts import open_session
from rebond.web.support.middleware import OPEN
from tests.web.addresses import MISSION, PAGES, address, every_name
from tests.web.conftest import signed_in

pytestmark = pytest.mark.django_db
NO_SHEET = {
    "disclosure:asking",
    "disclosure:sharing",
    "editing:many",
    "editing:new_firm",
    "editing:new_interview",
    "editing:new_project",
    "editing:settings",
    "editing:aid",
    "editing:remove_aid",
    "exchange:delete",
    "exchange:home",
    "exchange:lists",
    "missions:home",
    "missions:overview",
    "organisations:people",
    "committee:text",
    "committee:sittings",
    "committee:members",
    "committee:texts",
    "stationery:list",
    "stationery:template",
    "portfolio:call",
    "portfolio:robustness",
    "restitution:documents",
    "restitution:indicator",
    "restitution:indicators",
    "roadmap:roadmap",
    "roadmap:leave",
    "roadmap:new",
    "studies:compare",
    "studies:list",
    "desk:agenda",
    "desk:search",
    "linkage:queue",
    "interviews:replies",
    "publishing:figures",
    "publishing:publication",
}
"""Pages of a mission that are the sheet of no firm: its figures, its settings, its gestures."""


def mission() -> Mission:
    return Mission.objects.get(slug=MISSION)


def at(name: str, **more: str) -> str:
    return address(name) + (f"?{'&'.join(f'{key}={value}' for key, value in more.items())}" if more else "")


def plain(response: Any) -> str:
    return html.unescape(response.content.decode()).replace("\u202f", " ").replace("\xa0", " ").replace("’", "'")


def test_every_page_of_a_mission_says_whether_it_is_a_sheet() -> None:
    named = {*CONFIDENTIAL, *SAID_BY_THE_VIEW, *LISTS}
    assert named <= every_name()
    assert get_resolver() is not None
    of_a_mission = {name for name in PAGES if address(name).startswith(f"/missions/{MISSION}/")}
    assert of_a_mission - named == NO_SHEET


def test_every_list_of_firms_that_leaves_as_a_file_is_told() -> None:
    assert every_name()  # Every view is loaded.
    listed = {
        each.view
        for name, module in sys.modules.items()
        if name.startswith("rebond.web.")
        for each in vars(module).values()
        if isinstance(each, Listing)
    }
    assert listed >= {"firms:list", "editing:journal"}
    assert listed - LISTS.keys() == {"restitution:indicators", "roadmap:roadmap"}  # Figures and actions: no firm.


def test_a_sheet_opened_again_within_the_hour_is_one_row_and_asks_nothing_more(pilot: Client) -> None:
    for _ in range(3):
        pilot.get(address("projects:sheet"))
    pilot.get(address("financing:plan"))
    pilot.get(address("editing:interview"))
    pilot.head(address("firms:sheet"))
    pilot.get(address("projects:list"))
    for name in ("projects:list", "editing:journal"):
        with closing(pilot.get(at(name, export="csv"))) as taken:
            assert taken.status_code == 200
    told = {(row.kind, row.ref, row.part, row.what) for row in Reading.objects.all()}
    assert told == {
        ("projet", "P001", "Fiche", "lecture"),
        ("projet", "P001", "Plan de financement", "lecture"),
        ("entretien", "R001", "Compte rendu", "lecture"),
        ("mission", "", "Liste des projets", "export"),
        ("mission", "", "Journal des changements", "export"),
    }
    assert Reading.objects.count() == 5
    writing.forget()  # Another process of the site.
    pilot.get(address("projects:sheet"))
    assert Reading.objects.count() == 5
    row = Reading.objects.filter(kind="projet").first()
    assert row is not None
    assert (row.by.username, row.role, row.on_behalf) == ("pilote", Role.PILOT, "Équipe du territoire")


def test_a_refused_page_is_no_reading() -> None:
    for role in ("bpifrance", "observateur"):
        signed_in(role).get(address("projects:sheet"))
        signed_in(role).get(f"/missions/{MISSION}/mon-espace/abcdefgh/")
    assert not Reading.objects.exists()


def test_a_busy_database_breaks_no_page_and_the_reading_is_written_later(
    pilot: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusals = [InterfaceError("connection already closed"), OperationalError("database is locked")]

    def locked(*_: object, **__: object) -> None:
        raise refusals.pop()

    with monkeypatch.context() as busy:
        busy.setattr(Reading.objects, "bulk_create", locked, raising=False)
        busy.setattr(type(Reading.objects), "bulk_create", locked)
        assert pilot.get(address("projects:sheet")).status_code == 200
        assert pilot.get(address("firms:sheet")).status_code == 200
    assert writing.aside() == 2
    assert not Reading.objects.exists()
    pilot.get(address("projects:costs"))
    assert Reading.objects.count() == 3
    assert not writing.aside()


def test_no_reading_can_be_changed(pilot: Client) -> None:
    pilot.get(address("projects:sheet"))
    with pytest.raises(DatabaseError), transaction.atomic():
        Reading.objects.update(by_name="personne")


def test_a_partner_under_a_code_name_is_told_to_the_firm_by_organisation_and_function_alone() -> None:
    shared = Shared.objects.filter(organisation__code="bpifrance").select_related("project__firm").first()
    assert shared is not None
    firm, project = shared.project.firm, shared.project
    User.objects.filter(username="bpifrance").update(first_name="Claire", last_name="Durand")
    person = signed_in("bpifrance")
    assert person.get(f"/missions/{MISSION}/mon-espace/{code_of(project)}/").status_code == 200
    own = User.objects.create_user(username="gerante", first_name="Anne", last_name="Martin")
    Membership.objects.create(user=own, mission=mission(), role=Role.FIRM, firm=firm)
    page = f"/missions/{MISSION}/mon-espace/entreprise/{firm.ref}/consultations/"
    text = plain(signed_in("gerante").get(page))
    assert "Bpifrance" in text
    assert "Partenaire" in text
    assert "sous un nom de code" in text
    assert "Durand" not in text
    csv = signed_in("gerante").get(f"{page}?export=csv").content.decode("utf-8-sig")
    assert "Partenaire" in csv
    assert "Durand" not in csv
    # Another firm's, or another role: nothing.
    other = Firm.objects.exclude(pk=firm.pk).first()
    assert other is not None
    assert signed_in("gerante").get(page.replace(firm.ref, other.ref)).status_code == 404
    for role in ("bpifrance", "pilote", "copil", "observateur"):
        assert signed_in(role).get(page).status_code == 403
    pilot = plain(signed_in("pilote").get(at("readings:mission", entreprise=firm.ref)))
    assert "Claire Durand" in pilot
    with closing(signed_in("pilote").get(at("readings:mission", entreprise=firm.ref, export="csv"))) as taken:
        assert "Claire Durand" in taken.content.decode("utf-8-sig")
    assert Entry.objects.of(mission()).filter(act=Act.EXPORTED, ref="consultations").count() == 1


def test_what_leaves_with_the_whole_mission_concerns_every_firm_and_a_joined_sheet_keeps_its_readings(
    pilot: Client,
) -> None:
    with closing(pilot.post(address_of_export())) as taken:
        assert taken.status_code == 200
    pilot.get(f"/missions/{MISSION}/entreprises/E002/")
    one, two = Firm.objects.get(ref="E001"), Firm.objects.get(ref="E002")
    assert [row.parts for row in visits(readings_of(mission(), one))] == [
        ("Toute la mission, classeur de la mission",),
    ]
    Descent.objects.create(mission=mission(), act=DescentAct.FIRMS_MERGED, origin=two.ref, became=one.ref)
    assert {row.ref for row in readings_of(mission(), one)} == {"", "E002"}


def address_of_export() -> str:
    return f"/missions/{MISSION}/echanges/export/"


def test_help_in_someone_s_place_is_told_under_its_own_name() -> None:
    boss = User.objects.create_user(username="admin", is_staff=True, first_name="Admin", last_name="Istrateur")
    session = open_session(boss, User.objects.get(username="pilote"), reason="demande du pilote", minutes=15)
    client = Client()
    client.force_login(boss)
    kept = client.session
    kept[OPEN] = session.pk
    kept.save()
    assert client.get(address("projects:sheet")).status_code == 200
    row = Reading.objects.get()
    assert (row.by, row.on_behalf) == (boss, "à la place de pilote")
    assert visits([row])[0].organisation == "Assistance technique du site"


def test_readings_are_sealed_then_deleted_by_the_rule_and_the_chain_stays_whole(pilot: Client, tmp_path: Path) -> None:
    pilot.get(address("projects:sheet"))
    pilot.get(address("firms:sheet"))
    now, here = timezone.now(), mission()
    assert keeping.seal(here, now=now) == 0  # An insert may be under way.
    assert keeping.seal(here, now=now + timedelta(minutes=11)) == 2
    assert keeping.seal(here, now=now + timedelta(minutes=11)) == 0
    assert keeping.check(here).sealed == 2
    assert keeping.purge(here, now=now + timedelta(days=150)) == 0
    later = now + timedelta(days=31 * rule().months)
    pilot.get(address("projects:costs"))
    assert keeping.purge(here, now=later) == 2
    assert Reading.objects.count() == 1
    told = Entry.objects.of(here).latest("position")
    assert (told.act, told.reason) == (Act.MANAGED, rule().source)
    assert keeping.check(here).problem == ""
    assert not check_chain(here).broken_at
    assert keeping.seal(here, now=later) == 1
    here.delete()
    (gone,) = keeping.missions_read()  # Readings outlive their mission, as the journal does.
    assert keeping.check(gone).sealed == 1
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM readings_reading")
    assert "ne sont plus celles" in keeping.check(gone).problem


def test_the_rule_says_its_source_and_refuses_what_the_recommendation_does_not_say(tmp_path: Path) -> None:
    source = (data_folder() / "referentiels" / "conservation.yaml").read_text(encoding="utf-8")
    held = rule()
    assert 6 <= held.months <= 12
    assert "2021-122" in held.source
    assert held.checked_on is not None
    wrong = tmp_path / "conservation.yaml"
    wrong.write_text(source.replace(f"mois: {held.months}", "mois: 36"), encoding="utf-8")
    with pytest.raises(DataError) as refused:
        load_rule(wrong)
    assert "entre 6 et 12" in str(refused.value)
    wrong.write_text("consultations: {mois: 12}", encoding="utf-8")
    with pytest.raises(DataError, match="au_moins"):
        load_rule(wrong)


def test_the_command_line_purges_and_says_so(pilot: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("rebond.cli.journal.open_site", lambda *_, **__: None)
    pilot.get(address("projects:sheet"))
    nothing = CliRunner().invoke(journal_command, ["purge"])
    assert (nothing.exit_code, "Rien à effacer" in nothing.output) == (0, True)
    old = timezone.now() - timedelta(days=31 * 13)
    row = Reading.objects.get()
    row.pk, row.at, row.hour = None, old, writing.hour_of(old)
    row.save()
    first = Reading.objects.order_by("pk").first()
    assert first is not None
    Reading.objects.filter(pk=first.pk).delete()
    done = CliRunner().invoke(journal_command, ["purge"])
    assert "1 consultation effacée." in done.output
    assert CliRunner().invoke(journal_command, ["verify"]).exit_code == 0


def test_two_missions_keep_their_readings_apart(pilot: Client) -> None:
    pilot.get(address("projects:sheet"))
    there = Mission.objects.create(slug="la", name="Là", territory="Là", committee_on=timezone.localdate())
    Membership.objects.create(user=User.objects.get(username="pilote"), mission=there, role=Role.PILOT)
    firm = Firm.objects.create(mission=there, ref="E001", name="Jumelle")
    Project.objects.create(mission=there, firm=firm, ref="P001", title="Autre")
    assert not readings_of(there, firm).exists()
    assert Organisation.objects.exists()
    assert "P001" not in plain(pilot.get("/missions/la/consultations/"))
