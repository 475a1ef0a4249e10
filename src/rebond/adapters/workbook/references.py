"""Checks between rows: identifiers, references, repetitions.

Identifiers are collected first, from every row: a row with a fault does not make others wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from rebond.adapters.workbook.layout import Column, ColumnType
from rebond.adapters.workbook.report import Report
from rebond.adapters.workbook.tables import Row, Table
from rebond.adapters.workbook.wording import fold, nearest
from rebond.reading.problem import Unreadable


def check_references(tables: Mapping[str, Table], report: Report) -> None:
    """Doubled identifiers, repeated rows, and references to rows that are not there."""
    for table in tables.values():
        if table.sheet.identifier:
            _refuse_repeated(table, (table.sheet.identifier,), "identifiant déjà employé", report)
        if table.sheet.unique:
            _refuse_repeated(table, table.sheet.unique, "ligne en double", report)
        for column in table.sheet.columns:
            if column.type is ColumnType.REFERENCE:
                _require_targets(table, column, tables[column.target], report)


def identifiers(table: Table) -> dict[str, str]:
    """Folded identifier → identifier as first written."""
    key = table.sheet.identifier
    found: dict[str, str] = {}
    for row in table.rows:
        if row.texts.get(key):
            found.setdefault(fold(row.texts[key]), row.texts[key])
    return found


def resolve_references(tables: Mapping[str, Table]) -> dict[str, Table]:
    """The same tables, each reference written as the identifier it refers to (``e001`` → ``E001``)."""
    known = {key: identifiers(table) for key, table in tables.items() if table.sheet.identifier}
    return {
        key: replace(table, rows=tuple(_resolved(row, table, known) for row in table.rows))
        for key, table in tables.items()
    }


def _resolved(row: Row, table: Table, known: Mapping[str, Mapping[str, str]]) -> Row:
    targets = {column.key: column.target for column in table.sheet.columns if column.type is ColumnType.REFERENCE}
    exact = {key: known[target][fold(row.text(key))] for key, target in targets.items() if row.text(key)}
    return replace(row, values={**row.values, **exact})


def is_clean(row: Row, key: str, report: Report) -> bool:
    """Whether a cell has no fault so far, whoever found it."""
    return row.is_sound(key) and not (key in row.places and report.has(row.sheet, row.places[key]))


def tell(row: Row, key: str, problem: Unreadable, report: Report) -> None:
    """Report a fault of a row's cell, unless the file lacks its column or the cell has its own fault."""
    if key in row.places and row.is_sound(key):
        report.cell(row.sheet, row.places[key], row.texts.get(key, ""), problem)


def _refuse_repeated(table: Table, keys: tuple[str, ...], problem: str, report: Report) -> None:
    seen: dict[tuple[str, ...], int] = {}
    for row in table.rows:
        value = tuple(fold(row.texts.get(key, "")) for key in keys)
        if not all(value) or not row.is_sound(*keys):
            continue
        first = seen.setdefault(value, row.number)
        if first != row.number:
            mend = (
                "donner un autre identifiant" if len(keys) == 1 else "n'en garder qu'une, ou distinguer leurs intitulés"
            )
            tell(row, keys[-1], Unreadable(f"{problem} (voir la ligne {first})", mend), report)


def _require_targets(table: Table, column: Column, target: Table, report: Report) -> None:
    if not target.has(target.sheet.identifier):
        return  # the sheet or its identifiers are missing: that is told once, not for each reference
    known = identifiers(target)
    names = _names(target.rows)
    for row in table.rows:
        text = row.texts.get(column.key, "")
        if not text or not row.is_sound(column.key) or fold(text) in known:
            continue
        likely = names.get(fold(text)) or nearest(text, known.values(), at_least=75)
        advice = f"écrire « {likely} » ?" if likely else "corriger l'identifiant, ou ajouter la ligne qui manque"
        problem = f"aucune ligne de la feuille « {target.sheet.title} » n'a cet identifiant"
        tell(row, column.key, Unreadable(problem, advice), report)


def _names(rows: Iterable[Row]) -> dict[str, str]:
    """Folded name or title → identifier: people write the name of a firm where its identifier is wanted."""
    return {
        fold(row.texts.get(key, "")): row.texts["id"]
        for row in rows
        for key in ("nom", "intitule")
        if row.texts.get("id")
    }
