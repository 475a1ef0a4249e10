"""Several processes that hold the blocks: each draws and compiles its own, and is sent prices, rooms and ways alone."""

from __future__ import annotations

import math
import multiprocessing
import time
from collections.abc import Generator, Iterable, Mapping, Sequence
from multiprocessing.connection import Connection, wait
from types import TracebackType
from typing import Any, Self, cast

import numpy as np

from rebond.errors import SolverError
from rebond.portfolio.joint.pricing import Here
from rebond.portfolio.joint.undertakings import (
    Planned,
    Undertakings,
    compile_undertaking,
    limits_of,
    plan_undertakings,
)
from rebond.portfolio.joint.ways import Answer, Effort, Neighbourhood, NextFew, Way

_LOST = "un processus de calcul s'est arrêté (mémoire ?) : relancer avec moins de processus, ou avec --reprendre"


class Team:
    """As ``Here``, in ``processes`` processes. A context: it stops them when it ends."""

    def __init__(self, undertakings: Undertakings, *, processes: int) -> None:
        self._members: list[_Member] = []
        try:
            # Started anew rather than forked: HiGHS's threads do not survive a fork, and other systems have none.
            context = multiprocessing.get_context("spawn")
            self._members += [_Member(context, undertakings, rank, processes) for rank in range(processes)]
            told = [member.receive() for member in self._members]
        except BaseException:
            self.close()
            raise
        rows = sorted(row for rows in told for row in rows)
        self.mosts = [most for _, most, _, _ in rows]
        self.marks = [mark for _, _, _, mark in rows]
        self.projects = sum(count for _, _, count, _ in rows)
        self._numbers = [[number for number, *_ in rows] for rows in told]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Stop the processes."""
        for member in self._members:
            member.stop()

    def ask(
        self, prices: np.ndarray, blocks: Sequence[int] | None, effort: Effort, room: np.ndarray | None = None
    ) -> Iterable[Answer]:
        """What the blocks (all of them: ``None``) would do at the prices, within the ``room`` of each budget if any."""
        count = len(self._members)
        own = [None if blocks is None else [b // count for b in blocks if b % count == rank] for rank in range(count)]
        answers = self._all([("ask", prices, asked, effort, room) for asked in own])
        return sorted((answer for found in answers for answer in found), key=lambda answer: answer.block)

    def in_turn(self, prices: np.ndarray, next_few: NextFew) -> Generator[Sequence[Answer], None, None]:
        """Answers of a few blocks at a time, as they come: a process that has answered is asked others at once."""
        busy: dict[Connection, int] = {}

        def go_on(rank: int) -> None:
            asked = next_few(self._numbers[rank])
            if asked is not None:
                blocks, effort = asked
                self._members[rank].send(("ask", prices, [block // len(self._members) for block in blocks], effort))
                busy[self._members[rank].line] = rank

        try:
            for rank in range(len(self._members)):
                go_on(rank)
            while busy:
                for line in wait(list(busy)):
                    rank = busy.pop(cast(Connection, line))
                    answers = self._members[rank].receive()
                    go_on(rank)
                    yield answers
        finally:
            # Left before the end: what was asked is answered, or it would be taken for the answer to something else.
            for rank in busy.values():
                self._members[rank].receive()

    def each_within(self, tasks: Sequence[tuple[int, np.ndarray]], effort: Effort) -> Sequence[Way | None]:
        """The best way of each block that takes no more than its room of each budget, as if it alone could take it."""
        count = len(self._members)
        own = [[(block // count, room) for block, room in tasks if block % count == rank] for rank in range(count)]
        found = self._all([("each_within", mine, effort) for mine in own])
        turns = [iter(ways) for ways in found]
        return [next(turns[block % count]) for block, _ in tasks]

    def relaxed(self, prices: np.ndarray, until: float = math.inf, every: int = 1) -> Iterable[Answer]:
        """What every block would do at the prices if choices could be shared."""
        answers = self._all([("relaxed", prices, until, every)] * len(self._members))
        return sorted((answer for found in answers for answer in found), key=lambda answer: answer.block)

    def shares(self) -> Sequence[Sequence[int]]:
        """The blocks of each process."""
        return self._numbers

    def together(self, tasks: Sequence[Neighbourhood], seconds: float) -> Sequence[Sequence[Way] | None]:
        """Better ways of the blocks of each neighbourhood, where some are found; one neighbourhood a process."""
        ranks = [task.blocks[0] % len(self._members) for task in tasks]
        for rank, task in zip(ranks, tasks, strict=True):
            self._members[rank].send(("together", task, seconds))
        return [self._members[rank].receive() for rank in ranks]

    def plans(self, ways: Mapping[int, Way], *, whole: bool, until: float = math.inf) -> list[Planned | int]:
        """Each way in audited plans; the number of an undertaking whose way no whole euros keep."""
        count = len(self._members)
        own = [{number: way for number, way in ways.items() if number % count == rank} for rank in range(count)]
        return [each for found in self._all([("plans", mine, whole, until) for mine in own]) for each in found]

    def _all(self, messages: Sequence[tuple[Any, ...]]) -> list[Any]:
        for member, message in zip(self._members, messages, strict=True):
            member.send(message)
        return [member.receive() for member in self._members]


class Beside:
    """All undertakings in one programme, in a process of its own, while prices are sought. A context: it stops then."""

    def __init__(self, undertakings: Undertakings) -> None:
        self._member = _Member(multiprocessing.get_context("spawn"), undertakings, 0, 1)
        self._compiled = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def stop(self) -> None:
        """Stop the process, whatever it is at."""
        self._member.stop(0.0)

    def begin(self, until: float, gap: float) -> None:
        """Seek, until then on the clock ``time.monotonic``, a choice so near to the best."""
        self._member.send(("whole", until, gap))

    def found(self, until: float) -> tuple[Sequence[Way] | None, float] | None:
        """The choice found and what no choice can pass, once and if it has ended by then."""
        while self._member.line.poll(max(0.0, until - time.monotonic())):
            told = self._member.receive()
            if self._compiled:
                choice: tuple[Sequence[Way] | None, float] = told
                return choice
            self._compiled = True
        return None


class _Member:
    """A process and the line to it."""

    def __init__(
        self, context: multiprocessing.context.SpawnContext, undertakings: Undertakings, rank: int, of: int
    ) -> None:
        self.line, other = context.Pipe()
        self._process = context.Process(target=_work, args=(other, undertakings, rank, of), daemon=True)
        self._process.start()
        other.close()

    def send(self, message: tuple[Any, ...]) -> None:
        try:
            self.line.send(message)
        except OSError as error:
            raise SolverError(_LOST) from error

    def receive(self) -> Any:
        try:
            told = self.line.recv()
        except (EOFError, OSError) as error:
            raise SolverError(_LOST) from error
        if isinstance(told, Exception):
            raise told
        return told

    def stop(self, patience: float = 1.0) -> None:
        self.line.close()
        self._process.join(patience)
        if self._process.is_alive():
            self._process.terminate()
            self._process.join()


def _work(line: Connection, undertakings: Undertakings, rank: int, of: int) -> None:
    """What a process does until its line closes."""
    try:
        blocks = [compile_undertaking(undertakings, part, values) for _, part, values in undertakings.share(rank, of)]
        here = Here(blocks, limits_of(undertakings), rank, of)
        line.send(
            [(number * of + rank, block.most, len(block.projects), block.mark) for number, block in enumerate(blocks)]
        )
        while True:
            what, *told = line.recv()
            try:
                if what == "plans":
                    ways, whole, until = told
                    line.send(list(plan_undertakings(undertakings, ways, rank=rank, of=of, whole=whole, until=until)))
                else:
                    line.send(_answer(here, what, told))
            except Exception as error:  # noqa: BLE001 - told to the process that asked, which raises it
                line.send(error)
    except (EOFError, OSError, KeyboardInterrupt):
        return


def _answer(here: Here, what: str, told: Sequence[Any]) -> Any:
    if what == "each_within":
        return here.each_within(*told)
    if what == "whole":
        until, gap = told
        return here.whole((), max(0.0, until - time.monotonic()), gap)
    if what == "together":
        return here.together([told[0]], told[1])[0]
    return list(here.ask(*told) if what == "ask" else here.relaxed(*told))
