"""Letters and minutes as Word files: their tables are read on paper."""

from __future__ import annotations

import zipfile
from datetime import date
from io import BytesIO

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn

from rebond.adapters.documents.letters import letter_bytes
from rebond.restitution.letters import Grid, Words, filled, letter_models

_POINTS = (("1", "Décisions nationales et suites des projets retenus", "20\N{NO-BREAK SPACE}min"),) * 3


def test_a_table_gives_its_width_to_words_and_the_end_of_a_page_cuts_no_row() -> None:
    """« Nº » was as wide as what it numbers, and a project was half on one page, half on the next."""
    made = letter_bytes(
        [Grid(("Nº", "Point", "Durée"), _POINTS)], title="Relevé de décisions", place="", dated=date(2026, 10, 5)
    )
    file = docx.Document(BytesIO(made))
    (table,) = file.tables
    number, point, minutes = (int(column.width or 0) for column in table.columns)
    assert number < minutes < point
    assert all(row._tr.trPr is not None and row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)
    aligned = [cell.paragraphs[0].alignment for cell in table.rows[1].cells]
    assert aligned == [WD_ALIGN_PARAGRAPH.RIGHT, None, WD_ALIGN_PARAGRAPH.RIGHT]
    assert file.paragraphs[1].text == "Le 5\N{NO-BREAK SPACE}octobre\N{NO-BREAK SPACE}2026", "no town is invented"


def test_a_letter_looks_like_one_and_its_typeface_goes_with_it() -> None:
    """Whom it is for and who signs were lines of the text, its object too, in a typeface that no office has."""
    said = (
        *("Forges de la Traire", "Nogent", "Objet : décision du comité", "Madame, Monsieur,", "Le comité a décidé."),
        *("Veuillez agréer, Madame, Monsieur, l’expression de notre considération distinguée.", "Mme Aubry"),
    )
    parts = [Words(each) for each in said]
    made = letter_bytes(parts, title="Courrier", place="Langres", dated=date(2026, 10, 5), headed=False)
    day, firm, town, about, hello, text, polite, signed = docx.Document(BytesIO(made)).paragraphs
    assert all(each.paragraph_format.left_indent for each in (day, firm, town, signed))
    assert not any(each.paragraph_format.left_indent for each in (about, hello, text, polite))
    assert about.runs[0].bold
    assert not text.runs[0].bold
    assert polite.paragraph_format.keep_with_next, "nobody signs alone at the head of a page"
    with zipfile.ZipFile(BytesIO(made)) as archive:
        assert any(name.endswith(".odttf") for name in archive.namelist())
    # Minutes have no address: their first lines stay where they are.
    minutes = letter_bytes(parts, title="Relevé", place="Langres", dated=date(2026, 10, 5))
    assert not any(each.paragraph_format.left_indent for each in docx.Document(BytesIO(minutes)).paragraphs)


def test_a_column_that_says_nothing_is_not_printed() -> None:
    """« Rapporteur » and « Ce qui s’est dit » stood empty beside « non précisé » three times."""
    model = letter_models()["convocation"]
    points = (("1", "Décisions", "non précisé", ""), ("2", "Feuille de route", "non précisé", "Mme Petit"))
    values = {"ordre_du_jour": Grid(("Nº", "Point", "Durée", "Rapporteur"), points)}
    (grid,) = filled("{ordre_du_jour}", model, values)
    assert isinstance(grid, Grid)
    assert grid.header == ("Nº", "Point", "Rapporteur")
    assert grid.rows == (("1", "Décisions", ""), ("2", "Feuille de route", "Mme Petit"))
