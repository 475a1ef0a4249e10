"""What a produced file prints, read back; and the numbers in it: each must be a figure of the snapshot.

One reading for every kind of file: PDF, Word, Writer, PowerPoint, Excel, Markdown.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator
from decimal import Decimal, InvalidOperation
from html import unescape
from pathlib import Path
from typing import Any

import openpyxl
import pypdf

from rebond.facts import Census
from rebond.restitution.typography import french_date, typeset
from rebond.results import MissionResult

_TAG = re.compile(r"<[^>]+>")
_ENDS = re.compile(r"</(?:w:p|text:p|text:h|a:p|w:tc|c:v|a:tc)>")
_SPACE = re.compile(r"[ \u00a0\u202f]")
_MILLIONS = re.compile(r"millions?.*")
_NUMBER = re.compile(
    r"(?<![\w/.-])\d{1,3}(?:[ \u00a0\u202f]\d{3})*(?:,\d+)?(?![\w/-]*\d)"
    r"|(?<![\w/.-])\d+(?![\w/-]*\d)"
)
_UNIT = re.compile(r"[ \u00a0\u202f]?(M€|k€|%|millions?\s+d[’'])")
_SCALES = {"M€": Decimal(1_000_000), "k€": Decimal(1_000), "%": Decimal("0.01"), "million": Decimal(1_000_000)}


def printed(path: Path) -> str:
    """The words that a file prints, one paragraph or cell a line."""
    match path.suffix:
        case ".docx" | ".odt" | ".pptx":
            found = _office(path)
        case ".xlsx":
            found = "\n".join(_cells(path))
        case ".pdf":
            found = "\n".join(page.extract_text() for page in pypdf.PdfReader(path).pages)
        case _:
            found = path.read_text(encoding="utf-8").replace("\\", "")
    return found


def _office(path: Path) -> str:
    shown = re.compile(r"(word/document|content|ppt/slides/slide\d+|ppt/charts/chart\d+)\.xml")
    with zipfile.ZipFile(path) as parts:
        pages = [parts.read(name).decode() for name in parts.namelist() if shown.fullmatch(name)]
    return "\n".join(unescape(_TAG.sub("", _ENDS.sub("\n", page))) for page in pages)


def _cells(path: Path) -> Iterator[str]:
    for sheet in openpyxl.load_workbook(path, data_only=True):
        for row in sheet.iter_rows():
            yield from (str(cell.value) for cell in row if isinstance(cell.value, str))


def numbers_of_cells(path: Path) -> Iterator[tuple[str, Decimal]]:
    """The numbers of a workbook, each with where it is; those of formulas as they were computed."""
    for sheet in openpyxl.load_workbook(path, data_only=True):
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, int | float) and not isinstance(cell.value, bool):
                    yield f"{sheet.title}!{cell.coordinate}", Decimal(str(cell.value))


def numbers(text: str) -> Iterator[tuple[str, list[list[Decimal]]]]:
    """The numbers that people read in a text, each with the words around it and every way to read it.

    A PDF has one kind of space: « 5 440 000 » is a number, or two that stand side by side in a table.
    """
    for found in _NUMBER.finditer(text):
        unit = _UNIT.match(text, found.end())
        scale = _SCALES[_MILLIONS.sub("million", unit[1])] if unit else Decimal(1)
        around = text[max(0, found.start() - 40) : found.end() + 30].replace("\n", " ⏎ ")
        yield around, [[*first, last * scale] for *first, last in _readings(_SPACE.split(found[0]))]


def _readings(groups: list[str]) -> Iterator[list[Decimal]]:
    for cut in range(len(groups), 0, -1):
        head = Decimal("".join(groups[:cut]).replace(",", "."))
        if cut == len(groups):
            yield [head]
        else:
            yield from ([head, *rest] for rest in _readings(groups[cut:]))


def strangers(text: str, snapshot: Snapshot) -> list[str]:
    """The numbers of a text that no figure, row, date or quoted word accounts for, with the words around."""
    return [around for around, ways in numbers(text) if not any(all(map(snapshot.holds, reading)) for reading in ways)]


def _whole(words: str) -> set[Decimal]:
    """Each number of words of ours, read in one way: as far as it goes."""
    return {number for _, ways in numbers(typeset(words)) for number in ways[0]}


class Snapshot:
    """What a document may print: the figures and their rows, rounded as French rounds them; dates; quoted words."""

    def __init__(self, result: MissionResult, *, quoted: Iterable[str] = ()) -> None:
        self._values: set[Decimal] = set()
        for indicator in result.indicators:
            self._values |= {indicator.value, indicator.most, *(row.value for row in indicator.rows)}
            self._values |= _whole(indicator.note)
        self._rounded = {self._brief(value, step) for value in self._values for step in _STEPS}
        self._free = {number for words in (*quoted, *_days(result)) for number in _whole(words)}

    @staticmethod
    def _brief(value: Decimal, step: Decimal) -> Decimal:
        return (value / step).to_integral_value() * step

    def holds(self, value: Decimal) -> bool:
        """Whether a number is a figure, a row of one, or a quoted word."""
        try:
            near = {value, *(self._brief(value, step) for step in _FINE)}
        except InvalidOperation:
            return False
        return bool(near & (self._values | self._rounded | self._free)) or self._is_floor(value)

    def _is_floor(self, value: Decimal) -> bool:
        """« plus de 100 millions d'euros »: the first two digits of a figure."""
        return any(
            each >= _MILLION and value == each - each % Decimal(10) ** (each.adjusted() - 1) for each in self._values
        )


_MILLION = Decimal(1_000_000)
_STEPS = (Decimal(1), Decimal(1_000), Decimal(100_000), Decimal("0.001"))
_FINE = (Decimal("0.001"),)


def _days(result: MissionResult) -> Iterator[str]:
    settings = result.census.settings
    days = {result.on, settings.committee_on, *(each.held_on for each in result.census.interviews)}
    days |= {referral.due_on for p in result.projects for referral in p.referrals}
    days |= {action.due_on for action in result.roadmap}
    days |= {result.law_end} if result.law_end else set()
    yield from map(french_date, days)


def words_of(census: Census) -> Iterator[str]:
    """Words of the census that documents quote."""
    settings = census.settings
    told: Any = settings.announcement
    yield from (settings.name, settings.territory, str(told.programme), str(told.press_contact))
    yield from (project.title for project in census.projects)
    yield from (firm.name for firm in census.firms)
