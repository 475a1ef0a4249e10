"""A partner's list pasted or sent on the site: read, corrected, shown, applied whole, undone, given again."""

import re
from dataclasses import replace
from datetime import date
from io import BytesIO

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from rebond.adapters.partner_lists import ListLine, compared
from rebond.facts import UNKNOWN
from rebond.history import Kind
from rebond.web.accounts.models import User
from rebond.web.editing.gestures import save
from rebond.web.exchange.models import ImportDraft, ReceivedList
from rebond.web.journal.models import Act, Entry
from rebond.web.missions.facts import census_of
from rebond.web.missions.models import Membership, Role
from rebond.web.organisations.adopting import adopt
from tests.web.conftest import signed_in

AT = "/missions/petite/listes/"
PARTNER = "region-grand-est"
PASTED = (
    "Société\tVille\tDossier\tBudget (k€)\n"
    "Forge du Plateau SARL\tLangres\tFour à induction\t850\n"
    "Scierie de Nogent SAS\tNogent\tLigne de sciage\t1 200,5\n"
)


@pytest.fixture
def site(desk) -> Client:
    for name, role, speaks_for in (
        ("consultant", Role.CONSULTANT, None),
        ("bpifrance", Role.PARTNER, adopt("bpifrance")),
    ):
        user = User.objects.get(username=name)
        Membership.objects.create(user=user, mission=desk.mission, role=role, organisation=speaks_for)
    return signed_in("pilote")


def given_list(client, text="", *, file=None, partner=PARTNER, dated="2026-10-01", at=AT):
    told = {"partner": partner, "dated": dated, "text": text}
    return client.post(at, told | ({"file": file} if file else {}))


def confirmed(client, response, **changed):
    """Confirm the columns as the page proposes them, but for those changed."""
    page = client.get(response["Location"]).content.decode()
    told = dict.fromkeys(re.findall(r'<select[^>]* name="([^"]+)"', page), "")
    for name in told:
        (body,) = re.findall(rf'name="{name}"(.*?)</select>', page, re.DOTALL)
        if chosen := re.search(r'value="([^"]*)" selected', body):
            told[name] = chosen[1]
    sheet = re.search(r'name="feuille" value="([^"]*)"', page)
    return client.post(response["Location"], told | {"feuille": sheet[1] if sheet else ""} | changed)


def of_region(desk):
    return [each for each in census_of(desk.mission).partner_entries if each.partner == PARTNER]


def test_a_list_pasted_from_a_spreadsheet_is_read_shown_applied_and_undone(site, desk):
    before = census_of(desk.mission)
    received = given_list(site, PASTED)
    columns = site.get(received["Location"]).content.decode()
    assert "Quelle colonne est quoi" in columns
    assert 'value="milliers" selected' in columns
    assert census_of(desk.mission) == before
    preview = confirmed(site, received)
    page = site.get(preview["Location"]).content.decode()
    assert "Forge du Plateau" in page
    assert "1\u202f200\u202f500" in page
    assert census_of(desk.mission) == before
    assert site.post(preview["Location"], {"motif": ""}).status_code == 422
    assert site.post(preview["Location"], {"motif": "reçue ce matin"})["Location"] == AT
    added = [each for each in of_region(desk) if each not in before.partner_entries]
    assert [(each.firm_name, each.commune, each.amount, each.dated) for each in added] == [
        ("Forge du Plateau SARL", "Langres", 850_000, date(2026, 10, 1)),
        ("Scierie de Nogent SAS", "Nogent", 1_200_500, date(2026, 10, 1)),
    ]
    assert all(re.fullmatch(r"collage du \d\d-\d\d-\d{4}\.tsv, ligne [23]", each.source) for each in added)
    told = Entry.objects.of(desk.mission).filter(act=Act.IMPORTED, reason="reçue ce matin")
    assert {entry.kind for entry in told} == {"ligne_de_liste"}
    (undo,) = re.findall(r'action="([^"]+/annuler/)"', site.get(AT).content.decode())
    site.post(undo)
    assert census_of(desk.mission).partner_entries == before.partner_entries


def test_a_list_given_again_adds_nothing_and_a_corrected_one_says_what_changed_and_what_left(site, desk):
    first = confirmed(site, given_list(site, PASTED))
    site.post(first["Location"], {"motif": "octobre"})
    again = confirmed(site, given_list(site, PASTED, dated="2026-11-02"))
    gone = len(of_region(desk)) - 2
    page = site.get(again["Location"]).content.decode()
    assert "dont 2 que la mission a déjà" in page
    assert ("Cette liste ne change rien" in page) is (gone == 0)
    corrected = PASTED.replace("850", "900").replace("Scierie de Nogent SAS", "Scierie neuve")
    later = confirmed(site, given_list(site, corrected, dated="2026-11-02"))
    page = site.get(later["Location"]).content.decode()
    assert "900\u202f000" in page
    assert "Scierie neuve" in page
    assert "Lignes que la liste n’a plus" in page
    names = re.findall(r'value="([0-9a-f]{16})"', site.get(f"{later['Location']}?retirer=tous").content.decode())
    assert len(names) == gone + 1
    site.post(later["Location"], {"motif": "novembre", "retirer": names})
    assert sorted((each.firm_name, each.amount, each.dated) for each in of_region(desk)) == [
        ("Forge du Plateau SARL", 900_000, date(2026, 10, 1)),
        ("Scierie neuve", 1_200_500, date(2026, 11, 2)),
    ]


