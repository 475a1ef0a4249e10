"""Every project in a workbook: one sheet for the projects, their plans, their ways out, the figures and their rows."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from rebond.adapters.documents.project_sheets import Column, Kind, Sheet, Value, project_sheets
from rebond.data.csvfile import is_like_a_formula
from rebond.facts import Unknown
from rebond.restitution import identity
from rebond.restitution.contents import FICTITIOUS, UNDECIDED
from rebond.restitution.typography import french_date, typeset
from rebond.results import MissionResult

_NUMBER_FORMATS = {
    Kind.EUROS: '# ##0 "€"',
    Kind.NUMBER: "# ##0",
    Kind.SCORE: "0.0",
    Kind.DATE: "dd/mm/yyyy",
}
_UNKNOWN = "non renseigné"


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
            writer.write_sheet(sheet)
    path.write_bytes(made.getvalue())


@dataclass(frozen=True, slots=True)
class _Look:
    """What tells one cell format from another."""

    kind: Kind
    inert: bool


class _Writer:
    """Writes sheets that share their formats."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        self._formats: dict[_Look, Format] = {}
        self._head = book.add_format(
            {"bold": True, "text_wrap": True, "valign": "top", "bg_color": identity.SKY, "bottom": 1}
        )
        self._title = book.add_format({"bold": True, "font_size": 14, "font_color": identity.NAVY})
        self._notice = book.add_format({"text_wrap": True, "bg_color": identity.AMBER_WASH, "valign": "top"})
        self._plain = book.add_format({"text_wrap": True, "valign": "top"})
        self._bold = book.add_format({"bold": True, "valign": "top"})

    def write_guide(self, result: MissionResult, sheets: Sequence[Sheet]) -> None:
        settings = result.census.settings
        page = self._book.add_worksheet("Lisez-moi")
        page.set_column(0, 0, 26)
        page.set_column(1, 1, 100)
        page.hide_gridlines(2)
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

    def write_sheet(self, sheet: Sheet) -> None:
        page = self._book.add_worksheet(sheet.name)
        for column, about in enumerate(sheet.columns):
            page.set_column(column, column, about.width)
            page.write_string(0, column, typeset(about.title), self._head)
        page.set_row(0, 32)
        for row, values in enumerate(sheet.rows, start=1):
            for column, (about, value) in enumerate(zip(sheet.columns, values, strict=True)):
                self._write(page, row, column, about, value)
        page.freeze_panes(1, sheet.frozen)
        page.autofilter(0, 0, max(len(sheet.rows), 1), len(sheet.columns) - 1)
        page.set_landscape()
        page.fit_to_pages(1, 0)
        page.repeat_rows(0)

    def _write(self, page: Worksheet, row: int, column: int, about: Column, value: Value) -> None:
        match value:
            case Unknown():
                page.write_string(row, column, _UNKNOWN, self._format(Kind.TEXT, inert=False))
            case Decimal() | int():
                page.write_number(row, column, float(value), self._format(about.kind, inert=False))
            case date():
                page.write_datetime(row, column, datetime.combine(value, time()), self._format(Kind.DATE, inert=False))
            case str():
                inert = is_like_a_formula(value)
                page.write_string(row, column, typeset(value), self._format(Kind.TEXT, inert=inert))

    def _format(self, kind: Kind, *, inert: bool) -> Format:
        look = _Look(kind, inert)
        if look not in self._formats:
            shape: dict[str, object] = {"valign": "top", "text_wrap": kind is Kind.TEXT}
            if kind in _NUMBER_FORMATS:
                shape["num_format"] = _NUMBER_FORMATS[kind]
            if inert:
                shape["quote_prefix"] = True
            self._formats[look] = self._book.add_format(shape)
        return self._formats[look]
