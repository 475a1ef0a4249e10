"""A choice of the committee beside the proposal: what the envelope still holds, what no longer fits, the value lost.

Amounts are counted to the cent and values to the hundredth, in whole numbers: no sum is rounded.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from rebond.errors import SolverError
from rebond.facts import UNKNOWN, Maybe
from rebond.portfolio.choosing.row import Row
from rebond.portfolio.committee.payable import Payable
from rebond.portfolio.contributors import Payers
from rebond.portfolio.parts import PartRange
from rebond.portfolio.remainder import shared_remainder
from rebond.units import Euros

NOTHING = Euros(0)
SECONDS = 5.0
_CENT = Decimal("0.01")


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
    part: PartRange | None = None
    """Of a call that pays parts: what it may get, and with how much it brings all its value."""

    @property
    def worth(self) -> Decimal:
        """What it brings with what it asks: nothing where nothing finances it, less where a part is paid."""
        if self.asks is None:
            return Decimal(0)
        return self.value if self.part is None else (self.value * self.part.served(self.asks)).quantize(_CENT)

    @property
    def varies(self) -> bool:
        """Whether the envelope may give it more or less."""
        return self.part is not None and self.asks is not None and self.part.least < self.part.most

    @property
    def at_least(self) -> Contender:
        """The same with the least that it may get, and nothing more."""
        return replace(self, asks=Euros(self.part.least), part=None) if self.part and self.varies else self

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
    amounts: Mapping[str, Euros] = field(default_factory=dict)
    """Of a call that pays parts: chosen → what it gets once the envelope is shared out again."""
    lost_after: Decimal = NOTHING
    """Value lost once what no longer fits is out, and what it leaves shared among the others."""

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
    kept = served([each for each in contenders if each.id in chosen], envelope, payers, proposal=proposal)
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
    rest = [each for each in contenders if each.id in chosen and each.id not in falls]
    proposed = _value(each for each in contenders if each.id in proposal)
    return Standing(
        chosen=tuple(each.id for each in kept),
        committed=committed,
        left=envelope - committed,
        value=value,
        lost=proposed - value,
        falls=falls,
        falls_proven=proven,
        unpaid=tuple(each.id for each in kept if each.asks is None),
        stuck=stuck,
        shared=shared,
        amounts={each.id: each.asks for each in kept if each.part is not None and each.asks is not None},
        lost_after=proposed - (_value(served(rest, envelope, payers, proposal=proposal)) if falls else value),
    )


def served(
    kept: Sequence[Contender], envelope: Euros, payers: Payers | None, *, proposal: Collection[str]
) -> list[Contender]:
    """A choice with what each gets of a call that pays parts: where a euro brings most value, then all that can be.

    The proposal itself keeps the amounts of its study. Of a choice whose least amounts pass the envelope, each has its
    least. A call that pays whole needs gives what each asks.
    """
    if not any(each.varies for each in kept):
        return list(kept)
    if {each.id for each in kept} == set(proposal) and _fits(kept, envelope, payers):
        return list(kept)
    return shared_out(kept, envelope, payers)


def shared_out(kept: Sequence[Contender], envelope: Euros, payers: Payers | None) -> list[Contender]:
    """The envelope shared out among a choice, whatever its study proposed."""
    ranges = {each.id: _range(each) for each in sorted(kept, key=lambda each: each.id)}
    after = {name: least for name, (least, _) in ranges.items()}
    if sum(after.values()) <= envelope:
        worth = {each.id: float(each.value) / each.part.full for each in kept if each.part and each.part.full}
        rules = payers if payers is not None and payers.binding else None
        after = shared_remainder(ranges, worth, envelope=Euros(math.floor(envelope)), payers=rules)
    return [replace(each, asks=Euros(after[each.id])) if each.varies else each for each in kept]


def _range(contender: Contender) -> tuple[int, int]:
    if contender.part is not None and contender.varies:
        return contender.part.least, contender.part.most
    asked = math.ceil(contender.asks or NOTHING)
    return asked, asked


def _fits(kept: Sequence[Contender], envelope: Euros, payers: Payers | None) -> bool:
    asked = sum((each.asks or NOTHING for each in kept), NOTHING)
    return asked <= envelope and payable_of(kept, payers).pays({each.id for each in kept})


def _value(contenders: Iterable[Contender]) -> Decimal:
    """What is worth counting: a project that nothing finances brings no value."""
    return sum((each.worth for each in contenders), Decimal(0))


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
