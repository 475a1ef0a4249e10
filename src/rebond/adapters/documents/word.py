"""Word documents: real heading styles, a header row that repeats, page numbers, and a note behind each figure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime, time
from pathlib import Path

from docx.document import Document as WordFile
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_BREAK, WD_COLOR_INDEX
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.table import Table as WordTable
from docx.table import _Cell
from docx.text.paragraph import Paragraph as WordParagraph

from rebond.adapters.documents.blank import blank_word
from rebond.adapters.documents.stable_zip import rewrite_zip
from rebond.adapters.documents.word_marks import add_chart, add_logos, mark_pages, no_borders
from rebond.restitution import identity
from rebond.restitution.contents import (
    SOURCES,
    Bullets,
    Document,
    Drawing,
    Figure,
    KeyFigures,
    Mention,
    Notice,
    Paragraph,
    Period,
    Piece,
    Quote,
    Section,
    Table,
    Text,
    figures_of,
    is_to_fill,
    to_fill,
)
from rebond.restitution.edition_rows import rows_words
from rebond.restitution.typography import french_date, french_period, typeset

_BLUE = RGBColor(*identity.parts(identity.NAVY))
_GREY = RGBColor(*identity.parts(identity.QUIET_INK))
_HEAD_FILL = identity.bare(identity.SKY)
_BAR_FILL, _ON_BAR = identity.bare(identity.NAVY), RGBColor(*identity.parts(identity.PAPER))
_TILES = 4
_TIGHT = (("Normal", 10, 5), ("Title", 16, 4), ("Subtitle", 9.5, 2), ("Intense Quote", 8.5, 4))
"""Style, its size and what follows it, of a document that holds on a page."""
_SHARES: Mapping[int, tuple[float, ...]] = {6: (0.15, 0.36, 0.13, 0.13, 0.12, 0.11), 4: (0.06, 0.24, 0.2, 0.5)}
"""Number of columns → the share of the width of each; others share it evenly."""


def write_word(
    path: Path,
    document: Document,
    *,
    landscape: bool = False,
    notes: bool = True,
    logos: Path | None = None,
    compact: bool = False,
    cover: bool = False,
) -> None:
    """Write a document; the same contents give the same bytes.

    ``notes``: each figure carries its number, and a last chapter what is behind it; else they are told elsewhere.
    ``logos``: the folder of the images that it names. ``compact``: what must hold on one page.
    """
    writer = _Writer(document, landscape=landscape, notes=notes, logos=logos, cover=cover)
    if compact:
        writer.tighten()
    writer.save(path)


class _Writer:
    """One Word file; ``_notes`` numbers the figures in the order they appear."""

    def __init__(self, document: Document, *, landscape: bool, notes: bool, logos: Path | None, cover: bool) -> None:
        self._document = document
        self._logos, self._cover = logos, cover
        self._notes = (
            {} if not notes else {indicator.code: rank for rank, indicator in enumerate(figures_of(document), start=1)}
        )
        self._file = blank_word()
        self._width = set_page(self._file, landscape=landscape)
        set_styles(self._file)
        _set_properties(self._file, document)
        self._running_texts()

    def tighten(self) -> None:
        """Smaller words and spaces, and narrower margins."""
        styles = self._file.styles
        for name, size, after in _TIGHT:
            styles[name].font.size = Pt(size)
            styles[name].paragraph_format.space_after = Pt(after)
            styles[name].paragraph_format.space_before = Pt(0)
        styles["Normal"].paragraph_format.line_spacing = 1.0
        page = self._file.sections[0]
        page.top_margin = page.bottom_margin = Cm(1.6)

    def save(self, path: Path) -> None:
        document = self._document
        lacking = add_logos(self._file, document.logos, self._logos)
        for words in (*document.ahead, *(to_fill(f"logo « {name} »") for name in lacking)):
            self._write(self._file.add_paragraph(), (Quote(text=words),), bold=True)
        self._file.add_paragraph(_upper(document.subtitle), style="Subtitle")
        self._file.add_paragraph(typeset(document.title), style="Title")
        self._write(self._file.add_paragraph(), (Quote(text=document.place), ", le ", document.dated))
        for warning in document.warnings:
            self._file.add_paragraph(typeset(warning), style="Intense Quote")
        if self._cover:
            self._file.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
        for section in document.sections:
            self._section(section, 1)
        if self._notes:
            self._sources()
        self._file.save(str(path))
        rewrite_zip(path)

    def _running_texts(self) -> None:
        section = self._file.sections[0]
        header = section.header.paragraphs[0]
        header.text = typeset(self._document.title)
        if self._document.draft:
            mark_pages(self._file)
        footer = section.footer.paragraphs[0]
        footer.add_run("".join(f"{typeset(warning)}  " for warning in self._document.warnings))
        footer.add_run("Page ")
        _add_field(footer, "PAGE")
        for paragraph in (header, footer):
            for run in paragraph.runs:
                run.font.size = Pt(8)
                run.font.color.rgb = _GREY

    def _section(self, section: Section, level: int) -> None:
        self._heading(section, level)
        for block, after in zip(section.blocks, (*section.blocks[1:], None), strict=True):
            match block:
                case Paragraph():
                    paragraph = self._file.add_paragraph()
                    paragraph.paragraph_format.keep_with_next = isinstance(after, Table) or None
                    self._write(paragraph, block.text, bold=block.lead)
                case Bullets() | Notice():
                    self._items(block)
                case Table():
                    self._table(block)
                case Drawing():
                    self._drawing(block)
                case KeyFigures():
                    self._tiles(block)
                case _:
                    raise TypeError(f"{type(block).__name__} n'a pas de forme Word")
        for inner in section.sections:
            self._section(inner, level + 1)

    def _heading(self, section: Section, level: int) -> None:
        if section.finding:
            self._over(section.title)
            heading = self._file.add_heading(level=level)
            for piece in section.finding:
                heading.add_run(_words(piece))
        elif section.title:
            self._file.add_heading(typeset(section.title), level)

    def _items(self, block: Bullets | Notice) -> None:
        if isinstance(block, Notice):
            told = self._file.add_paragraph()
            told.paragraph_format.keep_with_next = True
            self._write(told, (block.title,), bold=True)
        for item in block.items:
            self._write(self._file.add_paragraph(style="List Bullet"), item)

    def _over(self, title: str) -> None:
        """The name of a chapter, above what it found."""
        paragraph = self._file.add_paragraph()
        paragraph.paragraph_format.keep_with_next = True
        paragraph.paragraph_format.space_before, paragraph.paragraph_format.space_after = Pt(14), Pt(0)
        run = paragraph.add_run(_upper(title))
        run.font.size, run.font.color.rgb = Pt(8.5), _GREY

    def _drawing(self, block: Drawing) -> None:
        """A picture that is described, then its caption: no table says the same again."""
        paragraph = self._file.add_paragraph()
        paragraph.paragraph_format.keep_with_next = True
        add_chart(paragraph, block.chart, self._width)
        self._file.add_paragraph(typeset(block.caption), style="Caption")

    def _tiles(self, block: KeyFigures) -> None:
        """The figures that people remember, four on a row."""
        rows = -(-len(block.figures) // _TILES)
        grid = self._file.add_table(rows=rows, cols=_TILES)
        no_borders(grid)
        for rank, (figure, label) in enumerate(block.figures):
            cell = grid.rows[rank // _TILES].cells[rank % _TILES]
            _fill(cell, _HEAD_FILL)
            first = cell.paragraphs[0]
            first.paragraph_format.space_after = Pt(0)
            run = first.add_run(_words(figure))
            run.bold, run.font.size, run.font.color.rgb = True, Pt(14), _BLUE
            said = cell.add_paragraph()
            said.paragraph_format.space_after = Pt(3)
            note = figure.indicator.note
            told = said.add_run(typeset(f"{label} ({note})" if note else label))
            told.font.size = Pt(8.5)
        self._file.add_paragraph().paragraph_format.space_after = Pt(0)

    def _table(self, table: Table) -> None:
        caption = self._file.add_paragraph(typeset(table.caption), style="Caption")
        caption.paragraph_format.keep_with_next = True
        count = len(table.header)
        shares = table.shares or _calendar_shares(count, table.bars) or _SHARES.get(count, (1 / count,) * count)
        grid = self._file.add_table(rows=1, cols=count, style="Table Grid")
        grid.autofit = False
        for cell, words in zip(grid.rows[0].cells, table.header, strict=True):
            _fill(cell, _HEAD_FILL)
            cell.paragraphs[0].paragraph_format.space_after = Pt(3)
            cell.paragraphs[0].paragraph_format.keep_with_next = True
            run = cell.paragraphs[0].add_run(typeset(words))
            run.bold = True
            run.font.size = Pt(9)
        mark_header_row(grid)
        for row in table.rows:
            cells = grid.add_row().cells
            for rank, (cell, text) in enumerate(zip(cells, row, strict=True)):
                self._cell(cell, text)
                if rank in table.bars and text:
                    _as_bar(cell)
        # Word reads the width of cells, LibreOffice and Pages that of columns: both are said.
        for column, share in zip(grid.columns, shares, strict=True):
            column.width = int(self._width * share)
        for row_cells in (row.cells for row in grid.rows):
            for cell, share in zip(row_cells, shares, strict=True):
                cell.width = int(self._width * share)

    def _cell(self, cell: _Cell, text: Text) -> None:
        """Lines of a quotation become paragraphs: one need, one line."""
        lines = _lines(text)
        for rank, line in enumerate(lines):
            paragraph = cell.paragraphs[0] if rank == 0 else cell.add_paragraph()
            paragraph.paragraph_format.space_after = Pt(3)
            self._write(paragraph, line, size=9)

    def _write(self, paragraph: WordParagraph, text: Text, *, bold: bool = False, size: float | None = None) -> None:
        for piece in text:
            run = paragraph.add_run(_words(piece))
            run.bold = bold or None
            run.font.size = Pt(size) if size else None
            if isinstance(piece, Quote) and is_to_fill(piece.text):
                run.font.highlight_color = WD_COLOR_INDEX.YELLOW
            if isinstance(piece, Figure) and self._notes:
                note = paragraph.add_run(f"[{self._notes[piece.indicator.code]}]")
                note.font.superscript = True
                note.font.color.rgb = _GREY

    def _sources(self) -> None:
        """What is behind each figure, by the number it carries."""
        self._file.add_heading("Sources des chiffres", 1)
        self._file.add_paragraph(typeset(SOURCES))
        rows: list[tuple[Text, ...]] = []
        for indicator in figures_of(self._document):
            about = f"{indicator.definition} Code : {indicator.code}.{rows_words(indicator)}"
            rows.append(
                (
                    (f"[{self._notes[indicator.code]}]",),
                    (indicator.label,),
                    (indicator.told,),
                    (Quote(text=about),),
                )
            )
        self._table(
            Table(
                caption="Chaque chiffre, sa définition et ses lignes",
                header=("N°", "Chiffre", "Valeur", "Définition et lignes"),
                rows=tuple(rows),
            )
        )


def _calendar_shares(count: int, bars: Collection[int]) -> tuple[float, ...]:
    """Of a calendar: the periods are narrow and alike, the other columns share what is left."""
    if not bars:
        return ()
    period = min(0.08, 0.6 / len(bars))
    rest = (1 - period * len(bars)) / (count - len(bars))
    return tuple(period if rank in bars else rest for rank in range(count))


def _as_bar(cell: _Cell) -> None:
    """A cell of a calendar: dark, its words on it, so that it reads in black and white and aloud."""
    _fill(cell, _BAR_FILL)
    for paragraph in cell.paragraphs:
        for run in paragraph.runs:
            run.font.color.rgb = _ON_BAR
            run.font.size = Pt(7)


def _words(piece: Piece) -> str:
    match piece:
        case Figure() | Quote():
            return typeset(piece.text)
        case Mention():
            return piece.id
        case Period():
            return typeset(french_period(piece.start, piece.end))
        case date():
            return french_date(piece)
        case str():
            return typeset(piece)


def _lines(text: Text) -> list[Text]:
    """A cell of one quotation on several lines, line by line; any other cell as it is."""
    match text:
        case (Quote(text=words),) if "\n" in words:
            return [(Quote(text=line),) for line in words.split("\n")]
        case _:
            return [text]


def _upper(text: str) -> str:
    return typeset(text).upper()


def set_page(file: WordFile, *, landscape: bool) -> int:
    """A4; the width of the text, in Word's units."""
    section = file.sections[0]
    section.page_width, section.page_height = (Cm(29.7), Cm(21)) if landscape else (Cm(21), Cm(29.7))
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.left_margin = section.right_margin = Cm(2)
    section.top_margin = section.bottom_margin = Cm(2)
    return int(section.page_width - Cm(4))


