"""The facts of many rows, column by column, in the form that the kernel reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from rebond.bulk.bits import Words
from rebond.bulk.scales import Scale
from rebond.facts import UNKNOWN, FactValue

Codes: TypeAlias = NDArray[np.intp]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderedColumn:
    """A number, an amount or a date by row; where it is not ``known`` the number means nothing."""

    numbers: NDArray[Any]
    known: Words
    scale: Scale


@dataclass(slots=True)
class Vocabulary:
    """The distinct values of a column, UNKNOWN among them; only ever grows."""

    values: list[FactValue] = field(default_factory=list)
    _codes: dict[FactValue, int] = field(default_factory=dict)

    @classmethod
    def of(cls, values: Iterable[FactValue]) -> Vocabulary:
        """A vocabulary of distinct values, in their order."""
        known = list(values)
        return cls(values=known, _codes={value: code for code, value in enumerate(known)})

    def code(self, value: FactValue) -> int:
        """The code of a value, new if need be."""
        found = self._codes.setdefault(value, len(self.values))
        if found == len(self.values):
            self.values.append(value)
        return found

    def code_all(self, values: Iterable[FactValue]) -> Codes:
        """The code of each value, new if need be; many of them are UNKNOWN or known already."""
        unknown, known = self.code(UNKNOWN), self._codes.get
        # Identity first: the hash of UNKNOWN, an enumeration's, is worked out in Python.
        codes = [
            unknown if value is UNKNOWN else self.code(value) if (code := known(value)) is None else code
            for value in values
        ]
        return np.array(codes, np.intp)


@dataclass(frozen=True, slots=True, kw_only=True)
class CodedColumn:
    """A text, a yes or no, or a set by row, as the code of its value."""

    codes: Codes
    vocabulary: Vocabulary


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Some rows. A fact without a column is UNKNOWN in every row."""

    rows: int
    ordered: Mapping[str, OrderedColumn]
    coded: Mapping[str, CodedColumn]
