"""A list as it comes, opened without trust: text of any usual encoding and separator, or a workbook; then its rows."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn, TypeAlias

from rebond.adapters.workbook.opening import RawCell, RawSheet, open_workbook
from rebond.data.unreadable import system_reason
from rebond.errors import DataError, Fault

Cells: TypeAlias = tuple[RawCell, ...]

WORKBOOKS = frozenset({".xlsx", ".ods"})
TEXTS = frozenset({".csv", ".tsv", ".txt", ""})
MOST_BYTES = 64_000_000
"""A list of 100 000 lines weighs a third of that."""
MOST_COLUMNS = 400
MOST_ROWS = 500_000
_SEPARATORS = {";": "point-virgule", ",": "virgule", "\t": "tabulation", "|": "barre verticale"}
_SAMPLED_LINES = 60
_LONGEST_CELL = 100_000
_SAMPLED_CHARACTERS = 200_000
_MOST_LINES_OF_A_CELL = 60
_ENCODINGS = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8", "utf-16": "UTF-16", "cp1252": "Windows (cp1252)"}
_MENDS = "l'enregistrer en CSV (UTF-8) ou en classeur .xlsx depuis le tableur"


@dataclass(frozen=True, slots=True, kw_only=True)
class RawTable:
    """The rows of one sheet or of one text file."""

    file: str
    sheet: str
    """Empty for a text file."""
    rows: tuple[tuple[int, Cells], ...]
    """Line number as people see it, and the cells; blank lines are not there."""
    blank: int
    written: str
    """How the file is written, in words: « UTF-8, point-virgule »."""
    errors: frozenset[tuple[int, int]] = frozenset()
    """Line number and column (from 0) of the error values of the spreadsheet."""
    filled: frozenset[int] = frozenset()
    """Lines that received a value from merged cells."""
    banners: frozenset[int] = frozenset()
    """Lines whose first cell spreads over the columns: titles of sections."""
    notes: tuple[str, ...] = field(default=())

    @property
    def name(self) -> str:
        """The file, and its sheet when it has several."""
        return f"{self.file}, feuille « {self.sheet} »" if self.sheet else self.file


def read_tables(path: Path) -> tuple[RawTable, ...]:
    """The tables of a file; raises ``DataError``, in one sentence, when it is none that may be read."""
    if path.suffix.lower() in WORKBOOKS:
        return tuple(_table_of(path.name, sheet) for sheet in open_workbook(path) if sheet.rows)
    if path.suffix.lower() not in TEXTS:
        open_workbook(path)  # refuses other kinds in its own words: old Excel, macros, PDF…
        _refuse(path.name, "type de fichier inconnu", _MENDS)
    return (_text_table(path),)


def _table_of(name: str, sheet: RawSheet) -> RawTable:
    rows = {number: list(row) for number, row in enumerate(sheet.rows, start=1)}
    filled, banners = set(), set()
    for top, left, height, width in sheet.marks.merged:
        if width > 1:
            banners.add(top + 1)
        elif height > 1 and left < len(rows.get(top + 1, ())):
            value = rows[top + 1][left]
            for number in range(top + 2, top + 1 + height):
                if number in rows and left < len(rows[number]) and rows[number][left] in (None, ""):
                    rows[number][left] = value
                    filled.add(number)
    kept = tuple((number, tuple(row)) for number, row in rows.items() if any(cell not in (None, "") for cell in row))
    if len(kept) > MOST_ROWS or any(len(row) > MOST_COLUMNS for _, row in kept):
        _too_big(name)
    return RawTable(
        file=name,
        sheet=sheet.name,
        rows=kept,
        blank=_inner_blanks(kept),
        written="classeur",
        errors=frozenset((line + 1, column) for line, column in sheet.marks.errors),
        filled=frozenset(filled),
        banners=frozenset(banners),
    )


def _inner_blanks(rows: tuple[tuple[int, Cells], ...]) -> int:
    return rows[-1][0] - len(rows) if rows else 0


def _text_table(path: Path) -> RawTable:
    text, encoding = _text_of(path)
    separator = _separator_of(text)
    rows: list[tuple[int, Cells]] = []
    blank = 0
    try:
        for number, cells in _records(text, separator):
            if any(cell.strip() for cell in cells):
                rows.append((number, tuple(cells)))
            else:
                blank += 1
            if len(rows) > MOST_ROWS or len(cells) > MOST_COLUMNS:
                _too_big(path.name)
            _refuse_open_quote(path.name, number, cells)
    except csv.Error:
        _refuse(path.name, "un guillemet n'est jamais refermé, ou une cellule est démesurée", _MENDS)
    if not rows:
        _refuse(path.name, "le fichier est vide", "donner la liste du partenaire")
    return RawTable(
        file=path.name,
        sheet="",
        rows=tuple(rows),
        blank=blank,
        written=f"{_ENCODINGS[encoding]}, {_SEPARATORS[separator]}",
    )


def _records(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Each record with the number of its first line; raises ``csv.Error`` for a cell longer than any list needs."""
    # The limit belongs to the library, hence to the process: another reader may have set its own.
    csv.field_size_limit(_LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    line = 1
    for cells in reader:
        yield line, cells
        line = reader.line_num + 1


def _refuse_open_quote(name: str, number: int, cells: list[str]) -> None:
    if any(cell.count("\n") > _MOST_LINES_OF_A_CELL for cell in cells):
        problem = "un guillemet ouvert sur cette ligne n'est jamais refermé : il avale les lignes suivantes"
        _refuse(f"{name}, ligne {number}", problem, "refermer ou ôter le guillemet")


def _text_of(path: Path) -> tuple[str, str]:
    """The text of a file and its encoding; line ends are kept."""
    try:
        if not path.is_file():
            _refuse(path.name, "fichier introuvable", "vérifier le chemin et le nom du fichier")
        if path.stat().st_size > MOST_BYTES:
            _too_big(path.name)
        raw = path.read_bytes()
    except OSError as error:
        _refuse(path.name, f"fichier illisible : {system_reason(error)}", "vérifier le chemin et les droits")
    if raw.startswith((b"PK\x03\x04", b"%PDF", b"\xd0\xcf\x11\xe0")):
        _refuse(path.name, "ce n'est pas un fichier texte, malgré son nom", _MENDS)
    encoding = _encoding_of(raw)
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError:
        _refuse(path.name, "encodage inconnu", _MENDS)
    if "\x00" in text:
        _refuse(path.name, "ce n'est pas un fichier texte (caractères nuls)", _MENDS)
    return text.removeprefix("\ufeff"), {"utf-16-le": "utf-16", "utf-16-be": "utf-16"}.get(encoding, encoding)


def _encoding_of(raw: bytes) -> str:
    if raw.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    head = raw[:2000]
    # UTF-16 without its mark: Latin letters have one byte in two at zero.
    if len(head) > 1 and head[1::2].count(0) > len(head) // 3:
        return "utf-16-le"
    if len(head) > 1 and head[::2].count(0) > len(head) // 3:
        return "utf-16-be"
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _separator_of(text: str) -> str:
    """The separator that cuts the most lines into the same number of cells."""
    sample = text[:_SAMPLED_CHARACTERS]

    def score(separator: str) -> int:
        widths: Counter[int] = Counter()
        try:
            for index, (_, cells) in enumerate(_records(sample, separator)):
                if index >= _SAMPLED_LINES:
                    break
                widths[len(cells)] += 1
        except csv.Error:
            return 0
        return max((width - 1) * lines * lines for width, lines in widths.items()) if widths else 0

    return max(_SEPARATORS, key=score)


def _too_big(name: str) -> NoReturn:
    problem = f"fichier démesuré (plus de {MOST_BYTES // 1_000_000} Mo, {MOST_ROWS} lignes ou {MOST_COLUMNS} colonnes)"
    _refuse(name, problem, "n'en garder que le tableau, ou le découper")


def _refuse(where: str, problem: str, mend: str) -> NoReturn:
    raise DataError([Fault(where=where, problem=problem, mend=mend)])
