"""A 0-1 programme for plain HiGHS: whole coefficients, the best found with a bound, checked in exact arithmetic.

Unlike the plan's engine, which turns HiGHS's search for good solutions off for its few dozen choices, nothing is
turned off here. Floats go in and out of HiGHS alone: values and rows are counted again in whole numbers.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import highspy
import numpy as np

from rebond.errors import SolverError
from rebond.portfolio.choosing.few import FewChoices
from rebond.portfolio.choosing.row import Decided, Row

_OPTIONS: tuple[tuple[str, bool | int | float], ...] = (
    ("output_flag", False),
    ("threads", 1),
    ("random_seed", 20231004),
    ("mip_rel_gap", 0.0),
)
_FEW = 40
"""Free items under which searching for good choices costs more than the proof: measured, 80 ms against 15."""
_SEARCH: tuple[tuple[str, bool | int | float, bool | int | float], ...] = (
    ("mip_heuristic_effort", 0.05, 0.0),
    ("mip_heuristic_run_feasibility_jump", True, False),
    ("mip_heuristic_run_rins", True, False),
    ("mip_heuristic_run_rens", True, False),
    ("mip_heuristic_run_root_reduced_cost", True, False),
    ("mip_allow_restart", True, False),
    ("mip_detect_symmetry", True, False),
    ("mip_pscost_minreliable", 8, 0),
)
"""Option, what it is by default, what it is for few items."""
_TOLERANCES = (1e-6, 1e-9)
"""How far from a whole number a choice may be; the second when the first gives a choice that breaks a row."""
_LARGEST = 10_000_000
"""Values beyond are divided before HiGHS sees them: its tolerances are absolute."""
_NOISE = 1e-9
LEAST_SECONDS = 0.05


class NoChoiceInTimeError(SolverError):
    """Time ran out before any choice was found, or proven to be none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The best choice found: items, exact value, what no choice can pass."""

    chosen: tuple[int, ...]
    value: int
    bound: float
    """Infinite when time ran out before any bound."""
    proven: bool
    seconds: float

    @property
    def gap(self) -> float:
        """Relative distance to the bound."""
        if self.proven:
            return 0.0
        return max(0.0, self.bound - self.value) / max(1, abs(self.value))


class Chooser:
    """Maximises values over the same rows, as often as asked."""

    def __init__(self, count: int, rows: Sequence[Row], *, stop: Callable[[], bool] | None = None) -> None:
        """``stop``: asked now and then while HiGHS searches; once it says yes, time is as good as up."""
        self.count, self.rows, self._stop = count, tuple(rows), stop

    @cached_property
    def _highs(self) -> highspy.Highs:
        highs = highspy.Highs()  # type: ignore[no-untyped-call]  # highspy ships partial types
        for option, value in _OPTIONS:
            highs.setOptionValue(option, value)
        highs.passModel(programme(self.count, self.rows))
        if self._stop is not None:
            highs.cbMipInterrupt += self._asked_to_stop
            highs.cbSimplexInterrupt += self._asked_to_stop
        return highs

    def _asked_to_stop(self, event: highspy.highs.HighsCallbackEvent) -> None:
        if self._stop is not None and self._stop():
            event.interrupt()

    @cached_property
    def _few(self) -> FewChoices:
        return FewChoices(self.count, self.rows)

    def feasible(self, chosen: Iterable[int]) -> bool:
        """Whether a choice keeps every row, exactly."""
        items = tuple(chosen)
        return all(row.holds(items) for row in self.rows)

    def best(
        self,
        values: Sequence[int],
        *,
        seconds: float,
        start: Sequence[int] | None = None,
        decided: Decided | None = None,
    ) -> Choice | None:
        """The choice of highest value among those that the relaxation leaves, if asked; ``None``: there is none.

        When time runs out: the best found, ``start`` or the empty choice at worst. Raises ``NoChoiceInTimeError``
        when none of them is possible.
        """
        began, deadline = time.monotonic(), time.monotonic() + seconds
        fixed = decided.fixed if decided else {}
        if decided and fixed and self._few.is_exact(values):
            try:
                tried = self._few.best(values, decided)
            except LookupError:
                return None
            if tried is not None:
                value = sum(values[item] for item in tried)
                took = time.monotonic() - began
                return Choice(chosen=tried, value=value, bound=float(value), proven=True, seconds=took)
        self._fix(fixed)
        known = self._known(values, start, fixed)
        for tolerance in _TOLERANCES:
            found = self._run(values, tolerance, max(LEAST_SECONDS, deadline - time.monotonic()), known)
            if found is None:
                return None
            chosen, bound, optimal = found
            if chosen is None or self.feasible(chosen):
                break
        else:
            chosen, optimal = None, False
        candidates = [each for each in (chosen, known) if each is not None]
        if not candidates:
            raise NoChoiceInTimeError("aucun choix possible n'a été trouvé dans le temps donné : en donner davantage")
        best = max(candidates, key=lambda each: sum(values[item] for item in each))
        value = sum(values[item] for item in best)
        bound = min(bound, float(sum(max(0, v) if fixed.get(i, 1) else 0 for i, v in enumerate(values))))
        if math.isfinite(bound):
            bound = float(math.floor(bound + _NOISE * max(1.0, abs(bound))))
        proven = optimal or bound <= value
        return Choice(
            chosen=tuple(sorted(best)),
            value=value,
            bound=float(value) if proven else bound,
            proven=proven,
            seconds=time.monotonic() - began,
        )

    def _fix(self, fixed: Mapping[int, int]) -> None:
        low = np.array([fixed.get(item, 0) for item in range(self.count)], dtype=float)
        high = np.array([fixed.get(item, 1) for item in range(self.count)], dtype=float)
        few = self.count - len(fixed) < _FEW and self.count >= _FEW
        for option, usual, for_few in _SEARCH:
            self._highs.setOptionValue(option, for_few if few else usual)
        self._highs.changeColsBounds(self.count, np.arange(self.count, dtype=np.int32), low, high)

    def _known(
        self, values: Sequence[int], start: Sequence[int] | None, fixed: Mapping[int, int]
    ) -> tuple[int, ...] | None:
        """A choice known to be possible, without a search."""
        known = [
            each
            for each in (start, (), None if start is not None else self._greedy(values))
            if each is not None and self.feasible(each) and all((i in each) == bool(at) for i, at in fixed.items())
        ]
        return max((tuple(each) for each in known), key=lambda each: sum(values[i] for i in each), default=None)

    def _greedy(self, values: Sequence[int]) -> tuple[int, ...]:
        """Items by value for the share of each limit that they use, as long as every row holds."""
        used: dict[int, float] = dict.fromkeys(range(self.count), 0.0)
        for row in self.rows:
            for item, weight in row.terms.items():
                used[item] += max(0, weight) / row.high if row.high else 0.0
        reached = [0] * len(self.rows)
        mine: list[list[tuple[int, int]]] = [[] for _ in range(self.count)]
        for rank, row in enumerate(self.rows):
            for item, weight in row.terms.items():
                mine[item].append((rank, weight))
        chosen: list[int] = []
        order = sorted(range(self.count), key=lambda item: values[item] / (used[item] or _NOISE), reverse=True)
        for item in order:
            limits = ((self.rows[rank].high, reached[rank] + weight) for rank, weight in mine[item])
            if values[item] > 0 and all(high is None or total <= high for high, total in limits):
                chosen.append(item)
                for rank, weight in mine[item]:
                    reached[rank] += weight
        return tuple(chosen)

    def _run(
        self, values: Sequence[int], tolerance: float, seconds: float, known: tuple[int, ...] | None
    ) -> tuple[tuple[int, ...] | None, float, bool] | None:
        """Chosen items if any, bound, whether HiGHS proved it; ``None`` when infeasible."""
        highs = self._highs
        largest = max((abs(value) for value in values), default=0)
        unit = -(-largest // _LARGEST) or 1
        step = math.gcd(*values) / unit if values else 1.0
        width = np.arange(self.count, dtype=np.int32)
        # Posed as a minimisation: HiGHS's maximisation has given duals of the other sign.
        highs.changeColsCost(self.count, width, np.array([-value / unit for value in values], dtype=float))
        highs.setOptionValue("mip_abs_gap", max(1e-6, 0.9 * step))
        highs.setOptionValue("mip_feasibility_tolerance", tolerance)
        highs.setOptionValue("time_limit", seconds)
        highs.clearSolver()
        if known is not None:
            solution = highspy.HighsSolution()
            taken = set(known)
            solution.col_value = [float(item in taken) for item in range(self.count)]
            highs.setSolution(solution)
        highs.run()
        status, info = highs.getModelStatus(), highs.getInfo()
        if status == highspy.HighsModelStatus.kInfeasible:
            return None
        if status not in _ANSWERS:
            raise SolverError(f"HiGHS s'est arrêté sur « {highs.modelStatusToString(status)} »")
        chosen = None
        if info.primal_solution_status == highspy.kSolutionStatusFeasible:
            columns = highs.getSolution().col_value
            chosen = tuple(item for item in range(self.count) if round(columns[item]) == 1)
        bound = -info.mip_dual_bound * unit
        optimal = status not in _CUT_SHORT
        return chosen, bound if math.isfinite(bound) else math.inf, optimal


_CUT_SHORT = (highspy.HighsModelStatus.kTimeLimit, highspy.HighsModelStatus.kInterrupt)
_ANSWERS = (
    highspy.HighsModelStatus.kOptimal,
    *_CUT_SHORT,
    highspy.HighsModelStatus.kModelEmpty,
)


def programme(count: int, rows: Sequence[Row]) -> highspy.HighsLp:
    """The rows as HiGHS takes them, each brought to coefficients of a thousand at most."""
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = count, len(rows)
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = (
        np.zeros(count),
        np.zeros(count),
        np.ones(count),
    )
    scales = row_scales(rows)
    lp.row_lower_ = np.array(
        [-highspy.kHighsInf if row.low is None else row.low / s for row, s in zip(rows, scales, strict=True)]
    )
    lp.row_upper_ = np.array(
        [highspy.kHighsInf if row.high is None else row.high / s for row, s in zip(rows, scales, strict=True)]
    )
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    starts = np.cumsum([0, *(len(row.terms) for row in rows)])
    lp.a_matrix_.start_ = starts.astype(np.int32)
    lp.a_matrix_.index_ = np.array([item for row in rows for item in row.terms], dtype=np.int32)
    lp.a_matrix_.value_ = np.array(
        [w / s for row, s in zip(rows, scales, strict=True) for w in row.terms.values()], dtype=float
    )
    lp.integrality_ = [highspy.HighsVarType.kInteger] * count
    return lp


def row_scales(rows: Sequence[Row]) -> np.ndarray:
    """What each row is divided by there."""
    return np.array([2.0 ** math.frexp(max(map(abs, row.terms.values()), default=1) / 1000)[1] for row in rows])
