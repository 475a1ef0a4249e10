"""The joint allocation: prices by column generation, a bound by Lagrange, a whole choice, then a polish."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np

from rebond.portfolio.joint.bounding import Bound, Progress, first_bound, first_prices, generate, relax
from rebond.portfolio.joint.choosing import dive, room_of, value_of
from rebond.portfolio.joint.master import Master
from rebond.portfolio.joint.polishing import fill, polish
from rebond.portfolio.joint.pricing import Effort, Here, Pricer, Way, WholePricer

_SETTLED = 1e-6
_RELAXED, _PRICES, _CHOICE, _DIVE = 0.15, 0.5, 0.65, 0.75
"""Parts of the time by which relaxations, prices, the dive and the programme of known ways must end."""
_HANDFUL = 8
"""Undertakings that one programme is asked first."""
_FEW = 120
"""Undertakings that one programme can hold: it closes what prices leave."""
_FEW_PRICES, _FEW_CHOICE, _FEW_DIVE, _POLISHED = 0.35, 0.45, 0.5, 0.7
"""The same parts for them, and the end of the polish."""
_MANY = 40_000
"""Known ways beyond which no programme chooses among them all."""


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


@dataclass(slots=True)
class Reached:
    """Where a search stands: what a second one needs to go on from there."""

    bound: Bound
    ways: list[Way]
    chosen: list[Way]


Keep = Callable[[Reached], None]


def allocate(
    pricer: Pricer,
    mosts: Sequence[float],
    budgets: Sequence[float],
    *,
    seconds: float,
    target: float = 1e-4,
    effort: Effort | None = None,
    progress: Progress | None = None,
    reached: Reached | None = None,
    keep: Keep | None = None,
) -> Allocation:
    """The best choice of ways within the budgets (thousands of euros).

    ``mosts``: for each block, the value that none of its ways can pass. Stops at the relative gap ``target``, or when
    time runs out; whatever happens, what comes back keeps every budget and its bound is one. ``reached``: where a
    search of the same problem stood; ``keep`` is told where this one stands.
    """
    began = time.monotonic()
    until = lambda part: began + part * seconds  # noqa: E731
    tell, effort, store = progress or _silent, effort or Effort(), keep or _forget
    limits = np.array(budgets, dtype=float)
    master = Master(len(mosts), limits)
    at = reached or Reached(bound=first_bound(mosts, limits), ways=[], chosen=[])
    bound = at.bound
    prices = first_prices(mosts, limits) if not bound.passes else bound.prices
    few = len(mosts) <= _FEW and getattr(pricer, "whole", None) is not None
    whole = cast(WholePricer, pricer) if hasattr(pricer, "relaxed") else None
    if whole and not bound.passes:
        prices = relax(whole, mosts, limits, bound, until(_RELAXED), tell)
    if few and len(mosts) <= _HANDFUL and not at.chosen:
        first, proven = cast(Here, pricer).whole([], max(0.0, until(0.3) - time.monotonic()), min(target / 2, 1e-6))
        at.chosen, bound.value = list(first or []), min(bound.value, proven)
        if bound.value - value_of(at.chosen) <= target * max(_SETTLED, value_of(at.chosen)):
            return _found(at.chosen, limits, bound, began)
    master.add(at.ways)

    def save(chosen: Sequence[Way] | None = None) -> None:
        at.ways = master.ways
        if chosen is not None:
            at.chosen = list(chosen)
        store(at)

    if master.ways:
        prices = 0.5 * prices + 0.5 * master.shares().prices
    mix = generate(
        pricer, master, prices, limits, bound, deadline=until(_FEW_PRICES if few else _PRICES), target=target, effort=effort, tell=tell, save=save
    )
    chosen = at.chosen
    for found in (
        lambda: dive(pricer, master, mix, limits, deadline=until(_FEW_CHOICE if few else _CHOICE), effort=effort, tell=tell),
        lambda: master.choice(max(1.0, until(_FEW_DIVE if few else _DIVE) - time.monotonic()), chosen) if len(master.ways) < _MANY else [],
    ):
        better = found()
        tell(f"choix entier : valeur {value_of(better):.1f}, borne {bound.value:.1f}")
        chosen = better if value_of(better) > value_of(chosen) else chosen
        save(chosen)
        if bound.value - value_of(chosen) <= target * max(_SETTLED, value_of(chosen)):
            break
    chosen = fill(pricer, chosen, limits, bound, target, until(1.0), effort)
    save(chosen)
    if whole:
        until_polished = until(_POLISHED if few else 1.0)
        chosen = polish(whole, chosen, limits, bound, target=target, deadline=until_polished, tell=tell, save=save)
    if few and bound.value - value_of(chosen) > target * max(_SETTLED, value_of(chosen)):
        left = max(0.5, until(1.0) - time.monotonic())
        better, proven = cast(Here, pricer).whole(chosen, left, min(target / 2, 1e-6))
        chosen = chosen if better is None else list(better)
        bound.value = min(bound.value, max(proven, value_of(chosen)))
        tell(f"programme unique : valeur {value_of(chosen):.1f}, borne {bound.value:.1f}")
    save(chosen)
    return _found(chosen, limits, bound, began)


def _found(chosen: Sequence[Way], limits: np.ndarray, bound: Bound, began: float) -> Allocation:
    value = value_of(chosen)
    return Allocation(
        ways=tuple(sorted(chosen, key=lambda way: way.block)),
        value=value,
        bound=max(bound.value, value),
        left=tuple(float(each) for each in np.maximum(0.0, room_of(chosen, limits))),
        prices=tuple(float(each) for each in bound.prices),
        passes=bound.passes,
        seconds=time.monotonic() - began,
    )


def _silent(_: str) -> None:
    """No progress to show."""


def _forget(_: Reached) -> None:
    """Nothing to keep."""
