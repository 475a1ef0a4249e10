"""Filters of a list: they live in the address, each option says how many rows it keeps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

UNKNOWN = "inconnu"
"""What the address says for a value that is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A choice of a filter."""

    value: str
    label: str
    count: int
    selected: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """A filter with its options; ``value`` is what the address asks for."""

    name: str
    label: str
    column: str
    value: str
    options: tuple[Option, ...]

    @property
    def chosen(self) -> str:
        """Label of the selected option, empty when there is none."""
        return next((option.label for option in self.options if option.selected), "")


def counted(name: str, label: str, values: Iterable[tuple[str, str]], value: str, *, column: str = "") -> Filter:
    """A filter on the values and labels of all rows; ``value``: what the address asks for."""
    counts = Counter(values)
    options = (
        Option(value=code or UNKNOWN, label=words or "Inconnu", count=count, selected=(code or UNKNOWN) == value)
        for (code, words), count in sorted(counts.items(), key=lambda item: item[0][1].casefold())
    )
    return Filter(name=name, label=label, column=column, value=value, options=tuple(options))
