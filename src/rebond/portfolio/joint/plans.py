"""From ways to plans: whole euros, every project that a way finances covered to the last one, re-checked by the audit.

Rounding an award down would leave a need short of a euro. The awards are therefore sought whole, with the choices of
the way, in what the way takes of each budget; a plan that the independent audit refuses is never given.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import highspy
import numpy as np

from rebond.financing.auditing.audit import audit_plans
from rebond.financing.plan.model import FinancingPlan
from rebond.financing.problem.model import FinancingProblem
from rebond.financing.solving.engine import THOUSAND
from rebond.financing.solving.optimize import build_model, read_plan
from rebond.financing.solving.rounding import Shares, exact_roundings, roundings, whole_roundings
from rebond.financing.solving.solver import Solution
from rebond.financing.solving.variables import Variables, define_variables
from rebond.portfolio.joint.searching import OPTIONS
from rebond.portfolio.joint.ways import Way
from rebond.portfolio.select import define_financed
from rebond.units import Euros

_SECONDS, _MOMENT = 10.0, 0.5
"""Of a search at most, and where time has run out: a way without a plan would count for nothing."""
_VALUE = 1e3
"""Of a unit of value, beside a thousand euros of aid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """What a choice is made for, in one unit: values of what is financed whole, then aid and files."""

    per_thousand: float = 0.0
    """Of a thousand euros of aid, in gross grant equivalent."""
    per_file: float = 0.0
    """What each file costs."""

    def of(self, plans: Mapping[str, FinancingPlan], values: Mapping[str, Decimal], financed: Sequence[str]) -> float:
        """Of plans in whole euros."""
        aid = sum((plan.benefit for plan in plans.values()), Decimal(0))
        files = sum(len({line.dispositif for line in plan.lines}) for plan in plans.values())
        gained = float(sum((values[project] for project in financed), Decimal(0)))
        return gained + self.per_thousand * float(aid) / THOUSAND - self.per_file * files


def plans_of(
    part: FinancingProblem,
    way: Way,
    shared: Sequence[str],
    values: Mapping[str, Decimal],
    *,
    until: float = math.inf,
) -> dict[str, FinancingPlan] | None:
    """Audited plans of an undertaking that do what its way says, within what it takes of each shared budget.

    Where no whole euros do it all, the best that they do. ``None``: nothing was found in time. ``until``: when each
    search is cut to a moment.
    """
    ceilings = dict(way.spent)
    mine = {key: Euros(round(ceilings.get(rank, 0.0) * THOUSAND)) for rank, key in enumerate(shared)}
    within = FinancingProblem(
        projects=part.projects, de_minimis_room=part.de_minimis_room, budgets={**part.budgets, **mine}
    )
    wanted = {project.id: whole for project, whole in zip(part.projects, way.financed, strict=True)}
    # Most ways are whole euros at the first rounding, which needs the columns alone: they come before any rule's.
    plans = _at_once(within, define_variables(part, tight=True), way, wanted)
    if plans is not None:
        return plans
    variables = build_model(part, tight=True)
    financed = define_financed(part.projects, variables)
    _, scale, integer = variables.model.arrays()
    point = way.point(len(integer))
    if point is not None:
        solution = Solution(values=(point * scale).tolist(), reports=())
        plans = _first_legal(within, variables, solution, exact_roundings(variables, solution), wanted)
    tries: tuple[tuple[np.ndarray | None, Mapping[str, bool], bool], ...] = (
        (point, wanted, False),
        (point, wanted, True),
        (None, wanted, True),
        (None, wanted, False),
        (None, {}, False),
    )
    for known, asked, lines in tries:
        if plans is None:
            awards = _Awards(variables, financed, known, asked, values, shared, ceilings, lines)
            whole = awards.sought(min(_SECONDS, max(_MOMENT, until - time.monotonic())))
            plans = None if whole is None else _legal(within, variables, whole * scale, asked)
    return plans


def is_covered(plan: FinancingPlan, part: FinancingProblem) -> bool:
    """Whether a plan pays the whole need of its project, in whole euros."""
    need = next(project.payable_need for project in part.projects if project.id == plan.project)
    return sum(line.amount for line in plan.lines) >= need


