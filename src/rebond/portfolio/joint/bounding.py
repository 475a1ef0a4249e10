"""Prices of the shared budgets: column generation, and the lowest bound that prices give.

Dantzig and Wolfe (1960) for the mix of ways; the bound is Lagrange's: for any prices, no plan passes the value of the
budgets at those prices plus what each undertaking could make of them. The prices that are asked are smoothed after
Wentges (1997): between those of the best bound and those of the mix.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from rebond.portfolio.joint.master import Master, Shares
from rebond.portfolio.joint.pricing import Answer, Effort, Pricer, WholePricer

Progress = Callable[[str], None]
_SMOOTH = 0.5
"""Share of the best prices so far in those that are asked."""
_RELAXED_GAP = 5e-4
"""Between the mix of relaxed ways and their bound, where relaxations have said what they can."""
_RELAXED_PASSES = 40
_STALLED = 3
"""Passes without a lower bound nor a better mix after which prices say no more."""
_COLUMNS_A_BLOCK = 40
_SETTLED = 1e-6


@dataclass(slots=True)
class Bound:
    """The lowest bound so far, the prices that give it, and what of it each block is."""

    value: float
    prices: np.ndarray
    of_block: np.ndarray
    passes: int = 0
    history: list[float] = field(default_factory=list)

    def see(self, prices: np.ndarray, limits: np.ndarray, answers: Sequence[Answer]) -> bool:
        """Keep the lowest bound; whether this one is."""
        value = float(prices @ limits) + math.fsum(answer.bound for answer in answers)
        self.history.append(value)
        if value >= self.value:
            return False
        self.value, self.prices = value, prices
        for answer in answers:
            self.of_block[answer.block] = answer.bound
        return True


def first_bound(mosts: Sequence[float], limits: np.ndarray) -> Bound:
    """What holds before anything is asked: every budget free."""
    return Bound(value=math.fsum(mosts), prices=np.zeros(len(limits)), of_block=np.array(mosts, dtype=float))


def first_prices(mosts: Sequence[float], limits: np.ndarray) -> np.ndarray:
    """Prices at which all the budgets together would be worth half of what could be financed."""
    total = float(limits.sum())
    return np.full(len(limits), 0.5 * sum(mosts) / total if total else 0.0)


def relax(
    pricer: WholePricer, mosts: Sequence[float], limits: np.ndarray, bound: Bound, deadline: float, tell: Progress
) -> np.ndarray:
    """Prices where relaxations and budgets agree, in a few quick passes; ``bound`` is lowered on the way."""
    master = Master(len(mosts), limits)
    prices, last = first_prices(mosts, limits), time.monotonic()
    for number in range(1, _RELAXED_PASSES + 1):
        answers = list(pricer.relaxed(prices))
        bound.see(prices, limits, answers)
        master.add([answer.way for answer in answers if answer.way is not None])
        mix = master.shares()
        tell(f"passe relâchée {number} : mélange {mix.value:.1f}, borne {bound.value:.1f}")
        took, last = time.monotonic() - last, time.monotonic()
        if bound.value - mix.value <= _RELAXED_GAP * max(_SETTLED, mix.value) or last + took > deadline:
            break
        master.prune(8 * len(mosts))
        prices = _SMOOTH * bound.prices + (1 - _SMOOTH) * mix.prices
    return bound.prices


def generate(
    pricer: Pricer,
    master: Master,
    prices: np.ndarray,
    limits: np.ndarray,
    bound: Bound,
    *,
    deadline: float,
    target: float,
    effort: Effort,
    tell: Progress,
    save: Callable[[], None],
) -> Shares:
    """Whole ways, at the prices given and then at better ones, until bound and mix meet or time runs out."""
    stalled = 0
    smooth = _SMOOTH
    mix: Shares | None = None
    while True:
        began = time.monotonic()
        answers = list(pricer.ask(prices, None, effort))
        bound.passes += 1
        lower = bound.see(prices, limits, answers)
        fresh = master.add(answer.way for answer in answers if answer.way is not None)
        before = mix.value if mix else 0.0
        mix = master.shares()
        tell(f"passe {bound.passes} : mélange {mix.value:.1f}, borne {bound.value:.1f}")
        save()
        stalled = 0 if lower or mix.value > before * (1 + target / 10) else stalled + 1
        close = bound.value - mix.value <= target / 4 * max(_SETTLED, abs(mix.value))
        took = time.monotonic() - began
        if close or stalled >= _STALLED or (not fresh and smooth == 0.0) or time.monotonic() + took > deadline:
            return mix
        smooth = 0.0 if not fresh else _SMOOTH
        master.prune(_COLUMNS_A_BLOCK * master.blocks)
        prices = smooth * bound.prices + (1 - smooth) * mix.prices
