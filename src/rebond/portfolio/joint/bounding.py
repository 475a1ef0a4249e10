"""Prices of the shared budgets: column generation, and the lowest bound that prices give.

Dantzig and Wolfe (1960) for the mix of ways; the bound is Lagrange's: for any prices, no plan passes the value of the
budgets at those prices plus what each undertaking could make of them. The prices that are asked are smoothed after
Wentges (1997): between those of the best bound and those of the mix.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from rebond.portfolio.joint.master import Master, Shares
from rebond.portfolio.joint.ways import Answer, Asked, Effort, Pricer, Way

Progress = Callable[[str], None]
_SMOOTH = 0.5
"""Share of the best prices so far in those that are asked."""
_RELAXED_GAP = 5e-4
"""Between the mix of relaxed ways and their bound, where relaxations have said what they can."""
_RELAXED_PASSES = 40
_SAMPLE = 1_500
"""Undertakings that give prices, where they are very many: other passes of all lowered the bound by 7e-5 of it."""
_GROUPS = 700
"""Groups of undertakings whose relaxed ways are mixed, at most."""
_BOX, _AT_LEAST = 0.15, 0.2
"""How far from the best prices the next ones may be, as a part of them; and of their mean, added to each."""
_PART_OF_GAP, _LEAST_GAP = 0.2, 1e-4
_FAR = 2e-3
"""Of what ways promise, what their mix may lack of it."""
_QUICKER = 0.6
"""Of the time of a pass, what the next one takes at least: it starts from the ways known."""
_STALLED = 3
"""Passes without a lower bound nor a better mix after which prices say no more."""
_COLUMNS_A_BLOCK, _RELAXED_COLUMNS = 40, 8
"""Known ways of each undertaking, on average, beyond which the least useful are forgotten."""
SETTLED = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a search keeps to, and whom it tells."""

    limits: np.ndarray
    target: float
    """Relative gap at which it stops."""
    effort: Effort
    tell: Progress
    save: Callable[[Sequence[Way] | None], None]
    """Called when more is known; with the choice, when there is a better one."""
    reserve: float = 0.0
    """Of each budget, in thousands of euros, what a choice leaves: awards are made whole euros with it."""

    @property
    def room(self) -> np.ndarray:
        """What a choice may take of each budget."""
        room: np.ndarray = np.maximum(0.0, self.limits - self.reserve)
        return room

    def is_close(self, value: float, bound: float, *, part: float = 1.0) -> bool:
        """Whether the value is as near to the bound as is wanted, or a ``part`` of that."""
        return bound - value <= part * self.target * max(SETTLED, abs(value))


@dataclass(slots=True)
class Bound:
    """The lowest bound so far; the best prices, and what each block could make of them at most.

    The best prices are those where the ways found promise least: a search cut short proves its bound badly, and finds
    the best way all the same (see ``by_proof``). The bound at these prices is looked at closer in the end.
    """

    value: float
    prices: np.ndarray
    of_block: np.ndarray
    promised: np.ndarray
    """What the ways found promise of each block at the best prices: a little under what none passes there."""
    passes: int = 0
    took: float = 0.0
    """Seconds of the last whole pass."""
    relaxed_took: float = 0.0
    """Seconds of the last relaxed one."""
    by_proof: bool = False
    """Whether prices are judged by what is proven: where ways are sought roughly, what they promise says less."""

    def see(self, prices: np.ndarray, limits: np.ndarray, answers: Sequence[Answer]) -> bool:
        """Keep the lowest bound, and the best prices; whether these are."""
        again = np.array_equal(prices, self.prices)
        bounds = {answer.block: answer.bound for answer in answers}
        if again:
            # What a relaxation proved at these prices holds for whole answers, and a search cut short may prove less.
            bounds = {block: min(bound, float(self.of_block[block])) for block, bound in bounds.items()}
        self.value = min(self.value, lagrange(prices, limits, bounds.values()))
        for answer in answers:
            if answer.way is not None:
                known = float(self.promised[answer.block])
                self.promised[answer.block] = max(known, answer.way.reduced(self.prices))
        promised = np.array(self.promised)
        for answer in answers:
            promised[answer.block] = _promised(answer, prices)
        before, now = (self.of_block, bounds.values()) if self.by_proof else (self.promised, promised)
        if not again and lagrange(prices, limits, now) >= lagrange(self.prices, limits, before):
            return False
        self.prices, self.promised = prices, promised
        for block, most in bounds.items():
            self.of_block[block] = most
        return True


def _promised(answer: Answer, prices: np.ndarray) -> float:
    """Of a block that was not looked at, all that it could be worth."""
    return answer.bound if answer.way is None else answer.way.reduced(prices)


def lagrange(prices: np.ndarray, limits: np.ndarray, of_block: Iterable[float]) -> float:
    """What no plan passes, whatever the prices."""
    return float(prices @ limits) + math.fsum(of_block)


def first_bound(mosts: Sequence[float], limits: np.ndarray) -> Bound:
    """What holds before anything is asked: every budget free."""
    of_block = np.array(mosts, dtype=float)
    return Bound(value=math.fsum(mosts), prices=np.zeros(len(limits)), of_block=of_block, promised=of_block.copy())


