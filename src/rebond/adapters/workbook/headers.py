"""Which sheet is which, and which column: by title or key, whatever their order, case and accents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from rebond.adapters.workbook.cells import is_empty
from rebond.adapters.workbook.guide import GUIDE_TITLE
from rebond.adapters.workbook.layout import Column, Layout, Sheet
from rebond.adapters.workbook.opening import RawCell, RawSheet
from rebond.adapters.workbook.report import Report
from rebond.adapters.workbook.stamp import STAMP_TITLE
from rebond.adapters.workbook.template import VALUES_TITLE
from rebond.adapters.workbook.wording import fold, nearest
from rebond.reading.problem import Unreadable
from rebond.reading.words import text_of

_OWN_SHEETS = {fold(GUIDE_TITLE), fold(VALUES_TITLE), fold(STAMP_TITLE)}
_PRIVATE = "_"
_LISTS = "listes"
_HEADER_SEARCHED_ROWS = 10
_LIKE_ENOUGH = 75


def match_sheets(layout: Layout, found: Sequence[RawSheet], report: Report) -> dict[str, RawSheet]:
    """Sheet key → sheet of the file. Says which are missing, and which nobody knows."""
    matched: dict[str, RawSheet] = {}
    strangers: list[RawSheet] = []
    for raw in found:
        sheet = next((each for each in layout.sheets if fold(raw.name) in {fold(each.key), fold(each.title)}), None)
        if sheet is not None and sheet.key not in matched:
            matched[sheet.key] = raw
        elif fold(raw.name) not in _OWN_SHEETS and not raw.name.startswith(_PRIVATE) and raw.rows:
            strangers.append(raw)
    missing = {sheet.title: sheet for sheet in layout.sheets if sheet.key not in matched}
    for raw in strangers:
        likely = nearest(raw.name, missing, at_least=_LIKE_ENOUGH)
        missing.pop(likely, None)
        mend = f"la renommer « {likely} »" if likely else "la supprimer, ou faire commencer son nom par « _ »"
        report.sheet(raw.name, Unreadable("feuille inconnue", mend))
    for sheet in missing.values():
        if sheet.required:
            mend = "la reprendre du modèle (« rebond census template »)"
            report.file(sheet.title, Unreadable("feuille obligatoire absente", mend))
    return matched


def header_row(sheet: Sheet, rows: Sequence[Sequence[RawCell]]) -> int:
    """Index of the row that holds the most titles of the sheet, among the first ten; 0 when none does."""
    known = _names(sheet.columns)
    scores = [sum(_name(cell) in known for cell in row) for row in rows[:_HEADER_SEARCHED_ROWS]]
    return scores.index(max(scores)) if scores else 0


def is_foreign(sheet: Sheet, titles: Iterable[RawCell]) -> bool:
    """Whether a sheet of lists holds the layout of a funder: titles, and none of those that the sheet requires."""
    names = [_name(cell) for cell in titles]
    required = _names([column for column in sheet.columns if column.required])
    return sheet.key == _LISTS and len(names) > 1 and not any(name in required for name in names)


def match_columns(
    sheet: Sheet,
    cells: Mapping[tuple[int, int], RawCell],
    title: str,
    report: Report,
    *,
    nameless: Iterable[tuple[int, int]] = (),
) -> dict[str, tuple[int, int]]:
    """Column key → place of its title, from the cells of titles. Says what is missing, unknown or doubled.

    ``nameless`` are the places of empty titles with something below them.
    """
    known = _names(sheet.columns)
    places: dict[str, tuple[int, int]] = {}
    strangers: list[tuple[int, int]] = []
    what = "paramètre" if sheet.is_form else "colonne"
    for place, cell in cells.items():
        column = known.get(_name(cell))
        if column is None:
            strangers.append(place)
        elif column.key in places:
            mend = f"n'en garder qu'{'un' if sheet.is_form else 'une'}"
            report.cell(title, place, text_of(cell), Unreadable(f"{what} en double", mend))
        else:
            places[column.key] = place
    missing = {column.title: column for column in sheet.columns if column.key not in places}
    for place in strangers:
        likely = nearest(text_of(cells[place]), missing, at_least=_LIKE_ENOUGH)
        near_known = likely or nearest(
            text_of(cells[place]), [column.title for column in sheet.columns], at_least=_LIKE_ENOUGH
        )
        missing.pop(likely, None)
        advice = f"peut-être « {near_known} » ? " if near_known else ""
        other = "le retirer" if sheet.is_form else "la retirer"
        mend = f"{advice}reprendre le titre du modèle, ou {other}"
        report.cell(
            title,
            place,
            text_of(cells[place]),
            Unreadable(f"{what} inconnu{'' if sheet.is_form else 'e'}", mend),
        )
    _report_missing(title, what, missing.values(), nameless, report)
    return places


def _report_missing(
    title: str, what: str, missing: Iterable[Column], nameless: Iterable[tuple[int, int]], report: Report
) -> None:
    lacking = [column for column in missing if column.required]
    for column in lacking:
        ending = "" if what == "paramètre" else "e"
        problem = f"{what} obligatoire « {column.title} » absent{ending}"
        report.sheet(title, Unreadable(problem, f"{'le' if not ending else 'la'} reprendre du modèle"))
    if not lacking:
        for place in nameless:
            report.cell(
                title,
                place,
                "",
                Unreadable("colonne sans titre", "lui donner le titre du modèle, ou la vider"),
            )


def _names(columns: Sequence[Column]) -> dict[str, Column]:
    return {fold(name): column for column in columns for name in (column.key, column.title)}


def _name(cell: RawCell) -> str:
    return "" if is_empty(cell) else fold(text_of(cell))
