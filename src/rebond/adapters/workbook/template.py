"""Write the census workbook: empty for those who fill it in, or filled from rows."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from rebond.adapters.workbook.guide import GUIDE_TITLE, write_guide
from rebond.adapters.workbook.layout import Column, ColumnType, Layout, Sheet
from rebond.adapters.workbook.stamp import Stamp, write_stamp
from rebond.adapters.workbook.styles import NUMBER_FORMATS, explanation, input_check, width_of
from rebond.adapters.workbook.wording import column_letters
from rebond.data.outfolder import written_file
from rebond.facts import Band, Unknown
from rebond.reading.band import band_words

if TYPE_CHECKING:  # a workbook that is only read needs no library that writes one
    import xlsxwriter
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

Row: TypeAlias = Mapping[str, object]
"""Column key → value: text, int, Decimal, date, bool, a set of codes, ``None`` or ``UNKNOWN`` for empty."""

VALUES_TITLE = "valeurs"
"""The sheet that holds the drop-down lists."""
REQUIRED_MARK = " *"
_CREATED = datetime(2026, 1, 1)  # noqa: DTZ001 - a fixed mark without time zone: the same input gives the same bytes
_LAST_ROW = 1_048_575
_REFERENCED_ROWS = 5_000
_INERT = ("=", "+", "-", "@", "\t", "\r")
"""A text that begins so would be taken for a formula by a spreadsheet."""
_FIRST_DAY = date(1900, 3, 1)
"""Before it, spreadsheets do not agree on a day's number, or have none: the date is written as a text."""
_BOOLEANS = "oui_non"


def write_template(path: Path, layout: Layout) -> None:
    """Write the empty workbook at ``path``, replacing what is there."""
    write_workbook(path, layout, {})


def write_workbook(
    path: Path, layout: Layout, rows: Mapping[str, Iterable[Row] | Row], *, stamp: Stamp | None = None
) -> None:
    """Write the workbook with rows, by sheet key: a list of rows, or one row for a form.

    ``stamp``: which export of which mission it is, in a hidden sheet.

    A code is written as its label; rates are fractions (``Decimal("0.35")`` for 35 %), amounts are euros.
    The same input gives the same bytes. Raises ``KeyError`` for a sheet or a column out of the layout.
    """
    import xlsxwriter

    options = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    made = io.BytesIO()
    # In memory: the library would hide the reason why a place is refused, and stumble on a full disk.
    with xlsxwriter.Workbook(made, options) as book:
        book.set_properties({"title": "Recensement de la mission", "author": "Rebond", "created": _CREATED})
        writer = _Writer(book, layout)
        write_guide(book, layout)
        for sheet in layout.sheets:
            writer.write_sheet(sheet, rows.get(sheet.key, ()))
        writer.write_lists()
        if stamp is not None:
            write_stamp(book, stamp)
        unknown = set(rows) - {sheet.key for sheet in layout.sheets}
        if unknown:
            raise KeyError(f"feuilles inconnues : {', '.join(sorted(unknown))}")
    with written_file(path) as draft:
        draft.write_bytes(made.getvalue())


