"""A choice made better: a few undertakings at a time are planned anew together, with what is left.

Where to look is what the bound says: what a choice lacks of it is, to the euro, what each undertaking loses at the
prices of the bound, plus the price of what is left of the budgets.
"""

from __future__ import annotations

import random
import time
from collections.abc import Container, Iterable, Sequence
from dataclasses import replace
from itertools import zip_longest

import numpy as np

from rebond.portfolio.joint.bounding import SETTLED, Bound, Terms
from rebond.portfolio.joint.choosing import room_of, value_of
from rebond.portfolio.joint.ways import Neighbourhood, Pricer, Way

_FIRST, _LEAST, _LARGEST = 6, 3, 14
"""Undertakings planned anew together: at first, at least, at most."""
_SECONDS, _LEFT = 4.0, 0.5
"""Of each try at most, and what must be left for one."""
_IDLE = 16
"""Tries in a row without a gain after which a choice is as good as it gets."""
_OTHERS = 0.1
"""Of the mean loss, what every undertaking is given on top of its own when some are drawn."""
_NO_WEIGHT = 1e-3
_MANY = 1_000
"""Undertakings of which one is looked at for each holder at a time: as many more as they are."""
_LITTLE = 1e-4
"""Of its value, what an undertaking may lose that is not asked again where they are very many."""


def fill(
    pricer: Pricer,
    chosen: Sequence[Way],
    terms: Terms,
    bound: Bound,
    deadline: float,
    only: Container[int] | None = None,
) -> list[Way]:
    """Each undertaking (or these ``only``) in turn, with what it has and what is left: a better way is taken at once.

    A few are looked at each time; where two of them want the same, the second is looked at again with what is left.
    """
    limits = terms.room
    of_block = {way.block: way for way in chosen}
    room = room_of(chosen, limits)
    count, effort = len(limits), replace(terms.effort, until=deadline)
    losses, value = lost(of_block, bound), value_of(of_block.values())
    shares = [[block for block in share if only is None or block in only] for share in pricer.shares()]
    for blocks in _turns(shares, losses):
        if terms.is_close(value, bound.value) or time.monotonic() > deadline:
            break
        open_blocks = [block for block in blocks if not _is_at_best(of_block.get(block), bound, losses, block)]
        while open_blocks and time.monotonic() <= deadline:
            frees = [(block, room + _taken(of_block.get(block), count)) for block in open_blocks]
            again = []
            for block, found in zip(open_blocks, pricer.each_within(frees, effort), strict=True):
                own = of_block.get(block)
                free = room + _taken(own, count)
                if found is not None and (found.taken(count) > free + SETTLED).any():
                    again.append(block)
                elif found is not None and found.value > (own.value if own else 0.0) + SETTLED:
                    value += found.value - (own.value if own else 0.0)
                    of_block[block] = found
                    room = free - found.taken(count)
            open_blocks = again
    return list(of_block.values())


