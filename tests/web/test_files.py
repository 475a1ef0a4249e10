"""Files attached to a sheet: sniffed, kept aside, served as attachments to the team, told, archived, withdrawn."""

import io
import json
import zipfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from rebond.errors import DataError
from rebond.web.accounts.models import User
from rebond.web.editing.life import create_mission
from rebond.web.exchange.removal import delete_mission, export_archive
from rebond.web.exchange.workbook import read_file
from rebond.web.files import storing
from rebond.web.files.models import Attachment
from rebond.web.files.returning import Returned, bring_back, workbook_in
from rebond.web.journal.checking import check_chain
from rebond.web.journal.models import Act, Entry
from rebond.web.journal.writing import author_of
from rebond.web.missions.facts import census_of
from rebond.web.missions.models import Mission
from tests.web.conftest import signed_in

AT = "/missions/chaumont-langres/projets/P001/fichiers/"
OF_FIRM = "/missions/chaumont-langres/entreprises/E001/fichiers/"
PDF = b"%PDF-1.7\n1 0 obj << >> endobj\n%%EOF\n"


@pytest.fixture
def mission(db, settings, tmp_path) -> Mission:
    settings.DATA_DIR = None
    settings.DOCUMENTS_ROOT = tmp_path
    return Mission.objects.get(slug="chaumont-langres")


