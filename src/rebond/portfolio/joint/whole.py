"""Every undertaking in one programme: exact for a few, where a bound by prices leaves a gap that whole choices close."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import highspy
import numpy as np

from rebond.portfolio.joint.blocks import Block
from rebond.portfolio.joint.pricing import MARGIN, Way

_OPTIONS: tuple[tuple[str, bool | int | float], ...] = (
    ("output_flag", False),
    ("threads", 1),
    ("random_seed", 20231004),
    ("mip_feasibility_tolerance", 1e-7),
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Found:
    """What the one programme gave: which projects are financed (none found: ``None``), and its bound."""

    financed: tuple[tuple[bool, ...], ...] | None
    bound: float


def solve_whole(
    blocks: Sequence[Block], budgets: np.ndarray, *, start: Sequence[Way], bound: float, gap: float, seconds: float
) -> Found:
    """The best choice of all blocks within the budgets; ``bound``: one known before, which no choice passes."""
    highs = highspy.Highs()  # type: ignore[no-untyped-call]  # highspy ships partial types
    for option, value in _OPTIONS:
        highs.setOptionValue(option, value)
    firsts = np.cumsum([0, *(len(block.column_upper) for block in blocks)])
    highs.passModel(_programme(blocks, budgets, firsts, bound))
    highs.setOptionValue("mip_rel_gap", gap)
    highs.setOptionValue("time_limit", seconds)
    known = {way.block: way.financed for way in start}
    index, values = [], []
    for number, block in enumerate(blocks):
        chosen = known.get(number, (False,) * len(block.projects))
        index += [int(firsts[number] + column) for column in block.financed]
        values += [float(each) for each in chosen]
    highs.setSolution(len(index), np.array(index, dtype=np.int32), np.array(values))
    highs.run()
    info = highs.getInfo()
    proven = -info.mip_dual_bound if math.isfinite(info.mip_dual_bound) else math.inf
    if info.primal_solution_status != highspy.kSolutionStatusFeasible:
        return Found(financed=None, bound=min(bound, proven))
    point = np.array(highs.getSolution().col_value)
    financed = tuple(
        tuple(bool(at > 0.5) for at in point[first + block.financed])
        for first, block in zip(firsts[:-1], blocks, strict=True)
    )
    return Found(financed=financed, bound=min(bound, proven))


def _programme(blocks: Sequence[Block], budgets: np.ndarray, firsts: np.ndarray, bound: float) -> highspy.HighsLp:
    lp = highspy.HighsLp()
    lp.num_col_ = int(firsts[-1])
    costs = np.zeros(lp.num_col_)
    starts, columns, weights = [np.zeros(1, dtype=np.int64)], [], []
    rows = 0
    for first, block in zip(firsts[:-1], blocks, strict=True):
        costs[first + block.financed] = -block.values
        starts.append(block.starts[1:].astype(np.int64) + sum(map(len, weights)))
        columns.append(block.columns + first)
        weights.append(block.weights)
        rows += len(block.row_lower)
    lower = [block.row_lower for block in blocks]
    upper = [block.row_upper for block in blocks]
    end = sum(map(len, weights))
    for rank, budget in enumerate(budgets):
        mine = [f + block.spending[block.budget_of == rank] for f, block in zip(firsts[:-1], blocks, strict=True)]
        taken = np.concatenate(mine) if mine else np.zeros(0, dtype=np.int64)
        end += len(taken)
        starts.append(np.array([end]))
        columns.append(taken)
        weights.append(np.ones(len(taken)))
        # A euro in a thousand is left for the whole euros of each undertaking.
        touched = sum(1 for each in mine if len(each))
        lower.append(np.array([-highspy.kHighsInf]))
        upper.append(np.array([max(0.0, float(budget) - (MARGIN * touched if touched > 1 else 0.0))]))
    valued = np.flatnonzero(costs)
    end += len(valued)
    starts.append(np.array([end]))
    columns.append(valued)
    weights.append(-costs[valued])
    lower.append(np.array([-highspy.kHighsInf]))
    upper.append(np.array([bound]))
    lp.num_row_ = rows + len(budgets) + 1
    lp.col_cost_ = costs
    lp.col_lower_ = np.zeros(lp.num_col_)
    lp.col_upper_ = np.concatenate([block.column_upper for block in blocks])
    lp.row_lower_, lp.row_upper_ = np.concatenate(lower), np.concatenate(upper)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.concatenate(starts).astype(np.int32)
    lp.a_matrix_.index_ = np.concatenate(columns).astype(np.int32)
    lp.a_matrix_.value_ = np.concatenate(weights)
    kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
    lp.integrality_ = [kinds[int(whole)] for block in blocks for whole in block.integer]
    return lp
