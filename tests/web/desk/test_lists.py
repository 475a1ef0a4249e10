"""Lists: filters, columns and sort in the address; exports that obey them; views that each person keeps."""

import csv
import io
import sys

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from rebond.web.accounts.models import User
from rebond.web.desk.lists import Listing
from rebond.web.desk.models import SavedView
from rebond.web.desk.saving_views import LISTINGS
from rebond.web.journal.models import Act, Entry
from rebond.web.missions.models import Mission
from rebond.web.projects.models import Project
from rebond.web.studies.models import Referral
from tests.web.addresses import MISSION, address
from tests.web.conftest import signed_in

BASE = f"/missions/{MISSION}"
LISTS = ("projets", "entreprises", "entretiens", "orientations")
pytestmark = pytest.mark.django_db


def exported(client: Client, path: str) -> list[list[str]]:
    body = client.get(f"{BASE}/{path}").content
    assert body.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig")), delimiter=";"))


@pytest.mark.parametrize("name", LISTS)
def test_an_export_holds_every_row_of_the_list_and_its_columns(name: str, pilot: Client) -> None:
    response = pilot.get(f"{BASE}/{name}/")
    context, source = response.context, response.content.decode()
    assert all(words in source for words in ("Colonnes", "Garder cette vue", "export=csv"))
    rows = exported(pilot, f"{name}/?export=csv")
    assert rows[0] == [heading.label for heading in context["headings"]]
    assert len(rows) - 1 == context["page"].paginator.count > 25
    book = load_workbook(io.BytesIO(pilot.get(f"{BASE}/{name}/?export=xlsx").content))
    assert book.active is not None
    assert book.active.max_row == len(rows)


def test_an_export_obeys_the_filters_the_sort_and_the_columns(pilot: Client) -> None:
    query = "?connu=non&tri=-cout&colonnes=cout&colonnes=commune"
    listed = pilot.get(f"{BASE}/projets/{query}").context["page"]
    rows = exported(pilot, f"projets/{query}&export=csv")
    assert rows[0] == ["Projet", "Commune", "Coût"]
    assert [row[0] for row in rows[1:26]] == [project.title for project in listed]
    assert len(rows) - 1 == listed.paginator.count


def test_what_is_unknown_is_said_in_an_export_and_is_no_zero(pilot: Client) -> None:
    lacking = Project.objects.filter(jobs_created__isnull=True)
    rows = exported(pilot, "projets/?colonnes=emplois&colonnes=reference&export=csv")
    jobs = {row[1]: row[2] for row in rows[1:]}
    assert lacking.exists()
    assert all(jobs[project.ref] == "inconnu" for project in lacking)


def test_a_formula_typed_in_a_title_stays_a_text(pilot: Client) -> None:
    Project.objects.filter(ref="P001").update(title="=HYPERLINK(1)")
    assert "'=HYPERLINK(1)" in [row[0] for row in exported(pilot, "projets/?export=csv")]
    book = load_workbook(io.BytesIO(pilot.get(f"{BASE}/projets/?export=xlsx").content))
    assert book.active is not None
    cell = next(row[0] for row in book.active.iter_rows() if row[0].value == "=HYPERLINK(1)")
    assert cell.data_type == "s"


def test_an_export_is_written_in_the_journal(pilot: Client) -> None:
    pilot.get(f"{BASE}/projets/?connu=non&export=csv")
    entry = Entry.objects.latest("position")
    assert (entry.act, entry.by_name, entry.ref) == (Act.EXPORTED, "pilote", "projets")


def test_another_kind_of_export_does_not_exist(pilot: Client) -> None:
    assert pilot.get(f"{BASE}/projets/?export=exe").status_code == 404


def test_a_column_that_does_not_exist_leaves_the_usual_ones(pilot: Client) -> None:
    usual = [heading.label for heading in pilot.get(f"{BASE}/projets/").context["headings"]]
    assert [heading.label for heading in pilot.get(f"{BASE}/projets/?colonnes=rien").context["headings"]] == usual


@pytest.mark.parametrize("name", LISTS)
def test_every_column_can_be_shown_and_sorted_both_ways(name: str, pilot: Client) -> None:
    listing = pilot.get(f"{BASE}/{name}/").context["listing"]
    every = "&".join(f"colonnes={column.key}" for column in listing.columns)
    for column in listing.columns:
        for way in ("", "-") if column.sort else ():
            response = pilot.get(f"{BASE}/{name}/?{every}&tri={way}{column.key}")
            assert len(response.context["headings"]) == len(listing.columns)


@pytest.mark.parametrize("name", LISTS)
def test_every_option_keeps_as_many_rows_as_it_says(name: str, pilot: Client) -> None:
    for one in pilot.get(f"{BASE}/{name}/").context["filters"]:
        for option in one.options[:3]:
            page = pilot.get(f"{BASE}/{name}/", {one.name: option.value}).context["page"]
            assert page.paginator.count == option.count, (one.name, option.value)


def test_late_referrals_are_those_past_their_day(pilot: Client) -> None:
    page = pilot.get(f"{BASE}/orientations/?echeance=passee").context["page"]
    assert page.paginator.count == Referral.objects.filter(due_on__lt=timezone.localdate()).count()


def test_a_view_keeps_the_address_under_a_name_and_only_for_its_owner(pilot: Client) -> None:
    kept = {"liste": "projets", "nom": "Inconnus  chers", "recherche": "connu=non&tri=-cout&page=3"}
    response = pilot.post(f"{BASE}/vues/", kept)
    assert response["Location"] == f"{BASE}/projets/?connu=non&tri=-cout"
    page = pilot.get(response["Location"])
    assert [view.name for view in page.context["views"]] == ["Inconnus chers"]
    assert "Oublier" in page.content.decode()
    assert not signed_in("consultant").get(f"{BASE}/projets/").context["views"]
    view = SavedView.objects.get()
    assert signed_in("consultant").post(f"{BASE}/vues/{view.pk}/oublier/").status_code == 404
    pilot.post(f"{BASE}/vues/", {**kept, "recherche": "connu=oui"})
    assert SavedView.objects.get().query == "connu=oui"
    pilot.post(f"{BASE}/vues/{view.pk}/oublier/")
    assert not SavedView.objects.exists()


def test_a_view_is_of_a_list_that_exists_and_of_ones_own_mission(pilot: Client) -> None:
    assert pilot.post(f"{BASE}/vues/", {"liste": "rien", "nom": "x"}).status_code == 404
    User.objects.create_user(username="ailleurs")
    assert signed_in("ailleurs").post(f"{BASE}/vues/", {"liste": "projets", "nom": "x"}).status_code == 404
    assert pilot.get(f"{BASE}/vues/").status_code == 405


def test_a_page_of_referrals_is_light(pilot: Client) -> None:
    assert Mission.objects.get().current_study is not None
    assert len(pilot.get(address("referrals:list")).content) < 80_000


def test_a_view_of_every_list_is_kept(pilot: Client) -> None:
    keeping = reverse("desk:save_view", args=[MISSION])  # every address is read, so every page is imported
    pages = [getattr(module, "LISTING", None) for name, module in sys.modules.items() if name.startswith("rebond.web.")]
    listings = {each.name: each.view for each in pages if isinstance(each, Listing)}
    assert len(listings) > len(("entreprises", "projets", "entretiens", "orientations"))
    assert listings | {"notes": "portfolio:marks"} == LISTINGS
    for name, view in LISTINGS.items():
        kept = pilot.post(keeping, {"liste": name, "nom": "À revoir", "recherche": "q=a"})
        assert kept["Location"] == f"{reverse(view, args=[MISSION])}?q=a", name
