"""Shapes of the referentials that advisers edit, as JSON Schema: the few bricks that they are all made of."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from rebond.data.yamlfile import YamlFile, read_yaml, schema_faults
from rebond.errors import CatalogueError

Shape = Mapping[str, Any]

TEXT: Shape = {"type": "string", "minLength": 1, "not": {"pattern": r"^\d{4}-\d{2}-\d{2}"}}
"""A date is no text: YAML makes one of ``9999-12-31``, which the schema sees as its ISO form."""
WHOLE: Shape = {"type": "integer", "minimum": 0}
YES_NO: Shape = {"enum": ["oui", "non"]}
DAY: Shape = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$", "description": "écrire une date AAAA-MM-JJ"}
RATE: Shape = {
    "type": "string",
    "pattern": r"^-?\d+(?:[.,]\d+)?\s*%$",
    "description": "écrire un taux, par exemple « 35 % »",
}
"""What ``require_rate`` reads."""


def block(optional: frozenset[str] = frozenset(), /, **properties: Shape) -> Shape:
    """These keys, all needed but the optional ones, and no other."""
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
        "required": [key for key in properties if key not in optional],
    }


def many(item: Shape, *, least: int = 0) -> Shape:
    """A list of at least so many items."""
    return {"type": "array", "minItems": least, "items": item}


def by_key(item: Shape) -> Shape:
    """Any key, each with such an item."""
    return {"type": "object", "additionalProperties": item}


def read_shaped(path: Path, shape: Shape) -> YamlFile:
    """Read a file that has that shape; raises ``CatalogueError`` with every fault of the file."""
    file = read_yaml(path)
    faults = [*file.faults] or schema_faults(file, Draft202012Validator(shape))
    if faults:
        raise CatalogueError(faults)
    return file
