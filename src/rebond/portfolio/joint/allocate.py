"""The joint allocation: prices by column generation, a bound by Lagrange, a whole choice, then a polish."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import cast

import numpy as np

from rebond.errors import SolverError
from rebond.portfolio.joint.bounding import (
    Bound,
    Progress,
    Terms,
    first_bound,
    generate,
    relax,
)
from rebond.portfolio.joint.choosing import dive, room_of, value_of
from rebond.portfolio.joint.master import Master, Shares
from rebond.portfolio.joint.polishing import fill, polish
from rebond.portfolio.joint.pricing import Here
from rebond.portfolio.joint.reopening import reopen
from rebond.portfolio.joint.team import Beside
from rebond.portfolio.joint.tightening import tighten
from rebond.portfolio.joint.ways import Effort, Pricer, Way


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    """Parts of the time by which each step must end."""

    relaxed: float
    prices: float
    latest: float
    """Until when prices are sought, where the ways found mix badly."""
    proof: float
    dive: float
    fill: float
    choice: float
    polish: float


_PARTS = _Parts(relaxed=0.15, prices=0.36, latest=0.6, proof=0.8, dive=0.86, fill=1.0, choice=0.97, polish=1.0)
_AFTER = _Parts(relaxed=0.15, prices=0.85, latest=0.85, proof=0.9, dive=0.95, fill=1.0, choice=0.97, polish=1.0)
_FEW_PARTS = _Parts(relaxed=0.15, prices=0.3, latest=0.3, proof=0.35, dive=0.4, fill=1.0, choice=0.45, polish=0.5)
_MANY_PARTS = _Parts(relaxed=0.2, prices=0.42, latest=0.42, proof=0.76, dive=0.82, fill=0.92, choice=1.0, polish=1.0)
_HANDFUL = 8
"""Undertakings that one programme is asked first."""
_FEW = 120
"""Undertakings that one programme can hold: it closes what prices leave."""
_CLOSER_LOOKS = (
    Effort(gap=1e-3, seconds=0.1),
    Effort(gap=5e-4, seconds=0.4),
    Effort(gap=2e-4, seconds=1.6),
    Effort(gap=1e-4, seconds=6.4),
)
"""How hard each undertaking is looked at for its bound: most of what it can gain comes in a tenth of a second."""
_BESIDE, _PATIENCE = 0.97, 1.0
"""Part of the time by which what is sought beside must end; seconds for it to come, past the end of all."""
_PROVEN = 1e-6
_RESERVE = 0.1
"""Of each budget, in thousands of euros, what a choice among many leaves: some plans in whole euros lack a few."""
_WHOLE_PASS = 15
"""Passes of relaxations that one of whole answers is worth, at the least."""
_CLOSER = 0.05
"""Part of the time that a bound may be looked at closer, at least."""
_AGAIN = 1.5
"""Passes that the time left must hold for prices to be sought again."""
_VERY_MANY = 5_000
"""Undertakings that are very many."""


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


@dataclass(slots=True)
class Reached:
    """Where a search stands: what a second one needs to go on from there."""

    bound: Bound
    ways: list[Way]
    chosen: list[Way]


Keep = Callable[[Reached], None]


def allocate(  # noqa: PLR0913 - a search, what it keeps to and whom it tells
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
    beside: Beside | None = None,
) -> Allocation:
    """The best choice of ways within the budgets (thousands of euros).

    ``mosts``: for each block, the value that none of its ways can pass. Stops at the relative gap ``target``, or when
    time runs out; whatever happens, what comes back keeps every budget and its bound is one. ``reached``: where a
    search of the same problem stood; ``keep`` is told where this one stands. ``beside``: who seeks a choice of a few
    undertakings in one programme meanwhile.
    """
    began = time.monotonic()
    limits = np.array(budgets, dtype=float)
    at = reached or Reached(bound=first_bound(mosts, limits), ways=[], chosen=[])
    at.bound.by_proof = len(mosts) > _VERY_MANY

    def save(chosen: Sequence[Way] | None) -> None:
        at.chosen = at.chosen if chosen is None else list(chosen)
        if keep is not None:
            keep(at)

    tell = progress or _silent
    # No block is looked at past the end, whatever the step: a pass of many may hold more than all the time there is.
    effort = replace(effort or Effort(), until=began + seconds)
    few = len(mosts) <= _FEW and getattr(pricer, "whole", None) is not None
    reserve = _RESERVE if len(mosts) > _FEW else 0.0
    terms = Terms(limits=limits, target=target, effort=effort, tell=tell, save=save, reserve=reserve)
    _Search(pricer, mosts, terms, at, began, seconds, beside if few else None).run(few=few)
    save(None)
    value = value_of(at.chosen)
    return Allocation(
        ways=tuple(sorted(at.chosen, key=lambda way: way.block)),
        value=value,
        bound=max(at.bound.value, value),
        left=tuple(float(each) for each in np.maximum(0.0, room_of(at.chosen, limits))),
        prices=tuple(float(each) for each in at.bound.prices),
        passes=at.bound.passes,
    )


@dataclass(slots=True)
class _Search:
    pricer: Pricer
    mosts: Sequence[float]
    terms: Terms
    at: Reached
    began: float
    seconds: float
    beside: Beside | None

    def run(self, *, few: bool) -> None:
        """Leave in ``at`` the best choice and the lowest bound that time allowed."""
        self._begin_beside()
        self._run(few=few)
        if self.beside is not None and not self._close():
            self._meet(self._until(1.0) + _PATIENCE)

    def _run(self, *, few: bool) -> None:
        at, terms, bound = self.at, self.terms, self.at.bound
        ends = _FEW_PARTS if few else _MANY_PARTS if len(self.mosts) > _VERY_MANY else _PARTS
        prices = bound.prices
        if not bound.passes:
            prices = relax(self.pricer, self.mosts, terms, bound, self._until(ends.relaxed))
        if few and len(self.mosts) <= _HANDFUL and not at.chosen:
            self._in_one(_FEW_PARTS.prices)
        if self._close():
            return
        master = Master(len(self.mosts), terms.limits)
        master.add(at.ways)
        at.ways = master.ways
        if master.ways:
            prices = (prices + master.shares().prices) / 2
        if self._is_short():
            # Not even one pass of whole answers: each undertaking takes what it can, those that lose most first.
            self._take(fill(self.pricer, at.chosen, terms, bound, self._until(1.0)))
            return
        while True:
            latest = self._until(ends.latest)
            generate(self.pricer, master, prices, terms, bound, self._until(ends.prices), latest)
            closer = max(self._until(ends.proof), time.monotonic() + _CLOSER * self.seconds)
            looks = [replace(look, gap=min(look.gap, terms.effort.gap)) for look in _CLOSER_LOOKS]
            tighten(self.pricer, master, terms, bound, min(self._until(1.0), closer), looks)
            mix, at.ways = master.shares(), master.ways
            if self._close():
                return
            self._choose(master, mix, ends)
            left = self._until(1.0) - time.monotonic()
            if few or self._close() or left < _AGAIN * bound.took:
                break
            # The choice is at its best for what is known: what is left of the time goes to the bound, and to new ways.
            prices, ends = (bound.prices + mix.prices) / 2, _AFTER
        if few and not self._close():
            self._in_one(1.0)

    def _choose(self, master: Master, mix: Shares, ends: _Parts) -> None:
        """A whole choice at least as good as the one known."""
        at, terms, bound = self.at, self.terms, self.at.bound
        self._take(dive(self.pricer, master, mix, bound.prices, terms, self._until(ends.dive)))
        self._take(fill(self.pricer, at.chosen, terms, bound, self._until(ends.fill)))
        self._take(reopen(self.pricer, master, at.chosen, terms, bound, self._until(ends.choice)))
        if not self._close() and len(self.mosts) <= _FEW:
            # Among the ways of many, one programme finds nothing in the time that a few exact groups would take.
            self._take(master.choice(max(1.0, self._until(ends.choice) - time.monotonic()), at.chosen, terms.room))
            self._take(fill(self.pricer, at.chosen, terms, bound, self._until(1.0)))
        self._take(polish(self.pricer, at.chosen, master.ways, terms, bound, self._until(ends.polish)))

    def _is_short(self) -> bool:
        """Whether the time left does not hold one pass of whole answers."""
        return self.at.bound.relaxed_took * _WHOLE_PASS > self._until(1.0) - time.monotonic()

    def _until(self, part: float) -> float:
        return self.began + part * self.seconds

    def _close(self) -> bool:
        """Whether the choice is near enough to the bound, what was found beside taken in."""
        if self.beside is not None:
            self._meet(0.0)
        return self.terms.is_close(value_of(self.at.chosen), self.at.bound.value)

    def _take(self, chosen: Sequence[Way]) -> None:
        if value_of(chosen) > value_of(self.at.chosen):
            self.terms.save(chosen)
            self.terms.tell(f"choix entier : valeur {value_of(chosen):.1f}, borne {self.at.bound.value:.1f}")

    @property
    def _gap(self) -> float:
        """How near to the best one programme of all stops."""
        return min(self.terms.target / 2, _PROVEN)

    def _in_one(self, part: float) -> None:
        """All undertakings in one programme."""
        left = max(0.0, self._until(part) - time.monotonic())
        self._learn(*cast(Here, self.pricer).whole(self.at.chosen, left, self._gap))

    def _begin_beside(self) -> None:
        """One programme of all, sought meanwhile where someone can."""
        if self.beside is not None:
            try:
                self.beside.begin(self._until(_BESIDE), self._gap)
            except SolverError as error:
                self._lose_beside(error)

    def _meet(self, until: float) -> None:
        """Take what was found beside, if it has ended by then."""
        if self.beside is not None:
            try:
                found = self.beside.found(until)
            except SolverError as error:
                self._lose_beside(error)
            else:
                if found is not None:
                    self.beside = None
                    self._learn(*found)

    def _lose_beside(self, error: SolverError) -> None:
        """What is sought here goes on without it."""
        self.beside = None
        self.terms.tell(f"programme unique, à part : {error}")

    def _learn(self, better: Sequence[Way] | None, proven: float) -> None:
        self._take(better or [])
        self.at.bound.value = min(self.at.bound.value, max(proven, value_of(self.at.chosen)))
        self.terms.tell(f"programme unique : valeur {value_of(self.at.chosen):.1f}, borne {self.at.bound.value:.1f}")


def _silent(_: str) -> None:
    """No progress to show."""
