"""What the file of an edition looks like: one that somebody hands over is checked before it is read."""

from __future__ import annotations

from typing import Any

from jsonschema import Draft202012Validator

_TEXT = {"type": "string"}
_DIMENSIONS = {"type": "array", "items": _TEXT, "maxItems": 2}


def _pairs(second: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "array",
        "items": {"type": "array", "prefixItems": [_TEXT, second], "items": False, "minItems": 2},
    }


_CELL = {
    "type": "array",
    "prefixItems": [{**_pairs(_TEXT), "maxItems": 2}, {"type": ["integer", "null"], "minimum": 0}],
    "items": False,
    "minItems": 2,
}
_FIGURES = {
    "family": _TEXT,
    "title": _TEXT,
    "measure": _TEXT,
    "label": _TEXT,
    "unit": _TEXT,
    "partial": {"type": "boolean"},
    "tables": {"type": "array", "items": _DIMENSIONS},
    "cells": {"type": "array", "items": _CELL},
}
_SHAPE = Draft202012Validator(
    {
        "type": "object",
        "required": ["labels", "dimensions", "figures"],
        "properties": {
            "labels": _pairs(_pairs(_TEXT)),
            "dimensions": {"type": "object", "additionalProperties": _TEXT},
            "figures": {
                "type": "array",
                "items": {"type": "object", "required": list(_FIGURES), "properties": _FIGURES},
            },
        },
    }
)


def is_edition(data: Any) -> bool:
    """Whether ``Edition.from_data`` reads it."""
    return bool(_SHAPE.is_valid(data))
