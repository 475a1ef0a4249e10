"""Sound lines, written where they serve: the sheet « listes » of a copy of the workbook, or a file to paste into it."""

from __future__ import annotations

import csv
import shutil
import tempfile
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from rebond.adapters.partner_lists.fields import key_of
from rebond.adapters.partner_lists.raw import read_tables
from rebond.adapters.partner_lists.rows import ListLine, identity
from rebond.adapters.workbook.layout import Column, ColumnType, Sheet
from rebond.adapters.workbook.opening import open_workbook
from rebond.errors import CensusError, DataError, Fault
from rebond.facts import UNKNOWN
from rebond.reading.amounts import require_euros
from rebond.reading.words import fold

if TYPE_CHECKING:  # openpyxl takes as long to load as all of `rebond census check`: only a merge needs it
    from openpyxl import Workbook
    from openpyxl.cell import Cell, MergedCell
    from openpyxl.worksheet.worksheet import Worksheet

_INERT = ("=", "+", "-", "@", "\t", "\r")
"""A text that begins so would be computed by a spreadsheet."""
_FORMULA_SAFE = "'"
_HEADER_ROWS = 10
MOST_APPENDED = 20_000
"""A partner's list for a territory has some thousands of lines; the library holds the whole workbook in memory."""


def merged_into_workbook(lines: Sequence[ListLine], workbook: Path, out: Path, sheet: Sheet) -> int:
    """A copy of a workbook with the lines that its sheet « listes » lacks; how many were added.

    The rest of the workbook is copied as it is. Raises ``CensusError`` when the sheet is not there.
    """
    if workbook.suffix.lower() != ".xlsx":
        mend = "l'enregistrer en .xlsx, ou donner --out lignes.csv et coller les lignes"
        raise CensusError([Fault(where=workbook.name, problem="seul un classeur .xlsx peut être complété", mend=mend)])
    if len(lines) > MOST_APPENDED:
        problem = f"{len(lines)} lignes : trop pour les ajouter à un classeur ouvert en entier"
        mend = (
            "sans --classeur, écrire --out lignes.xlsx et coller la colonne voulue, ou réduire la liste au territoire"
        )
        raise CensusError([Fault(where=workbook.name, problem=problem, mend=mend)])
    open_workbook(workbook)  # passwords, macros, torn or oversized files end here, in French
    book = _opened(workbook)
    target = next((each for each in book.worksheets if fold(each.title) in {fold(sheet.key), fold(sheet.title)}), None)
    if target is None:
        mend = "partir du modèle (« rebond census template »)"
        fault = Fault(where=workbook.name, problem=f"feuille « {sheet.title} » absente", mend=mend)
        raise CensusError([fault])
    header, places = _places(target, sheet, workbook.name)
    found = [_known_row(values, sheet, places) for values in target.iter_rows(min_row=header + 1, values_only=True)]
    added = _missing(lines, (row for row in found if row))
    last = max((index for index, row in enumerate(found, start=header + 1) if row), default=header)
    for offset, line in enumerate(added, start=1):
        for column in _shown(sheet):
            _write(target.cell(last + offset, places[column.key] + 1), column, line.row[column.key])
    with _whole(out) as aside:
        book.save(aside)
    return len(added)


def _shown(sheet: Sheet) -> Iterator[Column]:
    """What a line of a list fills: the mark of a row is given when a mission is exported."""
    return (column for column in sheet.columns if not column.hidden)


def written_apart(lines: Sequence[ListLine], out: Path, sheet: Sheet) -> int:
    """A CSV or .xlsx file of lines to paste into the sheet « listes »; one that is there is completed.

    How many were added. Raises ``DataError`` when the file that is there is not such a file.
    """
    before = _already(out, sheet) if out.exists() else []
    added = _missing(lines, before)
    rows = [*before, *(line.row for line in added)]
    with _whole(out) as aside:
        (_write_xlsx if out.suffix.lower() == ".xlsx" else _write_csv)(aside, rows, sheet)
    return len(added)


def _opened(workbook: Path) -> Workbook:
    import openpyxl

    try:
        with warnings.catch_warnings():
            # « extension not supported »: the library's English remarks on what spreadsheets add of their own.
            warnings.simplefilter("ignore", UserWarning)
            return openpyxl.load_workbook(workbook)
    except (KeyError, ValueError, TypeError, AttributeError, IndexError) as error:
        mend = "l'enregistrer de nouveau depuis le tableur, ou donner --out lignes.xlsx et coller les lignes"
        fault = Fault(where=workbook.name, problem="ce classeur ne peut pas être recopié", mend=mend)
        raise CensusError([fault]) from error


def _missing(lines: Sequence[ListLine], before: Iterable[Mapping[str, object]]) -> list[ListLine]:
    """The lines that are not there yet; a list may hold the same line twice, and keeps it twice."""
    there = Counter(identity(row) for row in before)
    added = []
    for line in lines:
        key = identity(line.row)
        if there[key] > 0:
            there[key] -= 1
        else:
            added.append(line)
    return added


def _places(target: Worksheet, sheet: Sheet, name: str) -> tuple[int, dict[str, int]]:
    """The row of titles and the place of every column; those that an older workbook lacks are added."""
    known = {key_of(title): column.key for column in _shown(sheet) for title in (column.key, column.title)}
    best: tuple[int, dict[str, int]] = (1, {})
    for number, values in enumerate(target.iter_rows(max_row=_HEADER_ROWS, values_only=True), start=1):
        found = {known[key]: index for index, cell in enumerate(values) if (key := key_of(str(cell or ""))) in known}
        if len(found) > len(best[1]):
            best = (number, found)
    header, places = best
    lacking = [column for column in _shown(sheet) if column.required and column.key not in places]
    if lacking:
        titles = ", ".join(f"« {column.title} »" for column in lacking)
        problem = f"la feuille « {target.title} » n'a pas les colonnes {titles}"
        raise CensusError([Fault(where=name, problem=problem, mend="la reprendre du modèle")])
    for column in _shown(sheet):
        if column.key not in places:
            place = max(target.max_column, max(places.values()) + 1)
            places[column.key] = place
            target.cell(header, place + 1).value = column.title
    return header, places


