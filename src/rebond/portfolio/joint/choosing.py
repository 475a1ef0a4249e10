"""From shares of ways to a whole choice: the ways that the mix wants whole are taken, the others sought anew.

A dive with prices: what is taken leaves less of each budget, the undertakings still open are asked again at the prices
of what is left and within it, and so on; a small programme ends it. See Sadykov, Vanderbeck, Pessoa, Tahiri and Uchoa
(2019), « Primal heuristics for branch and price ».
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from rebond.portfolio.joint.bounding import Terms
from rebond.portfolio.joint.master import Master, Shares
from rebond.portfolio.joint.ways import Pricer, Way

_WHOLE = 0.99
_NEARLY = 0.7
_FEW = 12
"""Undertakings still open that one programme of their known ways settles."""
_PASSES, _MANY = 2, 200
"""Times that undertakings still open are asked before some are placed; how many are asked once only."""
_AT_LEAST = 0.35
"""Part of the undertakings still open that is placed each time, where the mix wants fewer nearly whole."""
_BOX, _OF_MEAN = 0.5, 0.2
"""How far prices may go each time, as a part of them; and of their mean, added to each: few ways say them badly."""
_NOTHING = 1e-9


def room_of(chosen: Iterable[Way], limits: np.ndarray) -> np.ndarray:
    """What is left of each budget."""
    spent = [each for way in chosen for each in way.spent]
    ranks, amounts = zip(*spent, strict=True) if spent else ((), ())
    room: np.ndarray = limits - np.bincount(np.array(ranks, dtype=int), weights=amounts, minlength=len(limits))
    return room


def value_of(chosen: Iterable[Way]) -> float:
    """What a choice is worth."""
    return float(sum(way.value for way in chosen))


def dive(pricer: Pricer, master: Master, mix: Shares, prices: np.ndarray, terms: Terms, deadline: float) -> list[Way]:
    """A whole choice from the mix of all ways; ``prices``: those that undertakings still open are first asked at."""
    taken = [way for way, share in zip(master.ways, mix.of_way, strict=True) if share >= _WHOLE]
    # An undertaking whose ways the mix leaves out is asked too: it has few of them, and none may fit.
    open_blocks = {way.block for way in master.ways} - {way.block for way in taken}
    return place(pricer, master, taken, open_blocks, prices, terms, deadline)


def place(
    pricer: Pricer,
    master: Master,
    kept: Iterable[Way],
    openly: Iterable[int],
    prices: np.ndarray,
    terms: Terms,
    deadline: float,
) -> list[Way]:
    """A whole choice that keeps some ways, the undertakings still open placed a part at a time."""
    limits = terms.room
    taken, open_blocks = {way.block: way for way in kept}, sorted(openly)
    between = set(open_blocks)
    pool = [way for way in master.ways if way.block in between]
    effort = replace(terms.effort, until=deadline)
    while open_blocks and time.monotonic() < deadline:
        room = np.maximum(0.0, room_of(taken.values(), limits))
        rank = {block: number for number, block in enumerate(open_blocks)}
        sub = Master(len(open_blocks), room)
        sub.add(_among(pool, rank, room))
        for _ in range(_PASSES if len(open_blocks) <= _MANY else 1):
            prices = _nearby(sub, prices)
            if time.monotonic() > deadline:
                break
            answers = pricer.ask(prices, open_blocks, effort, room)
            found = [answer.way for answer in answers if answer.way is not None]
            pool += found
            master.add(found)
            if not sub.add(_among(found, rank, room)):
                break
        if not sub.ways:
            break
        if len(open_blocks) <= _FEW:
            fixed: Sequence[Way] = sub.choice(max(1.0, min(10.0, deadline - time.monotonic())))
        else:
            fixed = _most_whole(sub, sub.shares())
        taken |= {open_blocks[way.block]: replace(way, block=open_blocks[way.block]) for way in fixed}
        left = set(open_blocks) - set(taken)
        terms.tell(f"choix entier : {len(taken)} entreprises placées, {len(left)} à placer")
        if len(open_blocks) <= _FEW:
            break
        pool = [way for way in pool if way.block in left]
        open_blocks = sorted(left)
    return list(taken.values())


def _nearby(sub: Master, prices: np.ndarray) -> np.ndarray:
    """Prices at which the ways of a smaller programme are mixed, not too far from those before."""
    span = _BOX * prices + _OF_MEAN * float(prices.mean())
    return sub.prices_within(np.maximum(0.0, prices - span), prices + span)


def _among(ways: Iterable[Way], rank: dict[int, int], room: np.ndarray) -> list[Way]:
    """The ways that fit, under the numbers of the smaller programme."""
    return [
        replace(way, block=rank[way.block])
        for way in ways
        if way.block in rank and all(amount <= room[budget] + _NOTHING for budget, amount in way.spent)
    ]


def _most_whole(sub: Master, shares: Shares) -> Sequence[Way]:
    """The ways that the mix wants nearly whole, and those that it wants most at the least, as far as they fit."""
    order = np.argsort(-shares.of_way, kind="stable")
    room, least = sub.budgets.copy(), max(1, math.ceil(_AT_LEAST * sub.blocks))
    kept: dict[int, Way] = {}
    for number in order:
        way, share = sub.ways[number], shares.of_way[number]
        if kept and (share <= _NOTHING or (share < _NEARLY and len(kept) >= least)):
            break
        taken = way.taken(len(room))
        if way.block not in kept and (taken <= room + _NOTHING).all():
            kept[way.block] = way
            room -= taken
    return list(kept.values())