class _Writer:
    """Writes the sheets of one workbook; formats are shared, drop-down lists gather in ``_lists``."""

    def __init__(self, book: xlsxwriter.Workbook, layout: Layout) -> None:
        self._book = book
        self._layout = layout
        self._formats: dict[tuple[str, bool], Format] = {}
        head = {"bold": True, "text_wrap": True, "valign": "top", "border": 1, "bg_color": "#E3E3FD"}
        self._head = book.add_format(head)
        self._required_head = book.add_format(head | {"bg_color": "#000091", "font_color": "#FFFFFF"})
        self._lists: dict[str, Sequence[str]] = {_BOOLEANS: ("oui", "non")}

    def write_sheet(self, sheet: Sheet, rows: Iterable[Row] | Row) -> None:
        target = self._book.add_worksheet(sheet.title)
        if sheet.is_form:
            self._write_form(target, sheet, rows if isinstance(rows, Mapping) else {})
        else:
            self._write_table(target, sheet, [rows] if isinstance(rows, Mapping) else list(rows))

    def _write_form(self, target: Worksheet, sheet: Sheet, row: Row) -> None:
        _require_known(sheet, row)
        target.set_column(0, 0, 46)
        target.set_column(1, 1, 60)
        target.write_row(0, 0, ["Paramètre", "Valeur"], self._head)
        target.freeze_panes(1, 1)
        for line, column in enumerate(sheet.columns, start=1):
            self._write_head(target, line, 0, column)
            target.data_validation(line, 1, line, 1, input_check(column, self._list_of(sheet, column)))
            value = row.get(column.key, self._default(column) if not row else None)
            self._write_cell(target, line, 1, column, value)

    def _write_table(self, target: Worksheet, sheet: Sheet, rows: Sequence[Row]) -> None:
        target.freeze_panes(1, 2 if sheet.identifier else 1)
        target.set_row(0, 48)
        for index, column in enumerate(sheet.columns):
            self._write_head(target, 0, index, column)
            target.set_column(index, index, width_of(column), self._format(column), {"hidden": column.hidden})
            target.data_validation(1, index, _LAST_ROW, index, input_check(column, self._list_of(sheet, column)))
        for line, row in enumerate(rows, start=1):
            _require_known(sheet, row)
            for index, column in enumerate(sheet.columns):
                if row.get(column.key) is not None:
                    self._write_cell(target, line, index, column, row[column.key])
        target.autofilter(0, 0, max(len(rows), 1), len(sheet.columns) - 1)

    def _write_head(self, target: Worksheet, line: int, index: int, column: Column) -> None:
        mark = REQUIRED_MARK if column.required else ""
        target.write_string(line, index, column.title + mark, self._required_head if column.required else self._head)
        target.write_comment(line, index, explanation(column), {"author": "Rebond", "x_scale": 2})

    def _write_cell(self, target: Worksheet, line: int, index: int, column: Column, value: object) -> None:
        match value:
            case None | Unknown.UNKNOWN | "":
                target.write_blank(line, index, None, self._format(column))
            case bool():
                target.write_string(line, index, "oui" if value else "non", self._format(column))
            case int() | float() | Decimal() if NUMBER_FORMATS.get(column.type, "@") != "@":
                target.write_number(line, index, float(value), self._format(column))
            case date() if value < _FIRST_DAY:
                target.write_string(line, index, f"{value:%d/%m/%Y}", self._format(column))
            case date():
                target.write_datetime(line, index, value, self._format(column))
            case _:
                text = _text_of(column, value)
                target.write_string(line, index, text, self._format(column, inert=text.startswith(_INERT)))

    def _format(self, column: Column, *, inert: bool = False) -> Format:
        """The format of a type; ``inert`` marks the text as quoted, which spreadsheets never compute."""
        key = (column.type.value, inert)
        if key not in self._formats:
            look: dict[str, Any] = {"num_format": NUMBER_FORMATS.get(column.type, "General"), "valign": "top"}
            wrap = {"text_wrap": True} if column.type is ColumnType.LONG_TEXT else {}
            self._formats[key] = self._book.add_format(look | wrap | ({"quote_prefix": True} if inert else {}))
        return self._formats[key]

    def _default(self, column: Column) -> str | None:
        choice = column.choice(column.default)
        return choice.label if choice else column.default or None

    def _list_of(self, sheet: Sheet, column: Column) -> str:
        """The range of the drop-down list of a column; empty when it has none."""
        if column.type is ColumnType.REFERENCE:
            target = self._layout.sheet(column.target)
            position = [each.key for each in target.columns].index(target.identifier)
            letters = column_letters(position)
            return f"='{target.title}'!${letters}$2:${letters}${_REFERENCED_ROWS}"
        if column.type is ColumnType.BOOLEAN:
            return self._range(_BOOLEANS)
        if column.type is ColumnType.ONE_OF and not column.open:
            name = f"{sheet.key}.{column.key}"
            self._lists[name] = [choice.label for choice in column.choices]
            return self._range(name)
        return ""

    def _range(self, name: str) -> str:
        letters = column_letters(list(self._lists).index(name))
        return f"={VALUES_TITLE}!${letters}$2:${letters}${len(self._lists[name]) + 1}"

    def write_lists(self) -> None:
        """The sheet of the drop-down lists, last: it is read by the spreadsheet, not by people."""
        target = self._book.add_worksheet(VALUES_TITLE)
        for index, (name, values) in enumerate(self._lists.items()):
            target.write_string(0, index, name, self._head)
            target.write_column(1, index, values)
            target.set_column(index, index, 32)
        target.hide()


def _require_known(sheet: Sheet, row: Row) -> None:
    unknown = set(row) - {column.key for column in sheet.columns}
    if unknown:
        raise KeyError(f"feuille « {sheet.title} », colonnes inconnues : {', '.join(sorted(unknown))}")


def _text_of(column: Column, value: object) -> str:
    if isinstance(value, Band):
        return band_words(value)
    if isinstance(value, frozenset | set | list | tuple):
        return ", ".join(_label(column, str(item)) for item in sorted(value, key=str))
    return _label(column, str(value))


def _label(column: Column, code: str) -> str:
    choice = column.choice(code)
    return choice.label if choice else code


__all__ = ["GUIDE_TITLE", "VALUES_TITLE", "Row", "write_template", "write_workbook"]
