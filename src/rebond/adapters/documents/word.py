"""Word documents: real heading styles, a header row that repeats, page numbers, and a note behind each figure."""

from __future__ import annotations

from datetime import datetime, time
from pathlib import Path

from docx.document import Document as WordFile
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_BREAK, WD_COLOR_INDEX, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Length, Pt, RGBColor
from docx.table import _Cell
from docx.text.paragraph import Paragraph as WordParagraph

from rebond.adapters.documents.blank import blank_word
from rebond.adapters.documents.embedded_fonts import embed_in_word
from rebond.adapters.documents.plain_words import word_of
from rebond.adapters.documents.stable_zip import rewrite_zip
from rebond.adapters.documents.word_columns import back_to_one_column, flow_in_columns, second_column
from rebond.adapters.documents.word_contents import add_contents, mark_chapter
from rebond.adapters.documents.word_marks import add_chart, add_logos, field_parts, framed, mark_pages, no_borders
from rebond.adapters.documents.word_tables import fill, lay_table
from rebond.restitution import identity
from rebond.restitution.contents import (
    SOURCES,
    Block,
    Bullets,
    Document,
    Drawing,
    Figure,
    KeyFigures,
    Notice,
    Paragraph,
    Quote,
    Section,
    Table,
    Text,
    figures_of,
    is_to_fill,
    to_fill,
)
from rebond.restitution.edition_rows import rows_words
from rebond.restitution.typography import typeset

_BLUE = RGBColor(*identity.parts(identity.NAVY))
_GREY = RGBColor(*identity.parts(identity.QUIET_INK))
_HEAD_FILL = identity.bare(identity.SKY)
_TILES = 4
_LONG_TITLE = 110
_TIGHT = (("Normal", 10, 5), ("Title", 16, 4), ("Subtitle", 9.5, 2), ("Intense Quote", 8.5, 4))
"""Style, its size and what follows it, of a document that holds on a page."""
_COVER_TOP, _AFTER_A_TABLE = Pt(120), Pt(8)
_ALONE = 2
"""Chapters that open a page after a cover: the one that sums up, and the next."""


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
    writer = _Writer(document, landscape=landscape, notes=notes, logos=logos, cover=cover, compact=compact)
    writer.save(path)