def _turns(shares: Sequence[Sequence[int]], lost: np.ndarray) -> Iterable[list[int]]:
    """One block a holder, those that lose most first; a few where they are many, so that none waits for another."""
    queues = [sorted(share, key=lambda block: -lost[block]) for share in shares]
    at_once = max(1, sum(map(len, queues)) // _MANY)
    turns = list(zip_longest(*queues))
    for first in range(0, len(turns), at_once):
        yield [block for turn in turns[first : first + at_once] for block in turn if block is not None]


def _is_at_best(own: Way | None, bound: Bound, losses: np.ndarray, block: int) -> bool:
    if own is None:
        return False
    if bound.by_proof:
        return bool(losses[block] <= _LITTLE * own.value)
    return bool(bound.of_block[block] - own.reduced(bound.prices) < SETTLED * own.value)


def _taken(way: Way | None, count: int) -> np.ndarray:
    return np.zeros(count) if way is None else way.taken(count)


def polish(
    pricer: Pricer, chosen: Sequence[Way], ways: Sequence[Way], terms: Terms, bound: Bound, deadline: float
) -> list[Way]:
    """Better and better choices until the target or the deadline; ``ways``: those known of each undertaking.

    Every other group is drawn; the others are made of an undertaking that loses much and of those that hold what the
    best way of it lacks.
    """
    limits = terms.room
    of_block = {way.block: way for way in chosen}
    size, chance = _FIRST, random.Random(20231004)  # noqa: S311 - where to look, not a secret
    holders = [list(share) for share in pricer.shares() if len(share)]
    value, idle, rounds = value_of(of_block.values()), 0, 0
    best, tried = best_ways(ways, bound), set[int]()
    free = np.maximum(0.0, room_of(of_block.values(), limits))
    terms.tell(
        f"écart à la borne : {lost(of_block, bound).sum():.1f} perdus par des entreprises, "
        f"{bound.prices @ (free + terms.limits - limits):.1f} de budgets qui restent"
    )
    while not terms.is_close(value, bound.value):
        left = deadline - time.monotonic()
        if left <= _LEFT or idle > _IDLE:
            break
        free = np.maximum(0.0, room_of(of_block.values(), limits))
        losses, room = lost(of_block, bound), free / len(holders)
        tasks = []
        for share in holders:
            blocks = draw(share, losses, size, chance)
            open_blocks = [block for block in share if block in best and block not in tried]
            first = max(open_blocks, key=lambda block: losses[block], default=None)
            if rounds % 2 == 0 and first is not None and losses[first] > float(losses.mean()):
                tried.add(first)
                blocks = around(first, best[first], blocks, share, of_block, free, bound, size)
            tasks.append(_neighbourhood(blocks, of_block, room))
        began = time.monotonic()
        found = pricer.together(tasks, min(_SECONDS, left))
        hard = time.monotonic() - began > 0.9 * min(_SECONDS, left)
        gained = False
        for task, better in zip(tasks, found, strict=True):
            if better is not None:
                gained = True
                tried.clear()
                for block in task.blocks:
                    of_block.pop(block, None)
                of_block |= {way.block: way for way in better}
        size = max(_LEAST, size - 1) if hard and not gained else size if hard else min(_LARGEST, size + 1)
        value, idle, rounds = value_of(of_block.values()), 0 if gained else idle + 1, rounds + 1
        if gained:
            terms.save(list(of_block.values()))
        terms.tell(f"amélioration {rounds} : valeur {value:.1f}, borne {bound.value:.1f}, groupes de {size}")
    return list(of_block.values())


def lost(of_block: dict[int, Way], bound: Bound) -> np.ndarray:
    """What each block lacks of what the best way known of it promises, at the prices of the bound."""
    lacking = bound.promised.copy()
    for block, way in of_block.items():
        lacking[block] -= way.reduced(bound.prices)
    positive: np.ndarray = np.maximum(0.0, lacking)
    return positive


def draw(share: Sequence[int], lost: np.ndarray, size: int, chance: random.Random) -> list[int]:
    """Different blocks, those that lose most more often."""
    own = lost[list(share)]
    weights = own + _OTHERS * float(own.mean()) + SETTLED
    weights /= weights.max()
    # The greatest of u^(1/w) is drawn in proportion to w (Efraimidis and Spirakis 2006).
    keys = [
        (chance.random() ** (1.0 / max(_NO_WEIGHT, weight)), block)
        for weight, block in zip(weights, share, strict=True)
    ]
    return sorted(block for _, block in sorted(keys, reverse=True)[:size])


def best_ways(ways: Iterable[Way], bound: Bound) -> dict[int, Way]:
    """The way of each block that is worth most at the prices of the bound."""
    best: dict[int, tuple[float, Way]] = {}
    for way in ways:
        worth = way.reduced(bound.prices)
        if way.block not in best or worth > best[way.block][0]:
            best[way.block] = worth, way
    return {block: way for block, (_, way) in best.items()}


def around(
    first: int,
    wanted: Way,
    drawn: Sequence[int],
    share: Sequence[int],
    of_block: dict[int, Way],
    free: np.ndarray,
    bound: Bound,
    size: int,
) -> list[int]:
    """A block, the blocks that hold most of what its way lacks, dearest first, and some of those that were drawn."""
    count = len(free)
    lacking = np.maximum(0.0, wanted.taken(count) - _taken(of_block.get(first), count) - free)
    holding = {
        block: sum(
            min(amount, float(lacking[rank])) * float(bound.prices[rank]) for rank, amount in of_block[block].spent
        )
        for block in share
        if block in of_block and block != first
    }
    near = sorted((block for block in holding if holding[block] > SETTLED), key=lambda block: -holding[block])
    kept = [first, *near[: max(1, 2 * size // 3)]]
    kept += [block for block in drawn if block not in kept]
    return sorted(kept[:size])


def _neighbourhood(blocks: Sequence[int], of_block: dict[int, Way], room: np.ndarray) -> Neighbourhood:
    ways = tuple(of_block[block] for block in blocks if block in of_block)
    return Neighbourhood(
        blocks=tuple(blocks), ways=ways, room=room + sum((way.taken(len(room)) for way in ways), np.zeros(len(room)))
    )
