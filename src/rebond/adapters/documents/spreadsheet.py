"""Every project in a workbook: one sheet for the projects, their plans, their ways out, the figures and their rows."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from rebond.adapters.documents.fitting import lines_needed
from rebond.adapters.documents.project_sheets import project_sheets
from rebond.adapters.documents.sheet_cells import Column, Computed, Kind, Measured, Sheet, Value, column_letter
from rebond.data.csvfile import is_like_a_formula
from rebond.facts import Unknown
from rebond.restitution import identity
from rebond.restitution.contents import FICTITIOUS, UNDECIDED
from rebond.restitution.svg import text_width
from rebond.restitution.typography import french_date, typeset
from rebond.results import MissionResult

_NUMBER_FORMATS = {
    Kind.EUROS: '#,##0 "€"',
    Kind.NUMBER: "#,##0",
    Kind.SCORE: "0.0",
    Kind.DATE: "dd/mm/yyyy",
}
_UNITS = {"€": '#,##0.## "€"', "%": "0.0%"}
"""Unit → how its numbers are shown; a spreadsheet puts its own language's signs."""
_PLAIN_NUMBER = "#,##0.##"
_UNKNOWN = "non renseigné"
_TOTAL = "Total des lignes affichées, réponses connues"
_ACROSS = 190
"""Characters that a printed landscape page holds in width, to be read."""
_A3 = 8
_LINE, _TALLEST = 15.0, 409.0
"""Points of a line of text; the tallest row that a workbook may have."""
_POINTS = 11.0
"""Of the words of a workbook. A column is as wide as so many of its digits."""
_MARGINS = 2
"""Digits that the indent and the edges of a cell of words take."""
_FILTER = 1
"""Digits of a title that the button of the filter may cover, and that its bold letters take."""
_WORDS = {"align": "left", "indent": 1}
"""Words and their titles: those that follow a column of figures touched them."""
_GUIDE = (26, 100)
"""Characters that the two columns of the guide hold."""


def row_height(cells: Iterable[tuple[str, int]]) -> float:
    """Points that a row needs for its words, each with the characters that its column holds.

    Said in the file: not every office measures wrapped words when it opens one, and rows then print over each other.

    Measured letter by letter: a column of fifty digits holds sixty letters of a sentence.

    >>> row_height([("court", 20), ("un deux trois", 10)])
    30.0
    """
    digit = text_width("0", _POINTS)
    lines = (lines_needed(words, max(1, width - _MARGINS) * digit, _POINTS) for words, width in cells)
    return min(_TALLEST, _LINE * max(lines, default=1))


def write_projects(path: Path, result: MissionResult) -> None:
    """Write the workbook; the same result gives the same bytes."""
    settings = result.census.settings
    made = io.BytesIO()
    # In memory: the library would stumble on a full disk.
    with xlsxwriter.Workbook(made, {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}) as book:
        book.set_properties(
            {
                "title": typeset(f"Projets — {settings.name}"),
                "author": "Rebond",
                "comments": typeset(FICTITIOUS) if settings.fictitious else "",
                "created": datetime.combine(result.on, time()),
            }
        )
        sheets = project_sheets(result)
        writer = _Writer(book)
        writer.write_guide(result, sheets)
        for sheet in sheets:
            writer.write_sheet(sheet, notice=_notice(result))
    path.write_bytes(made.getvalue())


def _notice(result: MissionResult) -> str:
    """What every printed page says at its foot."""
    words = ("Propositions non décidées", not result.decided), ("Données fictives", result.census.settings.fictitious)
    return " · ".join(said for said, stands in words if stands)


@dataclass(frozen=True, slots=True)
class _Look:
    """What tells one cell format from another."""

    kind: Kind
    inert: bool
    number: str = ""
    bold: bool = False


