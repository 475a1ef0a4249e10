"""Facts as plain JSON values: numbers whole when they are, dates in ISO form, ``inconnu`` for what is unknown."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TypeAlias

from rebond.facts import UNKNOWN, FactValue

PlainValue: TypeAlias = str | int | float | bool | list[str]


def plain(value: FactValue) -> PlainValue:
    """A fact as JSON.

    >>> plain(Decimal("12.50")), plain(UNKNOWN)
    (12.5, 'inconnu')
    """
    match value:
        case _ if value is UNKNOWN:
            return UNKNOWN.value
        case bool() | str():
            return value
        case Decimal() | int():
            return int(value) if value == int(value) else float(value)
        case date():
            return value.isoformat()
        case frozenset():
            return sorted(value)
        case _:
            raise TypeError(f"{value!r} n'est pas un fait")
