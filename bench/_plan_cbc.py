"""The model of the engine, row for row, solved by CBC through PuLP: what the engine is compared with.

The rows, bounds and scale are read from ``MilpModel.arrays()``, so that it is literally the same programme; the goals
are sought in the same order and locked with the same grain. PuLP writes each programme to a file and starts CBC as a
process, which is part of its time.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np
import pulp

from rebond.financing.problem.model import FinancingProblem
from rebond.financing.solving.optimize import build_model, goals, split_problem
from rebond.financing.solving.solver import Goal
from rebond.financing.solving.variables import Variables

THOUSAND = 1000.0


def cbc_optimum(problem: FinancingProblem, time_limit: int = 60) -> list[float]:
    """The objectives that CBC reaches, in the order of the goals, summed over independent parts."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # PuLP 3.3 announces its version 4 at every call
        reached = [_solve(build_model(part), time_limit) for part in split_problem(problem)]
    return [sum(values) for values in zip(*reached, strict=True)]


def _solve(variables: Variables, time_limit: int) -> list[float]:
    lp, scale, integer = variables.model.arrays()
    programme = pulp.LpProblem("plan", pulp.LpMaximize)
    columns = [
        pulp.LpVariable(f"x{rank}", low, high, pulp.LpInteger if whole else pulp.LpContinuous)
        for rank, (low, high, whole) in enumerate(zip(lp.col_lower_, lp.col_upper_, integer, strict=True))
    ]
    programme.addVariables(columns)
    starts, index, value = lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_
    for row, (low, high) in enumerate(zip(lp.row_lower_, lp.row_upper_, strict=True)):
        terms = [(columns[index[k]], value[k]) for k in range(starts[row], starts[row + 1])]
        if np.isfinite(low):
            programme += pulp.LpAffineExpression(terms) >= low
        if np.isfinite(high):
            programme += pulp.LpAffineExpression(terms) <= high
    solver = pulp.PULP_CBC_CMD(msg=False, threads=1, gapRel=0, timeLimit=time_limit)
    reached: list[float] = []
    for goal in goals(variables):
        expression, unit = _expression(goal, columns, scale, integer)
        programme.setObjective(expression)
        if programme.solve(solver) != pulp.LpStatusOptimal:
            raise RuntimeError(f"CBC : {pulp.LpStatus[programme.status]}")
        best = float(pulp.value(expression))
        reached.append(best * unit)
        programme += expression >= best - goal.grain / unit
    return reached


def _expression(
    goal: Goal, columns: Sequence[pulp.LpVariable], scale: np.ndarray, integer: np.ndarray
) -> tuple[pulp.LpAffineExpression, float]:
    """A goal over scaled columns, and what one of its units is worth."""
    unit = THOUSAND if any(weight and not integer[column] for column, weight in goal.weights.items()) else 1.0
    terms = [(columns[column], weight * scale[column] / unit) for column, weight in goal.weights.items()]
    return pulp.LpAffineExpression(terms), unit
