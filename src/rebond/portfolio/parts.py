"""What a part of a need is worth, in a call that pays parts: the share that it brings of the most it could bring.

A project that gets its minimum aid is far from financed: were it worth as much as one served in full, the minimum aid
would decide who gets what. Here it is a floor and nothing else: the envelope goes where a euro brings most value, and a
project is served in full before its money goes to two that count for half.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal

from rebond.financing.problem.model import FinancingProblem, ProjectProblem
from rebond.financing.solving.solved import SolvedParts
from rebond.financing.solving.solver import MilpModel
from rebond.portfolio.pools import closed
from rebond.portfolio.select import part_award
from rebond.portfolio.whole import plan_whole
from rebond.units import Euros


@dataclass(frozen=True, slots=True, kw_only=True)
class PartRange:
    """What a call that pays parts may give a project, in whole euros, the plans of the others staying as they are."""

    least: int
    """Under it the project is not retained."""
    most: int
    full: int
    """With that it brings all its value: the most that the call could give it, were it alone."""

    def served(self, amount: Euros | int) -> Decimal:
        """Which share of its value a project brings with an amount.

        >>> PartRange(least=50, most=200, full=200).served(50)
        Decimal('0.25')
        """
        return min(Decimal(1), Decimal(amount) / self.full) if self.full else Decimal(1)

    def fixed_at(self, amount: Euros | int) -> PartRange:
        """The same project once an amount is settled."""
        return PartRange(least=math.ceil(amount), most=math.ceil(amount), full=self.full)


def most_given(
    project: ProjectProblem,
    problem: FinancingProblem,
    envelope: Euros,
    solved: SolvedParts,
    *,
    without: Collection[str] = (),
) -> Euros | None:
    """The most that a call which pays parts could give a project, were it alone; ``None`` where it pays no part.

    ``project``: with the envelope's offer; ``without``: the pools that run out, which may leave it more to ask for.
    """
    award = part_award(project)
    if award is None:
        return None
    problems = [problem, closed(problem, without)] if without else [problem]
    plans = (plan_whole(project, each, envelope, solved) for each in problems)
    return Euros(max([award, *(plan.envelope for plan in plans if plan is not None)]))


def define_served(
    model: MilpModel, project: str, chosen: int, most: Euros, given: Collection[tuple[int, float]]
) -> int:
    """The column of the euros that count of what the envelope gives a project, up to the ``most`` it could.

    ``chosen``: the column that is 1 when it is retained; ``given``: what makes its euros, its need covered by other
    means counting for all of them.
    """
    served = model.column(f"servi[{project}]", upper=float(most))
    model.row(f"portfolio[servi,{project}]", [(served, 1.0), *((c, -w) for c, w in given)], high=0.0)
    model.row(f"portfolio[servi si retenu,{project}]", [(served, 1.0), (chosen, -float(most))], high=0.0)
    return served


def define_amount(model: MilpModel, project: str, chosen: int, least: Euros, most: Euros) -> int:
    """The column of what the envelope gives a project linked to no other: nothing, or from its least to its most."""
    amount = model.column(f"donné[{project}]", upper=float(most))
    model.row(f"portfolio[donné au moins,{project}]", [(amount, 1.0), (chosen, -float(least))], low=0.0)
    model.row(f"portfolio[donné au plus,{project}]", [(amount, 1.0), (chosen, -float(most))], high=0.0)
    return amount


def per_euro(values: Mapping[str, float], parts: Mapping[str, Euros]) -> dict[str, float]:
    """What a euro that counts is worth, of each project that is paid a part of."""
    return {project: values[project] / float(most) for project, most in parts.items()}