def first_prices(mosts: Sequence[float], limits: np.ndarray) -> np.ndarray:
    """Prices at which all the budgets together would be worth half of what could be financed."""
    total = float(limits.sum())
    return np.full(len(limits), 0.5 * sum(mosts) / total if total else 0.0)


def relax(pricer: Pricer, mosts: Sequence[float], terms: Terms, bound: Bound, deadline: float) -> np.ndarray:
    """Prices where relaxations and budgets agree, in a few quick passes; ``bound`` is lowered on the way.

    Where undertakings are very many, one in a few of them, with its part of the budgets, gives these prices.
    """
    every = max(1, len(mosts) // _SAMPLE)
    prices = first_prices(mosts, terms.limits)
    if every == 1:
        return _relaxed_prices(pricer, prices, mosts, terms, bound, deadline, 1)
    prices = _relaxed_prices(pricer, prices, mosts, terms, bound, deadline, every)
    began = time.monotonic()
    bound.see(prices, terms.limits, list(pricer.relaxed(prices, terms.effort.until)))
    bound.relaxed_took = time.monotonic() - began
    terms.tell(f"passe relâchée de toutes : borne {bound.value:.1f}")
    return prices


def _relaxed_prices(
    pricer: Pricer,
    prices: np.ndarray,
    mosts: Sequence[float],
    terms: Terms,
    bound: Bound,
    deadline: float,
    every: int,
) -> np.ndarray:
    limits, groups = terms.limits / every, min(len(mosts), _GROUPS)
    master, last, best = Master(groups, limits), time.monotonic(), bound
    if every > 1:
        best = first_bound(mosts, limits)
    for number in range(1, _RELAXED_PASSES + 1):
        answers = list(pricer.relaxed(prices, terms.effort.until, every))
        best.see(prices, limits, answers)
        best.relaxed_took = time.monotonic() - last
        master.add(_grouped((answer.way for answer in answers if answer.way is not None), groups, len(limits)))
        mix = master.shares()
        part = f" d'une entreprise sur {every}" if every > 1 else ""
        terms.tell(f"passe relâchée {number}{part} : mélange {mix.value:.1f}, borne {best.value:.1f}")
        took, last = time.monotonic() - last, time.monotonic()
        late = last + (1 + every if every > 1 else 1) * took > deadline
        if best.value - mix.value <= _RELAXED_GAP * max(SETTLED, mix.value) or late:
            break
        master.prune(_RELAXED_COLUMNS * groups)
        prices = _SMOOTH * best.prices + (1 - _SMOOTH) * mix.prices
    return best.prices


def _grouped(ways: Iterable[Way], groups: int, budgets: int) -> list[Way]:
    """The ways of each group of undertakings together: prices need no more, and the mix is far quicker found."""
    values, spent = np.zeros(groups), np.zeros((groups, budgets))
    for way in ways:
        group = way.block % groups
        values[group] += way.value
        for rank, amount in way.spent:
            spent[group, rank] += amount
    return [
        Way(
            block=int(group),
            financed=(),
            value=float(values[group]),
            spent=tuple((int(rank), float(spent[group, rank])) for rank in np.flatnonzero(spent[group])),
        )
        for group in np.flatnonzero(values)
    ]


def generate(
    pricer: Asked,
    master: Master,
    prices: np.ndarray,
    terms: Terms,
    bound: Bound,
    deadline: float,
    latest: float = -math.inf,
) -> Shares:
    """Whole ways, at the prices given and then at better ones, until bound and mix meet or time runs out.

    ``latest``: until when, where the mix of the ways found is still far from what they promise: a choice is made of it.
    """
    stalled, wide, before = 0, _BOX, 0.0
    effort = replace(terms.effort, until=max(deadline, latest))
    while True:
        began = time.monotonic()
        answers = list(pricer.ask(prices, None, effort))
        bound.passes += 1
        lower = bound.see(prices, terms.limits, answers)
        fresh = master.add(answer.way for answer in answers if answer.way is not None)
        mix = master.shares()
        promised = lagrange(bound.prices, terms.limits, bound.promised)
        terms.tell(f"passe {bound.passes} : mélange {mix.value:.1f}, promesse {promised:.1f}, borne {bound.value:.1f}")
        terms.save(None)
        gained = mix.value > before + terms.target / 10 * abs(before)
        stalled, before = (0 if lower or gained else stalled + 1), mix.value
        bound.took = time.monotonic() - began
        done = terms.is_close(mix.value, bound.value, part=0.25) or stalled >= _STALLED
        end = max(deadline, latest) if promised - mix.value > _FAR * promised else deadline
        if done or (not fresh and wide >= 1.0) or time.monotonic() + _QUICKER * bound.took > end:
            return mix
        if master.prune(_COLUMNS_A_BLOCK * master.blocks):
            mix = master.shares()
        wide = min(1.0, wide * (1.3 if lower or not fresh else 0.6))
        if stalled:
            # Bound and mix cannot be nearer than each undertaking's own.
            effort = replace(effort, gap=max(_LEAST_GAP, _PART_OF_GAP * effort.gap))
        span = wide * (bound.prices + _AT_LEAST * float(bound.prices.mean()))
        prices = master.prices_within(np.maximum(0.0, bound.prices - span), bound.prices + span)
