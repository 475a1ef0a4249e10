"""What an undertaking would do at given prices of the shared budgets: its best plan there, and a bound on any other."""

from __future__ import annotations

import math
import time
from collections.abc import Generator, Iterable, Sequence
from dataclasses import replace

import highspy
import numpy as np

from rebond.portfolio.joint.blocks import Block
from rebond.portfolio.joint.searching import Limit, Searcher, Sought, add_limits
from rebond.portfolio.joint.ways import Answer, Effort, Neighbourhood, NextFew, Way
from rebond.portfolio.joint.whole import Group, Whole, solve_whole

EURO = 0.001
_CENT = 1e-5
_NOTHING = 1e-9
_TINY = 1e-6
_EXACT_SECONDS = 10.0
"""For a programme without choices left: a moment is enough."""
_ROUNDED, _ROUNDED_MOST, _SHORTEST = 0.1, 3.0, 0.1
"""Of the time of several planned together, and in seconds at most, what rounding keeps; the shortest of searches."""
_OF_ITS_SHARE, _LEAST_SECONDS = 6.0, 0.02
"""Of the time left to each block, what one of a paced pass may take: most take far less."""
_REMEMBERED = 8
"""Ways of each block that a new search of it may start from: prices move less than the best way does."""


class Here:
    """Blocks looked at one after the other, in this process.

    One of several such (``rank`` among ``of``): its blocks are numbered ``rank``, ``rank + of``… in what it answers.
    """

    def __init__(self, blocks: Sequence[Block], budgets: np.ndarray, rank: int = 0, of: int = 1) -> None:
        self._rank, self._of = rank, of
        self._blocks, self._budgets, self._count = blocks, np.array(budgets, dtype=float), len(budgets)
        self._known: list[list[Way]] = [[] for _ in blocks]
        self._searcher = Searcher()

    def ask(
        self, prices: np.ndarray, blocks: Sequence[int] | None, effort: Effort, room: np.ndarray | None = None
    ) -> Iterable[Answer]:
        """What the blocks (all of them: ``None``) would do at the prices, within the ``room`` of each budget if any."""
        asked = range(len(self._blocks)) if blocks is None else blocks
        for place, number in enumerate(asked):
            own = effort
            if effort.paced:
                share = (effort.until - time.monotonic()) / (len(asked) - place)
                own = replace(effort, seconds=min(effort.seconds, max(_LEAST_SECONDS, _OF_ITS_SHARE * share)))
            way, bound = self._solve(number, prices, own, room)
            yield Answer(block=self._name(number), way=way, bound=bound)

    def in_turn(self, prices: np.ndarray, next_few: NextFew) -> Generator[Sequence[Answer], None, None]:
        """Answers of a few blocks at a time."""
        own = self.shares()[0]
        while (asked := next_few(own)) is not None:
            yield list(self.ask(prices, *asked))

    def _within(self, room: np.ndarray, block: int, effort: Effort) -> Way | None:
        most = self._blocks[block].most
        tiny = np.full(self._count, _TINY * max(1.0, most) / max(1.0, float(room.max(initial=1.0))))
        return self._solve(block, tiny, effort, room)[0]

    def each_within(self, tasks: Sequence[tuple[int, np.ndarray]], effort: Effort) -> Sequence[Way | None]:
        """The best way of each block that takes no more than its room of each budget, as if it alone could take it."""
        return [self._within(room, block, effort) for block, room in tasks]

    def shares(self) -> Sequence[Sequence[int]]:
        """All of them."""
        return [range(self._rank, self._rank + self._of * len(self._blocks), self._of)]

    def _name(self, number: int) -> int:
        return number * self._of + self._rank

    def relaxed(self, prices: np.ndarray, until: float = math.inf, every: int = 1) -> Iterable[Answer]:
        """What every block would do at the prices if choices could be shared."""
        for number in range(0, len(self._blocks), every):
            block = self._blocks[number]
            found = None if time.monotonic() >= until else self._searcher.relax(block, block.costs(prices))
            way = None if found is None else self._way(number, found.point, kept=False)
            yield Answer(block=self._name(number), way=way, bound=block.most if found is None else found.bound)

    def together(self, tasks: Sequence[Neighbourhood], seconds: float) -> Sequence[Sequence[Way] | None]:
        """Better ways of the blocks of each neighbourhood, where some are found."""
        return [self._together(task, seconds, 1e-5)[0] for task in tasks]

    def whole(self, ways: Sequence[Way], seconds: float, gap: float) -> tuple[Sequence[Way] | None, float]:
        """Better ways than those known, in one programme of all blocks; with what no choice can pass."""
        numbers = tuple(self._name(number) for number in range(len(self._blocks)))
        return self._together(Neighbourhood(blocks=numbers, ways=tuple(ways), room=self._budgets), seconds, gap)

    def _together(self, task: Neighbourhood, seconds: float, gap: float) -> tuple[Sequence[Way] | None, float]:
        known = {way.block: way for way in task.ways}
        blocks = [self._blocks[name // self._of] for name in task.blocks]
        starts = [
            known[name].point(len(block.column_upper)) if name in known else np.zeros(len(block.column_upper))
            for name, block in zip(task.blocks, blocks, strict=True)
        ]
        room = np.minimum(np.maximum(0.0, task.room), self._budgets)
        deadline = time.monotonic() + seconds
        group = Group(blocks=blocks, room=room, starts=starts)
        first = max(_SHORTEST, seconds - min(_ROUNDED_MOST, _ROUNDED * seconds))
        found = solve_whole(group, margin=0.0, seconds=first, gap=gap)
        value = math.fsum(way.value for way in task.ways)
        if found.points is None or found.value <= value + _TINY * max(1.0, value):
            return None, found.bound
        kept = self._in_euros(task, found, room)
        if kept is None:
            # Rounding up to whole euros passes a budget: sought again a euro shorter, among the choices just found.
            group = Group(blocks=blocks, room=room, starts=found.points, among=found.points)
            left = max(_SHORTEST, deadline - time.monotonic())
            kept = self._in_euros(task, solve_whole(group, margin=EURO, seconds=left, gap=gap), room)
        return kept, found.bound

    def _in_euros(self, task: Neighbourhood, found: Whole, room: np.ndarray) -> Sequence[Way] | None:
        """The ways found, in whole euros, where they are within the room and better than those known."""
        if found.points is None:
            return None
        ways = [self._settled(name // self._of, at) for name, at in zip(task.blocks, found.points, strict=True)]
        kept = [way for way in ways if way is not None]
        taken = sum((way.taken(self._count) for way in kept), np.zeros(self._count))
        gained = math.fsum(way.value for way in kept) > math.fsum(way.value for way in task.ways) + _TINY
        return kept if gained and (taken <= room + _NOTHING).all() else None

    def _settled(self, number: int, point: np.ndarray) -> Way | None:
        """The best way with the choices of a point, in what the point takes of each budget."""
        block, highs = self._blocks[number], self._searcher.highs
        highs.passModel(block.programme())
        width = len(block.column_upper)
        tiny = block.costs(np.full(self._count, _TINY))
        highs.changeColsCost(width, np.arange(width, dtype=np.int32), tiny)
        add_limits(highs, self._limits(block, _whole_euros(block.spent(point, self._count))))
        return self._exact(number, point, highs)

    def _solve(
        self, number: int, prices: np.ndarray, effort: Effort, room: np.ndarray | None
    ) -> tuple[Way | None, float]:
        block, now = self._blocks[number], time.monotonic()
        if now >= effort.until:
            return None, block.most
        known = self._start(number, prices, room)
        seen = self._searcher.search(
            Sought(
                block=block,
                costs=block.costs(prices),
                limits=() if room is None else self._limits(block, room),
                known=None if known is None else known.point(len(block.column_upper)),
                worth=0.0 if known is None else known.reduced(prices),
                gap=effort.gap,
                until=min(effort.until, now + effort.seconds),
                rough=effort.rough,
            )
        )
        if seen.standing is None or seen.point is None:
            return known, seen.bound
        way = self._exact(number, seen.point, seen.standing)
        if way is None:
            return known, seen.bound
        self._remember(number, way)
        return way, seen.bound

    def _start(self, number: int, prices: np.ndarray, room: np.ndarray | None) -> Way | None:
        """The best at these prices of the ways that were found at others."""
        best, most = None, 0.0
        for way in self._known[number]:
            if room is not None and any(amount > room[rank] + _CENT for rank, amount in way.spent):
                continue
            worth = way.reduced(prices)
            if worth > most:
                best, most = way, worth
        return best

    def _remember(self, number: int, way: Way) -> None:
        known = self._known[number]
        known[:] = [each for each in known if each.spent != way.spent or each.value != way.value][1 - _REMEMBERED :]
        known.append(way)

    def _limits(self, block: Block, room: np.ndarray) -> list[Limit]:
        return [
            Limit(
                columns=block.spending[block.budget_of == rank],
                most=min(max(0.0, _floor(float(room[rank]))), float(self._budgets[rank])),
            )
            for rank in np.unique(block.budget_of)
        ]

    def _exact(self, number: int, point: np.ndarray, highs: highspy.Highs) -> Way | None:
        """The way with its choices made whole, where the programme stands: no ``0.999999`` may carry a big amount."""
        block = self._blocks[number]
        whole = np.flatnonzero(block.integer).astype(np.int32)
        values = np.round(point[whole])
        if not values.any():
            return None
        highs.changeColsBounds(len(whole), whole, values, values)
        kinds = np.full(len(whole), highspy.HighsVarType.kContinuous.value, dtype=np.uint8)
        highs.changeColsIntegrality(len(whole), whole, kinds)
        # HiGHS counts the time of a linear programme from its first run, that of one with integers from this run.
        highs.setOptionValue("time_limit", highs.getRunTime() + _EXACT_SECONDS)
        highs.run()
        highs.setOptionValue("time_limit", math.inf)
        if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        return self._way(number, np.array(highs.getSolution().col_value), kept=True)

    def _way(self, number: int, point: np.ndarray, *, kept: bool) -> Way | None:
        block = self._blocks[number]
        spent = block.spent(point, self._count)
        spent = np.minimum(_whole_euros(spent) if kept else spent, self._budgets)
        columns = np.flatnonzero(np.abs(point) > _NOTHING) if kept else None
        value = block.worth(point)
        if value <= _NOTHING:
            return None
        return Way(
            block=self._name(number),
            financed=tuple(bool(round(each)) for each in point[block.financed]),
            value=value,
            spent=tuple((int(rank), float(spent[rank])) for rank in np.flatnonzero(spent > _NOTHING)),
            columns=None if columns is None else columns.astype(np.int32),
            amounts=None if columns is None else point[columns],
        )


def _whole_euros(spent: np.ndarray) -> np.ndarray:
    """Thousands of euros, up to the next whole euro: an award is one."""
    return np.ceil((spent - _CENT) / EURO) * EURO


def _floor(room: float) -> float:
    return math.floor((room + _CENT) / EURO) * EURO
