"""``rebond mission run --modele``: a template of the deck, one of the release, and what is said of a wrong one."""

from pathlib import Path

import docx
import pytest

from rebond.adapters.documents.deck_template import default_template
from rebond.adapters.templates import default_release_template
from rebond.cli._templates import templates_named
from rebond.errors import DataError


def test_the_deck_and_the_release_each_take_their_template(tmp_path: Path) -> None:
    deck, release = tmp_path / "deck.pptx", tmp_path / "release.DOCX"
    deck.write_bytes(default_template())
    release.write_bytes(default_release_template())
    assert templates_named([deck, release]) == (default_template(), default_release_template())
    assert templates_named([]) == (None, None)


def test_every_fault_of_every_template_is_said_at_once(tmp_path: Path) -> None:
    wrong, twice, other = tmp_path / "a.docx", tmp_path / "b.docx", tmp_path / "c.txt"
    file = docx.Document()
    file.add_paragraph("{{ chapau }} {{ contakt }}")
    file.save(str(wrong))
    twice.write_bytes(default_release_template())
    other.write_text("texte", encoding="utf-8")
    with pytest.raises(DataError) as told:
        templates_named([wrong, twice, other])
    said = " ".join(f"{fault.where} {fault.problem}" for fault in told.value.faults)
    for words in ("« chapeau » ?", "« contact » ?", "b.docx un second modèle", "c.txt ni .pptx ni .docx"):
        assert words in said
