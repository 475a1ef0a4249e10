"""What is wrong in a table, gathered while it streams: the first faults in full, the others counted."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
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
    mend: str


@dataclass(slots=True)
class BatchFaults:
    """The faults of a batch: of each column, the first ones, and how many in all."""

    cells: list[CellFault] = field(default_factory=list)
    total: int = 0

    def add(self, cells: Iterable[CellFault], *, total: int) -> None:
        """Add ``total`` faults of a column, of which the first are given."""
        self.cells.extend(cells)
        self.total += total


@dataclass(slots=True)
class FaultLog:
    """The faults of a table, in the order of its rows."""

    table: str
    told: list[Fault] = field(default_factory=list)
    total: int = 0

    def tell(self, faults: Collection[Fault]) -> None:
        """Add faults that are no cell's: of the header, of whole lines."""
        self.told.extend(faults)
        self.total += len(faults)

    def add(self, found: BatchFaults, where: Callable[[int], str]) -> None:
        """Add a batch's faults; ``where`` names a row of the batch for people."""
        for cell in sorted(found.cells)[: max(0, MAX_FAULTS - len(self.told))]:
            self.told.append(
                Fault(
                    where=f"{self.table}, {where(cell.row)}, colonne « {cell.column} »",
                    found="" if cell.found in cell.problem else cell.found,
                    problem=cell.problem,
                    mend=cell.mend,
                )
            )
        self.total += found.total

    def all(self) -> list[Fault]:
        """The faults told, then one that counts the others."""
        others = self.total - len(self.told)
        if not others:
            return self.told
        counted = "une autre cellule illisible" if others == 1 else f"{others} autres cellules illisibles"
        return [*self.told, Fault(where=self.table, problem=counted, mend="corriger les premières, puis relancer")]
