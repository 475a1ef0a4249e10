"""Minutes and letters of the committee as Word files; the same contents give the same bytes."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence
from datetime import date
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from docx.document import Document as WordFile
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Cm, Pt

from rebond.adapters.documents.blank import blank_word, sign
from rebond.adapters.documents.column_widths import column_widths
from rebond.adapters.documents.embedded_fonts import embed_in_word
from rebond.adapters.documents.stable_zip import MOMENT, rewrite_zip
from rebond.adapters.documents.word import set_page, set_styles
from rebond.adapters.documents.word_tables import keep_rows_whole, mark_header_row
from rebond.restitution.letters import Grid, Heading, Part, Words
from rebond.restitution.typography import dateline, typeset


def letter_bytes(
    parts: Sequence[Part], *, title: str, place: str, dated: date, notices: Sequence[str] = (), headed: bool = True
) -> bytes:
    """A letter, or minutes: where and when, the text, what must be said of it (``notices``) at its head and foot.

    Minutes are ``headed`` by their title; a letter says its object in its text, and the title is that of the file.
    """
    file = blank_word()
    embed_in_word(file)
    width = set_page(file, landscape=False)
    set_styles(file)
    sign(file, title=title, dated=dated)
    if headed:
        file.add_paragraph(typeset(title), style="Title")
    written = file.add_paragraph(dateline(place, dated))
    opening, closing = ((), None) if headed else ends_of(parts)
    if not headed:
        written.paragraph_format.left_indent = TO_THE_RIGHT
    for notice in notices:
        file.add_paragraph(typeset(notice), style="Intense Quote")
        file.sections[0].footer.paragraphs[0].add_run(f"{typeset(notice)} ").font.size = Pt(8)
    for part in parts:
        if isinstance(part, Grid):
            _grid(file, part, width)
        elif isinstance(part, Heading):
            file.add_heading(part.text, 1)
        else:
            write_words(file, part, to_the_right=part in opening or part is closing, ends=part is closing)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "courrier.docx"
        file.save(str(path))
        rewrite_zip(path)
        return path.read_bytes()


def ends_of(parts: Sequence[Part]) -> tuple[Sequence[Part], Part | None]:
    """Whom a letter is for, before its object, and who signs it, after the polite formula; nothing of another text."""
    subject = next((rank for rank, part in enumerate(parts) if _is_words(part, _OBJECT)), 0)
    opening = parts[:subject] if all(isinstance(part, Words) and not part.bullet for part in parts[:subject]) else ()
    is_signed = len(parts) > 1 and _is_words(parts[-2], *_POLITE) and isinstance(parts[-1], Words)
    return opening, parts[-1] if is_signed else None


def _is_words(part: Part, *beginnings: str) -> bool:
    return isinstance(part, Words) and not part.bullet and part.text.startswith(beginnings)


def write_words(file: WordFile, part: Words, *, to_the_right: bool, ends: bool) -> None:
    """A paragraph of a letter: the address and the signature to the right, its object in bold."""
    paragraph = file.add_paragraph(style="List Bullet" if part.bullet else None)
    paragraph.add_run(part.text).bold = _is_words(part, _OBJECT) or None
    shape = paragraph.paragraph_format
    if to_the_right:
        shape.left_indent = TO_THE_RIGHT
        shape.space_before, shape.space_after = (Pt(18), None) if ends else (None, Pt(0))
    if _is_words(part, _OBJECT):
        shape.space_before = Pt(18)
    # Nobody signs alone at the head of a page.
    shape.keep_with_next = _is_words(part, *_POLITE) or None


_OBJECT = "Objet"
_POLITE = ("Veuillez agréer", "Je vous prie", "Nous vous prions d’agréer")
TO_THE_RIGHT = Cm(8.5)
"""Where French letters have the day, whom they are for and who signs."""
_NUMBER = re.compile(r"(nº\s?)?\d[\d\s,]*(\s?(€|%|min))?")
LETTERS = 84
"""That fit across a page in the text of a grid, even in the widest font that an office falls back on."""


def _grid(file: WordFile, grid: Grid, width: int) -> None:
    """A table as wide as the page, each column by its words; a row is never cut by the end of a page."""
    table = file.add_table(rows=1, cols=len(grid.header), style="Table Grid")
    table.autofit = False
    for cell, words in zip(table.rows[0].cells, grid.header, strict=True):
        cell.paragraphs[0].add_run(words).bold = True
    mark_header_row(table)
    for row in grid.rows:
        for cell, words in zip(table.add_row().cells, row, strict=True):
            cell.paragraphs[0].add_run(words)
    columns = list(zip(*grid.rows, strict=True))
    numbers = {rank for rank, cells in enumerate(columns) if all(_NUMBER.fullmatch(words) for words in cells)}
    shares = column_widths(grid.header, grid.rows, numbers=numbers, letters=LETTERS)
    for column, share in zip(table.columns, shares, strict=True):
        column.width = int(width * share / 100)
    keep_rows_whole(table)
    for row in table.rows:
        for rank, (cell, column) in enumerate(zip(row.cells, table.columns, strict=True)):
            cell.width = column.width
            for paragraph in cell.paragraphs:
                if rank in numbers:
                    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
                paragraph.paragraph_format.space_after = Pt(3)
                for run in paragraph.runs:
                    run.font.size = Pt(9)
    file.add_paragraph()


def zip_bytes(files: Sequence[tuple[str, bytes]]) -> bytes:
    """Files in one archive, stamped with no moment."""
    held = BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            info = zipfile.ZipInfo(name, MOMENT)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return held.getvalue()
