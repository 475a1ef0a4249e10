"""A file of a partner, from end to end: its tables, how each is read, its lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rebond.adapters.partner_lists.formats import ListFormat
from rebond.adapters.partner_lists.mapping import ListMapping, Proposal, propose
from rebond.adapters.partner_lists.matching import Columns, recognise
from rebond.adapters.partner_lists.raw import RawTable, read_tables
from rebond.adapters.partner_lists.rows import ListReading, read_lines
from rebond.errors import DataError, Fault
from rebond.reading.choices import Choice
from rebond.reading.words import fold

_LISTS = "listes"
"""A sheet of that name is the list, where another sheet has titles that look like one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """How someone asks for a list to be read."""

    partner: str = ""
    """Code of the organisations; empty: the one that the mapping or each line names."""
    format_code: str = ""
    sheet: str = ""
    mapping: ListMapping | None = None


def read_list(
    path: Path, request: Request, *, formats: Sequence[ListFormat], organisations: Sequence[Choice]
) -> ListReading | Proposal:
    """The lines of a file, or the mapping to confirm when no known layout is its own.

    Raises ``DataError`` when the file cannot be read, or when its table must be pointed out.
    """
    tables = _named(path, read_tables(path), request.sheet)
    if request.mapping is not None:
        table = _only(path, tables)
        return _read(table, request.mapping.match(table), request, organisations)
    known = [each for each in formats if request.format_code in ("", each.code)]
    found = [(table, match[1]) for table in tables if (match := recognise(table, known)) is not None]
    named = [each for each in found if _LISTS in fold(each[0].sheet).split()]
    found = named if len(named) == 1 else found
    if len(found) > 1:
        _several(path, [table for table, _ in found])
    if found:
        return _read(*found[0], request, organisations)
    if request.format_code:
        only = known[0]
        titles = ", ".join(f"« {only.official[field]} »" for field in sorted(only.required))
        problem = f"la présentation « {only.title} » n'est pas reconnue : il y faut {titles}"
        mend = "retirer --format : une correspondance sera proposée"
        raise DataError([Fault(where=path.name, problem=problem, mend=mend)])
    return propose(_only(path, tables), formats)


def _read(table: RawTable, columns: Columns, request: Request, organisations: Sequence[Choice]) -> ListReading:
    partner = request.partner or columns.partner
    return read_lines(table, columns, partner=partner, organisations=organisations)


def _named(path: Path, tables: Sequence[RawTable], sheet: str) -> Sequence[RawTable]:
    if not sheet:
        return tables
    chosen = [table for table in tables if fold(table.sheet) == fold(sheet)]
    if not chosen:
        names = ", ".join(f"« {table.sheet} »" for table in tables if table.sheet) or "aucune"
        fault = Fault(where=path.name, found=sheet, problem="feuille absente", mend=f"feuilles du fichier : {names}")
        raise DataError([fault])
    return chosen


def _only(path: Path, tables: Sequence[RawTable]) -> RawTable:
    filled = [table for table in tables if table.rows]
    if not filled:
        raise DataError([Fault(where=path.name, problem="le fichier est vide", mend="donner la liste du partenaire")])
    if len(filled) > 1:
        _several(path, filled)
    return filled[0]


def _several(path: Path, tables: Sequence[RawTable]) -> None:
    names = ", ".join(f"« {table.sheet} »" for table in tables)
    mend = f"dire laquelle lire avec --feuille : {names}"
    raise DataError([Fault(where=path.name, problem="plusieurs feuilles peuvent être la liste", mend=mend)])


def partner_code(text: str, organisations: Sequence[Choice]) -> str:
    """The code of an organisation of the catalogue; raises ``DataError`` when it knows none of that name."""
    for choice in organisations:
        if choice.is_written(fold(text)):
            return choice.code
    codes = ", ".join(choice.code for choice in organisations)
    mend = f"un de ces codes : {codes} ; sinon, l'ajouter à referentiels/organisations.csv"
    problem = "organisation que le catalogue ne connaît pas"
    raise DataError([Fault(where="partenaire", found=text, problem=problem, mend=mend)])
