"""What is special in the XML of a workbook: formulas, error cells, merged cells, rows that are declared.

One streaming pass per sheet, so that a sheet of 200 000 empty rows costs a second and no memory.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NoReturn
from xml.parsers import expat  # document types, hence entities, are refused below

from rebond.adapters.workbook.weight import LAST_COLUMN, LAST_ROW, MOST_SHEETS, TooHeavyError, Weight

_REFERENCE = re.compile(r"^([A-Z]+)(\d+)$")
_MOST_COLUMN_LETTERS, _MOST_ROW_FIGURES = 4, 8


@dataclass(slots=True, kw_only=True)
class Marks:
    """Marks of one sheet; cells are (row, column) from 0."""

    formulas: dict[tuple[int, int], str] = field(default_factory=dict)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    """Row and column of the first cell, number of rows, number of columns."""
    declared_rows: int = 0
    height: int = 0
    width: int = 0
    """Size of the rectangle from A1 that holds every value."""

    def extend(self, row: int, column: int) -> None:
        """There is a value in that cell."""
        self.height, self.width = max(self.height, row + 1), max(self.width, column + 1)


def position(reference: str) -> tuple[int, int]:
    """``D12`` → (11, 3). Raises ``ValueError`` when the text names no cell."""
    match = _REFERENCE.match(reference.replace("$", ""))
    if match is None:
        raise ValueError(reference)
    column = _column_number(match[1][:_MOST_COLUMN_LETTERS])
    row = int(match[2][:_MOST_ROW_FIGURES])
    if column > LAST_COLUMN or not 1 <= row <= LAST_ROW:
        raise ValueError(reference)
    return row - 1, column - 1


@lru_cache(maxsize=1024)
def _column_number(letters: str) -> int:
    """``D`` → 4."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def xlsx_marks(archive: zipfile.ZipFile) -> dict[str, Marks]:
    """The marks of every worksheet of an .xlsx, by sheet name."""
    targets = _Relations()
    _parse(archive, "xl/_rels/workbook.xml.rels", targets)
    sheets = _SheetNames()
    _parse(archive, "xl/workbook.xml", sheets)
    if len(sheets.relations) > MOST_SHEETS:
        raise TooHeavyError(f"le classeur a {len(sheets.relations)} feuilles", "supprimer les feuilles inutiles")
    weight, texts = Weight(), _SharedTexts()
    if _SHARED_TEXTS in archive.namelist():
        _parse(archive, _SHARED_TEXTS, texts)
    found: dict[str, Marks] = {}
    for name, relation in sheets.relations.items():
        if relation in targets.worksheets:
            reader = _XlsxSheet(weight, texts.lengths)
            _parse(archive, targets.worksheets[relation], reader)
            found[name] = reader.marks
    return found


def ods_marks(archive: zipfile.ZipFile) -> dict[str, Marks]:
    """The marks of every table of an .ods, by table name."""
    reader = _OdsTables()
    _parse(archive, "content.xml", reader)
    return reader.tables


