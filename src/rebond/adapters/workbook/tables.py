"""From raw sheets to rows of typed values: each cell by its column, faults gathered, nothing guessed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from rebond.adapters.workbook.cells import CellReader, is_empty
from rebond.adapters.workbook.headers import header_row, is_foreign, match_columns
from rebond.adapters.workbook.layout import Column, Sheet
from rebond.adapters.workbook.opening import RawCell, RawSheet
from rebond.adapters.workbook.report import Report
from rebond.adapters.workbook.weight import MOST_COLUMNS, MOST_MERGED
from rebond.adapters.workbook.wording import short
from rebond.facts import UNKNOWN
from rebond.reading.problem import Unreadable
from rebond.reading.words import ERROR_VALUE, text_of
from rebond.units import format_number

MOST_BLANK_ROWS = 20_000
_FORMULA_MEND = "remplacer la formule par sa valeur (copier, puis collage spécial, « valeurs seules »)"
_FOREIGN_MEND = (
    "enregistrer cette liste à part, puis « rebond census lists import LISTE --partenaire CODE --classeur CLASSEUR "
    "--out COPIE », qui la lit telle qu'elle vient ; ou reprendre les titres du modèle"
)
_SHOWN_TITLES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row: values by column key (``UNKNOWN`` when empty or absent), and where each is in the file."""

    sheet: str
    """Title of the sheet in the file."""
    places: Mapping[str, tuple[int, int]]
    """Column key → row and column from 0; a column that the file does not have is absent."""
    texts: Mapping[str, str]
    """Column key → the cell as text, for messages and identifiers."""
    values: Mapping[str, object]
    wrong: frozenset[str]
    """Keys of the cells that have a fault."""

    def get(self, key: str) -> object:
        """The value of a column, ``UNKNOWN`` when there is none."""
        return self.values.get(key, UNKNOWN)

    def text(self, key: str) -> str:
        """The value of a text column, empty when there is none."""
        value = self.get(key)
        return "" if value is UNKNOWN else str(value)

    def value(self, key: str) -> Any:
        """The same, whose type the column's type guarantees, see ``CellReader.read``."""
        return self.get(key)

    def is_sound(self, *keys: str) -> bool:
        """Whether none of these cells has a fault."""
        return self.wrong.isdisjoint(keys)

    @property
    def number(self) -> int:
        """Row number as people see it, from 1."""
        return min(row for row, _ in self.places.values()) + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A sheet of the layout as read."""

    sheet: Sheet
    rows: tuple[Row, ...] = ()
    columns: frozenset[str] = field(default=frozenset())
    """Keys of the columns that the file has."""

    def has(self, key: str) -> bool:
        """Whether the file has that column."""
        return key in self.columns


class TableReader:
    """Reads the sheets of one workbook."""

    def __init__(self, cells: CellReader, report: Report) -> None:
        self._cells = cells
        self._report = report

    def read(self, sheet: Sheet, raw: RawSheet) -> Table:
        """The rows of a sheet, or the single row of a form; faults go to the report."""
        self._refuse_merged(raw)
        if sheet.is_form:
            return self._form(sheet, raw)
        top = header_row(sheet, raw.rows)
        titles = raw.rows[top] if raw.rows else ()
        heads = {(top, index): cell for index, cell in enumerate(titles) if not is_empty(cell)}
        if is_foreign(sheet, heads.values()):
            self._refuse_foreign(raw, heads)
            return Table(sheet=sheet)
        if len(heads) > MOST_COLUMNS:
            mend = "ne garder que les colonnes du modèle (« rebond census template »)"
            self._report.sheet(raw.name, Unreadable(f"{format_number(len(heads))} colonnes avec un titre", mend))
            return Table(sheet=sheet)
        places = match_columns(sheet, heads, raw.name, self._report, nameless=_nameless(raw, top))
        at = {key: place[1] for key, place in places.items()}
        self._refuse_formulas(raw, {place[1] for place in heads}, from_row=top)
        rows = [self._row(sheet, raw, line, at) for line in _filled_lines(raw, top, at)]
        self._refuse_blank_rows(raw, top, len(rows))
        return Table(sheet=sheet, rows=tuple(rows), columns=frozenset(places))

    def read_row(self, sheet: Sheet, raw: RawSheet, number: int) -> Row:
        """The only row of ``raw``, whose cells are the columns of the sheet in their order; told as row ``number``."""
        places = {column.key: (number, index) for index, column in enumerate(sheet.columns)}
        return self._read_cells(sheet, raw, places, line=0)

    def _refuse_foreign(self, raw: RawSheet, heads: Mapping[tuple[int, int], RawCell]) -> None:
        """A funder's own layout, pasted as it came: one sentence, and the command that reads it."""
        shown = ", ".join(f"« {short(text_of(cell))} »" for cell in list(heads.values())[:_SHOWN_TITLES])
        problem = f"ces titres ne sont pas ceux du modèle ({shown}…) : c'est la présentation d'un financeur"
        self._report.sheet(raw.name, Unreadable(problem, _FOREIGN_MEND))

    def _form(self, sheet: Sheet, raw: RawSheet) -> Table:
        heads = {
            (line, 0): row[0]
            for line, row in enumerate(raw.rows)
            if row and not is_empty(row[0]) and not _is_form_head(row[0])
        }
        self._refuse_formulas(raw, {0, 1}, from_row=0)
        if len(heads) > MOST_COLUMNS:
            mend = "ne garder que les paramètres du modèle (« rebond census template »)"
            self._report.sheet(raw.name, Unreadable(f"{format_number(len(heads))} lignes avec un titre", mend))
            return Table(sheet=sheet)
        found = match_columns(sheet, heads, raw.name, self._report)
        places = {key: (line, 1) for key, (line, _) in found.items()}
        row = self._read_cells(sheet, raw, places)
        return Table(sheet=sheet, rows=(row,) if places else (), columns=frozenset(places))

    def _row(self, sheet: Sheet, raw: RawSheet, line: int, at: Mapping[str, int]) -> Row:
        return self._read_cells(sheet, raw, {key: (line, index) for key, index in at.items()})

    def _read_cells(
        self, sheet: Sheet, raw: RawSheet, places: Mapping[str, tuple[int, int]], *, line: int | None = None
    ) -> Row:
        """``line``: where the row is in ``raw``, when it is not where its places say."""
        values: dict[str, object] = {}
        texts: dict[str, str] = {}
        wrong: set[str] = set()
        for column in sheet.columns:
            place = places.get(column.key)
            cell = _at(raw, place if line is None else (line, place[1])) if place else None
            texts[column.key] = "" if cell is None else text_of(cell)
            try:
                values[column.key] = self._value(raw, place, cell, column)
            except Unreadable as problem:
                wrong.add(column.key)
                if place is not None:
                    self._report.cell(raw.name, place, texts[column.key], problem)
        return Row(sheet=raw.name, places=places, texts=texts, values=values, wrong=frozenset(wrong))

    def _value(self, raw: RawSheet, place: tuple[int, int] | None, cell: RawCell, column: Column) -> object:
        if place is not None and self._report.has(raw.name, place):
            raise Unreadable("cellule déjà signalée", "")
        value, note = self._cells.read(column.default if is_empty(cell) and column.default else cell, column)
        if value is UNKNOWN and column.default:
            value, note = self._cells.read(column.default, column)
        if note and place is not None:
            self._report.repaired(raw.name, place, text_of(cell), note, value)
        return value

    def _refuse_merged(self, raw: RawSheet) -> None:
        if len(raw.marks.merged) > MOST_MERGED:
            mend = "sélectionner la feuille entière, « Défusionner », puis remplir chaque cellule"
            problem = f"{format_number(len(raw.marks.merged))} groupes de cellules fusionnées"
            self._report.sheet(raw.name, Unreadable(problem, mend))
            return
        for line, column, height, width in raw.marks.merged:
            mend = "défusionner, puis remplir chaque cellule"
            problem = f"cellules fusionnées (lignes : {height}, colonnes : {width})"
            self._report.cell(raw.name, (line, column), text_of(_at(raw, (line, column))), Unreadable(problem, mend))
            # The other cells of the group look empty: that is the same fault, not another.
            self._report.hush(raw.name, line, column, height, width)

    def _refuse_formulas(self, raw: RawSheet, columns: set[int], *, from_row: int) -> None:
        for (line, column), text in raw.marks.formulas.items():
            if column in columns and line >= from_row:
                self._report.cell(
                    raw.name,
                    (line, column),
                    text,
                    Unreadable("formule, au lieu d'une valeur", _FORMULA_MEND),
                )
        for (line, column), text in raw.marks.errors.items():
            if column in columns and line >= from_row:
                self._report.cell(raw.name, (line, column), text, Unreadable(*ERROR_VALUE))

    def _refuse_blank_rows(self, raw: RawSheet, top: int, filled: int) -> None:
        blank = max(len(raw.rows), raw.marks.declared_rows) - top - 1 - filled
        if blank > MOST_BLANK_ROWS:
            mend = "supprimer les lignes vides (les sélectionner, clic droit, « Supprimer »), puis enregistrer"
            problem = Unreadable(f"{format_number(blank)} lignes vides entre ou sous les données", mend)
            self._report.sheet(raw.name, problem, at_end=True)


