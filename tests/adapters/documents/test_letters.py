"""Letters and minutes as Word files: their tables are read on paper."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn

from rebond.adapters.documents.letters import letter_bytes
from rebond.restitution.letters import Grid

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
