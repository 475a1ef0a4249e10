"""Two columns of a Word page: short tables side by side, in the order they are read."""

from __future__ import annotations

from typing import Final

from docx.document import Document as WordFile
from docx.enum.section import WD_SECTION
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm

_BETWEEN: Final = int(Cm(0.8))
_TWIP: Final = 635
"""Word's units in one of those that it parts columns by."""


def flow_in_columns(file: WordFile, width: int) -> int:
    """What comes next flows in two columns; how wide each is."""
    _from_here(file, columns=2)
    return (width - _BETWEEN) // 2


def back_to_one_column(file: WordFile) -> None:
    """What comes next goes across the page; Word makes the two columns above as long as each other."""
    _from_here(file, columns=1)


def _from_here(file: WordFile, *, columns: int) -> None:
    section = file.add_section(WD_SECTION.CONTINUOUS)
    properties = section._sectPr  # noqa: SLF001 - python-docx has no columns
    mark = properties.find(qn("w:cols"))
    if mark is None:
        mark = OxmlElement("w:cols")
        properties.append(mark)
    mark.set(qn("w:num"), str(columns))
    mark.set(qn("w:space"), str(_BETWEEN // _TWIP))
