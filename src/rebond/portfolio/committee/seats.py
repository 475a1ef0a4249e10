"""Who sits at a sitting: the quorum, and who may decide on a firm once those with an interest in it stood aside."""

from __future__ import annotations

import enum
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """A member at a sitting. ``who`` and ``by``: as declarations of interest name people."""

    who: str
    voting: bool
    here: bool
    """Present, or represented by someone who is."""
    by: str = ""
    """Who represents it; empty when it came."""


class Quorum(enum.StrEnum):
    """Whether enough came."""

    NONE = "sans"
    """The mission set none."""
    UNKNOWN = "inconnu"
    """Nobody noted who came."""
    REACHED = "atteint"
    LACKING = "non_atteint"


def counted(seats: Iterable[Seat]) -> int:
    """How many count for the quorum: voting members present or represented."""
    return sum(seat.voting and seat.here for seat in seats)


def quorum(seats: Sequence[Seat], asked: int | None) -> Quorum:
    """Whether the quorum is reached.

    >>> quorum([Seat(who="a", voting=True, here=True)], 2)
    <Quorum.LACKING: 'non_atteint'>
    """
    if asked is None:
        return Quorum.NONE
    if not seats:
        return Quorum.UNKNOWN
    return Quorum.REACHED if counted(seats) >= asked else Quorum.LACKING


def voters(seats: Iterable[Seat], aside: Collection[str]) -> list[str]:
    """Who may decide: voting, here, and standing aside neither in person nor through who represents them."""
    return [seat.who for seat in seats if seat.voting and seat.here and not {seat.who, seat.by} & set(aside)]
