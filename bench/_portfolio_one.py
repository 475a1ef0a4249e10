"""The same territory in one programme: by HiGHS, and by CBC through PuLP, which writes it to a file and starts CBC."""

from __future__ import annotations

import re
import tempfile
import warnings
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pulp

from rebond.portfolio.joint.generated import territory
from rebond.portfolio.joint.undertakings import compile_undertaking, limits_of
from rebond.portfolio.joint.whole import Group, programme, solve_whole

_SAID = re.compile(r"^Lower bound:\s*(\S+)", re.MULTILINE)
_REACHED = re.compile(r"^Objective value:\s*(\S+)", re.MULTILINE)
_BROKEN = 1e-4
"""Thousands of euros by which a row may be passed."""


def highs_alone(projects: int, schemes: int, seed: int, seconds: float) -> Mapping[str, float | None]:
    """One programme in HiGHS, its own options, one thread."""
    found = solve_whole(_group(projects, schemes, seed), margin=0.0, seconds=seconds, gap=0.0)
    return {"value": None if found.points is None else found.value, "bound": found.bound}


def cbc_alone(projects: int, schemes: int, seed: int, seconds: float) -> Mapping[str, float | None]:
    """One programme in CBC: the value of its point if every row holds there, and the bound that its log tells."""
    lp = programme(_group(projects, schemes, seed), margin=0.0)
    starts, index, value = lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_
    low, high = np.array(lp.row_lower_), np.array(lp.row_upper_)
    with warnings.catch_warnings(), tempfile.TemporaryDirectory() as folder:
        warnings.simplefilter("ignore", DeprecationWarning)  # PuLP 3.3 announces its version 4 at every call
        model = pulp.LpProblem("territoire", pulp.LpMinimize)
        columns = [
            pulp.LpVariable(f"x{rank}", 0, top, pulp.LpInteger if kind.value else pulp.LpContinuous)
            for rank, (top, kind) in enumerate(zip(lp.col_upper_, lp.integrality_, strict=True))
        ]
        model.addVariables(columns)
        model.setObjective(pulp.LpAffineExpression(list(zip(columns, lp.col_cost_, strict=True))))
        for row in range(lp.num_row_):
            terms = [(columns[index[k]], value[k]) for k in range(starts[row], starts[row + 1])]
            if np.isfinite(low[row]):
                model += pulp.LpAffineExpression(terms) >= low[row]
            if np.isfinite(high[row]):
                model += pulp.LpAffineExpression(terms) <= high[row]
        log = Path(folder) / "cbc.log"
        solver = pulp.PULP_CBC_CMD(msg=False, threads=1, timeLimit=seconds, gapRel=0, logPath=str(log))
        solver.tmpDir = folder
        model.solve(solver)
        bound = _bound(log.read_text(errors="replace"))
    point = np.array([column.varValue or 0.0 for column in columns])
    rows = np.repeat(np.arange(lp.num_row_), np.diff(starts))
    reached = np.bincount(rows, weights=np.array(value) * point[np.array(index)], minlength=lp.num_row_)
    whole = np.array([kind.value for kind in lp.integrality_], dtype=bool)
    held = (reached <= high + _BROKEN).all() and (reached >= low - _BROKEN).all()
    held = held and (np.abs(point - np.round(point))[whole] <= _BROKEN).all()
    return {"value": float(-np.array(lp.col_cost_) @ point) if held else None, "bound": bound}


def _bound(log: str) -> float | None:
    """What CBC proved, by its last words: PuLP keeps none of it. The goal is posed as a minimisation."""
    said = _SAID.findall(log)
    optimal = "Result - Optimal solution found" in log
    if optimal:
        said = _REACHED.findall(log)
    return -float(said[-1]) if said else None


def _group(projects: int, schemes: int, seed: int) -> Group:
    drawn = territory(projects, schemes, seed=seed)
    blocks = [compile_undertaking(drawn, part, values) for _, part, values in drawn.share(0, 1)]
    room = limits_of(drawn)
    return Group(blocks=blocks, room=room, starts=[None] * len(blocks))
