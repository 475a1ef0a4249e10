"""How cells look and what a spreadsheet lets people type, by column type."""

from __future__ import annotations

from datetime import date
from typing import Any

from rebond.adapters.workbook.layout import Column, ColumnType

_TYPES_AS_TEXT = frozenset(
    {
        ColumnType.TEXT,
        ColumnType.LONG_TEXT,
        ColumnType.SIREN,
        ColumnType.SIRET,
        ColumnType.COMMUNE,
        ColumnType.NAF,
        ColumnType.REFERENCE,
        ColumnType.CONFIRMATION,
    }
)
"""Typed as text, so that the spreadsheet keeps leading zeros and long numbers."""

NUMBER_FORMATS = {
    ColumnType.EUROS: '#,##0 "€"',
    ColumnType.AMOUNT_OR_BAND: '#,##0 "€"',
    ColumnType.RATE: "0.0%",
    ColumnType.DATE: "dd/mm/yyyy",
    ColumnType.INTEGER: "0",
    ColumnType.NUMBER: "General",
    ColumnType.HEADCOUNT: "General",
} | dict.fromkeys(_TYPES_AS_TEXT, "@")

TYPE_LABELS = {
    ColumnType.TEXT: "texte",
    ColumnType.LONG_TEXT: "texte",
    ColumnType.INTEGER: "nombre entier",
    ColumnType.NUMBER: "nombre",
    ColumnType.HEADCOUNT: "nombre de salariés (équivalents temps plein)",
    ColumnType.EUROS: "montant en euros",
    ColumnType.RATE: "taux, par exemple 35 %",
    ColumnType.DATE: "date, par exemple 31/12/2026",
    ColumnType.BOOLEAN: "oui ou non",
    ColumnType.SIREN: "SIREN (9 chiffres)",
    ColumnType.SIRET: "SIRET (14 chiffres)",
    ColumnType.COMMUNE: "commune : Nogent, Nogent (52), 52800 Nogent, ou code INSEE",
    ColumnType.NAF: "code NAF, par exemple 25.73A",
    ColumnType.ONE_OF: "un choix de la liste",
    ColumnType.SOME_OF: "choix séparés par des virgules",
    ColumnType.REFERENCE: "identifiant d'une autre feuille",
    ColumnType.AMOUNT_OR_BAND: "montant en euros, ou tranche (60 000 – 500 000 €)",
    ColumnType.CONFIRMATION: "oui, la marque de la question, qui et quand",
}
"""What is expected in a cell, in words."""

_WIDTHS = {
    ColumnType.LONG_TEXT: 48,
    ColumnType.TEXT: 26,
    ColumnType.COMMUNE: 24,
    ColumnType.ONE_OF: 26,
    ColumnType.SOME_OF: 36,
    ColumnType.SIRET: 18,
    ColumnType.AMOUNT_OR_BAND: 24,
    ColumnType.CONFIRMATION: 36,
}
_DEFAULT_WIDTH = 15
_NARROWEST_HEADER = 3
_MESSAGE_LIMIT = 255
_TITLE_LIMIT = 32


def width_of(column: Column) -> int:
    """Width of a column, in characters."""
    wanted = _WIDTHS.get(column.type, _DEFAULT_WIDTH)
    return max(wanted, len(column.title) // _NARROWEST_HEADER + _NARROWEST_HEADER)


def explanation(column: Column) -> str:
    """What to type in a column: its type, its limits, its help."""
    expected = TYPE_LABELS[column.type]
    if column.type is ColumnType.SOME_OF:
        expected += f" : {', '.join(choice.label for choice in column.choices)}"
    if column.minimum is not None and column.maximum is not None:
        expected += f", de {column.minimum} à {column.maximum}"
    required = "Obligatoire. " if column.required else ""
    return f"{required}{expected[:1].upper()}{expected[1:]}." + (f" {column.help}." if column.help else "")


def input_check(column: Column, source: str) -> dict[str, Any]:
    """The data validation of a column; ``source`` is the range of its list, empty when it has none."""
    return {
        "ignore_blank": True,
        "input_title": _cut(column.title, _TITLE_LIMIT),
        "input_message": _cut(explanation(column), _MESSAGE_LIMIT),
        "error_title": "Valeur à corriger",
        "error_message": _cut(f"{column.title} : {TYPE_LABELS[column.type]} attendu.", _MESSAGE_LIMIT),
    } | _rule(column, source)


def _rule(column: Column, source: str) -> dict[str, Any]:  # noqa: PLR0911 - one way out per type
    if source:
        return {"validate": "list", "source": source}
    match column.type:
        case ColumnType.DATE:
            return {
                "validate": "date",
                "criteria": "between",
                "minimum": date(1900, 1, 1),
                "maximum": date(2100, 12, 31),
            }
        case ColumnType.RATE:
            return {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 1}
        case ColumnType.INTEGER:
            return {"validate": "integer"} | _limits(column)
        case ColumnType.EUROS | ColumnType.NUMBER | ColumnType.HEADCOUNT:
            return {"validate": "decimal"} | _limits(column)
        case ColumnType.SIREN:
            return {"validate": "length", "criteria": ">=", "value": 9, "error_type": "warning"}
        case ColumnType.SIRET:
            return {"validate": "length", "criteria": ">=", "value": 14, "error_type": "warning"}
        case _:
            return {"validate": "any"}


def _limits(column: Column) -> dict[str, Any]:
    if column.minimum is None:
        return {"criteria": ">=", "value": -1_000_000_000_000}
    if column.maximum is None:
        return {"criteria": ">=", "value": column.minimum}
    return {"criteria": "between", "minimum": column.minimum, "maximum": column.maximum}


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
