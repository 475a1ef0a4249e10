"""Templates that come from anybody: what a mission may write in one, what is refused, and how it is said."""

from __future__ import annotations

import io
import time
import zipfile
from datetime import date
from typing import Any

import docx
import pytest
from docx.enum.text import WD_COLOR_INDEX
from docx.oxml.ns import qn
from pptx import Presentation

from rebond.adapters.documents.deck_template import LAYOUTS, default_template
from rebond.adapters.templates import (
    deck_template_faults,
    default_word_template,
    filled_template,
    release_model,
    release_on_template,
    word_template_faults,
)
from rebond.restitution.letters import Grid, filled, letter_models, plain_text
from rebond.restitution.samples import sample_values

MINUTES = letter_models()["proces_verbal"]
LETTER = letter_models()["lettre_retenu"]


def _word(*paragraphs: str, header: str = "", rows: tuple[tuple[str, ...], ...] = ()) -> bytes:
    file = docx.Document()
    for words in paragraphs:
        file.add_paragraph(words)
    if header:
        file.sections[0].header.paragraphs[0].text = header
    if rows:
        table = file.add_table(rows=len(rows), cols=len(rows[0]))
        for row, said in zip(table.rows, rows, strict=True):
            for cell, text in zip(row.cells, said, strict=True):
                cell.text = text
    return _saved(file)


def _saved(file) -> bytes:
    held = io.BytesIO()
    file.save(held)
    return held.getvalue()


def _with(content: bytes, *, replaced: dict[str, tuple[str, str]] | None = None, **added: bytes) -> bytes:
    """The same archive with parts added (``__`` is a slash, ``_dot_`` a dot), or words of a part replaced."""
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            if replaced and name in replaced:
                before, after = replaced[name]
                assert before.encode() in part
                part = part.replace(before.encode(), after.encode(), 1)
            new.writestr(name, part)
        for name, part in added.items():
            new.writestr(name.replace("__", "/").replace("_dot_", "."), part)
    return held.getvalue()


def _read(content: bytes) -> str:
    file = docx.Document(io.BytesIO(content))
    cells = [cell.text for table in file.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in file.paragraphs), *cells])


def _filled(content: bytes, values, model=LETTER, notices=()) -> bytes:
    return filled_template(
        content, model, values, title="Décision", place="Langres", dated=date(2026, 10, 5), notices=notices
    )


@pytest.mark.parametrize("kind", sorted(letter_models()))
def test_the_template_of_rebond_says_what_its_text_says(kind: str) -> None:
    model = letter_models()[kind]
    template = default_word_template(model, model.text)
    assert word_template_faults(template, model) == []
    values = sample_values(model)
    made = _read(_filled(template, values, model, ("Démonstration.",)))
    said = plain_text(filled(model.text, model, values)).replace(" | ", "\n").split("\n")
    assert [line for line in said if line not in made] == []
    assert "{" not in made
    assert "Démonstration." in made
    # Empty, a list and a table say so, as the text does.
    bare = {
        name: Grid(value.header, ()) if isinstance(value, Grid) else type(value)() for name, value in values.items()
    }
    assert _read(_filled(template, bare, model)).count("Néant.") == sum(
        f"{{{name}}}" in model.text for name, value in bare.items() if not isinstance(value, str)
    )


