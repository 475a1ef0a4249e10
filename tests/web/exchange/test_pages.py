"""Import and export on the site, without JavaScript: who may, what is shown, what is refused."""

import re
import zipfile
from dataclasses import replace
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from rebond.history import Kind
from rebond.web.accounts.models import User
from rebond.web.editing.gestures import save
from rebond.web.exchange import uploads
from rebond.web.exchange.models import Export, ImportDraft
from rebond.web.journal.models import Act, Entry
from rebond.web.missions.facts import census_of
from rebond.web.missions.models import Membership, Mission, Role
from rebond.web.organisations.adopting import adopt
from tests.web.conftest import signed_in
from tests.web.exchange.conftest import Desk, cell, edited

AT = "/missions/petite/echanges/"


@pytest.fixture
def site(desk: Desk) -> Client:
    for name in ("consultant", "bpifrance"):
        role = Role.CONSULTANT if name == "consultant" else Role.PARTNER
        organisation = adopt("bpifrance")
        Membership.objects.create(
            user=User.objects.get(username=name), mission=desk.mission, role=role, organisation=organisation
        )
    return signed_in("pilote")


def sent(client, content, name="classeur.xlsx", at=f"{AT}import/"):
    return client.post(at, {"classeur": SimpleUploadedFile(name, content)})


def downloaded(client, desk):
    response = client.post(f"{AT}export/")
    path = desk.folder / "venu.xlsx"
    path.write_bytes(b"".join(response.streaming_content))
    return path


def test_a_pilot_exports_fills_in_looks_applies_and_undoes(site, desk):
    path = downloaded(site, desk)
    assert Export.objects.of(desk.mission).get().by_name == "pilote"
    assert Entry.objects.of(desk.mission).filter(act=Act.EXPORTED).count() == 1
    filled = edited(path, lambda book: setattr(cell(book, "projets", "P001", "intitule"), "value", "Four neuf"))
    preview = sent(site, filled.read_bytes())
    assert preview.status_code == 302
    page = site.get(preview["Location"]).content.decode()
    assert "Appliquer le changement" in page
    assert "Four neuf" in page
    refused = site.post(preview["Location"], {"motif": ""})
    assert refused.status_code == 422
    assert 'href="#motif"' in refused.content.decode()
    assert site.post(preview["Location"], {"motif": "visites"})["Location"] == AT
    assert census_of(desk.mission).projects[0].title == "Four neuf"
    home = site.get(AT).content.decode()
    assert "Annuler cet import" in home
    (undo,) = re.findall(r'action="([^"]+/annuler/)"', home)
    assert site.post(undo)["Location"] == AT
    assert census_of(desk.mission).projects[0].title != "Four neuf"
    assert "Annuler cet import" not in site.get(AT).content.decode()


def test_a_conflict_is_shown_with_both_versions_and_is_chosen_before_anything_is_written(site, desk):
    path = downloaded(site, desk)
    first = census_of(desk.mission).projects[0]
    save(desk.mission, {(Kind.PROJECT, "P001"): replace(first, title="Ici")}, by=desk.by)
    filled = edited(path, lambda book: setattr(cell(book, "projets", "P001", "intitule"), "value", "Là-bas"))
    at = sent(site, filled.read_bytes())["Location"]
    refused = site.post(at, {"motif": "x"})
    page = refused.content.decode()
    assert refused.status_code == 422
    assert "Classeur&nbsp;: Là-bas" in page
    assert "Site&nbsp;: Ici" in page
    assert " checked" not in page
    assert site.post(at, {"tout": "classeur", "motif": "x"}).status_code == 302
    assert site.get(at).content.decode().count(" checked") == 1
    assert census_of(desk.mission).projects[0].title == "Ici"
    (name,) = set(re.findall(r'name="(choix-[0-9a-f]+)"', page))
    site.post(at, {"motif": "x", name: "classeur"})
    assert census_of(desk.mission).projects[0].title == "Là-bas"


def test_an_untouched_workbook_changes_nothing(site, desk):
    at = sent(site, downloaded(site, desk).read_bytes())["Location"]
    assert "Ce classeur ne change rien" in site.get(at).content.decode()


