"""A point of one undertaking's programme, by fixing what its relaxation makes in part, one choice after the other.

What the relaxation wants most, though not whole, is made whole, and the rest is sought again from where the simplex
stands: a few linear programmes, each far quicker than a search of all. Then the other side of a few of these choices,
the most promising first: limited discrepancy search (Harvey and Ginsberg 1995). What was left aside bounds the rest.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import highspy
import numpy as np

from rebond.portfolio.joint.blocks import Block

_WHOLE = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Node:
    """What choices may be, and what no point passes there: the other side of a choice that was made."""

    low: np.ndarray
    high: np.ndarray
    most: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Plunged:
    """The best point met that is worth more than the one known, its worth, and what none passes."""

    point: np.ndarray | None
    worth: float
    bound: float


@dataclass(slots=True, kw_only=True)
class Plunge:
    """A search of a programme whose relaxation stands solved in ``linear``."""

    linear: highspy.Highs
    block: Block
    gap: float
    """Relative to what is found, or to a tenth of all that could be: how near to the best is near enough."""
    until: float
    """On the clock ``time.monotonic``."""
    worth: float
    """Of the best point known."""
    point: np.ndarray | None = None
    aside: float = 0.0
    """What none of the points left aside passes."""
    choices: np.ndarray = field(init=False)
    open: list[_Node] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.choices = np.flatnonzero(self.block.integer).astype(np.int32)

    @property
    def near(self) -> float:
        """What is not worth seeking for, beside the best point known."""
        return self.gap * max(self.worth, self.block.most / 10)

    def run(self, relaxed: np.ndarray, bound: float, turns: int) -> Plunged:
        """Down from the relaxation, then from the other side of ``turns`` of the choices made."""
        high = self.block.column_upper[self.choices].copy()
        self._down(_Node(low=np.zeros(len(high)), high=high, most=bound), relaxed)
        while self.open and turns and bound - self.worth > self.near and time.monotonic() < self.until:
            turns -= 1
            node = max(self.open, key=lambda each: each.most)
            if node.most <= self.worth + self.near:
                break
            self.open.remove(node)
            self._fix(self.choices, node.low, node.high)
            found = self._solve(node.most)
            if found is not None:
                self._down(_Node(low=node.low, high=node.high, most=found[1]), found[0])
        left = max((node.most for node in self.open), default=0.0)
        return Plunged(
            point=self.point, worth=self.worth, bound=min(bound, max(left, self.aside, self.worth + self.near))
        )

    def _down(self, node: _Node, point: np.ndarray) -> None:
        low, high, most = node.low.copy(), node.high.copy(), node.most
        while most > self.worth + self.near:
            shares = point[self.choices]
            partly = np.flatnonzero(np.abs(shares - np.round(shares)) > _WHOLE)
            if not len(partly):
                # What it is worth, without what a bound adds for the solver's tolerance.
                worth = -self.linear.getInfo().objective_function_value
                if worth > self.worth:
                    self.worth, self.point = worth, point
                return
            if time.monotonic() > self.until:
                self.aside = max(self.aside, most)
                return
            first = partly[np.argmax(shares[partly])]
            other = high.copy()
            other[first] = 0.0
            self.open.append(_Node(low=low.copy(), high=other, most=most))
            low[first] = 1.0
            found = self._set(first, 1.0, 1.0, most)
            if found is None:
                # Nothing there that is worth it: the other side is all that is left.
                self.open.pop()
                low[first], high[first] = 0.0, 0.0
                found = self._set(first, 0.0, 0.0, most)
            if found is None:
                return
            point, most = found

    def _set(self, choice: int, low: float, high: float, most: float) -> tuple[np.ndarray, float] | None:
        self._fix(self.choices[[choice]], np.array([low]), np.array([high]))
        return self._solve(most)

    def _fix(self, columns: np.ndarray, low: np.ndarray, high: np.ndarray) -> None:
        self.linear.changeColsBounds(len(columns), columns, low, high)

    def _solve(self, most: float) -> tuple[np.ndarray, float] | None:
        """The best point when the other choices may be shared, and its worth; ``None``: there is none."""
        self.linear.run()
        status = self.linear.getModelStatus()
        if status == highspy.HighsModelStatus.kOptimal:
            worth = -self.linear.getInfo().objective_function_value
            return np.array(self.linear.getSolution().col_value), min(most, worth)
        if status != highspy.HighsModelStatus.kInfeasible:
            # The solver gave up: nothing is proven of what is under this choice.
            self.aside = max(self.aside, most)
        return None