def test_a_mission_writes_with_its_own_words_in_body_header_and_tables() -> None:
    template = _word(
        "Chère équipe de {{ entreprise }},",
        "{%p if montant == 'néant' %}",
        "Rien n'est accordé.",
        "{%p else %}",
        "Le comité accorde {{ montant }}.",
        "{%p endif %}",
        header="Préfecture — {{ mission }}",
        rows=(
            ("Dispositif", "Montant"),
            ("{%tr for ligne in financements %}", ""),
            ("{{ ligne.dispositif }}", "{{ ligne.montant_envisage }}"),
            ("{%tr endfor %}", ""),
        ),
    )
    assert word_template_faults(template, LETTER) == []
    values = {
        **sample_values(LETTER),
        "entreprise": "Forge & Fils <SAS>",
        "montant": "150 000 €",
        "financements": Grid(("Dispositif", "Montant envisagé"), (("Prêt {{ mission }}", "10 €"), ("Avance", "20 €"))),
    }
    made = _filled(template, values, notices=("Entreprises fictives.",))
    said = _read(made)
    # What a firm writes is never read as a template, nor as markup.
    for words in ("Forge & Fils <SAS>", "accorde 150\u202f000\u00a0€", "Prêt {{ mission }}", "20\u00a0€"):
        assert words in said
    assert said.startswith("Entreprises fictives.")
    file = docx.Document(io.BytesIO(made))
    assert (
        file.sections[0].header.paragraphs[0].text
        == "Préfecture — Rebond Industriel — Chaumont-Langres (démonstration)"
    )
    properties = file.core_properties
    assert (properties.title, properties.language) == ("Décision", "fr-FR")
    assert properties.created.date() == properties.modified.date() == date(2026, 10, 5)
    assert made == _filled(template, values, notices=("Entreprises fictives.",))


@pytest.mark.parametrize(
    ("paragraphs", "said"),
    [
        (("Nous accordons {{ montan }}.",), ("paragraphe 1", "« Nous accordons {{ montan }}. »", "« montant » ?")),
        (("Bonjour,", "{{ zzz }}"), ("paragraphe 2", "Champs possibles : ", "entreprise")),
        (("{{ financements }}",), ("est un tableau", "{%p for ligne in financements %}")),
        (("{%p for x in financements %}", "{{ x.montant }}", "{%p endfor %}"), ("« x.montant_envisage » ?",)),
        (("{%p for x in financements %}", "{{ x }}", "{%p endfor %}"), ("Colonnes : dispositif, montant_envisage",)),
        (("{%p for x in montant %}", "{{ x }}", "{%p endfor %}"), ("est un texte, pas une liste",)),
        (("{%p if montant %}",), ("n'est pas fermée",)),
        (("Voici {{ montant",), ("une balise ouverte n'est pas fermée",)),
        (("{{ montant }} {{ montan }} {{ projett }}",), ("« montant » ?", "« projet » ?")),
    ],
)
def test_a_wrong_field_is_named_with_its_place_and_what_is_near(paragraphs, said) -> None:
    faults = " ".join(word_template_faults(_word(*paragraphs), LETTER))
    assert [words for words in said if words not in faults] == [], faults


def test_a_wrong_field_is_found_in_header_footer_and_cells_too() -> None:
    template = _word("Bonjour", header="{{ mision }}", rows=(("{{ projett }}",),))
    faults = " ".join(word_template_faults(template, LETTER))
    assert "En-tête, paragraphe 1" in faults
    assert "« mission » ?" in faults
    assert "« projet » ?" in faults


@pytest.mark.parametrize(
    "words",
    [
        "{{ mission.__class__.__mro__ }}",
        "{{ ''.__class__ }}",
        "{{ mission|attr('__class__') }}",
        "{{ self._TemplateReference__context }}",
        "{{ cycler.__init__.__globals__ }}",
        "{{ range(10**9) }}",
        "{{ 'a' * 10**9 }}",
        "{{ 2 ** 99999999 }}",
        "{% for i in range(999999999) %}x{% endfor %}",
        "{% for a in presents %}{% for b in presents %}{{ b }}{% endfor %}{% endfor %}",
        "{% include 'x' %}",
        "{% import 'os' as os %}",
        "{% set x = mission %}",
        "{% macro m() %}{% endmacro %}",
        "{% if mission.__len__() %}x{% endif %}",
        "{% if mission == mission.__class__ %}x{% endif %}",
        "{%tc cellbg mission %}",
        "{% cellbg ''.__class__ %}",
        "{# {{ mission }} #}",
        "{{r mission }}",
    ],
)
def test_what_a_template_may_not_ask_is_refused_before_anything_is_run(words: str) -> None:
    template = _word("avant", words, "après")
    assert word_template_faults(template, MINUTES)
    with pytest.raises(ValueError, match=r"\w"):
        _filled(template, sample_values(MINUTES), MINUTES)