class _Writer:
    """Writes sheets that share their formats."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        self._formats: dict[_Look, Format] = {}
        head = {"bold": True, "text_wrap": True, "valign": "top", "bg_color": identity.SKY, "bottom": 1}
        self._head, self._head_of_figures = book.add_format(head | _WORDS), book.add_format(head | {"align": "right"})
        self._title = book.add_format({"bold": True, "font_size": 14, "font_color": identity.NAVY})
        self._notice = book.add_format({"text_wrap": True, "bg_color": identity.AMBER_WASH, "valign": "top"})
        self._plain = book.add_format({"text_wrap": True, "valign": "top"})
        self._bold = book.add_format({"bold": True, "valign": "top"})

    def write_guide(self, result: MissionResult, sheets: Sequence[Sheet]) -> None:
        settings = result.census.settings
        page = self._book.add_worksheet("Lisez-moi")
        for column, width in enumerate(_GUIDE):
            page.set_column(column, column, width)
        page.hide_gridlines(2)
        page.set_landscape()
        page.fit_to_pages(1, 0)
        page.write_string(0, 0, typeset(settings.name), self._title)
        lines: list[tuple[str, str, Format]] = [
            ("Territoire", settings.territory, self._plain),
            ("Comité de pilotage", french_date(settings.committee_on), self._plain),
            ("Droit et catalogue au", french_date(result.on), self._plain),
            ("Catalogue, moteur", f"{result.catalogue_version}, {result.engine_version}", self._plain),
        ]
        if result.reading:
            lines.append(("Lecture du droit", f"« {result.reading.title} » : {result.reading.sentence}", self._plain))
        if settings.fictitious:
            lines.insert(0, ("Avertissement", FICTITIOUS, self._notice))
        if not result.decided:
            lines.insert(0, ("Propositions", UNDECIDED, self._notice))
        lines += [("À savoir", alert, self._notice) for alert in result.alerts]
        lines += [(f"Feuille « {sheet.name} »", sheet.purpose, self._plain) for sheet in sheets]
        lines.append(("Cellules", f"« {_UNKNOWN} » : le recensement ne le dit pas ; rien n'est supposé.", self._plain))
        for rank, (label, words, look) in enumerate(lines, start=2):
            page.write_string(rank, 0, typeset(label), self._bold)
            page.write_string(rank, 1, typeset(words), look)
            page.set_row(rank, row_height(zip((label, words), _GUIDE, strict=True)))

    def write_sheet(self, sheet: Sheet, *, notice: str) -> None:
        """A sheet with its totals under it, and how it prints."""
        page = self._book.add_worksheet(sheet.name)
        for column, about in enumerate(sheet.columns):
            page.set_column(column, column, about.width)
            head = self._head if about.kind is Kind.TEXT else self._head_of_figures
            page.write_string(0, column, typeset(about.title), head)
        page.set_row(0, row_height((typeset(about.title), about.width - _FILTER) for about in sheet.columns))
        for row, values in enumerate(sheet.rows, start=1):
            for column, (about, value) in enumerate(zip(sheet.columns, values, strict=True)):
                self._write(page, row, column, about, value)
            told = ((_words(value), about.width) for about, value in zip(sheet.columns, values, strict=True))
            page.set_row(row, row_height(told))
        self._write_totals(page, sheet)
        page.freeze_panes(1, sheet.frozen)
        page.autofilter(0, 0, max(len(sheet.rows), 1), len(sheet.columns) - 1)
        page.set_landscape()
        page.set_paper(_A3)
        page.fit_to_pages(-(-sum(column.width for column in sheet.columns) // _ACROSS), 0)
        page.repeat_rows(0)
        page.repeat_columns(0, sheet.frozen - 1)
        page.set_footer(f"&L&8{notice}&C&8{sheet.name}&R&8&P / &N")

    def _write_totals(self, page: Worksheet, sheet: Sheet) -> None:
        """Live: of the rows that a filter leaves; what is not known is not counted."""
        if not sheet.totals or not sheet.rows:
            return
        last = len(sheet.rows)
        page.write_string(last + 1, 0, _TOTAL, self._bold)
        for column in sorted(sheet.totals):
            letter = column_letter(column)
            known = (row[column] for row in sheet.rows)
            total = sum((Decimal(each) for each in known if isinstance(each, int | Decimal)), Decimal())
            look = self._format(sheet.columns[column].kind, inert=False, bold=True)
            formula = f"=SUBTOTAL(109,{letter}2:{letter}{last + 1})"
            page.write_formula(last + 1, column, formula, look, float(total))

    def _write(self, page: Worksheet, row: int, column: int, about: Column, value: Value) -> None:
        match value:
            case Unknown():
                page.write_string(row, column, _UNKNOWN, self._format(Kind.TEXT, inert=False))
            case Measured():
                shown = _UNITS.get(value.unit, _PLAIN_NUMBER)
                page.write_number(row, column, float(value.value), self._format(about.kind, inert=False, number=shown))
            case Computed():
                look = self._format(about.kind, inert=False)
                page.write_formula(row, column, value.formula, look, float(value.value))
            case Decimal() | int():
                page.write_number(row, column, float(value), self._format(about.kind, inert=False))
            case date():
                page.write_datetime(row, column, datetime.combine(value, time()), self._format(Kind.DATE, inert=False))
            case str():
                inert = is_like_a_formula(value)
                page.write_string(row, column, typeset(value), self._format(Kind.TEXT, inert=inert))

    def _format(self, kind: Kind, *, inert: bool, number: str = "", bold: bool = False) -> Format:
        look = _Look(kind, inert, number, bold)
        if look not in self._formats:
            shape: dict[str, object] = {"valign": "top", "text_wrap": kind is Kind.TEXT}
            if number or kind in _NUMBER_FORMATS:
                shape["num_format"] = number or _NUMBER_FORMATS[kind]
            if bold:
                shape["bold"] = True
            if kind is Kind.TEXT:
                shape |= _WORDS
            if inert:
                shape["quote_prefix"] = True
            self._formats[look] = self._book.add_format(shape)
        return self._formats[look]


def _words(value: Value) -> str:
    """What of a value wraps: words do, numbers and dates do not."""
    return _UNKNOWN if isinstance(value, Unknown) else typeset(value) if isinstance(value, str) else ""