def test_a_consultant_looks_and_does_not_apply_and_a_partner_sees_nothing(site, desk):
    consultant = signed_in("consultant")
    path = downloaded(consultant, desk)
    filled = edited(path, lambda book: setattr(cell(book, "projets", "P001", "intitule"), "value", "Four neuf"))
    at = sent(consultant, filled.read_bytes())["Location"]
    page = consultant.get(at).content.decode()
    assert "Seul le pilote" in page
    assert consultant.post(at, {"motif": "x"}).status_code == 403
    assert consultant.get("/missions/petite/supprimer/").status_code == 403
    assert consultant.post("/missions/petite/archiver/").status_code == 403
    assert consultant.post("/missions/petite/archive/").status_code == 403
    partner = signed_in("bpifrance")
    for address in (AT, at):
        assert partner.get(address).status_code == 403
    for address in (f"{AT}export/", f"{AT}import/", f"{at}annuler/"):
        assert partner.post(address).status_code == 403
    assert "Importer, exporter" not in partner.get("/missions/petite/", follow=True).content.decode()
    stranger = User.objects.create_user(username="ailleurs")
    assert signed_in(stranger.username).get(at).status_code == 404
    assert census_of(desk.mission).projects[0].title != "Four neuf"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("classeur.xlsx", b"rien", "n’est pas un classeur lisible"),
        ("../../etc/passwd.xlsm", b"PK", "macros"),
        ("liste.csv", b"a;b", "CSV"),
        ("<script>.xlsx", b"PK\x03\x04", "n’est pas un classeur lisible"),
    ],
)
def test_a_file_that_is_no_workbook_is_refused_in_french(site, desk, name, content, said):
    response = sent(site, content, name)
    page = response.content.decode()
    assert response.status_code == 422
    assert said in page
    assert "La mission n’a pas changé" in page
    assert "<script>." not in page
    assert "/etc/" not in page
    assert not ImportDraft.objects.exists()


def test_a_file_too_large_is_refused_before_it_is_read(site, monkeypatch):
    monkeypatch.setattr(uploads, "MOST_UPLOAD", 10)
    response = sent(site, b"x" * 11)
    assert response.status_code == 422
    assert "dépasse" in response.content.decode()
    assert site.post(f"{AT}import/").status_code == 422


def test_an_administrator_makes_a_mission_and_leads_it(site, desk):
    for at in ("/missions/nouvelle/", "/missions/importer/"):
        assert site.get(at).status_code == 403
    User.objects.create_user(username="admin", is_staff=True)
    admin = signed_in("admin")
    assert admin.get("/missions/importer/").status_code == 200
    told = {"name": "Rebond", "territory": "le Cambrésis", "epcis": "nulle part", "committee_on": "2026-11-20"}
    refused = admin.post("/missions/nouvelle/", told)
    assert refused.status_code == 422
    assert "aucune intercommunalité de ce nom" in refused.content.decode()
    for written, said in (("12/2026", "mois sans le jour"), ("30 février 2027", "n’existe pas"), ("", "obligatoire")):
        late = admin.post("/missions/nouvelle/", {**told, "epcis": "200068500", "committee_on": written})
        assert said in late.content.decode().replace("&#x27;", "’"), written
        assert f'value="{written}"' in late.content.decode() or not written
    assert 'type="date"' not in late.content.decode()
    made = admin.post("/missions/nouvelle/", {**told, "epcis": "200068500", "committee_on": "20 novembre 2026"})
    assert made["Location"] == "/missions/le-cambresis/"
    assert Mission.objects.get(slug="le-cambresis").committee_on.isoformat() == "2026-11-20"
    assert admin.get("/missions/le-cambresis/").status_code == 200
    assert admin.get("/missions/petite/").status_code == 404
    path = downloaded(site, desk)
    copied = sent(admin, path.read_bytes(), at="/missions/importer/")
    assert copied["Location"] == "/missions/chaumont-langres-2/"
    copy = Mission.objects.get(slug="chaumont-langres-2")
    assert census_of(copy).projects == census_of(desk.mission).projects


def test_an_archived_mission_leaves_the_list_and_a_deleted_one_leaves_an_archive(site, desk, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    site.post("/missions/petite/archiver/")
    assert "/missions/petite/" not in site.get("/missions/").content.decode()
    assert "/missions/petite/" in site.get("/missions/?archives").content.decode()
    assert site.post(f"{AT}import/").status_code == 403
    site.post("/missions/petite/archiver/")
    whole = site.post("/missions/petite/archive/")
    names = zipfile.ZipFile(BytesIO(b"".join(whole.streaming_content))).namelist()
    assert {"recensement.xlsx", "recensement.json", "journal.jsonl"} <= set(names)
    assert site.post("/missions/petite/supprimer/", {"identifiant": "autre"}).status_code == 422
    assert Mission.objects.filter(slug="petite").exists()
    gone = site.post("/missions/petite/supprimer/", {"identifiant": "petite"})
    assert "Mission supprimée" in gone.content.decode()
    assert not Mission.objects.filter(slug="petite").exists()
    assert [path.name for path in (tmp_path / "archives").iterdir()] == re.findall(
        r"petite-[0-9-]+\.zip", gone.content.decode()
    )
    assert Entry.objects.filter(mission_slug="petite").exists()
