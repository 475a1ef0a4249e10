"""What a sheet of the projects' workbook is made of, before any formatting: its values, columns and name."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeAlias

from rebond.facts import Unknown


@dataclass(frozen=True, slots=True)
class Measured:
    """A number with its unit: written as a number, shown in its unit."""

    value: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class Computed:
    """A cell that the workbook computes, and what it gives today."""

    formula: str
    value: Decimal


Value: TypeAlias = str | int | Decimal | date | Unknown | Measured | Computed


class Kind(enum.Enum):
    """How the values of a column are written."""

    TEXT = enum.auto()
    NUMBER = enum.auto()
    EUROS = enum.auto()
    SCORE = enum.auto()
    DATE = enum.auto()


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its title, its width in characters, its kind."""

    title: str
    width: int
    kind: Kind = Kind.TEXT


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A sheet; ``frozen`` columns stay in sight."""

    name: str
    purpose: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    frozen: int = 2
    totals: frozenset[int] = frozenset()
    """The columns that add up, under the rows: of those that a filter leaves."""


def column_letter(rank: int) -> str:
    """``A`` for 0, ``AA`` for 26.

    >>> column_letter(0), column_letter(26)
    ('A', 'AA')
    """
    over, rest = divmod(rank, _LETTERS)
    return (column_letter(over - 1) if over else "") + chr(ord("A") + rest)


_LETTERS = 26
