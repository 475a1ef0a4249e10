"""A cell of the census as JSON, and back to the text that its reader takes; the schema of rows made of such cells.

``null``: not known, still to ask. ``"inconnu"``: asked, and nobody knows (docs/adr/0044). Neither is 0 nor an empty
list. A text is read as one typed in a form: ``"12,4 k€"`` is an amount.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from rebond.adapters.workbook.asked import ASKED, may_be_asked
from rebond.adapters.workbook.choices import LONGEST_LIST
from rebond.adapters.workbook.entry import shown_text
from rebond.adapters.workbook.layout import Column, ColumnType, Layout, Sheet
from rebond.eligibility.places import Gazetteer
from rebond.facts import UNKNOWN

_NUMBERS = frozenset(
    {
        ColumnType.INTEGER,
        ColumnType.NUMBER,
        ColumnType.HEADCOUNT,
        ColumnType.EUROS,
        ColumnType.RATE,
        ColumnType.AMOUNT_OR_BAND,
    }
)
_SHAPES: Mapping[ColumnType, Mapping[str, Any]] = {
    ColumnType.INTEGER: {"type": "integer"},
    ColumnType.NUMBER: {"type": "number"},
    ColumnType.HEADCOUNT: {"type": "number"},
    ColumnType.EUROS: {"type": "number"},
    ColumnType.RATE: {"type": "number", "description": "Une part : 0.35 pour 35 %."},
    ColumnType.AMOUNT_OR_BAND: {"type": ["number", "string"]},
    ColumnType.DATE: {"type": "string", "format": "date"},
    ColumnType.BOOLEAN: {"type": "boolean"},
    ColumnType.SIREN: {"type": "string", "pattern": r"^\d{9}$"},
    ColumnType.SIRET: {"type": "string", "pattern": r"^\d{14}$"},
}
_MOST_DIGITS = 30
"""Of a number; one that is longer is left to its reader, which refuses it."""
_ISO = re.compile(r"^\d{4}-\d{2}-\d{2}$")


class ShapeError(ValueError):
    """Neither a text, a number, true, false, null nor a list of texts."""


def cell_json(column: Column, value: object, gazetteer: Gazetteer | None = None) -> Any:
    """A value of ``census_rows`` as JSON-ready data; ``None`` for what is not known."""
    match value:
        case bool() | int():
            return value
        case date():
            return value.isoformat()
        case frozenset() | set():
            return sorted(value)
        case Decimal():
            return _number(column, value)
        case _ if value is None or value is UNKNOWN or value == "":
            return None
        case _:
            return shown_text(column, value, gazetteer)


def cell_text(column: Column, data: object) -> str:
    """What a field would hold for JSON data (decimals read as ``Decimal``); raises ``ShapeError``."""
    match data:
        case None:
            return ""
        case bool():
            return shown_text(column, data)
        case int() | Decimal():
            return _digits(column, Decimal(data))
        case str() if column.type is ColumnType.DATE and _ISO.match(data):
            year, month, day = data.split("-")
            return f"{day}/{month}/{year}"
        case str():
            return data
        case list() if all(isinstance(item, str) for item in data):
            return ", ".join(data) or "aucun"
    raise ShapeError


def _number(column: Column, value: Decimal) -> int | float | str:
    """A number, or its text when JSON's would not be the same one."""
    if value == value.to_integral_value():
        return int(value)
    near = float(value)
    return near if Decimal(repr(near)) == value else shown_text(column, value)


def _digits(column: Column, value: Decimal) -> str:
    digits = len(value.as_tuple().digits) if value.is_finite() else _MOST_DIGITS + 1
    if digits > _MOST_DIGITS or abs(value.adjusted()) > _MOST_DIGITS:
        return f"{value:E}"
    return shown_text(column, value) if column.type in _NUMBERS else f"{value:f}"


def row_schema(layout: Layout) -> dict[str, Any]:
    """The schema ``docs/schemas/recensement-v1.json``: a row of each sheet; the same layout gives the same schema."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:rebond:recensement:v1",
        "title": "Lignes d'un recensement, feuille par feuille (Rebond, v1)",
        "description": "null : inconnu, à demander. « inconnu » : demandé, personne ne sait. Aucun n'est 0.",
        "$defs": {sheet.key: sheet_schema(sheet) for sheet in layout.sheets},
    }


def sheet_schema(sheet: Sheet) -> dict[str, Any]:
    """The schema of a row of a sheet."""
    columns = [column for column in sheet.columns if not column.hidden]
    return {
        "title": sheet.title,
        "type": "object",
        "properties": {column.key: column_schema(sheet, column) for column in columns},
        "required": [column.key for column in columns if column.required],
        "additionalProperties": False,
    }


def column_schema(sheet: Sheet, column: Column) -> dict[str, Any]:
    """The schema of one cell."""
    shape: dict[str, Any] = dict(_SHAPES.get(column.type, {"type": "string"}))
    said = " ".join(text for text in (column.help, shape.pop("description", "")) if text)
    if column.minimum is not None and column.type in _NUMBERS:
        shape["minimum"] = column.minimum
    if column.maximum is not None:
        shape["maximum" if column.type in _NUMBERS else "maxLength"] = column.maximum
    if column.type is ColumnType.SOME_OF:
        shape = {"type": "array", "items": _codes(column) or {"type": "string"}, "uniqueItems": True}
    else:
        shape = _codes(column) or shape
    told = {"title": column.title, **({"description": said} if said else {}), "x-audience": column.audience.code}
    if column.required:
        return {**told, **shape}
    asked = [{"const": ASKED}] if may_be_asked(sheet, column) else []
    return {**told, "anyOf": [shape, {"type": "null"}, *asked]}


def _codes(column: Column) -> dict[str, Any]:
    codes = [] if column.open else [choice.code for choice in column.choices]
    return {"enum": codes} if 0 < len(codes) <= LONGEST_LIST else {}
