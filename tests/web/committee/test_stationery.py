"""The templates of a mission on the site: put, seen, used by the next file, given back; a bad one breaks nothing."""

import io
from pathlib import Path

import docx
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from docx.enum.text import WD_COLOR_INDEX
from pptx import Presentation

from rebond.adapters.documents.deck_template import default_template
from rebond.adapters.documents.plain_words import plain_words
from rebond.adapters.documents.writing import write_documents
from rebond.adapters.templates import (
    default_release_template,
    release_model,
    release_on_template,
    release_values,
    word_template_faults,
)
from rebond.restitution.contents import Paragraph
from rebond.restitution.press_release import collect_press_release
from rebond.results import MissionResult
from rebond.web.journal.models import Entry
from rebond.web.missions.models import Mission
from rebond.web.stationery.keeping import usable_template
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
    seen = text_in(pilot.get(f"{LETTER}apercu").content)
    assert "Nous accordons 240\u202f000\u00a0€ à Estampage du Haut-Bassigny." in seen
    assert "mission d’exemple" in seen
    assert "fictifs" in seen

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
    assert usable_template(mission, "presentation") == content
    consultant = signed_in("consultant")
    assert consultant.get(deck).status_code == 200
    assert _sent(consultant, deck, content, "autre.pptx").status_code == 403
    assert signed_in("bpifrance").get(deck).status_code in {403, 404}
    slides = Presentation(io.BytesIO(pilot.get(f"{deck}apercu").content)).slides
    words = " ".join(shape.text_frame.text for slide in slides for shape in slide.shapes if shape.has_text_frame)
    assert len(slides) >= 10
    assert "Exemple" not in words
    for told in ("77\u00a0projets", "entreprises et les projets sont fictifs"):
        assert told in words


def test_a_template_that_serves_no_more_stops_neither_its_letter_nor_others(pilot: Client, mission: Mission) -> None:
    # It was sound when it came; a field has gone since.
    broken = _word("{{ champ_disparu }}")
    for kind, name in (("lettre_retenu", "vieux.docx"), ("presentation", "vieux.pptx")):
        TemplateFile.objects.create(mission=mission, kind=kind, name=name, content=broken, size=1, digest="0" * 64)
    assert usable_template(mission, "presentation") is None
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


def test_the_press_release_follows_the_template_of_the_mission_and_keeps_its_marks(
    pilot: Client, mission: Mission, tmp_path: Path, sample_result: MissionResult
) -> None:
    address = f"{HOME}communique/"
    wrong = _sent(pilot, address, _word("Préfecture", "{{ chapau }}"))
    assert wrong.status_code == 422
    assert "« chapeau » ?" in wrong.content.decode().replace("\u00a0", " ").replace("\u202f", " ")
    own = _word("Cabinet de la préfète", "{{ chapeau }}", "{%p if citation %}", "{{ citation }}", "{%p endif %}")
    assert _sent(pilot, address, own).status_code == 302
    template = usable_template(mission, "communique")
    assert template == own
    write_documents(sample_result, tmp_path, release=template)
    made = docx.Document(str(tmp_path / "communique.docx"))
    said = [paragraph.text for paragraph in made.paragraphs]
    assert "Cabinet de la préfète" in said
    assert any(words.startswith("Le comité de pilotage de la mission") for words in said)
    # What the template forgot is said all the same: nothing is decided, the firms are fictitious.
    assert "Propositions non décidées" in said[0]
    assert "fictifs" in said[0]
    assert "Projet" in made.sections[0].header._element.xml
    holes = [run for paragraph in made.paragraphs for run in paragraph.runs if "à compléter" in run.text]
    assert [run.font.highlight_color for run in holes] == [WD_COLOR_INDEX.YELLOW]
    # The other documents have theirs.
    assert "Cabinet" not in (tmp_path / "communique.md").read_text(encoding="utf-8")
    seen = text_in(pilot.get(f"{address}apercu").content)
    assert "mission d’exemple" in seen
    assert "Cabinet de la préfète" in seen
    assert "CA de Chaumont et CC du Grand Langres" in seen


def test_the_release_of_rebond_as_a_template_says_what_its_release_says(sample_result: MissionResult) -> None:
    template = default_release_template()
    assert word_template_faults(template, release_model()) == []
    document = collect_press_release(sample_result)
    made = release_on_template(
        template,
        release_values(sample_result),
        title=document.title,
        place=document.place,
        dated=document.dated,
        notices=document.warnings,
        draft=document.draft,
    )
    said = text_in(made)
    blocks = [block for section in document.sections for block in section.blocks]
    paragraphs = [block for block in blocks if isinstance(block, Paragraph)]
    assert len(paragraphs) == len(blocks)
    assert [plain_words(each.text) for each in paragraphs if plain_words(each.text) not in said] == []
    assert "{" not in said
    assert "néant" not in said.lower()