class _Writer:
    """One Word file; ``_notes`` numbers the figures in the order they appear."""

    def __init__(
        self, document: Document, *, landscape: bool, notes: bool, logos: Path | None, cover: bool, compact: bool
    ) -> None:
        self._document = document
        self._logos, self._cover = logos, cover
        self._opens_column: Block | None = None
        self._across = 0
        """The width of the page, while what is written is in columns; else 0."""
        self._notes = (
            {} if not notes else {indicator.code: rank for rank, indicator in enumerate(figures_of(document), start=1)}
        )
        self._file = blank_word()
        embed_in_word(self._file)
        self._width = set_page(self._file, landscape=landscape)
        set_styles(self._file)
        if compact:
            tighten(self._file, long=len(document.title) > _LONG_TITLE)
        _set_properties(self._file, document)
        self._running_texts(compact=compact)

    def save(self, path: Path) -> None:
        document = self._document
        lacking = add_logos(self._file, document.logos, self._logos)
        for words in (*document.ahead, *(to_fill(f"logo « {name} »") for name in lacking)):
            self._write(self._file.add_paragraph(), (Quote(text=words),), bold=True)
        over = self._file.add_paragraph(_upper(document.subtitle), style="Subtitle")
        if self._cover:
            over.paragraph_format.space_before = _COVER_TOP
        self._file.add_paragraph(typeset(document.title), style="Title")
        self._write(self._file.add_paragraph(), document.dateline)
        for warning in document.warnings:
            self._file.add_paragraph(typeset(warning), style="Intense Quote")
        if self._cover:
            titles = ["".join(map(word_of, section.finding)) or typeset(section.title) for section in document.sections]
            add_contents(self._file, titles)
        for rank, (before, section) in enumerate(zip((None, *document.sections), document.sections, strict=False)):
            # After the cover, its first chapter is the page that people read: nothing begins at its foot.
            alone = self._cover and rank < _ALONE
            first_sheet = section.in_columns and before is not None and not before.in_columns
            self._section(section, 1, opens=alone or first_sheet, chapter=rank + 1)
        if self._notes:
            self._leave_columns(on_a_new_page=False)
            self._sources()
        self._file.save(str(path))
        rewrite_zip(path)

    def _running_texts(self, *, compact: bool) -> None:
        """What each page repeats; of a document of one page, that nothing is decided and nothing else."""
        section = self._file.sections[0]
        header = section.header.paragraphs[0]
        header.text = "" if compact else typeset(self._document.title)
        # The first page of a document with a cover says its title in full.
        section.different_first_page_header_footer = self._cover
        if self._document.draft:
            mark_pages(self._file)
        footer = section.footer.paragraphs[0]
        footer.add_run(typeset(" · ".join(self._document.foot)))
        if not compact:
            # The style has one in the middle, for three parts; here are two.
            self._file.styles["Footer"].paragraph_format.tab_stops.clear_all()
            footer.paragraph_format.tab_stops.add_tab_stop(Length(self._width), WD_TAB_ALIGNMENT.RIGHT)
            footer.add_run("\t")
            for part in field_parts("PAGE", shown="1"):
                footer.add_run()._r.append(part)  # noqa: SLF001 - python-docx has no fields
        for paragraph in (header, footer):
            for run in paragraph.runs:
                run.font.size = Pt(8)
                run.font.color.rgb = _GREY

    def _section(self, section: Section, level: int, *, opens: bool = False, chapter: int = 0) -> None:
        """``chapter``: its rank in the table of contents, of a first level."""
        self._leave_columns(on_a_new_page=section.in_columns)
        heading = self._heading(section, level, opens=opens)
        if heading is not None and chapter and self._cover:
            mark_chapter(heading, chapter)
        if section.in_columns:
            self._across, self._width = self._width, flow_in_columns(self._file, self._width)
            rank = second_column(section.blocks)
            self._opens_column = section.blocks[rank] if rank else None
        around = zip((None, *section.blocks), section.blocks, (*section.blocks[1:], None), strict=False)
        for before, block, after in around:
            match block:
                case Paragraph():
                    paragraph = self._file.add_paragraph()
                    paragraph.paragraph_format.space_before = _AFTER_A_TABLE if isinstance(before, Table) else None
                    paragraph.paragraph_format.keep_with_next = isinstance(after, Table) or None
                    self._write(paragraph, block.text, bold=block.lead)
                case Bullets() | Notice():
                    self._items(block)
                case Table():
                    self._table(block)
                case Drawing():
                    if isinstance(before, Table):
                        self._file.add_paragraph().paragraph_format.space_after = Pt(0)
                    self._drawing(block)
                case KeyFigures():
                    self._tiles(block)
                case _:
                    raise TypeError(f"{type(block).__name__} n'a pas de forme Word")
        for inner in section.sections:
            self._section(inner, level + 1)

    def _leave_columns(self, *, on_a_new_page: bool) -> None:
        """Across the page again, when the chapter before was in columns."""
        if self._across:
            self._width, self._across = self._across, 0
            back_to_one_column(self._file, on_a_new_page=on_a_new_page)

    def _heading(self, section: Section, level: int, *, opens: bool) -> WordParagraph | None:
        first = heading = None
        if section.finding:
            first = self._over(section.title)
            heading = self._file.add_heading(level=level)
            heading.paragraph_format.space_before = Pt(0)
            for piece in section.finding:
                heading.add_run(word_of(piece))
        elif section.title:
            first = heading = self._file.add_heading(typeset(section.title), level)
        if first is not None and opens:
            first.paragraph_format.page_break_before = True
        return heading

    def _items(self, block: Bullets | Notice) -> None:
        if isinstance(block, Notice):
            told = self._file.add_paragraph()
            told.paragraph_format.keep_with_next = True
            self._write(told, (block.title,), bold=True)
        for item in block.items:
            self._write(self._file.add_paragraph(style="List Bullet"), item)

    def _over(self, title: str) -> WordParagraph:
        """The name of a chapter, above what it found."""
        paragraph = self._file.add_paragraph()
        paragraph.paragraph_format.keep_with_next = True
        paragraph.paragraph_format.space_before, paragraph.paragraph_format.space_after = Pt(20), Pt(0)
        run = paragraph.add_run(_upper(title))
        run.font.size, run.font.color.rgb = Pt(8.5), _GREY
        return paragraph

    def _drawing(self, block: Drawing) -> None:
        """A picture that is described, then its caption: no table says the same again."""
        paragraph = self._file.add_paragraph()
        paragraph.paragraph_format.keep_with_next = True
        add_chart(paragraph, block.chart, self._width)
        paragraph.paragraph_format.space_after = Pt(2)
        self._file.add_paragraph(typeset(block.caption), style="Caption").paragraph_format.space_before = Pt(0)

    def _tiles(self, block: KeyFigures) -> None:
        """The figures that people remember, four on a row."""
        rows = -(-len(block.figures) // _TILES)
        grid = self._file.add_table(rows=rows, cols=_TILES)
        no_borders(grid)
        for rank, (figure, label) in enumerate(block.figures):
            cell = grid.rows[rank // _TILES].cells[rank % _TILES]
            fill(cell, _HEAD_FILL)
            first = cell.paragraphs[0]
            first.paragraph_format.space_after = Pt(0)
            run = first.add_run(word_of(figure))
            run.bold, run.font.size, run.font.color.rgb = True, Pt(14), _BLUE
            said = cell.add_paragraph()
            said.paragraph_format.space_after = Pt(3)
            note = figure.indicator.note
            told = said.add_run(typeset(f"{label} ({note})" if note else label))
            told.font.size = Pt(8.5)
        self._file.add_paragraph().paragraph_format.space_after = Pt(0)

    def _table(self, table: Table) -> None:
        # A table whose head says what it is needs no other title; something parts it from the one before.
        told = "" if table.caption == table.header[0] else typeset(table.caption)
        caption = self._file.add_paragraph(told, style="Caption")
        caption.paragraph_format.keep_with_next = bool(told) or None
        if table is self._opens_column:
            caption.add_run().add_break(WD_BREAK.COLUMN)
        if not told:
            caption.paragraph_format.space_before = caption.paragraph_format.space_after = Pt(0)
        lay_table(self._file, table, self._width, write=self._cell)

    def _cell(self, cell: _Cell, text: Text) -> None:
        """Lines of a quotation become paragraphs: one need, one line."""
        lines = _lines(text)
        for rank, line in enumerate(lines):
            paragraph = cell.paragraphs[0] if rank == 0 else cell.add_paragraph()
            paragraph.paragraph_format.space_after = Pt(3)
            self._write(paragraph, line, size=9)

    def _write(self, paragraph: WordParagraph, text: Text, *, bold: bool = False, size: float | None = None) -> None:
        for piece in text:
            run = paragraph.add_run(word_of(piece))
            run.bold = bold or None
            run.font.size = Pt(size) if size else None
            if isinstance(piece, Quote) and is_to_fill(piece.text):
                run.font.highlight_color = WD_COLOR_INDEX.YELLOW
            if isinstance(piece, Figure) and self._notes:
                note = paragraph.add_run(f"[{self._notes[piece.indicator.code]}]")
                note.font.superscript, note.font.size = True, run.font.size
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
        style.font.bold = name != "Subtitle"
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
    styles["Caption"].paragraph_format.space_before, styles["Caption"].paragraph_format.space_after = Pt(8), Pt(4)
    framed(styles["Intense Quote"])


def tighten(file: WordFile, *, long: bool = False) -> None:
    """Smaller words and spaces, and narrower margins: what must hold on a page; ``long``: so is its title."""
    styles = file.styles
    for name, size, after in _TIGHT:
        styles[name].font.size = Pt(size)
        styles[name].paragraph_format.space_after = Pt(after)
        styles[name].paragraph_format.space_before = Pt(0)
    if long:
        styles["Title"].font.size = Pt(13)
    styles["Normal"].paragraph_format.line_spacing = 1.0
    page = file.sections[0]
    page.top_margin = page.bottom_margin = Cm(1.6)


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
