"""Every non-dominated portfolio, when they are few enough to be held: projects are added one by one.

A partial portfolio goes as soon as another one is worth at least as much for every weight and mark, more for some, and
leaves as much room under every limit: whatever completes the first completes the other (Liesiö, Mild and Salo 2007,
section 4). Exact: floats hold whole numbers under 2^53 as they are, and the sums that would pass it are refused.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np

from rebond.portfolio.choosing.row import Row
from rebond.portfolio.robust.cone import Ray
from rebond.portfolio.robust.model import Portfolio, RobustProblem

MOST_HELD = 6000
_MOST_ASKED = 30_000
"""The same when the count itself is asked, in the time given: some hundred megabytes."""
QUICK = 200_000_000
"""Comparisons (portfolios two by two, at each extreme weight) that take about two seconds: counted, not timed, so that
the same problem gets the same definition on any machine."""
_EXACT = 2.0**53


def non_dominated(
    problem: RobustProblem, weights: Sequence[Ray], *, deadline: float, most_work: int | None = None
) -> list[Portfolio] | None:
    """All non-dominated portfolios; ``None`` when they, or the partial ones, are too many to hold, or time is short.

    ``most_work``: comparisons after which it gives up.
    """
    low = np.array([problem.values(problem.low, ray) for ray in weights], dtype=float).T
    high = np.array([problem.values(problem.high, ray) for ray in weights], dtype=float).T
    uses = [max((abs(weight) for weight in row.terms.values()), default=0) for row in problem.rows]
    largest = max([float(np.abs(high).max(initial=0.0)), float(np.abs(low).max(initial=0.0)), *map(float, uses)])
    if largest * 2 * (len(problem.projects) + 1) * max(1, len(weights)) >= _EXACT:
        return None
    limits = _Limits(problem.rows, len(problem.projects))
    order = np.argsort(-limits.weights.sum(axis=0), kind="stable") if len(problem.rows) else range(len(low))
    held = np.zeros((1, len(problem.projects)))
    left = list(map(int, order))
    work = 0
    most = _MOST_ASKED if most_work is None else MOST_HELD
    for project in map(int, order):
        left.remove(project)
        added = held.copy()
        added[:, project] = 1
        held = np.vstack([held, added])
        held = held[limits.possible(held, left)]
        work += len(held) ** 2 * len(weights)
        if len(held) > most or time.monotonic() > deadline or (most_work is not None and work > most_work):
            return None
        # Projects whose turn has not come are in none of them.
        met = [p for p in range(len(low)) if p not in left]
        kept = _undominated(held[:, met], limits.clipped(held, left), low[met], high[met], deadline)
        if kept is None:
            return None
        held = held[kept]
    return sorted(tuple(map(int, np.flatnonzero(row))) for row in held)


class _Limits:
    """Rows as arrays of upper limits."""

    def __init__(self, rows: Sequence[Row], count: int) -> None:
        weights, rooms = [], []
        for row in rows:
            dense = np.zeros(count)
            for item, weight in row.terms.items():
                dense[item] = weight
            if row.high is not None:
                weights.append(dense)
                rooms.append(row.high)
            if row.low is not None:
                weights.append(-dense)
                rooms.append(-row.low)
        self.weights = np.array(weights).reshape(len(weights), count)
        self.rooms = np.array(rooms, dtype=float)

    def possible(self, held: np.ndarray, left: list[int]) -> np.ndarray:
        """Which partial portfolios can still be completed, row by row."""
        least = np.minimum(self.weights[:, left], 0).sum(axis=1)
        return np.asarray(np.all(held @ self.weights.T + least <= self.rooms, axis=1))

    def clipped(self, held: np.ndarray, left: list[int]) -> np.ndarray:
        """What is used of each limit, none less than what no completion can make matter."""
        most = np.maximum(self.weights[:, left], 0).sum(axis=1)
        return np.asarray(np.maximum(held @ self.weights.T, self.rooms - most))


def _undominated(
    held: np.ndarray, used: np.ndarray, low: np.ndarray, high: np.ndarray, deadline: float
) -> np.ndarray | None:
    """Ranks of the partial portfolios that no other one dominates."""
    # Whoever dominates is worth more at the centre of what is possible: it comes first.
    order = np.argsort(-(held @ (low + high).sum(axis=1)), kind="stable")
    alive = np.ones(len(held), dtype=bool)
    exact = held @ low if np.array_equal(low, high) else None
    for place, rank in enumerate(order):
        if not alive[rank]:
            continue
        if place % 64 == 0 and time.monotonic() > deadline:
            return None
        others = order[place + 1 :]
        others = others[alive[others]]
        if not len(others):
            break
        others = others[np.all(used[rank] <= used[others], axis=1)]
        if exact is not None:
            leads = exact[rank] - exact[others]
            alive[others[np.all(leads >= 0, axis=1) & np.any(leads > 0, axis=1)]] = False
            continue
        mine = held[rank][:, None]
        worst = (mine * low).sum(axis=0) - held[others] @ (mine * low + (1 - mine) * high)
        others = others[np.all(worst >= 0, axis=1)]
        best = (mine * high).sum(axis=0) - held[others] @ (mine * high + (1 - mine) * low)
        alive[others[np.any(best > 0, axis=1)]] = False
    return np.flatnonzero(alive)
