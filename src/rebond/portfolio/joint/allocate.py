"""The joint allocation: column generation over undertakings, a Lagrangian bound, a whole choice, then a polish.

Dantzig and Wolfe (1960) for the mix of ways; the bound is Lagrange's: for any prices, no plan passes the value of the
budgets at those prices plus what each undertaking could make of them. Smoothing after Wentges (1997).
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from rebond.portfolio.joint.master import Master
from rebond.portfolio.joint.pricing import Answer, Effort, Pricer, Way

_SMOOTH = 0.5
"""Share of the best prices so far in those that are asked: Wentges's, between them and the master's."""
_SETTLED = 1e-6
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocation:
    """The best choice found, and what no choice can pass."""

    ways: tuple[Way, ...]
    value: float
    bound: float
    left: tuple[float, ...]
    """Of each budget, in thousands of euros."""
    prices: tuple[float, ...]
    """What a thousand euros more of each budget would be worth, at the best bound."""
    passes: int
    seconds: float

    @property
    def gap(self) -> float:
        """Relative distance to the bound."""
        return max(0.0, self.bound - self.value) / max(_SETTLED, abs(self.value)) if self.bound > self.value else 0.0


def allocate(
    pricer: Pricer,
    mosts: Sequence[float],
    budgets: Sequence[float],
    *,
    seconds: float,
    target: float = 1e-4,
    effort: Effort | None = None,
    progress: Progress | None = None,
) -> Allocation:
    """The best choice of ways within the budgets (thousands of euros).

    ``mosts``: for each block, the value that none of its ways can pass. Stops at the relative gap ``target``, or when
    time runs out; whatever happens, what comes back keeps every budget and its bound is one.
    """
    began = time.monotonic()
    deadline = began + seconds
    tell, effort = progress or _silent, effort or Effort()
    limits = np.array(budgets, dtype=float)
    master = Master(len(mosts), limits)
    best = _Best(bound=sum(mosts), prices=np.zeros(len(limits)))
    chosen: list[Way] = []
    passes = 0
    prices = _first_prices(mosts, limits)
    while True:
        answers = list(pricer.ask(prices, None, effort))
        passes += 1
        best.see(prices, limits, answers)
        fresh = master.add([answer.way for answer in answers if answer.way is not None])
        mix = master.shares()
        tell(f"passe {passes} : mélange {mix.value:.1f}, borne {best.bound:.1f}")
        took = (time.monotonic() - began) / passes
        settled = best.bound - mix.value <= target / 4 * max(_SETTLED, abs(mix.value))
        if settled or time.monotonic() + 1.5 * took > began + 0.7 * seconds or (not fresh and passes > 2):
            break
        prices = _SMOOTH * best.prices + (1 - _SMOOTH) * mix.prices
    chosen, _ = master.choice(max(1.0, min(0.3 * seconds, deadline - time.monotonic())), chosen)
    chosen = _polish(pricer, master, chosen, limits, best.bound, target, deadline, effort)
    value = sum(way.value for way in chosen)
    return Allocation(
        ways=tuple(chosen),
        value=value,
        bound=max(best.bound, value),
        left=tuple(float(each) for each in _room(chosen, limits)),
        prices=tuple(float(each) for each in best.prices),
        passes=passes,
        seconds=time.monotonic() - began,
    )


@dataclass(slots=True)
class _Best:
    bound: float
    prices: np.ndarray

    def see(self, prices: np.ndarray, limits: np.ndarray, answers: Sequence[Answer]) -> None:
        """Keep the lowest bound."""
        bound = float(prices @ limits) + math.fsum(answer.bound for answer in answers)
        if bound < self.bound:
            self.bound, self.prices = bound, prices


def _first_prices(mosts: Sequence[float], limits: np.ndarray) -> np.ndarray:
    """Prices at which all the budgets together would be worth half of what could be financed."""
    total = float(limits.sum())
    return np.full(len(limits), 0.5 * sum(mosts) / total if total else 0.0)


def _room(chosen: Sequence[Way], limits: np.ndarray) -> np.ndarray:
    room = limits.copy()
    for way in chosen:
        for rank, amount in way.spent:
            room[rank] -= amount
    return room


def _polish(
    pricer: Pricer,
    master: Master,
    chosen: list[Way],
    limits: np.ndarray,
    bound: float,
    target: float,
    deadline: float,
    effort: Effort,
) -> list[Way]:
    """Each undertaking in turn, with what it has and what is left: a better way of it is taken at once."""
    of_block = {way.block: way for way in chosen}
    room = _room(chosen, limits)
    better = True
    while better and time.monotonic() < deadline:
        better = False
        for block in range(master.blocks):
            value = sum(way.value for way in of_block.values())
            if bound - value <= target * max(_SETTLED, value) or time.monotonic() > deadline:
                return list(of_block.values())
            own = of_block.get(block)
            if own is not None and all(own.financed):
                continue
            free = room + _taken(own, len(limits))
            found = pricer.within(free, block, effort)
            if found is not None and found.value > (own.value if own else 0.0) + _SETTLED:
                of_block[block], better = found, True
                room = free - _taken(found, len(limits))
    return list(of_block.values())


def _taken(way: Way | None, count: int) -> np.ndarray:
    taken = np.zeros(count)
    for rank, amount in way.spent if way else ():
        taken[rank] += amount
    return taken


def _silent(_: str) -> None:
    """No progress to show."""