_RELATION = '<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{}" Target="{}" TargetMode="External"/></Relationships>'  # noqa: E501


def _linked(kind: str, target: str) -> bytes:
    rels = "word/_rels/document.xml.rels"
    return _with(_word("Bonjour"), replaced={rels: ("</Relationships>", _RELATION.format(kind, target))})


def _fields(*instructions: str) -> bytes:
    """A paragraph with these fields one after the other, as Word writes them."""
    mark = '</w:t></w:r><w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    one = (
        mark.format("begin")
        + "<w:r><w:instrText>{}</w:instrText></w:r>"
        + mark.format("end").removeprefix("</w:t></w:r>")
        + "<w:r><w:t>"
    )
    whole = "".join(one.format(each) for each in instructions)
    return _with(_word("CHAMP"), replaced={"word/document.xml": ("CHAMP</w:t>", f"a{whole}</w:t>")})


_SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><image href="https://x.test/suivi.png"/></svg>'
_HIDDEN = b"<?xml version='1.0' encoding='UTF-7'?><a>+ADwAIQ-DOCTYPE</a>"
_DDE = (
    b'<w:p xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:fldSimple w:instr="DDE c"/></w:p>'
)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: _fields("PAGE", r"INCLUDETEXT \\\\x\\y"), "« INCLUDETEXT »"),
        (lambda: _fields(r'HYPERLINK "file:///etc/passwd"'), "« file:///etc/passwd »"),
        (lambda: _with(_word("a"), word__autre_dot_bin=_DDE), "« DDE »"),
        (lambda: _with(_word("a"), word__autre_dot_xml=_HIDDEN), "abîmée"),
        (lambda: _with(_word("a"), word__media__logo_dot_svg=_SVG), "va chercher quelque chose ailleurs"),
        (lambda: _fields("PAGE", r'HYPERLINK \l "suite"', 'HYPERLINK "https://a.test" \\o "a"'), ""),
    ],
)
def test_what_hides_behind_a_harmless_field_name_or_encoding_is_found(make: Any, said: str) -> None:
    faults = word_template_faults(make(), LETTER)
    assert (said in " ".join(faults)) is True
    assert bool(faults) is bool(said), faults


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: b"", "vide"),
        (lambda: b"PK\x03\x04 pas un zip", "Ce n'est pas un fichier Word"),
        (lambda: _with(_word("a"), word__vbaProject_dot_bin=b"x"), "des macros"),
        (lambda: _with(_word("a"), word__embeddings__oleObject1_dot_bin=b"x"), "un objet d'un autre logiciel"),
        (lambda: _with(_word("a"), word__activeX__a_dot_xml=b"<a/>"), "ActiveX"),
        (lambda: _with(_word("a"), word__bombe_dot_xml=b"<a>" + b" " * 3_000_000 + b"</a>"), "dépasse 2 Mo"),
        (lambda: _with(_word("a"), word__media__bombe_dot_png=bytes(50_000_000)), "dépasse 40 Mo"),
        (lambda: bytes(9_000_000), "dépasse 8 Mo"),
        (lambda: _linked("attachedTemplate", "https://exemple.test/a.dotm"), "va chercher"),
        (lambda: _linked("image", "file:///etc/passwd"), "va chercher"),
        (lambda: _linked("hyperlink", "javascript:alert(1)"), "va chercher"),
        (
            lambda: _with(
                _word("a"),
                word__x_dot_xml=b'<!DOCTYPE a [<!ENTITY b "bbbb">]><a>&b;</a>',
            ),
            "déclare des entités",
        ),
        (
            lambda: _with(
                _word("CHAMP"),
                replaced={
                    "word/document.xml": ("<w:t>CHAMP</w:t>", "<w:instrText>DDEAUTO c:\\\\calc.exe</w:instrText>")
                },
            ),
            "« DDEAUTO »",
        ),
    ],
)
def test_a_hostile_file_is_refused_for_what_it_is(make, said: str) -> None:
    begun = time.process_time()
    faults = word_template_faults(make(), LETTER)
    assert said in " ".join(faults), faults
    assert time.process_time() - begun < 20