def _known_row(values: Sequence[object], sheet: Sheet, places: Mapping[str, int]) -> dict[str, object]:
    """A row of the sheet in the shape of a line; empty when it holds nothing."""
    row = {column.key: values[places[column.key]] for column in _shown(sheet) if places[column.key] < len(values)}
    if all(value in (None, "") for value in row.values()):
        return {}
    return {column.key: _typed(column, row.get(column.key)) for column in _shown(sheet)}


def _typed(column: Column, cell: object) -> object:
    """A cell as people type it, in the shape of a line's value; what cannot be read stays as it is."""
    if cell is None or cell == "":
        return UNKNOWN
    if isinstance(cell, datetime):
        return cell.date()
    if column.type in (ColumnType.EUROS, ColumnType.DATE):
        try:
            return require_euros(cell) if column.type is ColumnType.EUROS else _day(str(cell))
        except ValueError:
            return cell
    if column.choices:
        return next((choice.code for choice in column.choices if choice.is_written(fold(str(cell)))), cell)
    text = str(cell)
    return text[1:] if text.startswith(_FORMULA_SAFE) and text[1:].startswith(_INERT) else text


def _day(text: str) -> date:
    return datetime.strptime(text.strip(), "%d/%m/%Y").date()  # noqa: DTZ007 - a day of the calendar


def _write(cell: Cell | MergedCell, column: Column, value: object) -> None:
    from openpyxl.cell import MergedCell
    from openpyxl.styles import Alignment

    if value is UNKNOWN or value == "" or value is None or isinstance(cell, MergedCell):
        return
    if isinstance(value, date):
        cell.value = value
        cell.number_format = "DD/MM/YYYY"
    elif isinstance(value, Decimal):
        cell.value = float(value)
        cell.number_format = "#,##0.00" if value % 1 else "#,##0"
    else:
        text = _label(column, str(value))
        cell.value = text
        cell.data_type = "s"
        cell.quotePrefix = text.startswith(_INERT)
        cell.alignment = Alignment(vertical="top")
        if text.isdigit():
            cell.number_format = "@"


def _label(column: Column, code: str) -> str:
    choice = column.choice(code)
    return choice.label if choice else code


def _already(out: Path, sheet: Sheet) -> list[dict[str, object]]:
    """The lines of a file that an earlier import wrote."""
    table = read_tables(out)[0]
    titles = {key_of(column.title): column for column in _shown(sheet)}
    header = [titles.get(key_of(str(cell or ""))) for cell in table.rows[0][1]] if table.rows else []
    if [column.key if column else "" for column in header] != [column.key for column in _shown(sheet)]:
        problem = "ce fichier existe et n'est pas un import de listes"
        raise DataError([Fault(where=out.name, problem=problem, mend="choisir un autre nom pour --out")])
    return [
        {column.key: _typed(column, cell) for column, cell in zip(_shown(sheet), cells, strict=False)}
        for _, cells in table.rows[1:]
    ]


def _write_csv(path: Path, rows: Iterable[Mapping[str, object]], sheet: Sheet) -> None:
    # A byte order mark and semicolons: French spreadsheets open the file as it is.
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream, delimiter=";")
        writer.writerow([column.title for column in _shown(sheet)])
        writer.writerows([_text(column, row.get(column.key)) for column in _shown(sheet)] for row in rows)


def _text(column: Column, value: object) -> str:
    if value is None or value is UNKNOWN:
        return ""
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, Decimal):
        return f"{value:f}".replace(".", ",")
    text = _label(column, str(value))
    return f"{_FORMULA_SAFE}{text}" if text.startswith(_INERT) else text


def _write_xlsx(path: Path, rows: Iterable[Mapping[str, object]], sheet: Sheet) -> None:
    import xlsxwriter

    options = {"strings_to_formulas": False, "strings_to_urls": False, "constant_memory": True}
    with path.open("wb") as stream, xlsxwriter.Workbook(stream, options) as book:
        target = book.add_worksheet(sheet.title)
        day, money = book.add_format({"num_format": "dd/mm/yyyy"}), book.add_format({"num_format": "#,##0.00"})
        quoted = book.add_format({"quote_prefix": True})
        target.write_row(0, 0, [column.title for column in _shown(sheet)], book.add_format({"bold": True}))
        for number, row in enumerate(rows, start=1):
            for index, column in enumerate(_shown(sheet)):
                value = row.get(column.key)
                if isinstance(value, date):
                    target.write_datetime(number, index, value, day)
                elif isinstance(value, Decimal):
                    target.write_number(number, index, float(value), money)
                elif value is not None and value is not UNKNOWN and value != "":
                    text = _label(column, str(value))
                    target.write_string(number, index, text, quoted if text.startswith(_INERT) else None)


@contextmanager
def _whole(out: Path) -> Iterator[Path]:
    """A file to write beside its place, where it goes once whole; what was there stays until then."""
    with tempfile.TemporaryDirectory(prefix=f".{out.stem}-", dir=out.parent) as folder:
        aside = Path(folder) / f"nouveau{out.suffix}"
        yield aside
        if out.exists():
            shutil.copymode(out, aside)
        aside.replace(out)


__all__ = ["merged_into_workbook", "written_apart"]
