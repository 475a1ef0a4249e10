"""What projects share: the money of each dispositif, the de minimis account of each undertaking. A pool is one of them.

Projects are linked only by the pools that run out: where all of them together take no more than there is, each one's
best plan alone is part of the best plan of all.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

from rebond.financing.plan.model import FinancingPlan
from rebond.financing.problem.model import Basis, FinancingProblem, Offer, ProjectProblem
from rebond.regimes.model import RegimeKind
from rebond.units import Euros

_BUDGET, _ACCOUNT, _PAYER = "budget:", "compte:", "contributeur:"
CENT = Decimal("0.01")
"""What the exact shares of a plan may hold beyond whole euros."""


def budget_pool(budget: str) -> str:
    """The pool of a dispositif's budget."""
    return _BUDGET + budget


def account_pool(undertaking: str) -> str:
    """The pool of an undertaking's de minimis account."""
    return _ACCOUNT + undertaking


def payer_pool(contributor: str) -> str:
    """The pool of what a contributor puts into the envelope."""
    return _PAYER + contributor


def payer_of(pool: str) -> str:
    """The contributor whose money a pool is; empty when it is none."""
    return pool.removeprefix(_PAYER) if pool.startswith(_PAYER) else ""


def budget_of(pool: str) -> str:
    """The budget that a pool is; empty when it is none."""
    return pool.removeprefix(_BUDGET) if pool.startswith(_BUDGET) else ""


def account_of(pool: str) -> str:
    """The undertaking whose account a pool is; empty when it is none."""
    return pool.removeprefix(_ACCOUNT) if pool.startswith(_ACCOUNT) else ""


def amounts(problem: FinancingProblem) -> dict[str, Euros]:
    """Pool → what is in it, in euros."""
    return {budget_pool(key): amount for key, amount in problem.budgets.items()} | {
        account_pool(key): room for key, room in problem.de_minimis_room.items()
    }


def pools_of(offer: Offer, basis: Basis, project: ProjectProblem) -> frozenset[str]:
    """The pools that an offer draws on under a basis, whether anything is known to be in them or not."""
    pools = {budget_pool(offer.budget)} if offer.budget else set()
    if basis.kind is RegimeKind.DE_MINIMIS:
        pools.add(account_pool(project.undertaking))
    return frozenset(pools)


def drawn_on(project: ProjectProblem, problem: FinancingProblem) -> frozenset[str]:
    """The pools that a project may draw on."""
    every = (pools_of(offer, basis, project) for offer in project.offers for basis in offer.bases)
    return frozenset(pool for pools in every for pool in pools) & amounts(problem).keys()


def with_amounts(problem: FinancingProblem, held: Mapping[str, Euros]) -> FinancingProblem:
    """The problem with other amounts in some of its pools."""
    return replace(
        problem,
        budgets={key: held.get(budget_pool(key), amount) for key, amount in problem.budgets.items()},
        de_minimis_room={key: held.get(account_pool(key), room) for key, room in problem.de_minimis_room.items()},
    )


def closed(problem: FinancingProblem, pools: Collection[str]) -> FinancingProblem:
    """The problem with nothing left in those pools."""
    return with_amounts(problem, dict.fromkeys(pools, Euros(0))) if pools else problem


def taken(plan: FinancingPlan, project: ProjectProblem) -> dict[str, Decimal]:
    """Pool → what a plan takes of it; ``KeyError`` when it rests on an offer that the project does not have."""
    offers = {offer.id: offer for offer in project.offers}
    found: dict[str, Decimal] = {}
    for line in plan.lines:
        offer = offers[line.dispositif]
        (basis,) = (basis for basis in offer.bases if basis.regime == line.regime)
        for pool in pools_of(offer, basis, project):
            amount = line.aid if account_of(pool) else line.share
            found[pool] = found.get(pool, Decimal(0)) + amount
    return found


def overdrawn(takes: Iterable[Mapping[str, Decimal]], problem: FinancingProblem) -> frozenset[str]:
    """The pools of which more is taken than there is."""
    total: dict[str, Decimal] = {}
    for each in takes:
        for pool, amount in each.items():
            total[pool] = total.get(pool, Decimal(0)) + amount
    return frozenset(pool for pool, amount in amounts(problem).items() if total.get(pool, 0) > amount + CENT)


def linked_parts(problem: FinancingProblem, binding: Collection[str]) -> list[tuple[ProjectProblem, ...]]:
    """Projects grouped by the ``binding`` pools that they may draw on, in the order of the problem."""
    parent: dict[str, str] = {}

    def root(key: str) -> str:
        while parent.setdefault(key, key) != key:
            key = parent[key]
        return key

    for project in problem.projects:
        for pool in drawn_on(project, problem) & set(binding):
            parent[root(f"projet:{project.id}")] = root(pool)
    groups: dict[str, list[ProjectProblem]] = {}
    for project in problem.projects:
        groups.setdefault(root(f"projet:{project.id}"), []).append(project)
    return [tuple(group) for group in groups.values()]
