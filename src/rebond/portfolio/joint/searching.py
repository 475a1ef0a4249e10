"""The best point of one undertaking's programme: its relaxation, a few plunges from there, then all of it.

A relaxation takes a millisecond and its bound is near: what is missing is a point. Where one is known that is as near
as is asked, nothing is searched; else a few plunges seek one (``discrepancy``), several times quicker than the search
of all, which starts from what they found.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import highspy
import numpy as np

from rebond.errors import SolverError
from rebond.portfolio.joint.blocks import Block
from rebond.portfolio.joint.discrepancy import Plunge

OPTIONS: tuple[tuple[str, bool | int | float | str], ...] = (
    ("output_flag", False),
    ("threads", 1),
    ("random_seed", 20231004),
    # A block has a few dozen choices: searching for good solutions costs more than the proof. What rounds a relaxation
    # costs nothing, and ends most searches at the root.
    ("mip_heuristic_effort", 0.0),
    ("mip_heuristic_run_feasibility_jump", False),
    ("mip_heuristic_run_zi_round", True),
    ("mip_heuristic_run_shifting", True),
    ("mip_allow_restart", False),
    ("mip_detect_symmetry", False),
    # Cuts of a few dozen rows are soon found again: keeping many makes every linear programme slower.
    ("mip_pool_age_limit", 5),
    ("mip_pool_soft_limit", 100),
    ("mip_feasibility_tolerance", 1e-7),
)
_NOTHING = 1e-9
_COARSE = 2e-3
"""Relative gap up to which plunges seldom meet a point near enough: all is searched at once."""
_TURNS = 5
"""Choices of a plunge whose other side is looked at."""
_DONE = (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kTimeLimit)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Limit:
    """At most so much of the sum of some columns."""

    columns: np.ndarray
    most: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sought:
    """A programme to maximise: what HiGHS minimises, limits beside its rows, a point known of it, how near to stop."""

    block: Block
    costs: np.ndarray
    limits: Sequence[Limit]
    known: np.ndarray | None
    worth: float
    """Of the point known; 0 without one: to do nothing is always possible."""
    gap: float
    until: float
    """On the clock ``time.monotonic``."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Seen:
    """The best point found, the one known included, and what none passes."""

    point: np.ndarray | None
    bound: float
    standing: highspy.Highs | None = None
    """Where the programme stands, with any limits, if the point was found now."""

    @property
    def fresh(self) -> bool:
        """Whether the point was found now."""
        return self.standing is not None


class Searcher:
    """Programmes searched one after the other, in the same solver."""

    def __init__(self) -> None:
        self.highs, self.linear = highspy.Highs(), highspy.Highs()  # type: ignore[no-untyped-call]  # partial types
        for option, value in OPTIONS:
            self.highs.setOptionValue(option, value)
            self.linear.setOptionValue(option, value)
        self.linear.setOptionValue("presolve", "off")

    def relax(self, block: Block, costs: np.ndarray, limits: Sequence[Limit] = ()) -> tuple[np.ndarray, float] | None:
        """The best point when choices may be shared, and what it is worth: a bound. ``None``: the solver found none."""
        lp = block.programme()
        lp.integrality_ = []
        lp.col_cost_ = costs
        self.linear.passModel(lp)
        add_limits(self.linear, limits)
        self.linear.run()
        if self.linear.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        worth = -self.linear.getInfo().objective_function_value
        return np.array(self.linear.getSolution().col_value), max(0.0, min(block.most, worth + _NOTHING * block.most))

    def search(self, sought: Sought) -> Seen:
        """A point as near to the best as is asked, if time allows. Raises ``SolverError`` where HiGHS gives up."""
        block = sought.block
        relaxed = self.relax(block, sought.costs, sought.limits)
        bound = block.most if relaxed is None else relaxed[1]
        best, worth = Seen(point=sought.known, bound=bound), sought.worth
        near = _tolerance(sought.gap, block.most, bound)
        if bound - worth <= near:
            return best
        if relaxed is not None and sought.gap > _COARSE:
            plunge = Plunge(linear=self.linear, block=block, gap=sought.gap, until=sought.until, worth=worth)
            met = plunge.run(*relaxed, turns=_TURNS)
            bound = min(bound, met.bound)
            near = _tolerance(sought.gap, block.most, bound)
            best = replace(best, bound=bound)
            if met.point is not None:
                best, worth = Seen(point=met.point, bound=bound, standing=self.linear), met.worth
            if bound - worth <= near:
                return best
        self.highs.passModel(block.programme())
        width = len(block.column_upper)
        self.highs.changeColsCost(width, np.arange(width, dtype=np.int32), sought.costs)
        add_limits(self.highs, sought.limits)
        point, value, proven = self._run(sought, best.point)
        bound = max(0.0, min(bound, proven))
        if point is not None and value > worth + _NOTHING * max(1.0, worth):
            return Seen(point=point, bound=bound, standing=self.highs)
        return replace(best, bound=bound)

    def _run(self, sought: Sought, start: np.ndarray | None) -> tuple[np.ndarray | None, float, float]:
        """The point found, its worth, and the bound."""
        highs, left = self.highs, sought.until - time.monotonic()
        if left <= 0:
            return None, 0.0, math.inf
        if start is not None:
            solution = highspy.HighsSolution()
            solution.col_value = start.tolist()
            highs.setSolution(solution)
        highs.setOptionValue("mip_rel_gap", sought.gap)
        highs.setOptionValue("mip_abs_gap", sought.gap * max(1.0, sought.block.most) / 10)
        highs.setOptionValue("time_limit", left)
        highs.run()
        status, info = highs.getModelStatus(), highs.getInfo()
        if status not in _DONE:
            told = highs.modelStatusToString(status)
            raise SolverError(f"HiGHS s'est arrêté sur « {told} » ({sought.block.projects[0]})")
        bound = -info.mip_dual_bound if math.isfinite(info.mip_dual_bound) else math.inf
        if info.primal_solution_status != highspy.kSolutionStatusFeasible:
            return None, 0.0, bound
        return np.array(highs.getSolution().col_value), -info.objective_function_value, bound


def add_limits(highs: highspy.Highs, limits: Sequence[Limit]) -> None:
    """A row for each."""
    for limit in limits:
        count = len(limit.columns)
        highs.addRow(-highspy.kHighsInf, limit.most, count, limit.columns, np.ones(count))


def _tolerance(gap: float, most: float, bound: float) -> float:
    """As HiGHS's own: relative to what is found, or to all that could be."""
    return gap * max(abs(bound), max(1.0, most) / 10)
