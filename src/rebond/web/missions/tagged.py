"""Declared facts as a column keeps them, typed and exact.

« Asked, and not known » is a value; « never asked » is the absence of the fact.
"""

from __future__ import annotations

from typing import Any

from rebond.facts import FactValue
from rebond.records import as_tagged, from_tagged


def declared_as_data(declared: tuple[tuple[str, FactValue], ...]) -> list[list[Any]]:
    """Declared facts in their order, as a column keeps them."""
    return [[name, as_tagged(value)] for name, value in declared]


def declared_from_data(data: list[list[Any]]) -> tuple[tuple[str, FactValue], ...]:
    """Declared facts of a column."""
    return tuple((name, from_tagged(value)) for name, value in data)
