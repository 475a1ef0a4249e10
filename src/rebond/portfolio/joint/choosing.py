"""From shares of ways to a whole choice: the ways that the mix wants whole are taken, the others sought anew.

A dive with prices: what is taken leaves less of each budget, the undertakings still open are asked again at the prices
of what is left and within it, and so on; a small programme ends it. See Sadykov, Vanderbeck, Pessoa, Tahiri and Uchoa
(2019), « Primal heuristics for branch and price ».
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from rebond.portfolio.joint.bounding import Terms
from rebond.portfolio.joint.master import Master, Shares
from rebond.portfolio.joint.pricing import Pricer, Way

_WHOLE = 0.99
_NEARLY = 0.7
_FEW = 40
"""Undertakings still open that one programme of their known ways settles."""
_PASSES = 2
_NOTHING = 1e-9


def room_of(chosen: Iterable[Way], limits: np.ndarray) -> np.ndarray:
    """What is left of each budget."""
    room = limits.copy()
    for way in chosen:
        room -= way.taken(len(limits))
    return room


def value_of(chosen: Iterable[Way]) -> float:
    """What a choice is worth."""
    return float(sum(way.value for way in chosen))


def dive(pricer: Pricer, master: Master, mix: Shares, terms: Terms, deadline: float) -> list[Way]:
    """A whole choice from the mix of all ways."""
    limits = terms.room
    taken = {way.block: way for way, share in zip(master.ways, mix.of_way, strict=True) if share >= _WHOLE}
    open_blocks = sorted({w.block for w, s in zip(master.ways, mix.of_way, strict=True) if _NOTHING < s < _WHOLE})
    between = set(open_blocks)
    pool = [way for way in master.ways if way.block in between]
    prices, effort = mix.prices, replace(terms.effort, until=deadline)
    while open_blocks and time.monotonic() < deadline:
        room = np.maximum(0.0, room_of(taken.values(), limits))
        rank = {block: number for number, block in enumerate(open_blocks)}
        sub = Master(len(open_blocks), room)
        sub.add(_among(pool, rank, room))
        prices = sub.shares().prices if sub.ways else prices
        for _ in range(_PASSES):
            if time.monotonic() > deadline:
                break
            answers = pricer.ask(prices, open_blocks, effort, room)
            found = [answer.way for answer in answers if answer.way is not None]
            pool += found
            master.add(found)
            if not sub.add(_among(found, rank, room)):
                break
            prices = sub.shares().prices
        if not sub.ways:
            break
        shares = sub.shares()
        if len(open_blocks) <= _FEW:
            chosen = sub.choice(max(1.0, min(10.0, deadline - time.monotonic())))
            taken |= {open_blocks[way.block]: replace(way, block=open_blocks[way.block]) for way in chosen}
            break
        fixed = _most_whole(sub, shares)
        taken |= {open_blocks[way.block]: replace(way, block=open_blocks[way.block]) for way in fixed}
        left = {open_blocks[w.block] for w, s in zip(sub.ways, shares.of_way, strict=True) if s > _NOTHING} - set(taken)
        pool = [way for way in pool if way.block in left]
        open_blocks = sorted(left)
        terms.tell(f"choix entier : {len(taken)} entreprises placées, {len(open_blocks)} à placer")
    return list(taken.values())


def _among(ways: Iterable[Way], rank: dict[int, int], room: np.ndarray) -> list[Way]:
    """The ways that fit, under the numbers of the smaller programme."""
    return [
        replace(way, block=rank[way.block])
        for way in ways
        if way.block in rank and all(amount <= room[budget] + _NOTHING for budget, amount in way.spent)
    ]


def _most_whole(sub: Master, shares: Shares) -> Sequence[Way]:
    """The ways that the mix wants nearly whole, the one that it wants most at the least, as far as they fit."""
    order = np.argsort(-shares.of_way, kind="stable")
    room = sub.budgets.copy()
    kept: dict[int, Way] = {}
    for number in order:
        way = sub.ways[number]
        if shares.of_way[number] < _NEARLY and kept:
            break
        taken = way.taken(len(room))
        if way.block not in kept and (taken <= room + _NOTHING).all():
            kept[way.block] = way
            room -= taken
    return list(kept.values())
