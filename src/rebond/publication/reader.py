"""What a reader can work out of a layer: the least and the most that a silent figure may be, by linear programming.

A reader knows the told cells, the sums, that nothing is below zero; who is in the table knows its own part besides.
Numbers are not required to be whole: who can do without that can do with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import highspy
import numpy as np
from numpy.typing import NDArray

from rebond.errors import SolverError
from rebond.publication.layers import Layer, Reach

Floats = NDArray[np.float64]
_RANGE = 10_000.0
"""The values of a layer are scaled to it: amounts and numbers meet the same tolerances."""
_NOTHING = 1e-7
_KEPT = 300
"""Answers kept: one often answers another question."""


class Reader:
    """Reads one layer under any choice of silent cells. One programme, whose bounds and question change."""

    def __init__(self, layer: Layer, cells: int) -> None:
        self.layer = layer
        self._count, self._cells = len(layer.cells), cells
        self._at = np.array(layer.cells, dtype=np.int64)
        self._scale = _RANGE / layer.scale
        self._down = np.array(layer.down, dtype=float) * self._scale
        self._up = np.array(layer.up, dtype=float) * self._scale
        self._if_silent = np.array([each is Reach.IF_SILENT for each in layer.reach])
        self._always = np.array([each is Reach.ALWAYS for each in layer.reach])
        self._sums = _matrix(layer)
        self._highs = _programme(layer)
        self._all = np.arange(self._count, dtype=np.int32)
        self._open = np.zeros(self._count, dtype=bool)
        self._seen = np.zeros((0, self._count))

    def silence(self, silent: Sequence[bool]) -> None:
        """From now on these cells are silent."""
        self._open = self._always | (self._if_silent & np.array(silent, dtype=bool)[self._at])
        self._seen = np.zeros((0, self._count))

    def width(self, figure: int, enough: float, own: Mapping[int, tuple[int, bool]] | None = None) -> float:
        """How wide the values of a figure are, at least ``enough`` when what was already seen shows that much.

        ``own``: for who is in the table, its part of figures, and whether it is all of one.
        """
        down, up = self._bounds(own)
        wanted = enough * self._scale
        fit = np.all(self._seen >= -down - _NOTHING, axis=1) & np.all(self._seen <= up + _NOTHING, axis=1)
        spread = self._seen[fit, figure]
        if max(spread.max(initial=0.0), 0.0) - min(spread.min(initial=0.0), 0.0) >= wanted:
            return enough
        high, low = self._extreme(figure, 1.0, down, up), self._extreme(figure, -1.0, down, up)
        return (high + low) / self._scale

    def cut(self, figure: int, own: Mapping[int, tuple[int, bool]] | None = None) -> tuple[Floats, float]:
        """What the width of a figure never passes, whatever is silent: so much for each silent cell, and anyway.

        Any prices of the sums give such a bound; those of the programmes give one that holds for what is silent now.
        """
        down, up = self._bounds(own)
        weights, anyway = np.zeros(self._cells), 0.0
        full_down, full_up = self._held(self._down, self._up, own)
        for sign in (1.0, -1.0):
            self._extreme(figure, sign, down, up)
            prices = np.array(self._highs.getSolution().row_dual)
            near = np.round(prices)
            prices = np.where(np.abs(prices - near) < _NOTHING, near, prices)
            cost = np.zeros(self._count)
            cost[figure] = -sign
            reduced = cost - (self._sums.T @ prices if prices.size else 0.0)
            worth = np.where(reduced > 0, reduced * full_down, -reduced * full_up)
            np.add.at(weights, self._at, np.where(self._if_silent, worth, 0.0))
            anyway += float(worth[self._always].sum())
        return weights / self._scale, anyway / self._scale

    def _bounds(self, own: Mapping[int, tuple[int, bool]] | None) -> tuple[Floats, Floats]:
        down, up = self._held(self._down, self._up, own)
        return np.where(self._open, down, 0.0), np.where(self._open, up, 0.0)

    def _held(self, down: Floats, up: Floats, own: Mapping[int, tuple[int, bool]] | None) -> tuple[Floats, Floats]:
        if not own:
            return down, up
        down, up = down.copy(), up.copy()
        for cell, (part, alone) in own.items():
            if alone:
                down[cell] = up[cell] = 0.0
            elif part > 0:
                down[cell] = max(0.0, down[cell] - part * self._scale)
            else:
                up[cell] = max(0.0, up[cell] + part * self._scale)
        return down, up

    def _extreme(self, figure: int, sign: float, down: Floats, up: Floats) -> float:
        """How far a figure may be from the truth on one side, scaled."""
        cost = np.zeros(self._count)
        cost[figure] = -sign
        self._highs.changeColsBounds(self._count, self._all, -down, up)
        self._highs.changeColsCost(self._count, self._all, cost)
        self._highs.run()
        if self._highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            raise SolverError(
                f"HiGHS s'est arrêté sur « {self._highs.modelStatusToString(self._highs.getModelStatus())} »"
            )
        found = np.array(self._highs.getSolution().col_value)
        self._seen = np.vstack((self._seen[-_KEPT:], found))
        return float(sign * found[figure])


def own_parts(units: Sequence[Mapping[str, int]], unit: str) -> dict[int, tuple[int, bool]]:
    """What a unit knows of the figures: its own part, and whether nobody else is there."""
    return {
        cell: (parts[unit], len(parts) == 1 or all(not v for name, v in parts.items() if name != unit))
        for cell, parts in enumerate(units)
        if unit in parts
    }


def _matrix(layer: Layer) -> Floats:
    found = np.zeros((len(layer.sums), len(layer.cells)))
    for row, (whole, parts) in enumerate(layer.sums):
        np.add.at(found[row], [whole, *parts], [-1.0, *[1.0] * len(parts)])
    return found


def _programme(layer: Layer) -> highspy.Highs:
    highs = quiet()
    for _ in layer.cells:
        highs.addCol(0.0, 0.0, 0.0, 0, np.array([], dtype=np.int32), np.array([]))
    for row in _matrix(layer):
        columns = np.flatnonzero(row).astype(np.int32)
        highs.addRow(0.0, 0.0, len(columns), columns, row[columns])
    return highs


def quiet(options: Iterable[tuple[str, float]] = ()) -> highspy.Highs:
    """A solver that says nothing and answers the same every time."""
    highs = highspy.Highs()  # type: ignore[no-untyped-call]  # highspy ships partial types
    for option, value in (("output_flag", False), ("threads", 1), *options):
        highs.setOptionValue(option, value)
    return highs
