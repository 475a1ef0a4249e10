"""A joint allocation from one end to the other: processes, search, state kept on the way, audited plans, budgets."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path
from typing import Any

import numpy as np

from rebond.errors import IllegalPlanError
from rebond.financing.solving.engine import THOUSAND
from rebond.portfolio.joint.allocate import Allocation, Reached, allocate
from rebond.portfolio.joint.bounding import SETTLED, Progress
from rebond.portfolio.joint.pricing import Here
from rebond.portfolio.joint.state import read_state, write_state
from rebond.portfolio.joint.team import Beside, Team
from rebond.portfolio.joint.undertakings import (
    Planned,
    Undertakings,
    compile_undertaking,
    fingerprint,
    limits_of,
    plan_undertakings,
)
from rebond.portfolio.joint.ways import Effort, Way
from rebond.units import Euros

SCHEMA = "allocation/v1"
_FEW = 200
"""Projects under which one process does: it can also hold them all in one programme."""
_LONG = 8.0
"""Seconds from which a second process is worth starting for a few: it takes two to be ready."""
_SAVE_EVERY = 10.0
"""Seconds between two writings of the state."""
_EFFORTS = ((500, Effort(gap=1e-3)), (5_000, Effort(gap=5e-3, rough=True)))
"""How near to its own optimum each undertaking is looked at, up to so many undertakings."""
_COARSE = Effort(gap=5e-3, seconds=2.0, paced=True, rough=True)
"""Beyond: one pass must leave time for the rest."""
_PLANNED = 1.5
"""Of the time that compiling all undertakings took, what is kept to plan them in whole euros in the end."""
_ENDING, _ENDING_MOST = 0.025, 3.0
"""Of all the time, and in seconds at most, what is kept beside for those that are planned again one by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """A shared budget, in whole euros, and what a thousand euros more of it would be worth."""

    key: str
    amount: Euros
    spent: int
    price: float

    @property
    def left(self) -> Euros:
        """What is left of it."""
        return self.amount - self.spent


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What was found, in whole euros: every plan of it was accepted by the independent audit."""

    value: float
    bound: float
    projects: int
    undertakings: int
    planned: tuple[Planned, ...]
    given_up: tuple[int, ...]
    """Undertakings for which no plan in whole euros was found in time: they count for nothing here."""
    budgets: tuple[Budget, ...]
    passes: int
    seconds: float
    processes: int
    resumed: bool

    @property
    def financed(self) -> tuple[str, ...]:
        """The projects that are financed whole."""
        return tuple(sorted(project for each in self.planned for project in each.financed))

    @property
    def gap(self) -> float:
        """Relative distance to the bound."""
        return max(0.0, self.bound - self.value) / max(SETTLED, abs(self.value))


def run_allocation(
    undertakings: Undertakings,
    *,
    seconds: float,
    target: float,
    processes: int,
    state: Path | None = None,
    progress: Progress | None = None,
    plans: bool = False,
) -> Outcome:
    """The best allocation that time allows; ``state``: a file to take up and to keep. ``plans``: keep those found."""
    began = time.monotonic()
    limits = limits_of(undertakings)
    with ExitStack() as stack:
        held = _hold(undertakings, processes, stack)
        problem = fingerprint(undertakings, held.marks)
        reached = None
        if state is not None and state.exists():
            reached = read_state(state, problem=problem, budgets=len(limits), blocks=len(held.mosts))
        beside = None
        if processes > 1 and seconds >= _LONG and isinstance(held.pricer, Here):
            beside = stack.enter_context(Beside(undertakings))
        keeper = _Keeper(state, problem)
        held_in = time.monotonic() - began
        found = allocate(
            held.pricer,
            held.mosts,
            limits.tolist(),
            seconds=max(0.0, seconds - (1 + _PLANNED) * held_in - min(_ENDING_MOST, _ENDING * seconds)),
            target=target,
            effort=next((effort for most, effort in _EFFORTS if len(held.mosts) <= most), _COARSE),
            progress=progress,
            reached=reached,
            keep=keeper.keep if state is not None else None,
            beside=beside,
        )
        keeper.close()
        ways = {way.block: way for way in found.ways}
        told = plan_all(undertakings, held.pricer, ways, plans=plans, until=began + seconds)
        planned = tuple(each for each in told if isinstance(each, Planned))
        return Outcome(
            value=sum(each.value for each in planned),
            bound=found.bound,
            projects=held.projects,
            undertakings=len(held.mosts),
            planned=planned,
            given_up=tuple(each for each in told if isinstance(each, int)),
            budgets=_budgets(undertakings.budgets, planned, found),
            passes=found.passes,
            seconds=time.monotonic() - began,
            processes=processes if isinstance(held.pricer, Team) else 1 if beside is None else 2,
            resumed=reached is not None,
        )


def plan_all(
    undertakings: Undertakings,
    pricer: Here | Team,
    ways: Mapping[int, Way],
    *,
    plans: bool,
    until: float = math.inf,
) -> list[Planned | int]:
    """The plans of every way; those that lack a euro are sought again with what the others leave of each budget.

    ``until``: past it, only those that would count for nothing are.
    """

    def ask(some: Mapping[int, Way]) -> list[Planned | int]:
        if isinstance(pricer, Team):
            return pricer.plans(some, whole=plans, until=until)
        return list(plan_undertakings(undertakings, some, whole=plans, until=until))

    told = {each.block if isinstance(each, Planned) else each: each for each in ask(_at_ease(undertakings, ways))}
    short = {
        block
        for block, each in told.items()
        if not isinstance(each, Planned) or len(each.financed) < sum(ways[block].financed)
    }
    holders = pricer.shares()
    for turn in zip_longest(*(sorted(short & set(share)) for share in holders)):
        again = [
            block
            for block in turn
            if block is not None and (not isinstance(told[block], Planned) or time.monotonic() < until)
        ]
        spare = {key: int(amount) for key, amount in undertakings.budgets.items()}
        for other in told.values():
            if isinstance(other, Planned) and other.block not in again:
                for key, amount in other.spent.items():
                    spare[key] -= amount
        left = np.array(list(spare.values())) / THOUSAND
        left -= sum((ways[block].taken(len(left)) for block in again), np.zeros(len(left)))
        # Beside what each had taken, an equal part of what is left: they are planned at once.
        share = np.floor(np.maximum(0.0, left) / max(1, len(again)) * THOUSAND) / THOUSAND
        rooms = {block: ways[block].taken(len(left)) + share for block in again}
        for each in ask({block: replace(ways[block], spent=tuple(enumerate(rooms[block]))) for block in again}):
            if isinstance(each, Planned):
                before = told[each.block]
                if not isinstance(before, Planned) or before.value < each.value:
                    told[each.block] = each
    return list(told.values())


def _at_ease(undertakings: Undertakings, ways: Mapping[int, Way]) -> dict[int, Way]:
    """The ways with what is left of each budget shared between those that draw on it: a euro makes awards whole."""
    limits = limits_of(undertakings)
    users, left = np.zeros(len(limits)), limits.copy()
    for way in ways.values():
        for rank, amount in way.spent:
            users[rank] += 1
            left[rank] -= amount
    more = np.floor(np.maximum(0.0, left) * THOUSAND / np.maximum(1, users)) / THOUSAND
    return {
        block: replace(way, spent=tuple((rank, amount + float(more[rank])) for rank, amount in way.spent))
        for block, way in ways.items()
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    pricer: Here | Team
    mosts: Sequence[float]
    marks: Sequence[str]
    projects: int


def _hold(undertakings: Undertakings, processes: int, stack: ExitStack) -> _Held:
    """The blocks: here when they are few, else in several processes."""
    mine, count = [], 0
    for _, part, values in undertakings.share(0, 1):
        count += len(part.projects)
        if count > _FEW:
            team = stack.enter_context(Team(undertakings, processes=processes))
            return _Held(pricer=team, mosts=team.mosts, marks=team.marks, projects=team.projects)
        mine.append((part, values))
    blocks = [compile_undertaking(undertakings, part, values) for part, values in mine]
    return _Held(
        pricer=Here(blocks, limits_of(undertakings)),
        mosts=[block.most for block in blocks],
        marks=[block.mark for block in blocks],
        projects=count,
    )


@dataclass(slots=True)
class _Keeper:
    path: Path | None
    problem: str
    _last: float = 0.0
    _reached: Reached | None = None

    def keep(self, reached: Reached) -> None:
        """Write the state, unless it was a moment ago."""
        self._reached = reached
        if time.monotonic() - self._last > _SAVE_EVERY:
            self.close()

    def close(self) -> None:
        """Write what was not."""
        if self.path is not None and self._reached is not None:
            write_state(self.path, self._reached, problem=self.problem)
            self._last, self._reached = time.monotonic(), None


def _budgets(budgets: Mapping[str, Euros], planned: tuple[Planned, ...], found: Allocation) -> tuple[Budget, ...]:
    spent: dict[str, int] = {}
    for each in planned:
        for key, amount in each.spent.items():
            spent[key] = spent.get(key, 0) + amount
    rows = tuple(
        Budget(key=key, amount=amount, spent=spent.get(key, 0), price=price)
        for (key, amount), price in zip(budgets.items(), found.prices, strict=True)
    )
    over = next((row for row in rows if row.left < 0), None)
    if over is not None:
        raise IllegalPlanError("budgets", f"budget {over.key} : {over.spent} € engagés pour {over.amount} €")
    return rows


def outcome_as_data(outcome: Outcome, *, problem: str) -> dict[str, Any]:
    """The outcome as JSON."""
    return {
        "schema": SCHEMA,
        "probleme": problem,
        "projets": outcome.projects,
        "entreprises": outcome.undertakings,
        "valeur": round(outcome.value, 3),
        "borne": round(outcome.bound, 3),
        "ecart": outcome.gap,
        "passes": outcome.passes,
        "secondes": round(outcome.seconds, 1),
        "processus": outcome.processes,
        "repris": outcome.resumed,
        "sans_plan_en_euros_entiers": len(outcome.given_up),
        "finances": list(outcome.financed),
        "budgets": [
            {
                "id": row.key,
                "montant": float(row.amount),
                "employe": row.spent,
                "reste": float(row.left),
                "valeur_d_un_euro": round(row.price / THOUSAND, 9),
            }
            for row in outcome.budgets
        ],
    }