def test_rows_at_fault_stay_apart_and_enter_only_when_someone_says_so(site, desk):
    preview = confirmed(site, given_list(site, PASTED + "Fonderie SA\tLangres\tMoule\tbeaucoup\n"))
    page = site.get(preview["Location"]).content.decode()
    assert "ligne 4, colonne D" in page
    assert "beaucoup" in page
    refused = site.post(preview["Location"], {"motif": "x"})
    assert refused.status_code == 422
    assert 'href="#saines"' in refused.content.decode()
    site.post(preview["Location"], {"motif": "x", "saines": "oui"})
    names = {each.firm_name for each in of_region(desk)}
    assert "Scierie de Nogent SAS" in names
    assert "Fonderie SA" not in names


def test_a_workbook_with_several_sheets_asks_which_one_is_the_list(site, desk):
    book = openpyxl.Workbook()
    for title in ("2025", "2026"):
        sheet = book.create_sheet(title)
        sheet.append(["Raison soc.", "Objet"])
        sheet.append([f"Atelier {title} SARL", "Presse"])
    content = BytesIO()
    book.save(content)
    received = given_list(site, file=SimpleUploadedFile("suivi.xlsx", content.getvalue()))
    assert "Quelle feuille est la liste" in site.get(received["Location"]).content.decode()
    chosen = {"Location": f"{received['Location']}?feuille=2026"}
    site.post(confirmed(site, chosen)["Location"], {"motif": "x"})
    assert "Atelier 2026 SARL" in {each.firm_name for each in of_region(desk)}


def test_what_is_no_list_is_refused_in_words_and_what_was_typed_stays(site, desk):
    for file, said in (
        (SimpleUploadedFile("liste.xlsx", b"PK\x03\x04rien"), "liste.xlsx"),
        (SimpleUploadedFile("../../liste.pdf", b"%PDF-1.7"), "liste.pdf"),
        (SimpleUploadedFile("vide.csv", b"\n\n"), "vide"),
    ):
        refused = given_list(site, file=file)
        assert refused.status_code == 422
        assert said in refused.content.decode()
    future = given_list(site, PASTED, dated="2999-01-01")
    assert future.status_code == 422
    assert "Forge du Plateau" in future.content.decode()
    both = given_list(site, PASTED, file=SimpleUploadedFile("a.csv", b"a;b"))
    assert "pas les deux" in both.content.decode()
    assert not ReceivedList.objects.of(desk.mission).exists()
    received = given_list(site, PASTED)
    twice = confirmed(site, received, **{"colonne-1": "entreprise"})
    assert twice.status_code == 422
    assert "Une autre colonne est déjà lue ainsi" in twice.content.decode()
    none = confirmed(site, received, **{"colonne-0": ""})
    assert "Dites quelle colonne est le nom" in none.content.decode()
    stranger = confirmed(site, given_list(site, PASTED, partner=""))
    assert stranger.status_code == 422
    assert "aucune ligne saine" in stranger.content.decode().casefold()


def test_someone_who_changed_the_same_line_meanwhile_is_not_overwritten(site, desk):
    site.post(confirmed(site, given_list(site, PASTED))["Location"], {"motif": "octobre"})
    waiting = confirmed(site, given_list(site, PASTED.replace("850", "900")))
    (mine,) = [each for each in of_region(desk) if each.firm_name.startswith("Forge")]
    save(desk.mission, {(Kind.PARTNER_ENTRY, mine.id): replace(mine, amount=mine.amount * 2)}, by=desk.by)
    refused = site.post(waiting["Location"], {"motif": "novembre"})
    assert refused.status_code == 422
    assert "comparée de nouveau" in refused.content.decode()
    assert "1\u202f700\u202f000" in refused.content.decode()
    site.post(waiting["Location"], {"motif": "novembre"})
    assert {each.amount for each in of_region(desk) if each.id == mine.id} == {900_000}


def test_a_consultant_gives_a_list_that_the_pilot_applies_and_a_partner_sees_none_of_it(site, desk):
    consultant, partner = signed_in("consultant"), signed_in("bpifrance")
    preview = confirmed(consultant, given_list(consultant, PASTED))
    assert "Seul le pilote" in consultant.get(preview["Location"]).content.decode()
    assert consultant.post(preview["Location"], {"motif": "x"}).status_code == 403
    for at in (AT, preview["Location"], f"{preview['Location']}colonnes/"):
        assert partner.get(at).status_code == 403
    other = preview["Location"].replace("petite", "chaumont-langres")
    assert site.get(other).status_code == 404
    draft = ImportDraft.objects.of(desk.mission).get()
    assert site.get(f"/missions/petite/echanges/{draft.pk}/")["Location"] == preview["Location"]


LINES = st.lists(
    st.builds(
        ListLine,
        partner=st.sampled_from(("a", "b")),
        firm=st.sampled_from(("Forge", "Scierie")),
        number=st.just(""),
        commune=st.just(""),
        project=st.sampled_from(("", "Four")),
        amount=st.sampled_from((UNKNOWN, 1, 2)),
        amount_is=st.just(UNKNOWN),
        dated=st.sampled_from((UNKNOWN, date(2026, 1, 1))),
        file=st.just("liste"),
        line=st.integers(1, 9),
    ),
    max_size=6,
)


@given(first=LINES, second=LINES)
def test_every_line_is_one_entry_and_a_list_read_twice_changes_nothing(first, second):
    on = date(2026, 2, 1)
    held = compared(first, (), list_date=on).entries
    assert len(held) == len(first)
    assert compared(first, held, list_date=date(2026, 3, 1)).entries == held
    told = compared(second, held, list_date=on)
    ours = {line.partner for line in second}
    assert len({entry.id for entry in told.entries}) == len(told.entries)
    assert sum(entry.partner in ours for entry in told.entries) == len(second)
    assert [e for e in told.entries if e.partner not in ours] == [e for e in held if e.partner not in ours]
