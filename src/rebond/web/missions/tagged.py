"""A value of the census as JSON, with its type, and back: typed, exact, UNKNOWN included.

Each value that JSON has no word for says its type: ``{"~": "montant", "v": "1500.5"}``. UNKNOWN is such a value, so
that « asked, and not known » is not « never asked », which is the absence of the fact.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, Final

from rebond.facts import UNKNOWN, FactValue

TYPE: Final = "~"
VALUE: Final = "v"


def as_tagged(value: FactValue) -> Any:
    """A value of a fact as JSON-ready data: two equal values give the same data. ``TypeError`` for another."""
    if value is UNKNOWN:
        return {TYPE: "inconnu"}
    if isinstance(value, bool | int | str):
        return value
    if isinstance(value, Decimal):
        return {TYPE: "montant", VALUE: _digits(value)}
    if isinstance(value, date):
        return {TYPE: "date", VALUE: value.isoformat()}
    if isinstance(value, frozenset):
        return {TYPE: "ensemble", VALUE: sorted(value)}
    raise TypeError(f"{type(value).__name__} ne se garde pas en JSON")


def _digits(value: Decimal) -> str:
    """Every digit, no zero at the end: 1500.50 and 1500.5 are one amount."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def from_tagged(data: Any) -> Any:
    """What ``as_tagged`` wrote; ``KeyError`` for a type that it does not write."""
    if not isinstance(data, dict):
        return data
    match data[TYPE]:
        case "inconnu":
            return UNKNOWN
        case "montant":
            return Decimal(data[VALUE])
        case "date":
            return date.fromisoformat(data[VALUE])
        case "ensemble":
            return frozenset(data[VALUE])
    raise KeyError(data[TYPE])


def declared_as_data(declared: tuple[tuple[str, FactValue], ...]) -> list[list[Any]]:
    """Declared facts in their order, as a column keeps them."""
    return [[name, as_tagged(value)] for name, value in declared]


def declared_from_data(data: list[list[Any]]) -> tuple[tuple[str, FactValue], ...]:
    """Declared facts of a column."""
    return tuple((name, from_tagged(value)) for name, value in data)
