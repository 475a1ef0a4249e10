"""UNKNOWN in columns: ``NULL`` for numbers, dates and yes/no, an empty text for words."""

from __future__ import annotations

from typing import TypeVar

from rebond.facts import UNKNOWN, Maybe

T = TypeVar("T")


def column(value: Maybe[T]) -> T | None:
    """A known value, ``None`` for UNKNOWN."""
    return None if value is UNKNOWN else value


def words(value: Maybe[str]) -> str:
    """A known text, empty for UNKNOWN."""
    return "" if value is UNKNOWN else value