class _Handler:
    """What a pass listens to."""

    def attach(self, parser: expat.XMLParserType) -> None:
        parser.StartElementHandler = lambda name, attributes: self.start(_local(name), attributes)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element opens; its name comes without XML prefix."""


def _parse(archive: zipfile.ZipFile, part: str, handler: _Handler) -> None:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    handler.attach(parser)
    with archive.open(part) as stream:
        parser.ParseFile(stream)


def _refuse_doctype(*_: Any) -> NoReturn:
    raise ValueError("un classeur ne déclare pas de type de document")


def _local(name: str) -> str:
    return name.rpartition(":")[2]


class _Relations(_Handler):
    """Relation id → part of a worksheet."""

    def __init__(self) -> None:
        self.worksheets: dict[str, str] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship" and attributes.get("Type", "").endswith("/worksheet"):
            target = attributes["Target"]
            inside = target.lstrip("/") if target.startswith("/") else posixpath.join("xl", target)
            self.worksheets[attributes["Id"]] = posixpath.normpath(inside)


class _SheetNames(_Handler):
    """Sheet name → relation id."""

    def __init__(self) -> None:
        self.relations: dict[str, str] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "sheet":
            relation = next((value for key, value in attributes.items() if _local(key) == "id"), "")
            self.relations[attributes["name"]] = relation


class _SharedTexts(_Handler):
    """How long each shared text is, by its rank."""

    def __init__(self) -> None:
        self.lengths: list[int] = []
        self._weight = Weight()

    def attach(self, parser: expat.XMLParserType) -> None:
        super().attach(parser)
        parser.CharacterDataHandler = self._letters

    def start(self, name: str, attributes: dict[str, str]) -> None:
        del attributes
        self._weight.element()
        if name == "si":
            self.lengths.append(0)

    def _letters(self, text: str) -> None:
        if self.lengths:
            self.lengths[-1] += len(text)


class _XlsxSheet(_Handler):
    """The marks of one worksheet. Called for millions of cells: listens to text only where needed."""

    def __init__(self, weight: Weight, lengths: list[int]) -> None:
        self.marks = Marks()
        self._weight = weight
        self._lengths = lengths
        self._cell: dict[str, str] = {}
        self._pieces: list[str] = []
        self._row = self._column = -1

    def attach(self, parser: expat.XMLParserType) -> None:
        self._parser = parser
        parser.StartElementHandler = self.start

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._weight.element()
        if name == "c":
            self._cell = attributes
            if "r" not in attributes:  # the reference is optional: cells then follow one another
                self._column += 1
        elif name == "row":
            self.marks.declared_rows += 1
            self._row = int(attributes["r"]) - 1 if "r" in attributes else self._row + 1
            self._column = -1
        elif name in {"v", "is"}:
            self.marks.extend(*self._place())
            if self._cell.get("t") in _WEIGHED:
                self._listen()
        elif name == "f":
            self._listen()
        elif name == "mergeCell":
            first, _, last = attributes["ref"].partition(":")
            (row, column), (last_row, last_column) = position(first), position(last or first)
            self.marks.merged.append((row, column, last_row - row + 1, last_column - column + 1))
        elif ":" in name:
            self.start(_local(name), attributes)

    def _place(self) -> tuple[int, int]:
        reference = self._cell.get("r")
        return position(reference) if reference else (self._row, self._column)

    def _listen(self) -> None:
        self._pieces = []
        self._parser.CharacterDataHandler = self._pieces.append
        self._parser.EndElementHandler = self._end

    def _end(self, name: str) -> None:
        self._parser.CharacterDataHandler = self._parser.EndElementHandler = None
        text = "".join(self._pieces)
        kind = self._cell.get("t")
        if _local(name) != "f" and kind != "e":
            shared = kind == "s" and text.strip().isdecimal() and len(text) < _MOST_ROW_FIGURES
            rank = int(text) if shared else -1
            self._weight.text(self._lengths[rank] if 0 <= rank < len(self._lengths) else len(text))
        elif _local(name) == "f":
            self.marks.formulas[self._place()] = f"={text}"
        else:
            self.marks.errors[self._place()] = text


_SHARED_TEXTS = "xl/sharedStrings.xml"
_WEIGHED = frozenset({"e", "s", "str", "inlineStr"})


class _OdsTables(_Handler):
    """The marks of every table of ``content.xml``; repeated cells and rows count for what they repeat."""

    def __init__(self) -> None:
        self._weight = Weight()
        self._letters, self._times = 0, 1
        self.tables: dict[str, Marks] = {}
        self._marks = Marks()
        self._row = self._column = 0
        self._row_repeat = 1

    def attach(self, parser: expat.XMLParserType) -> None:
        super().attach(parser)
        parser.EndElementHandler = lambda name: self.end(_local(name))
        parser.CharacterDataHandler = self._listen

    def _listen(self, text: str) -> None:
        self._letters += len(text)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._weight.element()
        named = {_local(key): value for key, value in attributes.items()}
        if name == "table":
            self._marks = self.tables.setdefault(named.get("name", ""), Marks())
            self._row = 0
        elif name == "table-row":
            self._row_repeat = _repeated(named.get("number-rows-repeated", "1"))
            self._column = 0
        elif name in {"table-cell", "covered-table-cell"}:
            self._cell(named)

    def _cell(self, named: dict[str, str]) -> None:
        place = (self._row, self._column)
        if "formula" in named:
            self._marks.formulas[place] = named["formula"].removeprefix("of:").removeprefix("oooc:")
        rows, columns = (
            _repeated(named.get("number-rows-spanned", "1")),
            _repeated(named.get("number-columns-spanned", "1")),
        )
        if rows > 1 or columns > 1:
            self._marks.merged.append((*place, rows, columns))
        repeated = _repeated(named.get("number-columns-repeated", "1"))
        self._column += repeated
        self._letters, self._times = 0, repeated * self._row_repeat
        if "value-type" in named:
            self._marks.extend(self._row + self._row_repeat - 1, self._column - 1)

    def end(self, name: str) -> None:
        """An element closes; its name comes without XML prefix."""
        if name == "table-cell":
            self._weight.text(self._letters, self._times if self._letters else 1)
            self._letters = 0
        if name == "table-row":
            self._row += self._row_repeat
            # Once for a million repeated rows: LibreOffice ends every table so, it is no one's mistake.
            self._marks.declared_rows += 1


def _repeated(text: str) -> int:
    """How often something is repeated; ``ValueError`` when no spreadsheet could have written it."""
    if not text.isdecimal() or len(text) > _MOST_ROW_FIGURES or not 1 <= int(text) <= LAST_ROW:
        raise ValueError(text)
    return int(text)