def _at(raw: RawSheet, place: tuple[int, int]) -> RawCell:
    line, column = place
    if line >= len(raw.rows) or column >= len(raw.rows[line]):
        return None
    return raw.rows[line][column]


def _filled_lines(raw: RawSheet, top: int, at: Mapping[str, int]) -> Iterator[int]:
    """Indexes of the rows, under the titles, that hold something in a known column."""
    marked = {line for line, column in (*raw.marks.formulas, *raw.marks.errors) if column in at.values()}
    indexes = sorted(at.values())
    for line in range(top + 1, len(raw.rows)):
        row = raw.rows[line]
        is_blank = row.count("") == len(row)  # decides 200 000 empty rows at once
        if line in marked or (not is_blank and any(not is_empty(row[index]) for index in indexes)):
            yield line


def _nameless(raw: RawSheet, top: int) -> list[tuple[int, int]]:
    """Places of the empty titles that have something below them."""
    titles = raw.rows[top] if raw.rows else ()
    empty = {index for index, cell in enumerate(titles) if is_empty(cell)}
    found: set[int] = set()
    for row in raw.rows[top + 1 :]:
        if row.count("") != len(row):
            filled = {index for index in empty if not is_empty(row[index])}
            found |= filled
            empty -= filled
    return [(top, index) for index in sorted(found)]


def _is_form_head(cell: RawCell) -> bool:
    return text_of(cell).casefold() in {"paramètre", "parametre"}
