"""The faults of one workbook: gathered as found, given back in the order of the file, one per cell."""

from __future__ import annotations

from rebond.adapters.workbook.wording import cell_where, sheet_where, short
from rebond.errors import Fault
from rebond.facts import UNKNOWN
from rebond.reading.problem import Unreadable

_END_OF_SHEET = 1 << 30


class Report:
    """Faults and repairs found while reading; ``order`` lists the sheets of the file."""

    def __init__(self, order: tuple[str, ...]) -> None:
        self._order = {name: index for index, name in enumerate(order)}
        self._faults: dict[tuple[int, int, int, int], Fault] = {}
        self._repairs: dict[tuple[int, int, int], str] = {}
        self._hushed: list[tuple[str, int, int, int, int]] = []

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Every fault, in the order of the file; faults of the whole file first."""
        return tuple(fault for _, fault in sorted(self._faults.items(), key=lambda item: item[0]))

    @property
    def repairs(self) -> tuple[str, ...]:
        """Every repair as a French sentence, in the order of the file."""
        return tuple(text for _, text in sorted(self._repairs.items()))

    def cell(self, sheet: str, place: tuple[int, int], found: str, problem: Unreadable) -> None:
        """A fault of a cell (row and column from 0); only the first of a cell is kept."""
        if self._is_hushed(sheet, place):
            return
        fault = Fault(where=cell_where(sheet, *place), found=short(found), problem=problem.problem, mend=problem.mend)
        self._faults.setdefault((self._order[sheet], *place, 0), fault)

    def has(self, sheet: str, place: tuple[int, int]) -> bool:
        """Whether a cell already has its fault."""
        return (self._order[sheet], *place, 0) in self._faults or self._is_hushed(sheet, place)

    def hush(self, sheet: str, row: int, column: int, height: int, width: int) -> None:
        """A group of cells whose faults, past its first cell, would repeat one that is already told."""
        self._hushed.append((sheet, row, column, height, width))

    def _is_hushed(self, sheet: str, place: tuple[int, int]) -> bool:
        return any(
            name == sheet and place != (row, column) and 0 <= place[0] - row < height and 0 <= place[1] - column < width
            for name, row, column, height, width in self._hushed
        )

    def sheet(self, sheet: str, problem: Unreadable, *, at_end: bool = False) -> None:
        """A fault of a whole sheet, told before those of its cells, or after."""
        fault = Fault(where=sheet_where(sheet), problem=problem.problem, mend=problem.mend)
        row = _END_OF_SHEET if at_end else -1
        self._faults[self._order[sheet], row, 0, len(self._faults)] = fault

    def file(self, name: str, problem: Unreadable) -> None:
        """A fault of the whole file, such as a missing sheet."""
        fault = Fault(where=sheet_where(name), problem=problem.problem, mend=problem.mend)
        self._faults[-1, 0, 0, len(self._faults)] = fault

    def repaired(self, sheet: str, place: tuple[int, int], found: str, note: str, value: object) -> None:
        """A value that was repaired: said, never silent."""
        read = "inconnu" if value is UNKNOWN else value
        self._repairs[self._order[sheet], *place] = (
            f"{cell_where(sheet, *place)} : « {short(found)} » lu {read} ({note})"
        )
