"""What python-docx has no words for: a mark across each page, pictures with their alternative text, tiles."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

from docx.document import Document as WordFile
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Cm, Emu, Pt, RGBColor
from docx.text.paragraph import Paragraph as WordParagraph

from rebond.adapters.documents.raster import as_png
from rebond.restitution import identity
from rebond.restitution.charts import Chart
from rebond.restitution.typography import typeset

_AFTER_BORDERS = frozenset(map(qn, ("w:shd", "w:tblLayout", "w:tblCellMar", "w:tblLook")))
_AFTER_FRAME = frozenset(map(qn, ("w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")))
_IMAGES = frozenset({".png", ".jpg", ".jpeg"})
LOGO_HEIGHT = Cm(1.8)
_MARK = (
    '<w:r xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"><w:pict>'
    '<v:shapetype id="rbMarkType" coordsize="21600,21600" o:spt="136" adj="10800" path="m@7,l@8,m@5,21600l@6,21600e">'
    '<v:formulas><v:f eqn="sum #0 0 10800"/><v:f eqn="prod #0 2 1"/><v:f eqn="sum 21600 0 @1"/>'
    '<v:f eqn="sum 0 0 @2"/><v:f eqn="sum 21600 0 @3"/><v:f eqn="if @0 @3 0"/><v:f eqn="if @0 21600 @1"/>'
    '<v:f eqn="if @0 0 @2"/><v:f eqn="if @0 @4 21600"/></v:formulas>'
    '<v:path textpathok="t" o:connecttype="rect"/><v:textpath on="t" fitshape="t"/></v:shapetype>'
    '<v:shape id="rbMark" type="#rbMarkType" alt="{words}" style="position:absolute;margin-left:0;margin-top:0;'
    "width:380pt;height:150pt;rotation:315;z-index:-251658752;mso-position-horizontal:center;"
    "mso-position-horizontal-relative:margin;mso-position-vertical:center;"
    'mso-position-vertical-relative:margin" o:allowincell="f" fillcolor="{colour}" stroked="f">'
    '<v:textpath style="font-family:\'{font}\';font-size:1pt;font-weight:bold" string="{words}"/></v:shape>'
    "</w:pict></w:r>"
)


def mark_pages(file: WordFile) -> None:
    """« Projet » across each page, behind the text: what Word calls a watermark."""
    words = _MARK.format(words=identity.DRAFT_MARK, colour=identity.PALE, font=identity.FALLBACK_FONT)
    for rank, section in enumerate(file.sections):
        headers = [section.header]
        if section.different_first_page_header_footer:
            headers.append(section.first_page_header)
        if file.settings.odd_and_even_pages_header_footer:
            headers.append(section.even_page_header)
        for header in headers:
            # A section that follows the header of the one before is marked with it.
            if rank == 0 or not header.is_linked_to_previous:
                paragraph = header.paragraphs[0] if header.paragraphs else header.add_paragraph()
                paragraph._p.append(parse_xml(words))  # noqa: SLF001 - python-docx has no watermark


def add_chart(paragraph: WordParagraph, chart: Chart, width: int) -> None:
    """A chart as a picture that is described; two thirds of a page at most."""
    _described(paragraph, io.BytesIO(as_png(chart.svg)), width, f"{chart.title}. {chart.description}")


def add_logos(file: WordFile, names: tuple[str, ...], folder: Path | None) -> tuple[str, ...]:
    """The logos side by side, and the names of those that are not in the folder."""
    found = {name: folder / name for name in names if folder is not None and is_logo(name, folder)}
    if found:
        paragraph = file.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT
        for name, path in found.items():
            run = paragraph.add_run()
            picture = run.add_picture(str(path), height=LOGO_HEIGHT)
            _describe(picture, f"Logo : {Path(name).stem}")
            paragraph.add_run("   ")
    return tuple(name for name in names if name not in found)


def is_logo(name: str, folder: Path) -> bool:
    """Whether a name is that of an image of the folder, and of nothing elsewhere."""
    return Path(name).name == name and Path(name).suffix.lower() in _IMAGES and (folder / name).is_file()


def _described(paragraph: WordParagraph, image: io.BytesIO, width: int, words: str) -> None:
    picture = paragraph.add_run().add_picture(image, width=Emu(width))
    tallest = int(Cm(15))
    if picture.height > tallest:
        picture.width, picture.height = Emu(picture.width * tallest // picture.height), Emu(tallest)
    _describe(picture, words)


def _describe(picture: object, words: str) -> None:
    properties = picture._inline.docPr  # type: ignore[attr-defined]  # noqa: SLF001 - python-docx has no alternative text
    properties.set("descr", typeset(words))
    properties.set("name", "Image")


def framed(style: object) -> None:
    """What must be known before reading on, as on the pages of the PDF: a wash of colour and a bar beside it."""
    style.font.bold = style.font.italic = False  # type: ignore[attr-defined]  # python-docx types styles too widely
    style.font.size = Pt(9.5)  # type: ignore[attr-defined]
    style.font.color.rgb = RGBColor(*identity.parts(identity.INK))  # type: ignore[attr-defined]
    form = style.paragraph_format  # type: ignore[attr-defined]
    form.left_indent, form.right_indent = Cm(0.3), Cm(0)
    form.space_before, form.space_after = Pt(2), Pt(4)
    properties = style.element.get_or_add_pPr()  # type: ignore[attr-defined]
    for old in properties.findall(qn("w:pBdr")):
        properties.remove(old)
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    bar, wash = identity.bare(identity.AMBER), identity.bare(identity.AMBER_WASH)
    bars = f'<w:pBdr {space}><w:left w:val="single" w:sz="24" w:space="6" w:color="{bar}"/></w:pBdr>'
    shade = f'<w:shd {space} w:val="clear" w:color="auto" w:fill="{wash}"/>'
    # In the order of Word's schema: before the spaces around the paragraph.
    after = next(each for each in properties if each.tag in _AFTER_FRAME)
    for mark in (bars, shade):
        after.addprevious(parse_xml(mark))


def no_borders(table: object) -> None:
    """A table that only places what it holds."""
    properties = table._tbl.tblPr  # type: ignore[attr-defined]  # noqa: SLF001 - python-docx has no borders
    borders = parse_xml(
        '<w:tblBorders xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        + "".join(f'<w:{side} w:val="nil"/>' for side in ("top", "left", "bottom", "right", "insideH", "insideV"))
        + "</w:tblBorders>"
    )
    # Word wants them in the order of its schema: before the layout and what follows it.
    after = next((each for each in properties if each.tag in _AFTER_BORDERS), None)
    if after is None:
        properties.append(borders)
    else:
        after.addprevious(borders)


def field_parts(name: str, *, shown: str) -> Iterator[BaseOxmlElement]:
    """A field in parts, each for a run of its own, so that it is printed as the words beside it."""
    for kind, words in (("begin", ""), ("", name), ("separate", ""), ("t", shown), ("end", "")):
        part = OxmlElement({"": "w:instrText", "t": "w:t"}.get(kind, "w:fldChar"))
        if words:
            part.text = words
        else:
            part.set(qn("w:fldCharType"), kind)
        yield part
