"""Several undertakings in one programme, budgets as rows: exact for a few, the polish of a choice for many."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import highspy
import numpy as np

from rebond.portfolio.joint.blocks import Block

_OPTIONS: tuple[tuple[str, bool | int | float], ...] = (
    ("output_flag", False),
    ("threads", 1),
    ("random_seed", 20231004),
    ("mip_feasibility_tolerance", 1e-7),
)
_UNUSED = 0.5
"""Under which a choice is not made."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Group:
    """Blocks planned together within a room, each with a point that keeps its rows (``None``: none is known)."""

    blocks: Sequence[Block]
    room: np.ndarray
    starts: Sequence[np.ndarray | None]
    among: Sequence[np.ndarray] | None = None
    """Points whose choices alone are searched: what none of them makes is left out."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Whole:
    """What one programme of all blocks gave: the value of the best point found (none: 0), its bound, the point."""

    value: float
    bound: float
    points: Sequence[np.ndarray] | None


def solve_whole(group: Group, *, margin: float, seconds: float, gap: float) -> Whole:
    """The best plans of the blocks within the room, in one programme.

    ``margin``: what each block leaves of each budget that it draws on, for its whole euros.
    """
    highs = highspy.Highs()  # type: ignore[no-untyped-call]  # highspy ships partial types
    for option, value in _OPTIONS:
        highs.setOptionValue(option, value)
    highs.passModel(programme(group, margin=margin))
    highs.setOptionValue("mip_rel_gap", gap)
    highs.setOptionValue("time_limit", seconds)
    if group.among is not None:
        made = np.concatenate(group.among) > _UNUSED
        out = np.flatnonzero(np.concatenate([block.integer for block in group.blocks]) & ~made).astype(np.int32)
        highs.changeColsBounds(len(out), out, np.zeros(len(out)), np.zeros(len(out)))
    points = [p for p in group.starts if p is not None]
    if len(points) == len(group.blocks):
        solution = highspy.HighsSolution()
        solution.col_value = list(np.concatenate(points)) if points else []
        highs.setSolution(solution)
    highs.run()
    info = highs.getInfo()
    bound = -info.mip_dual_bound if math.isfinite(info.mip_dual_bound) else math.inf
    bound = min(bound, sum(block.most for block in group.blocks))
    if info.primal_solution_status != highspy.kSolutionStatusFeasible:
        return Whole(value=0.0, bound=bound, points=None)
    point = np.array(highs.getSolution().col_value)
    cuts = np.cumsum([len(block.column_upper) for block in group.blocks])[:-1]
    return Whole(value=-info.objective_function_value, bound=bound, points=np.split(point, cuts))


def programme(group: Group, *, margin: float) -> highspy.HighsLp:
    """The rows of every block, then one a budget."""
    blocks = group.blocks
    firsts = np.cumsum([0, *(len(block.column_upper) for block in blocks)])
    lp = highspy.HighsLp()
    lp.num_col_ = int(firsts[-1])
    starts, columns, weights = [np.zeros(1, dtype=np.int64)], [], []
    end = 0
    for first, block in zip(firsts[:-1], blocks, strict=True):
        starts.append(block.starts[1:].astype(np.int64) + end)
        columns.append(block.columns + first)
        weights.append(block.weights)
        end += len(block.weights)
    lower = [block.row_lower for block in blocks]
    upper = [block.row_upper for block in blocks]
    spending = np.concatenate([f + block.spending for f, block in zip(firsts[:-1], blocks, strict=True)])
    budget_of = np.concatenate([block.budget_of for block in blocks])
    drawn = np.zeros(len(group.room))
    for block in blocks:
        drawn[np.unique(block.budget_of)] += 1
    used = np.flatnonzero(drawn)
    for rank in used:
        mine = spending[budget_of == rank]
        end += len(mine)
        starts.append(np.array([end]))
        columns.append(mine)
        weights.append(np.ones(len(mine)))
    lower.append(np.full(len(used), -highspy.kHighsInf))
    upper.append(np.maximum(0.0, group.room - margin * drawn)[used])
    lp.row_lower_, lp.row_upper_ = np.concatenate(lower), np.concatenate(upper)
    lp.num_row_ = len(lp.row_upper_)
    lp.col_cost_ = -np.concatenate([block.gains for block in blocks])
    lp.col_lower_ = np.zeros(lp.num_col_)
    lp.col_upper_ = np.concatenate([block.column_upper for block in blocks])
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.concatenate(starts).astype(np.int32)
    lp.a_matrix_.index_ = np.concatenate(columns).astype(np.int32)
    lp.a_matrix_.value_ = np.concatenate(weights)
    kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
    lp.integrality_ = [kinds[int(whole)] for block in blocks for whole in block.integer]
    return lp