def archive_of(*members: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as book:
        for name in members:
            book.writestr(name, "x")
    return made.getvalue()


def sent(client, content, name="devis.pdf", *, at=AT, proves="devis", note=""):
    return client.post(at, {"fichier": SimpleUploadedFile(name, content), "prouve": proves, "precision": note})


def kept(folder: Path) -> list[Path]:
    return [path for path in (folder / "fichiers").rglob("*") if path.is_file()]


def test_a_file_is_attached_downloaded_and_withdrawn_and_the_journal_tells_each(mission, tmp_path):
    client = signed_in("consultant")
    assert sent(client, PDF, "../../Devis d'étude.pdf", note="valable 3 mois").status_code == 302
    row = Attachment.objects.get()
    assert (row.owner, row.ref, row.proves, row.size, row.mime) == (
        "projet",
        "P001",
        "devis",
        len(PDF),
        "application/pdf",
    )
    assert "/" not in row.name
    (path,) = kept(tmp_path)
    assert path.name == row.stored
    assert "devis" not in str(path.relative_to(tmp_path)).lower()
    assert path.stat().st_mode & 0o077 == 0
    page = client.get(AT).content.decode()
    assert "valable 3 mois" in page
    assert "Devis ou bon de commande" in page
    served = client.get(f"/missions/chaumont-langres/fichiers/{row.pk}/")
    assert served.content == PDF
    assert served["Content-Disposition"].startswith("attachment")
    assert served["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in served["Cache-Control"]
    assert sent(client, PDF).status_code == 422  # twice the same
    off = f"/missions/chaumont-langres/fichiers/{row.pk}/retirer/"
    assert client.post(off, {"motif": " "}).status_code == 422
    too_long = client.post(off, {"motif": "x" * 1_001})
    assert (too_long.status_code, "x" * 1_001 in too_long.content.decode()) == (422, True)
    client.post(off, {"motif": "mauvais devis"})
    assert client.get(f"/missions/chaumont-langres/fichiers/{row.pk}/").status_code == 404
    assert Attachment.ever.get().withdrawn_at is not None
    told = Entry.objects.of(mission).filter(kind="piece").order_by("position")
    assert [entry.act for entry in told] == [Act.MANAGED, Act.MANAGED]
    assert [entry.reason for entry in told][-1] == "mauvais devis"
    assert signed_in("pilote").get("/missions/chaumont-langres/journal/?genre=piece").status_code == 200
    assert not check_chain(mission).problem


HOSTILE = [
    ("vide.pdf", b"", "vide"),
    ("facture.pdf.exe", b"MZ\x90", "ce type de fichier"),
    ("page.html", b"<html>", "ce type de fichier"),
    ("dessin.svg", b"<svg/>", "ce type de fichier"),
    ("devis.pdf", b"MZ\x90\x00", "que son nom annonce"),
    ("photo.png", PDF, "que son nom annonce"),
    ("notes.txt", b"<!DOCTYPE html><script>alert(1)</script>", "page web"),
    ("notes.csv", b"a;b\x00", "pas du texte"),
    ("comptes.xlsx", b"PK\x03\x04casse", "abîmé"),
    ("comptes.xlsx", archive_of("word/document.xml"), "que son nom annonce"),
    ("comptes.xlsx", archive_of("xl/workbook.xml", "xl/vbaProject.bin"), "macros"),
    ("gros.pdf", PDF + b"0" * 10_000_001, "dépasse 10"),
]


def test_a_hostile_file_is_refused_in_one_sentence_and_nothing_is_kept(mission, tmp_path):
    client = signed_in("pilote")
    for name, content, said in HOSTILE:
        refused = sent(client, content, name)
        page = refused.content.decode()
        assert (refused.status_code, name) == (422, name)
        assert said in page.replace("Ce type", "ce type"), name
        assert page.count("<li>fichier") == 1, name
    assert not Attachment.ever.exists()
    assert not kept(tmp_path)


def test_only_the_team_of_the_mission_sees_attaches_and_downloads(mission):
    pilot = signed_in("pilote")
    sent(pilot, PDF, at=OF_FIRM, proves="comptes")
    row = Attachment.objects.get()
    at = f"/missions/chaumont-langres/fichiers/{row.pk}/"
    for name in ("bpifrance", "copil"):
        client = signed_in(name)
        assert client.get(OF_FIRM).status_code == client.get(at).status_code == 403
        assert sent(client, PDF).status_code == client.post(f"{at}retirer/").status_code == 403
        assert not Attachment.objects.visible_to(User.objects.get(username=name)).exists()
        assert ">Fichiers<" not in client.get("/missions/chaumont-langres/projets/P001/").content.decode()
    assert Client().get(at).status_code == 302
    assert sent(pilot, PDF, proves="rien").status_code == 422
    assert pilot.get("/missions/chaumont-langres/entreprises/E999/fichiers/").status_code == 404


def test_the_files_of_a_mission_are_filtered_by_sheet_person_and_words_and_exported(mission):
    pilot, at = signed_in("pilote"), "/missions/chaumont-langres/fichiers/"
    assert "Choisir un projet" in pilot.get(at).content.decode()
    sent(pilot, PDF, "bilan.pdf", at=OF_FIRM, proves="comptes")
    sent(signed_in("consultant"), PDF, "devis presse.pdf", note="valable trois mois")
    names = {
        ask: [row["name"] for row in pilot.get(at + ask).context["page"]]
        for ask in ("", "?genre=entreprise", "?par=consultant", "?q=trois+MOIS", "?q=trois&genre=entreprise")
    }
    assert list(names.values()) == [
        ["devis presse.pdf", "bilan.pdf"],
        ["bilan.pdf"],
        ["devis presse.pdf"],
        ["devis presse.pdf"],
        [],
    ]
    sheet = pilot.get(f"{at}?genre=projet&export=csv").content.decode("utf-8-sig").splitlines()
    assert len(sheet) == 2
    assert signed_in("copil").get(at).status_code == 403


def test_a_file_that_was_touched_on_the_disk_is_not_served(mission, tmp_path):
    pilot = signed_in("pilote")
    sent(pilot, PDF)
    (path,) = kept(tmp_path)
    path.write_bytes(PDF + b"x")
    at = f"/missions/chaumont-langres/fichiers/{Attachment.objects.get().pk}/"
    assert pilot.get(at).status_code == 410
    path.unlink()
    assert "ne peut plus être lue" in pilot.get(at).content.decode()


def test_the_archive_holds_every_file_and_the_deletion_takes_them(mission, tmp_path):
    pilot = signed_in("pilote")
    by = author_of(User.objects.get(username="pilote"))
    sent(pilot, PDF)
    sent(pilot, PDF + b" ", at=OF_FIRM, proves="comptes")
    storing.withdraw(Attachment.objects.get(owner="entreprise"), by=by, reason="périmés")
    path = tmp_path / "archive.zip"
    export_archive(mission, path, by=by)
    with zipfile.ZipFile(path) as archive:
        listed = [json.loads(line) for line in archive.read("fichiers.jsonl").decode().splitlines()]
        assert [archive.read(row["fichier"]) for row in listed] == [PDF, PDF + b" "]
        assert [bool(row["retiree_le"]) for row in listed] == [False, True]
    slug = create_mission(census_of(mission), by=by, slug="retour").slug
    again = Mission.objects.get(slug=slug)
    with workbook_in(path) as inside:
        assert read_file(inside).census.projects == census_of(mission).projects
    assert bring_back(again, path, by=by) == Returned(attached=1, left=())
    (back,) = Attachment.objects.of(again)
    first = Attachment.objects.of(mission).get()
    assert storing.read(back) == PDF
    assert (back.ref, back.proves, back.by_name, back.at) == (first.ref, first.proves, first.by_name, first.at)
    twice = bring_back(again, path, by=by)
    assert twice.attached == 0
    assert "déjà jointe" in twice.left[0]
    torn = tmp_path / "touchee.zip"
    with zipfile.ZipFile(path) as archive, zipfile.ZipFile(torn, "w") as target:
        for name in archive.namelist():
            target.writestr(name, b"%PDF-autre" if name.startswith("fichiers/") else archive.read(name))
    assert "ce n'est plus le fichier" in bring_back(again, torn, by=by).left[0]
    (tmp_path / "faux.zip").write_bytes(b"PK")
    with pytest.raises(DataError, match="archive lisible"), workbook_in(tmp_path / "faux.zip"):
        pass
    delete_mission(again, tmp_path / "retour.zip", by=by)
    held = delete_mission(mission, tmp_path / "fin.zip", by=by)
    assert held.attachments == 2
    assert not kept(tmp_path)