def test_a_link_to_a_web_page_is_welcome() -> None:
    assert word_template_faults(_linked("hyperlink", "https://www.prefectures-regions.gouv.fr"), LETTER) == []


def test_a_deck_template_keeps_the_names_and_numbers_that_are_looked_for() -> None:
    assert deck_template_faults(default_template()) == []
    file = Presentation(io.BytesIO(default_template()))
    layout = next(each for each in file.slide_layouts if each.name == "Constat et graphique")
    layout._element.cSld.set("name", "Constat et graphiques")
    table = next(each for each in file.slide_layouts if each.name == "Constat et tableau")
    held: Any = table.placeholders
    place = next(each for each in held if each.placeholder_format.idx == 10)
    place._element.getparent().remove(place._element)
    faults = deck_template_faults(_saved(file))
    assert faults[0] == "La disposition « Constat et graphique » manque. Est-ce « Constat et graphiques », à renommer ?"
    assert "« Constat et tableau » : l'emplacement « Tableau » (nº 10) manque" in faults[1]
    assert len(faults) == 2
    plain = " ".join(deck_template_faults(_saved(Presentation())))
    assert all(f"« {name} »" in plain for name in LAYOUTS)


def test_a_hostile_deck_template_is_refused() -> None:
    assert "des macros" in deck_template_faults(_with(default_template(), ppt__vbaProject_dot_bin=b"x"))[0]
    action = (
        'name="Bandeau"/>',
        'name="Bandeau"><a:hlinkClick r:id="" action="ppaction://program?file=c.exe"/></p:cNvPr>',
    )
    run = _with(default_template(), replaced={"ppt/slideLayouts/slideLayout1.xml": action})
    assert "lance un programme" in " ".join(deck_template_faults(run))
    assert "Ce n'est pas un fichier PowerPoint" in deck_template_faults(_word("a"))[0]


def test_a_draft_on_a_template_with_a_letterhead_is_marked_on_its_pages_and_shows_what_lacks() -> None:
    """The header of a prefecture took the mark away: a release that nobody decided left without « Projet »."""
    template = _word("{{ surtitre }}", "Contact : {{ contact }}", header="Cabinet du préfet")
    values = {**sample_values(release_model()), "contact": "[contact presse à compléter]"}
    about: dict[str, Any] = {"title": "Communiqué", "place": "Chaumont", "dated": date(2026, 10, 5), "notices": ()}
    for draft in (True, False):
        made = docx.Document(io.BytesIO(release_on_template(template, values, **about, draft=draft)))
        header = made.sections[0].header
        assert "Cabinet du préfet" in header.paragraphs[0].text
        assert ('string="Projet"' in header._element.xml) is draft
        runs = [run for paragraph in made.paragraphs for run in paragraph.runs if "à compléter" in run.text]
        assert [run.font.highlight_color for run in runs] == [WD_COLOR_INDEX.YELLOW]


def test_the_template_that_a_mission_starts_from_is_a_letter_with_columns_by_their_words() -> None:
    """Five columns of one width cut « 26 octobre 2026 » in two, a page cut a row, and the text touched the table."""
    model = letter_models()["lettre_organisme"]
    file: Any = docx.Document(io.BytesIO(default_word_template(model, model.text)))
    about = next(paragraph for paragraph in file.paragraphs if paragraph.text.startswith("Objet"))
    assert about.runs[0].bold
    assert not any(paragraph.style.name == "Title" for paragraph in file.paragraphs)
    assert next(p for p in file.paragraphs if p.text == "{{ organisme }}").paragraph_format.left_indent
    (table,) = file.tables
    widths = [int(column.width) for column in table.columns]
    day = widths[model.fields["orientations"].columns.index("Réponse avant le")]
    assert day > sum(widths) / 100 * 17, "sixteen letters that nothing parts, of eighty-four"
    assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)
    minutes: Any = docx.Document(io.BytesIO(default_word_template(MINUTES, MINUTES.text)))
    assert minutes.paragraphs[0].style.name == "Title"
