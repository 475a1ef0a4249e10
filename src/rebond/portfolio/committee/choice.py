"""A choice of the committee beside the proposal: what the envelope still holds, what no longer fits, the value lost.

Amounts are counted to the cent and values to the hundredth, in whole numbers: no sum is rounded.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from rebond.errors import SolverError
from rebond.facts import UNKNOWN, Maybe
from rebond.portfolio.choosing.row import Row
from rebond.portfolio.committee.payable import Payable
from rebond.portfolio.contributors import Payers
from rebond.units import Euros

NOTHING = Euros(0)
SECONDS = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Contender:
    """A project that the committee may retain."""

    id: str
    firm: str
    """What tells it from another: two firms may bear one name."""
    firm_name: str = ""
    place: str
    """Its EPCI, in words; empty when nobody knows it."""
    small: Maybe[bool]
    """Whether its firm is an SME."""
    value: Decimal
    """Out of 100."""
    asks: Euros | None
    """What the envelope gives if it is retained; ``None``: no legal plan finances it whole."""

    unsure: bool = False
    """Whether a loan might pay a part of what it asks: the proposal serves the others first."""

    @property
    def cents(self) -> int:
        """What it asks, in cents; of one that nothing finances, nothing."""
        return int((self.asks or NOTHING) * 100)

    @property
    def points(self) -> int:
        """Its value, in hundredths."""
        return int(self.value * 100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a choice is: nothing of it is a decision."""

    chosen: tuple[str, ...]
    committed: Euros
    left: Euros
    """Negative when the choice passes the envelope."""
    value: Decimal
    lost: Decimal
    """Value of the proposal less value of the choice; negative when the choice is worth more."""
    falls: tuple[str, ...] = ()
    """What no longer fits: what can go for the least value, so that the rest does."""
    falls_proven: bool = True
    """Whether nothing of less value could go: time may have run out before that was proven."""
    unpaid: tuple[str, ...] = ()
    """Chosen, though no legal plan finances it whole."""
    stuck: bool = False
    """Whether what is held passes the envelope, or what its contributors can pay, by itself."""
    shared: bool = True
    """Whether the contributors can pay it, each by its own rules."""

    @property
    def fits(self) -> bool:
        """Whether it can be decided as it is."""
        return self.left >= 0 and not self.unpaid and self.shared


def stand(
    contenders: Sequence[Contender],
    chosen: Collection[str],
    *,
    envelope: Euros,
    proposal: Collection[str],
    held: Collection[str] = (),
    payers: Payers | None = None,
) -> Standing:
    """What a choice takes, leaves and loses; ``held``: what was just put in or is decided, and is not what falls.

    ``payers``: the contributors of the envelope, when rules of their own bind who they may pay.
    """
    kept = [each for each in contenders if each.id in chosen]
    committed = sum((each.asks or NOTHING for each in kept), NOTHING)
    value = _value(kept)
    payable = payable_of(kept, payers)
    shared = payable.pays({each.id for each in kept})
    passes = committed > envelope or not shared
    stuck = passes and (
        sum((each.asks or NOTHING for each in kept if each.id in held), NOTHING) > envelope
        or not payable.pays({each.id for each in kept if each.id in held})
    )
    falls, proven = _falls(kept, payable, envelope=envelope, held=held) if passes and not stuck else ((), True)
    return Standing(
        chosen=tuple(each.id for each in kept),
        committed=committed,
        left=envelope - committed,
        value=value,
        lost=_value(each for each in contenders if each.id in proposal) - value,
        falls=falls,
        falls_proven=proven,
        unpaid=tuple(each.id for each in kept if each.asks is None),
        stuck=stuck,
        shared=shared,
    )


def _value(contenders: Iterable[Contender]) -> Decimal:
    """What is worth counting: a project that nothing finances brings no value."""
    return sum((each.value for each in contenders if each.asks is not None), Decimal(0))


def payable_of(contenders: Sequence[Contender], payers: Payers | None) -> Payable:
    """What the contributors can pay of these."""
    return Payable({each.id: each.cents for each in contenders}, payers)


def _falls(
    kept: Sequence[Contender], payable: Payable, *, envelope: Euros, held: Collection[str]
) -> tuple[tuple[str, ...], bool]:
    """What goes of a choice that passes the envelope, for the least value, and whether that is proven.

    What is held fits alone: when time is short, at worst all the rest goes.
    """
    rows = [envelope_row(kept, envelope), held_row(kept, held)]
    least = [rank for rank, each in enumerate(kept) if each.id in held]
    best = payable.best(rows, [each.points for each in kept], seconds=SECONDS, start=least)
    if best is None:
        raise SolverError("ce qui est tenu ne tient plus dans l'enveloppe, où il tenait")
    return tuple(each.id for rank, each in enumerate(kept) if rank not in best.chosen), best.proven


def envelope_row(contenders: Sequence[Contender], envelope: Euros) -> Row:
    """The euros of what is chosen are within the envelope."""
    return Row("enveloppe", {rank: each.cents for rank, each in enumerate(contenders)}, high=int(envelope * 100))


def held_row(contenders: Sequence[Contender], held: Collection[str]) -> Row:
    """What is held is chosen."""
    ranks = [rank for rank, each in enumerate(contenders) if each.id in held]
    return Row("tenus", dict.fromkeys(ranks, 1), low=len(ranks))


def small_known(contender: Contender) -> bool:
    """Whether the firm is known to be an SME: one whose size nobody knows does not count as one."""
    return contender.small is not UNKNOWN and bool(contender.small)
