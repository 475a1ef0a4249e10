"""A choice made better by one undertaking that loses much: it is given its best way, and others make room for it.

What a dive misses is a project or two, that some budgets no longer pay: the prices of these say that it would be cheap
to make room for them, and no small group can do it. Those that hold most of what is lacking are placed again together.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from rebond.portfolio.joint.bounding import SETTLED, Bound, Terms
from rebond.portfolio.joint.choosing import place, room_of, value_of
from rebond.portfolio.joint.master import Master
from rebond.portfolio.joint.polishing import best_ways, fill, lost
from rebond.portfolio.joint.ways import Pricer, Way

_HELD = 8.0
"""What those placed again hold of each budget, beside what is lacking."""
_MUCH = 5.0
"""What an undertaking must lose for it, beside the mean."""
_MOMENT = 0.2
"""Seconds for each of those placed again, where they are looked at roughly."""
_IDLE, _LEFT = 8, 1.0
"""Times in a row without a gain after which it stops; seconds that must be left for one."""


def reopen(
    pricer: Pricer, master: Master, chosen: Sequence[Way], terms: Terms, bound: Bound, deadline: float
) -> list[Way]:
    """Better and better choices until the target or the deadline."""
    if terms.effort.rough:
        # One that takes long would keep all the others waiting, each time.
        terms = replace(terms, effort=replace(terms.effort, seconds=min(_MOMENT, terms.effort.seconds)))
    best, tried, idle = {way.block: way for way in chosen}, set[int](), 0
    known = best_ways(master.ways, bound)
    while idle < _IDLE and deadline - time.monotonic() > _LEFT:
        value, losses = value_of(best.values()), lost(best, bound)
        if terms.is_close(value, bound.value):
            break
        first = max(set(known) - tried, key=lambda block: losses[block], default=None)
        if first is None or losses[first] < _MUCH * float(losses.mean()):
            break
        tried.add(first)
        opened = _holders(known[first], best, np.maximum(0.0, room_of(best.values(), terms.room)))
        kept = [way for way in best.values() if way.block not in opened and way.block != first] + [known[first]]
        idle += 1
        if (room_of(kept, terms.room) < -SETTLED).any():
            continue
        found = place(pricer, master, kept, opened, bound.prices, terms, deadline)
        found = fill(pricer, found, terms, bound, deadline, only=opened)
        if value_of(found) > value + SETTLED:
            best, idle = {way.block: way for way in found}, 0
            tried.clear()
            terms.save(found)
        terms.tell(
            f"place faite à une entreprise par {len(opened)} autres : valeur {value_of(found):.1f} ({value:.1f} avant)"
        )
    return list(best.values())


def _holders(wanted: Way, of_block: Mapping[int, Way], free: np.ndarray) -> set[int]:
    """Those that hold most of each budget that the way lacks, until they hold a few times as much."""
    count, first = len(free), wanted.block
    own = of_block[first].taken(count) if first in of_block else np.zeros(count)
    lacking = wanted.taken(count) - own - free
    opened = set[int]()
    for rank in np.argsort(-lacking):
        if lacking[rank] <= SETTLED:
            break
        held = {
            way.block: amount
            for way in of_block.values()
            for budget, amount in way.spent
            if budget == rank and way.block != first
        }
        need = _HELD * float(lacking[rank]) - sum(held[block] for block in opened & set(held))
        for block in sorted(set(held) - opened, key=lambda block: -held[block]):
            if need <= 0.0:
                break
            opened.add(block)
            need -= held[block]
    return opened
