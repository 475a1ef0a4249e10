"""The tables of the Word files: columns as wide as their words, figures to the right, rows that no page cuts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from docx.document import Document as WordFile
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Length, Pt, RGBColor
from docx.table import Table as WordTable
from docx.table import _Cell

from rebond.adapters.documents.column_widths import column_widths
from rebond.adapters.documents.plain_words import plain_words
from rebond.restitution import identity
from rebond.restitution.contents import Table, Text
from rebond.restitution.typography import typeset

_HEAD_FILL: Final = identity.bare(identity.SKY)
_BAR_FILL: Final = identity.bare(identity.NAVY)
_ON_BAR = RGBColor(*identity.parts(identity.PAPER))
_SIZE = Pt(9)
_LETTER: Final = int(Cm(0.165))
"""How wide a letter of a table is, in the widest of the fonts that Word falls back on."""
_BESIDE: Final = 3
"""Letters that the margins of a cell take."""
_MANY: Final = 6
"""Columns beyond which words are set smaller."""
_WHOLE: Final = 30
"""Lines of a list of two columns, below which no page cuts it: the sheet of a project."""
_ON_A_LINE: Final = 45
"""Letters of the cell of such a list that a line holds, about."""


def lay_table(file: WordFile, table: Table, width: int, *, write: Callable[[_Cell, Text], None]) -> None:
    """A table across a page ``width`` wide; ``write`` fills a cell of it."""
    count = len(table.header)
    grid = file.add_table(rows=1, cols=count, style="Table Grid")
    grid.autofit = False
    for cell, words in zip(grid.rows[0].cells, table.header, strict=True):
        fill(cell, _HEAD_FILL)
        paragraph = cell.paragraphs[0]
        paragraph.paragraph_format.space_after = Pt(3)
        paragraph.paragraph_format.keep_with_next = True
        run = paragraph.add_run(typeset(words))
        run.bold, run.font.size = True, _SIZE
    mark_header_row(grid)
    for row in table.rows:
        for rank, (cell, text) in enumerate(zip(grid.add_row().cells, row, strict=True)):
            write(cell, text)
            if rank in table.bars and text:
                _as_bar(cell)
    _align(grid, table)
    if _small(table):
        _shrink(grid)
    # Word reads the width of cells, LibreOffice and Pages that of columns: both are said.
    widths = [int(width * share) for share in _shares(table, width)]
    for column, wide in zip(grid.columns, widths, strict=True):
        column.width = Length(wide)
    keep_rows_whole(grid)
    for line in grid.rows:
        for cell, wide in zip(line.cells, widths, strict=True):
            cell.width = Length(wide)


def _small(table: Table) -> bool:
    return table.wide or (not table.bars and len(table.header) > _MANY)


def _shrink(grid: WordTable) -> None:
    """Many columns: a point less."""
    runs = (run for row in grid.rows for cell in row.cells for paragraph in cell.paragraphs for run in paragraph.runs)
    for run in runs:
        run.font.size = Pt(8)


def _align(grid: WordTable, table: Table) -> None:
    """Figures under their title, to the right; neither the first row nor the last is ever alone on a page."""
    whole = len(table.header) == 2 and _lines(table) <= _WHOLE  # noqa: PLR2004 - what it is called, and what it is
    last = len(table.rows)
    together = range(1, last) if whole else {rank for rank in (1, last - 1) if 0 < rank < last}
    for number, line in enumerate(grid.rows):
        for rank, cell in enumerate(line.cells):
            for paragraph in cell.paragraphs:
                if rank in table.numbers:
                    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
                if number in together:
                    paragraph.paragraph_format.keep_with_next = True


def _lines(table: Table) -> int:
    """About how many lines its rows take: a few rows of many lines fill a page as well."""
    return sum(
        max(sum(-(-len(line) // _ON_A_LINE) or 1 for line in plain_words(cell).split("\n")) for cell in row)
        for row in table.rows
    )


def _shares(table: Table, width: int) -> Sequence[float]:
    """The share of each column: what its table says, else what its words ask."""
    if table.bars:
        return _calendar_shares(table)
    rows = [[_said(text) for text in row] for row in table.rows]
    heads = [typeset(head) for head in table.header]
    letters = int(width / _LETTER * (_SIZE / Pt(8) if _small(table) else 1))
    if table.shares and _hold(table.shares, heads, rows, letters):
        return table.shares
    found = column_widths(heads, rows, numbers=table.numbers, letters=letters)
    return [share / sum(found) for share in found]


def _hold(shares: Sequence[float], heads: Sequence[str], rows: Sequence[Sequence[str]], letters: int) -> bool:
    """Whether the longest word of each column, a date being one, is within its share."""
    for rank, share in enumerate(shares):
        words = (word for line in (heads, *rows) for word in line[rank].replace("-", "- ").split(" "))
        if max(map(len, words), default=0) + _BESIDE > share * letters:
            return False
    return True


def _calendar_shares(table: Table) -> Sequence[float]:
    """Of a calendar: the periods are narrow and alike, the other columns share what is left."""
    count, bars = len(table.header), table.bars
    period = min(0.08, 0.6 / len(bars))
    rest = (1 - period * len(bars)) / (count - len(bars))
    return tuple(period if rank in bars else rest for rank in range(count))


def _said(text: Text) -> str:
    """A cell as letters to be measured."""
    return plain_words(text).replace("\n", " ")


def _as_bar(cell: _Cell) -> None:
    """A cell of a calendar: dark, its words on it, so that it reads in black and white and aloud."""
    fill(cell, _BAR_FILL)
    for paragraph in cell.paragraphs:
        for run in paragraph.runs:
            run.font.color.rgb = _ON_BAR
            run.font.size = Pt(7)


def fill(cell: _Cell, colour: str) -> None:
    """The colour behind a cell."""
    shade = OxmlElement("w:shd")
    shade.set(qn("w:val"), "clear")
    shade.set(qn("w:fill"), colour)
    cell._tc.get_or_add_tcPr().append(shade)  # noqa: SLF001 - python-docx has no shading


def mark_header_row(table: WordTable) -> None:
    """Say that the first row heads the columns: it shows again on each page, and is read aloud as such."""
    _mark(table.rows[0]._tr, "w:tblHeader")  # noqa: SLF001 - python-docx has no other way to mark a header row


def keep_rows_whole(table: WordTable) -> None:
    """Say that the end of a page cuts no row."""
    for row in table.rows:
        _mark(row._tr, "w:cantSplit")  # noqa: SLF001 - python-docx has no such mark


def _mark(row: object, name: str) -> None:
    mark = OxmlElement(name)
    mark.set(qn("w:val"), "true")
    row.get_or_add_trPr().append(mark)  # type: ignore[attr-defined]  # lxml is untyped
