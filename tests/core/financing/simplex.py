"""A dense two-phase simplex, in floats or in exact fractions: small, slow, and sharing nothing with the engine."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

FLOAT_NOISE = 1e-9


@dataclass
class Programme:
    """Rows ``Σ a·x ≤ b`` over variables ``x ≥ 0``."""

    width: int
    rows: list[dict[int, Fraction]] = field(default_factory=list)
    bounds: list[Fraction] = field(default_factory=list)

    def at_most(self, terms: dict[int, Fraction], bound: Fraction) -> None:
        self.rows.append(terms)
        self.bounds.append(bound)

    def at_least(self, terms: dict[int, Fraction], bound: Fraction) -> None:
        self.at_most({column: -weight for column, weight in terms.items()}, -bound)

    def maximise(self, objective: dict[int, Fraction], *, exact: bool) -> Fraction | float | None:
        """The greatest ``Σ c·x``; ``None`` when the rows contradict each other."""
        tableau = self._tableau(exact=exact)
        zero = FLOAT_NOISE if not exact else Fraction(0)
        basis = list(range(self.width, self.width + len(self.rows)))
        artificial = self.width + len(self.rows)
        worst = min(range(len(self.rows)), key=lambda row: tableau[row, -1], default=None)
        if worst is not None and tableau[worst, -1] < -zero:
            # Phase 1: one artificial variable, taken into the basis on the most violated row, then driven out.
            cost = self._cost({artificial: Fraction(-1)}, exact=exact)
            _pivot(tableau, cost, basis, worst, artificial)
            _climb(tableau, cost, basis, range(artificial + 1), zero)
            if -cost[-1] < -zero * 100:
                return None
            if artificial in basis:
                row = basis.index(artificial)
                column = next((c for c in range(artificial) if abs(tableau[row, c]) > zero), None)
                if column is None:
                    tableau[row, :] = tableau[row, :] * 0
                else:
                    _pivot(tableau, cost, basis, row, column)
        cost = self._cost(objective, exact=exact)
        for row, column in enumerate(basis):
            if column < artificial and cost[column] != 0:
                cost = cost - cost[column] * tableau[row, :]
        _climb(tableau, cost, basis, range(artificial), zero)
        value: Fraction | float = -cost[-1]
        return value

    def _tableau(self, *, exact: bool) -> "NDArray[np.object_] | NDArray[np.float64]":
        height = len(self.rows)
        zero, one = (Fraction(0), Fraction(1)) if exact else (0.0, 1.0)
        table = np.full((height, self.width + height + 2), zero, dtype=object if exact else float)
        for row, (terms, bound) in enumerate(zip(self.rows, self.bounds, strict=True)):
            for column, weight in terms.items():
                table[row, column] = weight if exact else float(weight)
            table[row, self.width + row] = one
            table[row, -2] = -one
            table[row, -1] = bound if exact else float(bound)
        return table

    def _cost(self, objective: dict[int, Fraction], *, exact: bool) -> "NDArray[np.object_] | NDArray[np.float64]":
        width = self.width + len(self.rows) + 2
        cost = np.full(width, Fraction(0) if exact else 0.0, dtype=object if exact else float)
        for column, weight in objective.items():
            cost[column] = weight if exact else float(weight)
        return cost


def _pivot(tableau, cost, basis: list[int], row: int, column: int) -> None:
    # Where the row is nought nothing changes: in exact fractions that would be most of the work.
    held = np.flatnonzero(tableau[row, :])
    pivot = tableau[row, held] / tableau[row, column]
    tableau[row, held] = pivot
    for other in range(len(basis)):
        if other != row and tableau[other, column] != 0:
            tableau[other, held] = tableau[other, held] - tableau[other, column] * pivot
    if cost[column] != 0:
        cost[held] = cost[held] - cost[column] * pivot
    basis[row] = column


def _climb(tableau, cost, basis: list[int], columns: Sequence[int], zero: Fraction | float) -> None:
    """Bland's rule: the first column that improves, the first row that blocks it; it cannot cycle."""
    while True:
        column = next((c for c in columns if cost[c] > zero), None)
        if column is None:
            return
        candidates = [
            (tableau[row, -1] / tableau[row, column], basis[row], row)
            for row in range(len(basis))
            if tableau[row, column] > zero
        ]
        if not candidates:
            raise ArithmeticError("unbounded")
        _pivot(tableau, cost, basis, min(candidates)[2], column)
