"""Read a census workbook: open, match sheets, read cells, check, build; all faults come together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rebond.adapters.workbook.call import check_call
from rebond.adapters.workbook.cells import CellReader
from rebond.adapters.workbook.census import build_census
from rebond.adapters.workbook.consistency import check_consistency, codes_of
from rebond.adapters.workbook.criteria import check_criteria
from rebond.adapters.workbook.headers import match_sheets
from rebond.adapters.workbook.layout import Layout
from rebond.adapters.workbook.opening import RawSheet, open_workbook
from rebond.adapters.workbook.opinions import check_opinions
from rebond.adapters.workbook.places import row_lines
from rebond.adapters.workbook.references import check_references, resolve_references
from rebond.adapters.workbook.report import Report
from rebond.adapters.workbook.stamp import Stamp, read_stamp
from rebond.adapters.workbook.tables import Table, TableReader
from rebond.adapters.workbook.zonages import check_zonages
from rebond.eligibility.places import Gazetteer
from rebond.errors import CensusError
from rebond.facts import Census
from rebond.reading.communes import CommuneFinder
from rebond.reading.naf import NafReader

_MISSION = "mission"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadWorkbook:
    """What a workbook holds."""

    census: Census
    stamp: Stamp | None
    """Which export it began as; ``None`` for one that people typed."""
    lines: Mapping[tuple[str, str], int]
    """Sheet key and reference of a row → its line in the file, as people see it (``places.row_lines``)."""


def read_census(path: Path, *, layout: Layout, gazetteer: Gazetteer) -> Census:
    """The census of a workbook (.xlsx or .ods); its ``repairs`` say what was mended while reading.

    Empty optional cells are ``UNKNOWN``. Raises ``CensusError`` with every fault, in the order of the file,
    each with its sheet, cell, what was found, what is wrong and how to mend it. Nothing is written.
    """
    return read_workbook(path, layout=layout, gazetteer=gazetteer).census


def read_workbook(path: Path, *, layout: Layout, gazetteer: Gazetteer) -> ReadWorkbook:
    """As ``read_census``, with where each row is and which export the file began as."""
    found = open_workbook(path)
    report = Report(tuple(sheet.name for sheet in found))
    matched = match_sheets(layout, found, report)
    tables = _read_tables(layout, matched, gazetteer, report)
    check_references(tables, report)
    check_consistency(tables, layout, gazetteer, report)
    check_zonages(tables, layout, gazetteer, report)
    check_criteria(tables, report)
    check_opinions(tables, report)
    check_call(tables, gazetteer, report)
    if report.faults:
        raise CensusError(report.faults)
    resolved = resolve_references(tables)
    return ReadWorkbook(
        census=build_census(resolved, layout, report.repairs), stamp=read_stamp(found), lines=row_lines(resolved)
    )


def _read_tables(
    layout: Layout, matched: dict[str, RawSheet], gazetteer: Gazetteer, report: Report
) -> dict[str, Table]:
    """Every table; the mission first, because communes are looked for in its intercommunalities."""
    tables = {sheet.key: Table(sheet=sheet) for sheet in layout.sheets}
    reader = TableReader(CellReader(CommuneFinder(gazetteer), NafReader(layout.activities)), report)
    for sheet in sorted(layout.sheets, key=lambda sheet: sheet.key != _MISSION):
        if sheet.key in matched:
            tables[sheet.key] = reader.read(sheet, matched[sheet.key])
        if sheet.key == _MISSION:
            epcis = (epci for row in tables[_MISSION].rows for epci in codes_of(row.text("epci")))
            reader = TableReader(CellReader(CommuneFinder(gazetteer, epcis), NafReader(layout.activities)), report)
    return tables
