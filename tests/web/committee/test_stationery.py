"""The templates of a mission on the site: put, seen, used by the next file, given back; a bad one breaks nothing."""

import io

import docx
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pptx import Presentation

from rebond.adapters.documents.deck_template import default_template
from rebond.web.journal.models import Entry
from rebond.web.missions.models import Mission
from rebond.web.stationery.keeping import deck_template
from rebond.web.stationery.models import TemplateFile
from tests.web.addresses import MISSION
from tests.web.committee.sitting import SCREEN, decide_as_proposed, frozen, refs, text_in
from tests.web.conftest import signed_in

HOME = f"/missions/{MISSION}/modeles/"
LETTER = f"{HOME}lettre_retenu/"


def _word(*paragraphs: str) -> bytes:
    file = docx.Document()
    for words in paragraphs:
        file.add_paragraph(words)
    held = io.BytesIO()
    file.save(held)
    return held.getvalue()


def _sent(client: Client, address: str, content: bytes, name: str = "à en-tête.docx"):
    return client.post(address, {"geste": "deposer", "fichier": SimpleUploadedFile(name, content)})


def test_the_next_letters_are_written_on_the_template_of_the_mission(pilot: Client, mission: Mission) -> None:
    decide_as_proposed(pilot)
    frozen(pilot, mission)
    ref = refs(mission, "retenu")[0]
    address = f"{SCREEN}seances/1/courriers/{ref}.docx"
    before = pilot.get(address).content

    # A wrong field is said with its place, and nothing is kept.
    wrong = _sent(pilot, LETTER, _word("Préfecture", "Accordé : {{ montan }}"))
    assert wrong.status_code == 422
    assert "Texte, paragraphe 2" in wrong.content.decode()
    assert "« montant » ?" in wrong.content.decode().replace("\u00a0", " ").replace("\u202f", " ")
    assert _sent(pilot, LETTER, b"PK\x03\x04").status_code == 422
    assert not TemplateFile.objects.exists()
    assert pilot.get(address).content == before

    own = _word("Préfecture de la Haute-Marne", "Nous accordons {{ montant }} à {{ entreprise }}.")
    assert _sent(pilot, LETTER, own).status_code == 302
    said = text_in(pilot.get(address).content)
    assert "Préfecture de la Haute-Marne" in said
    assert "Nous accordons" in said
    assert "Démonstration" in said
    # The minutes and the other letters have their own.
    assert "Préfecture de la Haute-Marne" not in text_in(pilot.get(f"{SCREEN}seances/1/releve.docx").content)
    page = pilot.get(HOME).content.decode()
    assert page.count("modèle de la mission") == 1
    assert "à en-tête.docx" in page

    # Both can be downloaded, and what serves can be seen filled.
    assert pilot.get(f"{LETTER}mission").content == own
    assert "{{ entreprise }}" in text_in(pilot.get(f"{LETTER}origine").content)
    assert "Nous accordons [Montant accordé]" in text_in(pilot.get(f"{LETTER}apercu").content)

    assert pilot.post(LETTER, {"geste": "rendre"}).status_code == 302
    assert pilot.get(address).content == before
    told = Entry.objects.of(mission).filter(kind="modele_fichier").values_list("before", "after")
    assert len(told) == 2
    assert pilot.get(f"{LETTER}mission").status_code == 404
    assert pilot.get(f"{HOME}inconnu/").status_code == 404


def test_only_the_pilot_puts_a_template_and_only_the_team_reads_it(pilot: Client, mission: Mission) -> None:
    content = default_template()
    deck = f"{HOME}presentation/"
    assert _sent(pilot, deck, content, "modele.pptx").status_code == 302
    assert deck_template(mission) == content
    consultant = signed_in("consultant")
    assert consultant.get(deck).status_code == 200
    assert _sent(consultant, deck, content, "autre.pptx").status_code == 403
    assert signed_in("bpifrance").get(deck).status_code in {403, 404}
    assert len(Presentation(io.BytesIO(pilot.get(f"{deck}apercu").content)).slides) == 6


def test_a_template_that_serves_no_more_stops_neither_its_letter_nor_others(pilot: Client, mission: Mission) -> None:
    # It was sound when it came; a field has gone since.
    broken = _word("{{ champ_disparu }}")
    for kind, name in (("lettre_retenu", "vieux.docx"), ("presentation", "vieux.pptx")):
        TemplateFile.objects.create(mission=mission, kind=kind, name=name, content=broken, size=1, digest="0" * 64)
    assert deck_template(mission) is None
    page = pilot.get(LETTER).content.decode()
    assert "ne peut plus servir" in page
    assert "champ_disparu" in page
    assert pilot.get(f"{LETTER}apercu").status_code == 302
    decide_as_proposed(pilot)
    frozen(pilot, mission)
    ref = refs(mission, "retenu")[0]
    said = text_in(pilot.get(f"{SCREEN}seances/1/courriers/{ref}.docx").content)
    assert "a retenu votre projet" in said
    assert pilot.get(f"{SCREEN}seances/1/courriers.zip").status_code == 200
