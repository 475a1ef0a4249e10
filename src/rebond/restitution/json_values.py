"""Values as JSON: whole numbers when they are, days as texts, ``inconnu`` for what is unknown."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from rebond.facts import UNKNOWN, Maybe, Unknown


def number(value: Decimal | int | Unknown) -> int | float | str:
    """A JSON number: whole when it is, ``inconnu`` when it is unknown."""
    if value is UNKNOWN:
        return UNKNOWN.value
    return int(value) if value == int(value) else float(value)


def plain(value: object) -> Any:
    """A fact as JSON."""
    match value:
        case Unknown():
            return value.value
        case bool() | str():
            return value
        case Decimal() | int():
            return number(value)
        case date():
            return value.isoformat()
        case frozenset():
            return sorted(value)
        case _:
            return str(value)


def known_value(value: Maybe[Decimal | date]) -> int | float | str:
    """A number or a day; ``inconnu`` when nobody gave it."""
    return value.isoformat() if isinstance(value, date) else number(value)
