"""What is wrong in a table, gathered while it streams: the first faults in full, the others counted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from rebond.errors import Fault

MAX_FAULTS = 50
"""Faults told in full."""


@dataclass(frozen=True, slots=True, order=True)
class CellFault:
    """A cell that cannot be read; ``row`` counts from 0 in its batch."""

    row: int
    column: str
    found: str
    problem: str


@dataclass(slots=True)
class FaultLog:
    """The faults of a table, in the order of its rows."""

    told: list[Fault] = field(default_factory=list)
    total: int = 0

    def add(self, faults: Iterable[Fault], total: int) -> None:
        """Add ``total`` faults, of which the first are given in full."""
        self.told.extend(list(faults)[: MAX_FAULTS - len(self.told)])
        self.total += total

    def __bool__(self) -> bool:
        return self.total > 0

    def all(self, table: str) -> list[Fault]:
        """The faults told, then one that counts the others."""
        others = self.total - len(self.told)
        if not others:
            return self.told
        rest = Fault(
            where=table,
            problem=f"{others} autre{'s' if others > 1 else ''} cellule{'s' if others > 1 else ''} illisible"
            f"{'s' if others > 1 else ''}",
            mend="corriger celles-ci, puis relancer",
        )
        return [*self.told, rest]
