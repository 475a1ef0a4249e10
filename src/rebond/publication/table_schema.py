"""A CSV held against a Table Schema (specs.frictionlessdata.io): every fault, with its line, in French.

Only what our own schemas use: string, integer, date and boolean fields; required, enum, minimum, maximum; the key.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from jsonschema import Draft202012Validator

from rebond.data.csvfile import parse_rows
from rebond.errors import DataError, Fault

_MOST = 50
_TRUE_FALSE = {"true": True, "false": False}
_READ: Mapping[str, Callable[[str], Any]] = {
    "string": str,
    "integer": lambda text: int(text) if re.fullmatch(r"-?[0-9]{1,30}", text) else int("?"),
    "date": date.fromisoformat,
    "boolean": lambda text: _TRUE_FALSE[text],
}
_WORDS = {"integer": "un nombre entier", "date": "une date AAAA-MM-JJ", "boolean": "true ou false"}


def read_against(text: str, schema: Any, name: str) -> list[dict[str, Any]]:
    """The rows of a CSV, each value in its type; raises ``DataError`` with every fault of the schema or the rows."""
    if faults := list(_schema_faults(schema)):
        raise DataError(faults)
    fields = {field["name"]: field for field in schema["fields"]}
    rows = parse_rows(text, name, *fields)
    found: list[dict[str, Any]] = []
    faults = []
    seen: dict[tuple[str, ...], int] = {}
    for line, row in enumerate(rows, start=2):
        where = f"{name}, ligne {line}"
        values: dict[str, Any] = {}
        for column, field in fields.items():
            value, problem = _value(row[column], field)
            values[column] = value
            if problem:
                cell = f"{where}, « {column} »"
                faults.append(Fault(where=cell, found=row[column][:60], problem=problem, mend=_MEND))
        key = tuple(row[column] for column in schema.get("primaryKey", ()))
        if key and key in seen:
            faults.append(Fault(where=where, problem=f"même clé que la ligne {seen[key]}", mend="n'en garder qu'une"))
        seen.setdefault(key, line)
        found.append(values)
    if stray := sorted(set(rows[0]) - set(fields)) if rows else []:
        faults.append(Fault(where=name, problem=f"colonne hors du schéma : {', '.join(stray)}", mend="l'ôter"))
    if faults:
        raise DataError(faults[:_MOST])
    return found


_MEND = "reprendre le fichier que Rebond a écrit, ou mettre le schéma en accord"


def _value(text: str, field: Mapping[str, Any]) -> tuple[Any, str]:
    """A cell in its type, and what is wrong with it."""
    bounds = field.get("constraints", {})
    if not text:
        return None, "case vide" if bounds.get("required") else ""
    try:
        value = _READ[field["type"]](text)
    except (ValueError, KeyError):
        return None, f"ce n'est pas {_WORDS[field['type']]}"
    return value, next(_refusals(text, value, bounds), "")


def _refusals(text: str, value: Any, bounds: Mapping[str, Any]) -> Iterator[str]:
    if "enum" in bounds and text not in bounds["enum"]:
        yield "valeur hors de la liste"
    if isinstance(value, int) and value < bounds.get("minimum", value):
        yield f"moins que {bounds['minimum']}"
    if isinstance(value, int) and value > bounds.get("maximum", value):
        yield f"plus que {bounds['maximum']}"


def _schema_faults(schema: Any) -> Iterable[Fault]:
    """What of a schema nobody could use."""
    if not _SHAPE.is_valid(schema):
        yield Fault(where="schéma", problem="ce n'est pas un Table Schema que Rebond écrit", mend=_MEND)
        return
    names = [field["name"] for field in schema["fields"]]
    if len(set(names)) < len(names) or not set(schema.get("primaryKey", ())) <= set(names):
        yield Fault(where="schéma", problem="champs doubles, ou clé sans champ", mend=_MEND)


_TEXTS = {"type": "array", "items": {"type": "string"}}
_NUMBER = {"type": "integer"}
_SHAPE = Draft202012Validator(
    {
        "type": "object",
        "required": ["fields"],
        "properties": {
            "primaryKey": _TEXTS,
            "missingValues": {"const": [""]},
            "fields": {
                "type": "array",
                "minItems": 1,
                "items": {
                    "type": "object",
                    "required": ["name", "type"],
                    "properties": {
                        "name": {"type": "string"},
                        "type": {"enum": sorted(_READ)},
                        "constraints": {
                            "type": "object",
                            "additionalProperties": False,
                            "properties": {
                                "required": {"type": "boolean"},
                                "enum": _TEXTS,
                                "minimum": _NUMBER,
                                "maximum": _NUMBER,
                            },
                        },
                    },
                },
            },
        },
    }
)
