"""Rows typed in a form, read by the readers and the checks of the workbook: one declaration, one way to read it.

A form sends texts by sheet, row and column. Every fault comes back with the same three, so that a page can link it to
its field. ``shown_text`` is the other way: what a field holds before anyone types.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeAlias

from rebond.adapters.workbook.call import check_call, check_dispositif
from rebond.adapters.workbook.cells import CellReader
from rebond.adapters.workbook.census import build_census
from rebond.adapters.workbook.consistency import check_consistency, codes_of, proofs_of
from rebond.adapters.workbook.criteria import check_criteria
from rebond.adapters.workbook.layout import Column, ColumnType, Layout, Sheet
from rebond.adapters.workbook.marks import Marks
from rebond.adapters.workbook.opening import RawSheet
from rebond.adapters.workbook.opinions import check_opinions
from rebond.adapters.workbook.references import check_references, resolve_references
from rebond.adapters.workbook.report import Report
from rebond.adapters.workbook.tables import Row, Table, TableReader
from rebond.adapters.workbook.wording import short
from rebond.adapters.workbook.zonages import check_zonages
from rebond.eligibility.places import Gazetteer
from rebond.errors import CensusError, Fault
from rebond.facts import UNKNOWN, Band, Census
from rebond.reading.band import band_words
from rebond.reading.communes import CommuneFinder
from rebond.reading.naf import NafReader
from rebond.reading.problem import Unreadable
from rebond.reading.words import clean, text_of
from rebond.units import NO_BREAK_SPACE, format_number

Texts: TypeAlias = Mapping[str, str]
"""Column key → what was typed; a column that is not there is empty."""
Sheets: TypeAlias = Mapping[str, Sequence[Texts]]
"""Sheet key → its rows."""
Cell: TypeAlias = tuple[str, str, str]
"""Sheet, column and text of a cell."""

_RECORDED = 1_000_000
"""Rows from this one on are those that the mission already holds, beside what is typed."""
_SEE_RECORDED = re.compile(r"voir la ligne 1\d{6}")
_AMBIGUOUS_DECIMALS = 3
"""« 1,234 » is a thousand for some: a zero more says that it is not."""
_AMOUNTS = frozenset({ColumnType.EUROS, ColumnType.AMOUNT_OR_BAND})
_INSEE = "INSEE "
_PROJECTS, _PROOFS = "projets", "preuve_maturite"


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryFault:
    """One thing to mend in a form."""

    sheet: str
    row: int
    """Index of the row in the sheet, from 0."""
    column: str
    title: str
    """Title of the column."""
    found: str
    problem: str
    mend: str


class EntryError(CensusError):
    """What was typed cannot be kept; ``entered`` says where, in the order of the form."""

    def __init__(self, entered: Sequence[EntryFault]) -> None:
        self.entered = tuple(entered)
        super().__init__(
            Fault(where=each.title, found=short(each.found), problem=each.problem, mend=each.mend) for each in entered
        )


def read_entered(
    sheets: Sheets,
    layout: Layout,
    gazetteer: Gazetteer,
    *,
    context: Sheets | None = None,
    pardoned: Container[Cell] = frozenset(),
) -> Census:
    """The records that a form tells, with those of ``context``; raises ``EntryError`` with every fault at once.

    ``context``: rows that the mission already holds and that the form names or must not repeat; their faults are not
    the form's. ``pardoned``: cells that could not be read before either and that nobody touched: they are UNKNOWN.
    A row that nobody filled is no row.
    """
    untouched = _pardoned(sheets, pardoned)
    report = _Report(layout, untouched)
    tables = _tables(_without(sheets, untouched), context or {}, layout, gazetteer, report)
    check_references(tables, report)
    check_consistency(tables, layout, gazetteer, report)
    check_zonages(tables, layout, gazetteer, report)
    check_criteria(tables, report)
    check_opinions(tables, report)
    check_call(tables, gazetteer, report)
    check_dispositif(tables, layout, report)
    if report.entered:
        raise EntryError(sorted(report.entered, key=lambda each: _order(each, layout)))
    return build_census(resolve_references(tables), layout, ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """Rows that a mission already holds, read again from what a form shows of them."""

    census: Census
    unreadable: frozenset[Cell]
    """The cells that the readers refuse, such as a code that a list no longer has; they are UNKNOWN in ``census``."""


def read_recorded(sheets: Sheets, layout: Layout, gazetteer: Gazetteer, *, context: Sheets | None = None) -> Recorded:
    """Rows that were accepted once: nothing is refused, and what can no longer be read is told."""
    report = _Report(layout, {})
    check_dispositif(_tables(sheets, context or {}, layout, gazetteer, report), layout, report)
    for row, texts in enumerate(sheets.get(_PROJECTS, ())):
        report.check_proofs(row, texts.get(_PROOFS, ""))
    unreadable = frozenset((fault.sheet, fault.column, fault.found) for fault in report.entered)
    pardoned = _pardoned(sheets, unreadable)
    tables = _tables(_without(sheets, pardoned), context or {}, layout, gazetteer, _Report(layout, pardoned))
    return Recorded(census=build_census(resolve_references(tables), layout, ()), unreadable=unreadable)


def is_blank(row: Texts, sheet: Sheet) -> bool:
    """Whether nobody filled a row: only what a form writes by itself is there."""
    return all(
        column.hidden or column.type is ColumnType.REFERENCE or _is_default(row.get(column.key, ""), column)
        for column in sheet.columns
        if column.key != sheet.identifier
    )


def shown_text(column: Column, value: object, gazetteer: Gazetteer | None = None) -> str:  # noqa: PLR0911 - a kind a line
    """What a field holds for a value; read by the column's reader, it gives the value back. Empty for UNKNOWN.

    ``gazetteer``: communes are then written by their name and code.
    """
    match value:
        case None:
            return ""
        case _ if value is UNKNOWN:
            return ""
        case bool():
            return "oui" if value else "non"
        case Band():
            return band_words(value)
        case date():
            return f"{value:%d/%m/%Y}"
        case frozenset() | set():
            return ", ".join(sorted(value)) or "aucun"
        case Decimal() | int():
            return _number_text(column, Decimal(value))
        case _:
            text = str(value)
            return _commune_text(text, gazetteer) if column.type is ColumnType.COMMUNE and gazetteer else text


def sheet_texts(sheet: Sheet, row: Mapping[str, object], gazetteer: Gazetteer | None = None) -> dict[str, str]:
    """A row of ``census_rows`` as the fields of a form hold it."""
    return {column.key: shown_text(column, row.get(column.key, UNKNOWN), gazetteer) for column in sheet.columns}


def _number_text(column: Column, value: Decimal) -> str:
    if column.type is ColumnType.RATE:
        return f"{_decimals(value * 100)}{NO_BREAK_SPACE}%"
    if column.type in _AMOUNTS and value == value.quantize(Decimal("0.01")):
        return format_number(value, 2 if value % 1 else 0)
    return _decimals(value)


def _decimals(value: Decimal) -> str:
    text = f"{value.normalize():f}".replace(".", ",")
    decimals = len(text.partition(",")[2])
    return f"{text}0" if decimals == _AMBIGUOUS_DECIMALS else text


def _commune_text(text: str, gazetteer: Gazetteer) -> str:
    commune = gazetteer.communes.get(text.removeprefix(_INSEE))
    return f"{commune.name} ({commune.code})" if commune else text


def _is_default(text: str, column: Column) -> bool:
    bare = clean(text)
    return not bare or (bool(column.default) and bare == column.default)


def _order(fault: EntryFault, layout: Layout) -> tuple[int, int, int]:
    keys = [sheet.key for sheet in layout.sheets]
    columns = [column.key for column in layout.sheet(fault.sheet).columns]
    return keys.index(fault.sheet), fault.row, columns.index(fault.column)


def _pardoned(sheets: Sheets, cells: Container[Cell]) -> dict[tuple[str, int, str], str]:
    """Sheet, row and column of the cells that hold what could not be read before either, with what they hold."""
    return {
        (key, number, column): text_of(text)
        for key, rows in sheets.items()
        for number, row in enumerate(rows)
        for column, text in row.items()
        if (key, column, text_of(text)) in cells
    }


def _without(sheets: Sheets, places: Container[tuple[str, int, str]]) -> Sheets:
    return {
        key: [
            {column: "" if (key, number, column) in places else text for column, text in row.items()}
            for number, row in enumerate(rows)
        ]
        for key, rows in sheets.items()
    }


class _Report(Report):
    """Faults by sheet, row and column instead of cells of a file."""

    def __init__(self, layout: Layout, pardoned: Container[tuple[str, int, str]]) -> None:
        super().__init__(tuple(sheet.key for sheet in layout.sheets))
        self.entered: list[EntryFault] = []
        self._layout = layout
        self._pardoned = pardoned

    def cell(self, sheet: str, place: tuple[int, int], found: str, problem: Unreadable) -> None:
        row, index = place
        column = self._layout.sheet(sheet).columns[index]
        if row >= _RECORDED or (sheet, row, column.key) in self._pardoned or self.has(sheet, place):
            return
        super().cell(sheet, place, found, problem)
        said = _SEE_RECORDED.sub("déjà enregistré", problem.problem)
        fault = EntryFault(
            sheet=sheet,
            row=row,
            column=column.key,
            title=column.title,
            found=found,
            problem=said,
            mend=problem.mend,
        )
        self.entered.append(fault)

    def check_proofs(self, row: int, text: str) -> None:
        """The only cell whose content is read after the others."""
        index = [column.key for column in self._layout.sheet(_PROJECTS).columns].index(_PROOFS)
        try:
            proofs_of(text, self._layout)
        except Unreadable as problem:
            self.cell(_PROJECTS, (row, index), text_of(text), problem)


def _tables(sheets: Sheets, context: Sheets, layout: Layout, gazetteer: Gazetteer, report: _Report) -> dict[str, Table]:
    """Every table; communes are looked for in the intercommunalities of the mission first."""
    epcis = codes_of(next((row.get("epci", "") for rows in (sheets, context) for row in rows.get("mission", ())), ""))
    reader = TableReader(CellReader(CommuneFinder(gazetteer, epcis), NafReader(layout.activities)), report)
    return {
        sheet.key: Table(
            sheet=sheet,
            # Those of the mission first: what is typed is what repeats them.
            rows=(
                *_rows(sheet, context.get(sheet.key, ()), _RECORDED, reader),
                *_rows(sheet, sheets.get(sheet.key, ()), 0, reader),
            ),
            columns=frozenset(column.key for column in sheet.columns),
        )
        for sheet in layout.sheets
    }


def _rows(sheet: Sheet, rows: Sequence[Texts], first: int, reader: TableReader) -> Iterator[Row]:
    for line, texts in enumerate(rows):
        if sheet.is_form or not is_blank(texts, sheet):
            cells = tuple(texts.get(column.key, "") for column in sheet.columns)
            raw = RawSheet(name=sheet.key, rows=(cells,), marks=Marks())
            yield reader.read_row(sheet, raw, first + line)
