"""Declared facts as a column keeps them, typed and exact.

« Asked, and not known » is a value; « never asked » is the absence of the fact.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from rebond.facts import UNKNOWN, FactValue, Maybe
from rebond.records import as_tagged, from_tagged


def declared_as_data(declared: tuple[tuple[str, FactValue], ...]) -> list[list[Any]]:
    """Declared facts in their order, as a column keeps them."""
    return [[name, as_tagged(value)] for name, value in declared]


def declared_from_data(data: list[list[Any]]) -> tuple[tuple[str, FactValue], ...]:
    """Declared facts of a column."""
    return tuple((name, from_tagged(value)) for name, value in data)


def asked_as_data(asked: tuple[tuple[str, Maybe[date]], ...]) -> list[list[str | None]]:
    """What was asked and nobody knows, with since when, as a column keeps it."""
    return [[name, None if day is UNKNOWN else day.isoformat()] for name, day in asked]


def asked_from_data(data: list[list[str | None]]) -> tuple[tuple[str, Maybe[date]], ...]:
    """What ``asked_as_data`` wrote."""
    return tuple((str(name), UNKNOWN if day is None else date.fromisoformat(day)) for name, day in data)
