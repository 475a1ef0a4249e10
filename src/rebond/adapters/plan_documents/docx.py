"""The plan as a text document that people can complete: headings, tables with header rows, plain styles."""

from __future__ import annotations

from pathlib import Path

from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Length, Mm, Pt, RGBColor
from docx.table import Table as WordTable
from docx.table import _Cell, _Row
from docx.text.paragraph import Paragraph

from rebond.adapters.documents.blank import blank_word, sign
from rebond.adapters.documents.stable_zip import rewrite_zip
from rebond.adapters.documents.word_marks import field_parts
from rebond.adapters.plan_documents import wording
from rebond.adapters.plan_documents.blocks import Row, RowStyle, Section, Table
from rebond.adapters.plan_documents.content import sections
from rebond.financing.explaining.dossier import PlanDossier
from rebond.restitution import identity
from rebond.restitution.typography import typeset

_WIDTH, _HEIGHT, _MARGIN = Mm(297), Mm(210), Mm(15)
_WIDE = 7
"""Columns beyond which a table is set in smaller type."""
_FIGURES_IN_A_ROW = 6
_FONT = identity.FONT
_BLUE = RGBColor(*identity.parts(identity.NAVY))
_WHITE = RGBColor(*identity.parts(identity.PAPER))
_HEAD, _TOTAL, _SIDE = map(identity.bare, (identity.NAVY, identity.SKY, identity.PALE))


def write_docx(dossier: PlanDossier, path: Path) -> None:
    """Write the document, in landscape, ready to print."""
    document = blank_word()
    _prepare(document, dossier)
    document.add_heading(wording.TITLE, level=0)
    document.add_paragraph(typeset(wording.subtitle(dossier)))
    if dossier.fictitious:
        document.add_paragraph().add_run(typeset(wording.FICTITIOUS)).bold = True
    figures = wording.figures(dossier)
    for start in range(0, len(figures), _FIGURES_IN_A_ROW):
        some = figures[start : start + _FIGURES_IN_A_ROW]
        _table(
            document,
            Table(
                heads=tuple(figure.label for figure in some),
                rows=(Row(cells=tuple(figure.value for figure in some), style=RowStyle.TOTAL),),
                widths=tuple(100 // len(some) for _ in some),
            ),
        )
    first = True
    for section in sections(dossier):
        first = first and not section.opens_page
        _section(document, section, small=first)
    document.save(str(path))
    rewrite_zip(path)


def _prepare(document: Document, dossier: PlanDossier) -> None:
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = _WIDTH, _HEIGHT
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = _MARGIN
    for name, size in (("Normal", 10), ("Title", 20), ("Heading 1", 13), ("Heading 2", 11)):
        style = document.styles[name]
        style.font.size, style.font.name = Pt(size), _FONT
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        # The fonts of the theme would come before the one asked for.
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        fonts.set(qn("w:hAnsi"), _FONT)
        if name != "Normal":
            style.font.color.rgb, style.font.bold = _BLUE, True
            style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(6), Pt(3)
    spacing = document.styles["Normal"].paragraph_format
    spacing.space_after, spacing.space_before = Pt(3), Pt(0)
    sign(document, title=f"{wording.TITLE} — {dossier.title}", dated=dossier.on)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "fr-FR")
    document.styles["Normal"].element.get_or_add_rPr().append(language)
    _footer(section.footer.paragraphs[0], typeset(wording.footer(dossier)))


def _footer(paragraph: Paragraph, words: str) -> None:
    """The words of the foot of each page, then the number of the page."""
    paragraph.add_run(f"{words} — page ").font.size = Pt(8)
    for part in field_parts("PAGE", shown="1"):
        run = paragraph.add_run()
        run.font.size = Pt(8)
        run._r.append(part)  # noqa: SLF001 - python-docx has no call for a field


def _section(document: Document, section: Section, *, small: bool) -> None:
    """``small``: what must hold on the page that stands alone."""
    document.add_heading(typeset(section.title), level=section.level).paragraph_format.page_break_before = (
        section.opens_page or None
    )
    for text in section.before:
        document.add_paragraph(typeset(text)).paragraph_format.keep_with_next = section.table is not None
    for text in section.points:
        document.add_paragraph(typeset(text), style="List Bullet")
    if section.table is not None:
        _table(document, section.table, small=small)
    for text in section.after:
        document.add_paragraph(typeset(text))


def _table(document: Document, table: Table, *, small: bool = True) -> None:
    """A table whose first row repeats on every page; rows are not cut, amounts are aligned right."""
    written = document.add_table(rows=1, cols=len(table.heads), style="Table Grid")
    written.alignment = WD_TABLE_ALIGNMENT.CENTER
    written.autofit = False
    size = Pt(8) if small or len(table.heads) > _WIDE else Pt(9)
    head = written.rows[0]
    _mark(head, "w:tblHeader")
    for rank, (cell, text) in enumerate(zip(head.cells, table.heads, strict=True)):
        _write(cell, text, size, bold=True, color=_WHITE, right=rank in table.figures)
        _shade(cell, _HEAD)
    for row in table.rows:
        _row(written.add_row(), row, table, size)
    for row in written.rows:
        _mark(row, "w:cantSplit")
    if table.whole:
        _keep_together(written)
    _set_widths(written, table.widths)
    # A paragraph between two tables, or Word would make them one.
    between = document.add_paragraph().paragraph_format
    between.space_after, between.line_spacing = Pt(0), Pt(5)


def _row(written: _Row, row: Row, table: Table, size: Length) -> None:
    fill = {RowStyle.TOTAL: _TOTAL, RowStyle.SIDE: _SIDE}.get(row.style)
    for rank, (cell, text) in enumerate(zip(written.cells, row.cells, strict=True)):
        _write(cell, text, size, bold=row.style is not RowStyle.PLAIN, right=rank in table.figures)
        if rank == 0 and row.note:
            cell.paragraphs[0].add_run(typeset(f" ({row.note})")).font.size = Pt(8)
        if fill:
            _shade(cell, fill)


def _write(cell: _Cell, text: str, size: Length, *, bold: bool, right: bool, color: RGBColor | None = None) -> None:
    paragraph = cell.paragraphs[0]
    run = paragraph.add_run(typeset(text))
    run.bold, run.font.size = bold, size
    if color is not None:
        run.font.color.rgb = color
    paragraph.paragraph_format.space_after = Pt(1)
    if right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _mark(row: _Row, name: str) -> None:
    mark = OxmlElement(name)
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)  # noqa: SLF001 - python-docx has no call for it


def _shade(cell: _Cell, fill: str) -> None:
    shade = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", fill)):
        shade.set(qn(f"w:{name}"), value)
    cell._tc.get_or_add_tcPr().append(shade)  # noqa: SLF001 - python-docx has no call for it


def _keep_together(table: WordTable) -> None:
    for row in table.rows[:-1]:
        for cell in row.cells:
            for paragraph in cell.paragraphs:
                paragraph.paragraph_format.keep_with_next = True


def _set_widths(table: WordTable, shares: tuple[int, ...]) -> None:
    whole = _WIDTH - 2 * _MARGIN
    for rank, share in enumerate(shares):
        width = Length(whole * share // sum(shares))
        table.columns[rank].width = width
        for cell in table.columns[rank].cells:
            cell.width = width
