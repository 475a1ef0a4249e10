"""The joint allocation of candidates alone, as the call makes it: pools that run out are found on the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from rebond.financing.problem.model import FinancingProblem
from rebond.portfolio.allocation import Allocation
from rebond.portfolio.contributors import Payers
from rebond.portfolio.select import Candidate
from rebond.portfolio.together import allocate_together
from rebond.units import Euros


def allocate(
    candidates: Sequence[Candidate],
    *,
    envelope: Euros,
    de_minimis_room: Mapping[str, Euros],
    budgets: Mapping[str, Euros] | None = None,
    payers: Payers | None = None,
) -> Allocation:
    """The allocation of the candidates' projects, and of nothing else."""
    problem = FinancingProblem(
        projects=tuple(each.project for each in candidates), de_minimis_room=de_minimis_room, budgets=budgets or {}
    )
    values: dict[str, Decimal] = {each.project.id: each.value for each in candidates}
    binding: frozenset[str] = frozenset()
    while True:
        found = allocate_together(problem, candidates, values, envelope=envelope, binding=binding, payers=payers)
        if not found.over:
            return found
        binding |= found.over
