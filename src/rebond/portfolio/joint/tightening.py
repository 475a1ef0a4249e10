"""The bound at its own prices, closer: each undertaking is looked at again, first where the most can be gained.

What an undertaking lacks of its part of the bound is what no known way of it reaches there. A short look closes half of
it, longer ones close the rest ever more slowly: at any time, the next to be looked at is the one that lacks most beside
the time that its next look may take, and whoever holds it goes on as soon as it has answered.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from rebond.portfolio.joint.bounding import SETTLED, Bound, Terms, lagrange
from rebond.portfolio.joint.master import Master
from rebond.portfolio.joint.ways import Answer, Effort, Pricer, Way

_TOLD, _PART_TOLD = 64, 0.04
"""Undertakings after which the bound is told, at least, and as a part of all."""
_AT_ONCE = 1.6
"""Seconds for which a holder may be asked at once."""


def tighten(
    pricer: Pricer, master: Master, terms: Terms, bound: Bound, deadline: float, efforts: Sequence[Effort]
) -> None:
    """The bound at its own prices, with the undertakings looked at closer whose part of it no known way reaches.

    ``efforts``: how hard each of them is looked at, one time after the other, the shortest first.
    """
    closer = Closer(bound, [replace(effort, until=deadline) for effort in efforts], master.ways)
    step, seen, told = max(_TOLD, int(_PART_TOLD * master.blocks)), 0, 0
    for answers in pricer.in_turn(bound.prices, closer.next_few):
        for answer in answers:
            bound.of_block[answer.block] = min(float(bound.of_block[answer.block]), answer.bound)
            closer.see(answer)
        # Counted anew: the lowest bound may come from elsewhere (one programme of all), and is not the sum of these.
        bound.value = min(bound.value, lagrange(bound.prices, terms.limits, bound.of_block))
        master.add(answer.way for answer in answers if answer.way is not None)
        seen += len(answers)
        if seen >= told + step:
            terms.tell(f"borne resserrée : {bound.value:.1f}")
            told = seen
    terms.tell(f"borne resserrée : {bound.value:.1f}")


class Closer:
    """Which undertakings to look at next, and how hard."""

    def __init__(self, bound: Bound, efforts: Sequence[Effort], ways: Iterable[Way]) -> None:
        """``ways``: those known of all undertakings; ``efforts``: all of them end at the same time."""
        self._bound, self._efforts = bound, efforts
        self._seconds = np.array([effort.seconds for effort in efforts])
        self._times = np.zeros(len(bound.of_block), dtype=int)
        self._reached = np.zeros(len(bound.of_block))
        for way in ways:
            self._reach(way)

    def see(self, answer: Answer) -> None:
        """Take in what was found."""
        if answer.way is not None:
            self._reach(answer.way)

    def next_few(self, share: Sequence[int]) -> tuple[Sequence[int], Effort] | None:
        """Of the blocks of a holder, a few that lack much of their bound, and have been looked at as often."""
        blocks = np.array(share, dtype=int)
        lacking = self._bound.of_block[blocks] - self._reached[blocks]
        left = (self._times[blocks] < len(self._efforts)) & (lacking > SETTLED)
        if not left.any() or time.monotonic() > self._efforts[0].until:
            return None
        blocks, lacking = blocks[left], lacking[left]
        times = self._times[blocks]
        now = times[np.argmax(lacking / self._seconds[times])]
        blocks, lacking = blocks[times == now], lacking[times == now]
        count = max(1, round(_AT_ONCE / float(self._seconds[now])))
        few = blocks[np.argsort(-lacking, kind="stable")[:count]]
        self._times[few] += 1
        return few.tolist(), self._efforts[now]

    def _reach(self, way: Way) -> None:
        self._reached[way.block] = max(self._reached[way.block], way.reduced(self._bound.prices))
