"""Where the undertakings of a joint allocation come from, and what becomes of their ways: blocks, then plans."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Protocol

import numpy as np

from rebond.financing.plan.model import FinancingPlan
from rebond.financing.problem.model import FinancingProblem
from rebond.financing.solving.engine import THOUSAND
from rebond.portfolio.joint.blocks import Block, compile_block, split_by_undertaking
from rebond.portfolio.joint.plans import Worth, is_covered, plans_of
from rebond.portfolio.joint.ways import Way
from rebond.units import Euros

Undertaking = tuple[int, FinancingProblem, Mapping[str, Decimal]]
"""Its number, its problem, the value of each of its projects."""


class Undertakings(Protocol):
    """Undertakings that several processes can draw apart from each other."""

    @property
    def budgets(self) -> Mapping[str, Euros]:
        """The budgets that they share."""

    @property
    def worth(self) -> Worth:
        """What their plans are sought for."""

    def share(self, rank: int, of: int, only: Container[int] | None = None) -> Iterator[Undertaking]:
        """Those of the process ``rank`` among ``of``: one undertaking in ``of``, in order; ``only`` these numbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """The undertakings of a problem at hand, in the order of their keys: that of the rows changes nothing."""

    problem: FinancingProblem
    values: Mapping[str, Decimal]
    worth: Worth = field(default_factory=Worth)

    @property
    def budgets(self) -> Mapping[str, Euros]:
        """Those of the problem."""
        return self.problem.budgets

    def share(self, rank: int, of: int, only: Container[int] | None = None) -> Iterator[Undertaking]:
        """One undertaking in ``of``, among those asked."""
        ordered = sorted(self.problem.projects, key=lambda project: (project.undertaking, project.id))
        for number, part in enumerate(split_by_undertaking(replace(self.problem, projects=tuple(ordered)))):
            if number % of == rank and (only is None or number in only):
                yield number, part, {project.id: self.values[project.id] for project in part.projects}


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """What the way of an undertaking became in whole euros."""

    block: int
    value: float
    financed: tuple[str, ...]
    spent: Mapping[str, int]
    """Budget → whole euros."""
    plans: Mapping[str, FinancingPlan] = field(default_factory=dict)
    """Of each of its projects, when they are asked for."""


def limits_of(undertakings: Undertakings) -> np.ndarray:
    """What each shared budget can give, in thousands of euros: awards are whole euros, its cents serve nobody."""
    return np.array([math.floor(amount) / THOUSAND for amount in undertakings.budgets.values()], dtype=float)


def compile_undertaking(undertakings: Undertakings, part: FinancingProblem, values: Mapping[str, Decimal]) -> Block:
    """The block of an undertaking."""
    worth = undertakings.worth
    shared = list(undertakings.budgets)
    return compile_block(part, values, shared, per_thousand=worth.per_thousand, per_file=worth.per_file)


def plan_undertakings(
    undertakings: Undertakings,
    ways: Mapping[int, Way],
    *,
    rank: int = 0,
    of: int = 1,
    whole: bool = False,
    until: float = math.inf,
) -> Iterator[Planned | int]:
    """Each way in audited plans; the number of an undertaking for which none was found. ``whole``: with plans."""
    shared = list(undertakings.budgets)
    for number, part, values in undertakings.share(rank, of, only=ways):
        plans = plans_of(part, ways[number], shared, values, until=until)
        if plans is None:
            yield number
            continue
        planned = _planned(undertakings, number, part, values, plans)
        yield planned if whole else replace(planned, plans={})


def _planned(
    undertakings: Undertakings,
    number: int,
    part: FinancingProblem,
    values: Mapping[str, Decimal],
    plans: Mapping[str, FinancingPlan],
) -> Planned:
    budget_of = {(p.id, offer.id): offer.budget for p in part.projects for offer in p.offers}
    spent: dict[str, int] = {}
    for plan in plans.values():
        for line in plan.lines:
            key = budget_of[plan.project, line.dispositif]
            if key in undertakings.budgets:
                spent[key] = spent.get(key, 0) + line.amount
    financed = tuple(p.id for p in part.projects if is_covered(plans[p.id], part))
    return Planned(
        block=number,
        value=undertakings.worth.of(plans, values, financed),
        financed=financed,
        spent=spent,
        plans=plans,
    )


def fingerprint(undertakings: Undertakings, marks: Sequence[str]) -> str:
    """What tells a problem from another: its budgets and the marks of its blocks, every rule and worth of them."""
    told = [repr(sorted((key, str(amount)) for key, amount in undertakings.budgets.items())), repr(undertakings.worth)]
    told += marks
    return hashlib.sha256("\n".join(told).encode()).hexdigest()
