"""A block: the projects of one single undertaking under every rule of the plan, as arrays that HiGHS takes.

Rules bind within an undertaking (ceilings, de minimis account, exclusions); beyond it projects meet in the budgets
that they share, and nowhere else. Amounts are thousands of euros here, as everywhere near HiGHS.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import highspy
import numpy as np

from rebond.financing.problem.model import FinancingProblem, ProjectProblem
from rebond.financing.solving.engine import THOUSAND
from rebond.financing.solving.optimize import build_model
from rebond.portfolio.select import define_financed


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Block:
    """The programme of one undertaking, with where its projects and the shared budgets stand in it."""

    projects: tuple[str, ...]
    gains: np.ndarray
    """Worth of a unit of each column, the value of what is financed included."""
    most: float
    """What no plan of the undertaking can pass."""
    financed: np.ndarray
    """Column of each project that is 1 only when its whole need is covered."""
    spending: np.ndarray
    """Columns of the euros that come from a shared budget."""
    budget_of: np.ndarray
    """For each of them, the rank of its budget."""
    column_upper: np.ndarray
    row_lower: np.ndarray
    row_upper: np.ndarray
    starts: np.ndarray
    columns: np.ndarray
    weights: np.ndarray
    integer: np.ndarray

    def programme(self) -> highspy.HighsLp:
        """The rows and columns, without anything to seek."""
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = len(self.column_upper), len(self.row_lower)
        lp.col_cost_ = np.zeros(lp.num_col_)
        lp.col_lower_, lp.col_upper_ = np.zeros(lp.num_col_), self.column_upper
        lp.row_lower_, lp.row_upper_ = self.row_lower, self.row_upper
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = self.starts, self.columns, self.weights
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        lp.integrality_ = [kinds[int(whole)] for whole in self.integer]
        return lp

    @property
    def mark(self) -> str:
        """What tells it from any other block: its projects, every row, bound and worth of it."""
        told = hashlib.sha256(repr((self.projects, self.most)).encode())
        for part in (
            self.gains,
            self.financed,
            self.spending,
            self.budget_of,
            self.column_upper,
            self.row_lower,
            self.row_upper,
            self.starts,
            self.columns,
            self.weights,
            self.integer,
        ):
            told.update(f"{part.dtype.str} {part.shape}".encode())
            told.update(np.ascontiguousarray(part).tobytes())
        return told.hexdigest()

    def costs(self, prices: np.ndarray) -> np.ndarray:
        """What HiGHS minimises: the price of what is taken from shared budgets, less what the plan is worth."""
        costs = -self.gains
        costs[self.spending] += prices[self.budget_of]
        return costs

    def worth(self, point: np.ndarray) -> float:
        """What a point is worth, prices apart."""
        return float(self.gains @ point)

    def spent(self, point: np.ndarray, count: int) -> np.ndarray:
        """What a point takes from each of the ``count`` shared budgets, in thousands of euros."""
        return np.bincount(self.budget_of, weights=point[self.spending], minlength=count)


def split_by_undertaking(problem: FinancingProblem) -> list[FinancingProblem]:
    """The problem of each undertaking, in the order of its first project; budgets stay those of all."""
    groups: dict[str, list[ProjectProblem]] = {}
    for project in problem.projects:
        groups.setdefault(project.undertaking, []).append(project)
    return [replace(problem, projects=tuple(group)) for group in groups.values()]


def compile_block(
    part: FinancingProblem,
    values: Mapping[str, Decimal],
    shared: Sequence[str],
    *,
    per_thousand: float = 0.0,
    per_file: float = 0.0,
) -> Block:
    """The block of an undertaking; ``shared``: keys of the budgets that others draw on too, in order.

    Beside the value of what is financed whole, a thousand euros of aid (in gross grant equivalent) may be worth
    something, and a file cost something: ``per_thousand``, ``per_file``, in the unit of the values.
    """
    variables = build_model(part, tight=True)
    financed = define_financed(part.projects, variables)
    rank = {budget: number for number, budget in enumerate(shared)}
    spending = [
        (column, rank[use.offer.budget])
        for use in variables.uses
        if use.offer.budget in rank
        for column, _ in variables.terms(use)
    ]
    lp, _, integer = variables.model.arrays()
    gains = np.zeros(len(integer))
    for use in variables.uses:
        gains[[column for column, _ in variables.terms(use)]] = per_thousand * float(use.offer.benefit_per_euro)
        gains[variables.chosen[use.key]] = -per_file
    gains[list(financed.values())] = [float(values[project]) for project in financed]
    benefit = max((float(use.offer.benefit_per_euro) for use in variables.uses), default=0.0)
    need = sum(float(project.payable_need) for project in part.projects) / THOUSAND
    own = np.array([float(values[project.id]) for project in part.projects])
    return Block(
        projects=tuple(project.id for project in part.projects),
        gains=gains,
        most=float(np.maximum(own, 0.0).sum() + max(0.0, per_thousand * benefit) * need),
        financed=np.array([financed[project.id] for project in part.projects], dtype=np.int32),
        spending=np.array([column for column, _ in spending], dtype=np.int32),
        budget_of=np.array([number for _, number in spending], dtype=np.int32),
        column_upper=np.array(lp.col_upper_),
        row_lower=np.array(lp.row_lower_),
        row_upper=np.array(lp.row_upper_),
        starts=np.array(lp.a_matrix_.start_, dtype=np.int32),
        columns=np.array(lp.a_matrix_.index_, dtype=np.int32),
        weights=np.array(lp.a_matrix_.value_),
        integer=integer,
    )
