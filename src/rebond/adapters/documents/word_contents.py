"""The table of contents of a Word file: a field that Word can make again, already filled with the titles of chapters.

No page number: only an office that lays the pages out knows them, and a wrong one is worse than none. Each line leads
to its chapter. Word's own update gives the same lines, since it reads the same titles.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from docx.document import Document as WordFile
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor
from docx.text.paragraph import Paragraph as WordParagraph

from rebond.restitution import identity

FIELD: Final = ' TOC \\o "1-1" \\n \\h \\z \\u '
"""Titles of the first level, without page numbers, as links."""
_TITLE: Final = "Sommaire"
_LINE: Final = "TOC 1"


def bookmark_of(rank: int) -> str:
    """How the chapter of a rank is marked."""
    return f"_Toc{rank:09d}"


def mark_chapter(paragraph: WordParagraph, rank: int) -> None:
    """Where a line of the contents leads: around the words of a title."""
    element = paragraph._p  # noqa: SLF001 - python-docx has no bookmarks
    start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    for mark in (start, end):
        mark.set(qn("w:id"), str(rank))
    start.set(qn("w:name"), bookmark_of(rank))
    first = next((child for child in element if child.tag == qn("w:r")), None)
    if first is None:
        element.append(start)
    else:
        first.addprevious(start)
    element.append(end)


def add_contents(file: WordFile, titles: Sequence[str]) -> None:
    """The contents, one line a chapter, in one field."""
    _style(file)
    head = file.add_paragraph()
    head.paragraph_format.space_before, head.paragraph_format.space_after = Pt(48), Pt(6)
    head.paragraph_format.keep_with_next = True
    run = head.add_run(_TITLE)
    run.bold, run.font.size, run.font.color.rgb = True, Pt(12), RGBColor(*identity.parts(identity.NAVY))
    for rank, title in enumerate(titles, start=1):
        line = file.add_paragraph(style=_LINE)
        if rank == 1:
            for kind in ("begin", FIELD, "separate"):
                line._p.append(_run(kind))  # noqa: SLF001 - python-docx has no fields
        link = OxmlElement("w:hyperlink")
        link.set(qn("w:anchor"), bookmark_of(rank))
        link.set(qn("w:history"), "1")
        words = OxmlElement("w:r")
        text = OxmlElement("w:t")
        text.text = title
        words.append(text)
        link.append(words)
        line._p.append(link)  # noqa: SLF001 - nor links within a file
        if rank == len(titles):
            line._p.append(_run("end"))  # noqa: SLF001 - nor fields


def _run(kind: str) -> object:
    run = OxmlElement("w:r")
    if kind == FIELD:
        part = OxmlElement("w:instrText")
        part.set(qn("xml:space"), "preserve")
        part.text = kind
    else:
        part = OxmlElement("w:fldChar")
        part.set(qn("w:fldCharType"), kind)
    run.append(part)
    return run


def _style(file: WordFile) -> None:
    """The style that Word gives such lines, by the name that it knows it by."""
    style = file.styles.add_style(_LINE, WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = file.styles["Normal"]
    style.paragraph_format.space_after = Pt(4)
    style.font.color.rgb = RGBColor(*identity.parts(identity.INK))
