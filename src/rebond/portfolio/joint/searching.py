"""The best point of one undertaking's programme: its relaxation, a few plunges from there, then all of it.

A relaxation takes a millisecond and its bound is near: what is missing is a point. Where one is known that is as near
as is asked, nothing is searched; else a few plunges seek one (``discrepancy``), then HiGHS among the choices that they
or the relaxation make (relaxation induced neighbourhoods: Danna, Rothberg and Le Pape 2005): several times quicker than
the search of all, which starts from what they found. What reduced costs say that no better point does is not searched
(Dantzig, Fulkerson and Johnson 1954).
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
"""Relative gap up to which plunges seldom meet a point near enough: where one is known, all is searched from it."""
_TURNS = 5
"""Choices of a plunge whose other side is looked at."""
_UNUSED, _WITHIN = 1e-7, 1e-4
"""Share from which a relaxation makes a choice; how near the best among these choices is sought."""
_PART = 0.5
"""Of the gap asked, what is not sought for where reduced costs leave choices out."""
_TOLERANCE = 1e-6
"""Of all that could be, what a reduced cost may be wrong by."""
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
    rough: bool = False
    """Whether choices that neither the relaxation nor a plunge makes are left alone, however near the point is."""

    def is_near(self, seen: Seen) -> bool:
        """As near as HiGHS's own tolerances: relative to what is found, or to a tenth of all that could be."""
        return seen.bound - seen.worth <= self.gap * max(abs(seen.bound), max(1.0, self.block.most) / 10)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Seen:
    """The best point found, the one known included, its worth, and what none passes."""

    point: np.ndarray | None
    worth: float
    bound: float
    standing: highspy.Highs | None = None
    """Where the programme stands, with any limits, if the point was found now; ``None``: it was known."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Relaxed:
    """The best point when choices may be shared, its worth, the bound that this gives, the reduced costs there."""

    point: np.ndarray
    worth: float
    bound: float
    costs: np.ndarray
    """What a unit more of a column at its least costs at least, less at its most as a negative number."""


@dataclass(slots=True, kw_only=True, eq=False)
class _Held:
    """The programme of a block as HiGHS takes it, and where its last relaxation ended: the next one starts there."""

    lp: highspy.HighsLp
    kinds: list[highspy.HighsVarType]
    basis: highspy.HighsBasis | None = None


class Searcher:
    """Programmes searched one after the other, in the same solver."""

    def __init__(self) -> None:
        self.highs, self.linear = highspy.Highs(), highspy.Highs()  # type: ignore[no-untyped-call]  # partial types
        for option, value in OPTIONS:
            self.highs.setOptionValue(option, value)
            self.linear.setOptionValue(option, value)
        self.linear.setOptionValue("presolve", "off")
        self._held: dict[Block, _Held] = {}

    def relax(self, block: Block, costs: np.ndarray, limits: Sequence[Limit] = ()) -> Relaxed | None:
        """The best point when choices may be shared. ``None``: the solver found none."""
        held = self._hold(block)
        held.lp.integrality_ = []
        self.linear.passModel(held.lp)
        width = len(block.column_upper)
        self.linear.changeColsCost(width, np.arange(width, dtype=np.int32), costs)
        if held.basis is not None:
            self.linear.setBasis(held.basis)
        add_limits(self.linear, limits)
        self.linear.run()
        if self.linear.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        if not limits:
            held.basis = self.linear.getBasis()
        worth = -self.linear.getInfo().objective_function_value
        solution = self.linear.getSolution()
        return Relaxed(
            point=np.array(solution.col_value),
            worth=worth,
            bound=max(0.0, min(block.most, worth + _NOTHING * block.most)),
            costs=np.array(solution.col_dual),
        )

    def search(self, sought: Sought) -> Seen:
        """A point as near to the best as is asked, if time allows. Raises ``SolverError`` where HiGHS gives up."""
        block = sought.block
        relaxed = self.relax(block, sought.costs, sought.limits)
        bound = block.most if relaxed is None else relaxed.bound
        best = Seen(point=sought.known, worth=sought.worth, bound=bound)
        if sought.is_near(best):
            return best
        if relaxed is None:
            self._pose(sought)
            return self._run(sought, best, sought.gap)
        if sought.known is None or sought.gap > _COARSE:
            best = self._plunge(sought, best, relaxed.point)
            if not sought.is_near(best):
                best = self._around(sought, best, relaxed)
            if sought.rough or sought.is_near(best):
                return best
        return self._all(sought, best, relaxed)

    def _plunge(self, sought: Sought, best: Seen, relaxed: np.ndarray) -> Seen:
        """Better than the best known, if a few plunges from the relaxation, which stands solved, meet it."""
        block = sought.block
        plunge = Plunge(linear=self.linear, block=block, gap=sought.gap, until=sought.until, worth=best.worth)
        met = plunge.run(relaxed, best.bound, turns=_TURNS)
        if met.point is None:
            return replace(best, bound=met.bound)
        return Seen(point=met.point, worth=met.worth, bound=met.bound, standing=self.linear)

    def _around(self, sought: Sought, best: Seen, relaxed: Relaxed) -> Seen:
        """The best among the choices that the relaxation or the point known makes, even in part."""
        used = relaxed.point > _UNUSED
        if best.point is not None:
            used |= best.point > _UNUSED
        gap = min(_WITHIN, sought.gap)
        self._pose(sought)
        self._leave_out(sought.block, best, relaxed, gap, used)
        return replace(self._run(sought, best, gap), bound=best.bound)

    def _all(self, sought: Sought, best: Seen, relaxed: Relaxed) -> Seen:
        """The best of all choices."""
        self._pose(sought)
        near = self._leave_out(sought.block, best, relaxed, sought.gap)
        found = self._run(sought, best, sought.gap)
        return replace(found, bound=min(best.bound, max(found.bound, best.worth + near)))

    def _leave_out(
        self, block: Block, best: Seen, relaxed: Relaxed, gap: float, used: np.ndarray | None = None
    ) -> float:
        """Shut the choices that are not ``used``, and those that no point much better than the best known makes.

        What such a point would be worth beside the best known is returned: none of those shut passes it. The best known
        stays allowed.
        """
        near = _PART * gap * max(best.worth, block.most / 10)
        margin = relaxed.worth - best.worth - near + _TOLERANCE * max(1.0, block.most)
        point = np.zeros(len(relaxed.point)) if best.point is None else best.point
        out = block.integer & (relaxed.point < _UNUSED) & (relaxed.costs > margin)
        if used is not None:
            out |= block.integer & ~used
        self._fix(np.flatnonzero(out & (point < _UNUSED)), 0.0)
        made = block.integer & (relaxed.point > 1.0 - _UNUSED) & (relaxed.costs < -margin) & (point > 1.0 - _UNUSED)
        self._fix(np.flatnonzero(made), 1.0)
        return near

    def _fix(self, columns: np.ndarray, at: float) -> None:
        values = np.full(len(columns), at)
        self.highs.changeColsBounds(len(columns), columns.astype(np.int32), values, values)

    def _pose(self, sought: Sought) -> None:
        held, width = self._hold(sought.block), len(sought.block.column_upper)
        held.lp.integrality_ = held.kinds
        self.highs.passModel(held.lp)
        self.highs.changeColsCost(width, np.arange(width, dtype=np.int32), sought.costs)
        add_limits(self.highs, sought.limits)

    def _hold(self, block: Block) -> _Held:
        held = self._held.get(block)
        if held is None:
            lp = block.programme()
            held = self._held[block] = _Held(lp=lp, kinds=list(lp.integrality_))
        return held

    def _run(self, sought: Sought, best: Seen, gap: float) -> Seen:
        """The programme that stands in ``highs`` searched from the best point known."""
        highs, left = self.highs, sought.until - time.monotonic()
        if left <= 0:
            return best
        if best.point is not None:
            solution = highspy.HighsSolution()
            solution.col_value = best.point.tolist()
            highs.setSolution(solution)
        highs.setOptionValue("mip_rel_gap", gap)
        highs.setOptionValue("mip_abs_gap", gap * max(1.0, sought.block.most) / 10)
        highs.setOptionValue("time_limit", left)
        highs.run()
        status, info = highs.getModelStatus(), highs.getInfo()
        if status not in _DONE:
            told = highs.modelStatusToString(status)
            raise SolverError(f"HiGHS s'est arrêté sur « {told} » ({sought.block.projects[0]})")
        bound = best.bound
        if math.isfinite(info.mip_dual_bound):
            bound = max(0.0, min(bound, -info.mip_dual_bound))
        worth = -info.objective_function_value
        found = info.primal_solution_status == highspy.kSolutionStatusFeasible
        if not found or worth <= best.worth + _NOTHING * max(1.0, best.worth):
            return replace(best, bound=bound)
        return Seen(point=np.array(highs.getSolution().col_value), worth=worth, bound=bound, standing=highs)


def add_limits(highs: highspy.Highs, limits: Sequence[Limit]) -> None:
    """A row for each."""
    for limit in limits:
        count = len(limit.columns)
        highs.addRow(-highspy.kHighsInf, limit.most, count, limit.columns, np.ones(count))