def _at_once(
    within: FinancingProblem, columns: Variables, way: Way, wanted: Mapping[str, bool]
) -> dict[str, FinancingPlan] | None:
    scale = columns.model.scale
    point = way.point(len(scale))
    if point is None:
        return None
    solution = Solution(values=(point * scale).tolist(), reports=())
    return _first_legal(within, columns, solution, whole_roundings(columns, solution), wanted)


def _legal(
    within: FinancingProblem, variables: Variables, values: np.ndarray, wanted: Mapping[str, bool]
) -> dict[str, FinancingPlan] | None:
    solution = Solution(values=values.tolist(), reports=())
    return _first_legal(within, variables, solution, roundings(variables, solution), wanted)


def _first_legal(
    within: FinancingProblem,
    variables: Variables,
    solution: Solution,
    ways: Iterable[Shares],
    wanted: Mapping[str, bool],
) -> dict[str, FinancingPlan] | None:
    """The plans of the first rounding that covers what is wanted and that the audit accepts."""
    for shares in ways:
        plans = {project.id: read_plan(project, variables, solution, shares) for project in within.projects}
        covered = all(is_covered(plans[project], within) for project, whole in wanted.items() if whole)
        if covered and not audit_plans(plans.values(), within):
            return plans
    return None


@dataclass(frozen=True, slots=True)
class _Awards:
    """A search for awards in whole euros."""

    variables: Variables
    financed: Mapping[str, int]
    known: np.ndarray | None
    """A point whose choices are kept."""
    wanted: Mapping[str, bool]
    """Which projects are financed whole; the others are as may be."""
    values: Mapping[str, Decimal]
    shared: Sequence[str]
    ceilings: Mapping[int, float]
    lines: bool
    """Whether what each line gets is whole euros too: then no rounding has to find room under the ceilings of lines."""

    def sought(self, seconds: float) -> np.ndarray | None:
        """A point whose awards are whole euros, if one is found: most value, then most aid."""
        variables, known = self.variables, self.known
        lp, _, integer = variables.model.arrays()
        highs = highspy.Highs()  # type: ignore[no-untyped-call]  # highspy ships partial types
        for option, value in (*OPTIONS, ("time_limit", seconds)):
            highs.setOptionValue(option, value)
        highs.passModel(lp)
        width = len(integer)
        if known is not None:
            whole = np.flatnonzero(integer).astype(np.int32)
            highs.changeColsBounds(len(whole), whole, np.round(known[whole]), np.round(known[whole]))
        for project, column in self.financed.items():
            if project in self.wanted:
                highs.changeColBounds(column, float(self.wanted[project]), float(self.wanted[project]))
            highs.changeColCost(column, -float(self.values[project]) * _VALUE)
        terms: dict[int, list[int]] = {}
        for use in variables.uses:
            columns = np.array([column for column, _ in variables.terms(use)], dtype=np.int32)
            for group in columns.reshape(-1, 1) if self.lines else (columns,):
                euros = highs.getNumCol()
                highs.addVar(0.0, float(use.project.payable_need))
                highs.changeColIntegrality(euros, highspy.HighsVarType.kInteger)
                index, weights = np.append(group, euros), np.append(np.full(len(group), THOUSAND), -1.0)
                highs.addRow(0.0, 0.0, len(index), index.astype(np.int32), weights)
            worth = float(use.offer.benefit_per_euro)
            highs.changeColsCost(len(columns), columns, np.full(len(columns), -worth))
            if use.offer.budget in self.shared:
                terms.setdefault(self.shared.index(use.offer.budget), []).extend(columns.tolist())
        for budget, spending in terms.items():
            most = self.ceilings.get(budget, 0.0)
            highs.addRow(
                -highspy.kHighsInf, most, len(spending), np.array(spending, dtype=np.int32), np.ones(len(spending))
            )
        highs.run()
        if highs.getInfo().primal_solution_status != highspy.kSolutionStatusFeasible:
            return None
        point = np.array(highs.getSolution().col_value)[:width]
        if self.lines:
            columns = np.fromiter(variables.euros.values(), dtype=np.int32)
            point[columns] = np.round(point[columns] * THOUSAND) / THOUSAND
        return point