def set_styles(file: WordFile) -> None:
    """Typeface, language and sizes of every Word file of Rebond."""
    styles = file.styles
    normal = styles["Normal"]
    normal.font.name = identity.FONT
    normal.font.size = Pt(10.5)
    normal.paragraph_format.space_after = Pt(8)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "fr-FR")
    normal.element.get_or_add_rPr().append(language)
    for name, size in (("Title", 20), ("Subtitle", 10), ("Heading 1", 15), ("Heading 2", 12), ("Caption", 9)):
        style = styles[name]
        style.font.name = identity.FONT
        style.font.size = Pt(size)
        style.font.color.rgb = _BLUE
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)


_LONGEST_PROPERTY = 255
"""What a property of a Word file holds: the name of a territory may be longer."""


def _set_properties(file: WordFile, document: Document) -> None:
    day = datetime.combine(document.dated, time())
    properties = file.core_properties
    properties.title = typeset(f"{document.subtitle} — {document.title}")[:_LONGEST_PROPERTY]
    properties.author = "Rebond"
    properties.language = "fr-FR"
    properties.comments = typeset(document.notice)[:_LONGEST_PROPERTY]
    properties.created = properties.modified = day
    properties.last_modified_by = "Rebond"


def _add_field(paragraph: WordParagraph, name: str) -> None:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), name)
    paragraph._p.append(field)  # noqa: SLF001 - python-docx has no fields


def _fill(cell: _Cell, colour: str) -> None:
    shade = OxmlElement("w:shd")
    shade.set(qn("w:val"), "clear")
    shade.set(qn("w:fill"), colour)
    cell._tc.get_or_add_tcPr().append(shade)  # noqa: SLF001 - python-docx has no shading


def mark_header_row(table: WordTable) -> None:
    """Say that the first row heads the columns: it shows again on each page, and is read aloud as such."""
    _repeat(table.rows[0]._tr)  # noqa: SLF001 - python-docx has no other way to mark a header row


def _repeat(row: object) -> None:
    """Show the header row again on each page."""
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row.get_or_add_trPr().append(mark)  # type: ignore[attr-defined]  # lxml is untyped
