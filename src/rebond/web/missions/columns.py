"""UNKNOWN in columns: ``NULL``. An empty text, 0 and « non » are values like others."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db import models

from rebond.facts import UNKNOWN
from rebond.reading.numbers import plain


def columns(record: Any, names: Iterable[str]) -> dict[str, Any]:
    """Fields of a record of the core as the columns of the same names."""
    return {name: column(getattr(record, name)) for name in names}


def column(value: Any) -> Any:
    """A value as its column keeps it."""
    if value is UNKNOWN:
        return None
    return value.value if isinstance(value, enum.Enum) else value


def fields(row: models.Model, names: Iterable[str]) -> dict[str, Any]:
    """Columns of a row as the fields of the same names of a record of the core."""
    return {name: field(getattr(row, name)) for name in names}


def field(value: Any) -> Any:
    """A value of a column as the core has it: the zeros that fill a column are not part of a number."""
    if value is None:
        return UNKNOWN
    return plain(value) if isinstance(value, Decimal) else value
