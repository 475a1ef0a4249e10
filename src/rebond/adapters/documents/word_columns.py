"""Two columns of a Word page: short tables side by side, in the order they are read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from docx.document import Document as WordFile
from docx.enum.section import WD_SECTION
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from rebond.adapters.documents.plain_words import plain_words
from rebond.restitution.contents import Block, Table

_BETWEEN: Final = int(Cm(0.8))
_LETTERS: Final = 30
"""Of a line of a cell, in half a page."""
_TWIP: Final = 635
"""Word's units in one of those that it parts columns by."""


def flow_in_columns(file: WordFile, width: int) -> int:
    """What comes next flows in two columns; how wide each is."""
    _from_here(file, columns=2)
    return (width - _BETWEEN) // 2


def second_column(blocks: Sequence[Block]) -> int:
    """The rank of the table that opens the second column, about half of the lines before it; 0 when there is one.

    It is said rather than left to the office: not all of them make two columns of tables as long as each other.
    """
    lengths = [_lines(block) for block in blocks]
    before = [sum(lengths[:rank]) for rank in range(len(blocks))]
    ranks = [rank for rank, block in enumerate(blocks) if rank and isinstance(block, Table)]
    return min(ranks, key=lambda rank: abs(2 * before[rank] - sum(lengths)), default=0)


def _lines(block: Block) -> int:
    if not isinstance(block, Table):
        return 2
    return 2 + sum(max(1, *(-(-len(plain_words(cell)) // _LETTERS) for cell in row)) for row in block.rows)


def back_to_one_column(file: WordFile, *, on_a_new_page: bool) -> None:
    """What comes next goes across the page.

    Columns end on a line, if empty: LibreOffice leaves a table out of them that is the last thing before their end.
    """
    end = file.add_paragraph().paragraph_format
    end.space_before = end.space_after = Pt(0)
    end.line_spacing = Pt(1)
    _from_here(file, columns=1, start=WD_SECTION.NEW_PAGE if on_a_new_page else WD_SECTION.CONTINUOUS)


def _from_here(file: WordFile, *, columns: int, start: WD_SECTION = WD_SECTION.CONTINUOUS) -> None:
    section = file.add_section(start)
    properties = section._sectPr  # noqa: SLF001 - python-docx has no columns
    mark = properties.find(qn("w:cols"))
    if mark is None:
        mark = OxmlElement("w:cols")
        properties.append(mark)
    mark.set(qn("w:num"), str(columns))
    mark.set(qn("w:space"), str(_BETWEEN // _TWIP))
