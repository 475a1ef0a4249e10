"""The best of few choices left, all tried at once: quicker than any solver while they are thousands, and exact.

Floats hold whole numbers under 2^53 as they are: sums that could pass it are left to the solver.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rebond.portfolio.choosing.row import Decided, Row

MOST_TRIED = 60_000
EXACT = 2.0**53
"""Whole numbers under it are floats as they are."""


class FewChoices:
    """Rows as arrays, to try every value of the items left free."""

    def __init__(self, count: int, rows: Sequence[Row]) -> None:
        self._count = count
        self._weights = np.zeros((len(rows), count))
        for rank, row in enumerate(rows):
            for item, weight in row.terms.items():
                self._weights[rank, item] = weight
        self._low = np.array([-np.inf if row.low is None else row.low for row in rows], dtype=float)
        self._high = np.array([np.inf if row.high is None else row.high for row in rows], dtype=float)
        finite = [abs(bound) for row in rows for bound in (row.low, row.high) if bound is not None]
        sums = [sum(map(abs, row.terms.values())) for row in rows]
        self._exact = max([0, *finite, *sums]) < EXACT

    def is_exact(self, values: Sequence[int]) -> bool:
        """Whether no sum can pass what a float holds exactly."""
        return self._exact and sum(map(abs, values)) < EXACT

    def best(self, values: Sequence[int], decided: Decided) -> tuple[int, ...] | None:
        """The choice of highest value among those that the relaxation leaves; ``None``: too many to be tried.

        An empty tuple may be the best one. Raises ``LookupError`` when none of those left fits.
        """
        free = sorted(decided.leaving, key=lambda item: -decided.leaving[item][1])
        tried = _left([decided.leaving[item] for item in free])
        if tried is None:
            return None
        taken = [item for item, at in decided.fixed.items() if at]
        used = self._weights[:, taken].sum(axis=1) + tried @ self._weights[:, free].T
        fits = np.all((used >= self._low) & (used <= self._high), axis=1)
        if not fits.any():
            raise LookupError("aucun des choix que laisse la relaxation ne tient")
        worth = np.where(fits, tried @ np.array([values[item] for item in free], dtype=float), -np.inf)
        best = tried[int(worth.argmax())]
        return tuple(sorted([*taken, *(item for item, at in zip(free, best, strict=True) if at)]))


def _left(leaving: Sequence[tuple[int, float]]) -> np.ndarray | None:
    """Every 0-1 vector whose items leave their value for 1 in all at most; ``None`` when they are too many."""
    tried, spent = np.zeros((1, 0)), np.zeros(1)
    for at, cost in leaving:
        can = spent + cost <= 1
        stay = np.column_stack([tried, np.full(len(tried), float(at))])
        leave = np.column_stack([tried[can], np.full(int(can.sum()), 1.0 - at)])
        tried, spent = np.vstack([stay, leave]), np.concatenate([spent, spent[can] + cost])
        if len(tried) > MOST_TRIED:
            return None
    return tried
