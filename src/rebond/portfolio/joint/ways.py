"""Ways for an undertaking to finance its projects, and who is asked for them."""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Way:
    """A way for an undertaking to finance its projects; as a mix of ways for one that comes from a relaxation."""

    block: int
    financed: tuple[bool, ...]
    value: float
    spent: tuple[tuple[int, float], ...]
    """(Rank of a shared budget, thousands of euros)."""
    columns: np.ndarray | None = None
    """Where its point is not zero, and what it is there; ``None``: not kept."""
    amounts: np.ndarray | None = None

    def point(self, width: int) -> np.ndarray | None:
        """The values of the first ``width`` columns of the block."""
        if self.columns is None or self.amounts is None:
            return None
        point, within = np.zeros(width), self.columns < width
        point[self.columns[within]] = self.amounts[within]
        return point

    def reduced(self, prices: np.ndarray) -> float:
        """What it is worth, less what it takes at the prices."""
        return self.value - sum(float(prices[rank]) * amount for rank, amount in self.spent)

    def taken(self, count: int) -> np.ndarray:
        """What it takes of each of the ``count`` budgets."""
        taken = np.zeros(count)
        for rank, amount in self.spent:
            taken[rank] += amount
        return taken


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Answer:
    """The best way of a block at given prices; ``bound``: value less price that no way of it can pass."""

    block: int
    way: Way | None
    bound: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How hard a block is looked at."""

    gap: float = 1e-4
    seconds: float = 2.0
    until: float = math.inf
    """On the clock ``time.monotonic``, which all processes share: a block whose turn comes after is not looked at."""
    paced: bool = False
    """Whether each block is given less time where all of them would not have their turn."""
    rough: bool = False
    """Whether only the choices that the relaxation suggests are searched: near the best, seldom proven so."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Neighbourhood:
    """Undertakings to plan anew together, the ways that they have, and what they may take of each budget."""

    blocks: tuple[int, ...]
    ways: tuple[Way, ...]
    room: np.ndarray


NextFew = Callable[[Sequence[int]], tuple[Sequence[int], Effort] | None]
"""Of the blocks of a holder, those to ask it next, and how hard to look at them; ``None``: it is done."""


class Asked(Protocol):
    """Answers for many blocks at once."""

    def ask(
        self, prices: np.ndarray, blocks: Sequence[int] | None, effort: Effort, room: np.ndarray | None = None
    ) -> Iterable[Answer]:
        """What the blocks (all of them: ``None``) would do at the prices, within the ``room`` of each budget if any."""


class Pricer(Asked, Protocol):
    """Answers by relaxations too, and plans several blocks anew together."""

    def in_turn(self, prices: np.ndarray, next_few: NextFew) -> Generator[Sequence[Answer], None, None]:
        """Answers of a few blocks at a time, as they come: a holder that has answered is asked others at once."""

    def each_within(self, tasks: Sequence[tuple[int, np.ndarray]], effort: Effort) -> Sequence[Way | None]:
        """The best way of each block that takes no more than its room of each budget, as if it alone could take it."""

    def relaxed(self, prices: np.ndarray, until: float = math.inf, every: int = 1) -> Iterable[Answer]:
        """What every block would do at the prices if choices could be shared: quick, and its bounds are bounds.

        ``until``: as that of an effort; ``every``: one block in so many is asked.
        """

    def shares(self) -> Sequence[Sequence[int]]:
        """The blocks that can be planned together, by who holds them."""

    def together(self, tasks: Sequence[Neighbourhood], seconds: float) -> Sequence[Sequence[Way] | None]:
        """For each neighbourhood, one a holder at most, better ways of its blocks (``None``: none was found)."""
