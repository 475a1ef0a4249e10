"""Rules that the committee sets on its choice, beside those of the call: what is missing, the best choice under them.

A firm whose size nobody knows is not counted as small, and the sentence says so.
"""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from rebond.facts import UNKNOWN
from rebond.portfolio.choosing.binary import NoChoiceInTimeError
from rebond.portfolio.choosing.row import Row
from rebond.portfolio.committee.choice import (
    NOTHING,
    SECONDS,
    Contender,
    envelope_row,
    held_row,
    payable_of,
    small_known,
)
from rebond.portfolio.committee.in_parts import best_served
from rebond.portfolio.committee.payable import Payable
from rebond.portfolio.contributors import Payers
from rebond.units import NO_BREAK_SPACE, Euros, agreed, format_euros, format_number


class RuleKind(enum.StrEnum):
    """What a committee can ask of a choice."""

    PER_PLACE = "epci_au_moins"
    PER_FIRM = "entreprise_au_plus"
    SMALL_SHARE = "part_pme"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule: so many projects an EPCI or a firm, or a share in percent."""

    kind: RuleKind
    number: int

    @property
    def words(self) -> str:
        """The rule, for people."""
        projects = f"{self.number} {agreed('projets', self.number)}"
        return {
            RuleKind.PER_PLACE: f"au moins {projects} par EPCI qui a un candidat",
            RuleKind.PER_FIRM: f"au plus {projects} par entreprise",
            RuleKind.SMALL_SHARE: f"au moins {self.number}{NO_BREAK_SPACE}% des montants à des PME",
        }[self.kind]


@dataclass(frozen=True, slots=True, kw_only=True)
class Best:
    """The best choice found under the rules, with how sure it is."""

    chosen: tuple[str, ...]
    value: Decimal
    bound: Decimal | None
    """What no choice can pass; ``None`` when time ran out before any bound."""
    proven: bool
    unsure_last: bool = False
    """Whether some of those looked at come after the others: a loan might pay a part of what they ask."""

    @property
    def gap(self) -> Decimal | None:
        """How far from the bound, in points of value."""
        return None if self.bound is None else max(Decimal(0), self.bound - self.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Rules that no choice keeps together; without any of them, one could."""

    rules: tuple[Rule, ...]
    held: bool = False
    """Whether what is already decided is part of the conflict."""
    over: bool = False
    """Whether what is decided passes the envelope, or what its contributors may pay, whatever the rules."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsettled:
    """Time ran out before a choice was found, or the rules that conflict were known: nothing is said of either."""


def unmet(
    rules: Iterable[Rule], contenders: Sequence[Contender], chosen: Collection[str]
) -> Iterator[tuple[Rule, str]]:
    """The rules that a choice does not keep, each with what is missing."""
    kept = [each for each in contenders if each.id in chosen]
    for rule in rules:
        lacking = "\u00a0; ".join(_LACKING[rule.kind](rule, contenders, kept))
        if lacking:
            yield rule, lacking


def _places_lacking(rule: Rule, contenders: Sequence[Contender], kept: Sequence[Contender]) -> Iterator[str]:
    held = Counter(each.place for each in kept)
    for place in places(contenders):
        if held[place] < rule.number:
            yield f"{place} : {held[place]} sur {rule.number}"


def _firms_lacking(rule: Rule, contenders: Sequence[Contender], kept: Sequence[Contender]) -> Iterator[str]:
    del contenders
    names = {each.firm: each.firm_name or each.firm for each in kept}
    for firm, held in Counter(each.firm for each in kept).items():
        if held > rule.number:
            yield f"{names[firm]} : {held} projets, {rule.number} au plus"


def _share_lacking(rule: Rule, contenders: Sequence[Contender], kept: Sequence[Contender]) -> Iterator[str]:
    del contenders
    total = sum((each.asks or NOTHING for each in kept), NOTHING)
    small = sum((each.asks or NOTHING for each in kept if small_known(each)), NOTHING)
    if small * 100 < total * rule.number:
        share = format_number(small * 100 / total, 1)
        said = f"{format_euros(small)} sur {format_euros(total)}, soit {share}{NO_BREAK_SPACE}%"
        unknown = sum(each.small is UNKNOWN for each in kept)
        yield f"{said} ; {unknown} de taille inconnue, non comptés" if unknown else said


_LACKING = {
    RuleKind.PER_PLACE: _places_lacking,
    RuleKind.PER_FIRM: _firms_lacking,
    RuleKind.SMALL_SHARE: _share_lacking,
}


def places(contenders: Iterable[Contender]) -> list[str]:
    """The EPCI that have a candidate, in their order."""
    return sorted({each.place for each in contenders if each.place})


def best_choice(
    contenders: Sequence[Contender],
    *,
    envelope: Euros,
    rules: Sequence[Rule],
    held: Collection[str] = (),
    out: Collection[str] = (),
    payers: Payers | None = None,
    seconds: float = SECONDS,
) -> Best | Conflict | Unsettled:
    """The choice of highest value within the envelope and the rules, or which rules conflict, as far as time allowed.

    As in the proposal, what nothing else can pay comes first: then the value of those that a loan might pay in part.
    ``held`` is in it and ``out`` is not: what the committee already decided. What no legal plan finances is not in it
    unless it is held. ``payers``: the contributors of the envelope, when rules of their own bind who they may pay.
    """
    never = {each.id for each in contenders if each.id in out or (each.asks is None and each.id not in held)}
    free = [each for each in contenders if each.id not in never]
    if any(each.varies for each in free):
        return _best_in_parts(contenders, free, envelope, rules, held, payers, seconds)
    fixed = [envelope_row(free, envelope), held_row(free, held)]
    rows = {rule: list(_rows(rule, contenders, free)) for rule in rules}
    values = [each.points for each in free]
    payable = payable_of(free, payers)
    every = [*fixed, *(row for mine in rows.values() for row in mine)]
    sure = [0 if each.unsure else each.points for each in free]
    try:
        first = payable.best(every, sure, seconds=seconds) if sure != values else None
        if first is not None:
            every.append(Row("sans autre financement", dict(enumerate(sure)), low=int(first.value)))
        start = None if first is None else first.chosen
        found = (payable.best(every, values, seconds=seconds, start=start) if free else None) or first
    except NoChoiceInTimeError:
        return Unsettled()
    if found is None and not free and all(row.holds(()) for row in every):
        return Best(chosen=(), value=Decimal(0), bound=Decimal(0), proven=True)
    if found is None:
        try:
            return _conflict(payable, fixed, rows, held=bool(held))
        except NoChoiceInTimeError:
            return Unsettled()
    first_proven = first is None or (first.proven and found is not first)
    return Best(
        chosen=tuple(free[rank].id for rank in found.chosen),
        value=Decimal(sum(values[rank] for rank in found.chosen)) / 100,
        bound=Decimal(int(found.bound)) / 100 if found.bound < float("inf") and first_proven else None,
        proven=found.proven and first_proven,
        unsure_last=first is not None,
    )


def _best_in_parts(
    contenders: Sequence[Contender],
    free: Sequence[Contender],
    envelope: Euros,
    rules: Sequence[Rule],
    held: Collection[str],
    payers: Payers | None,
    seconds: float,
) -> Best | Conflict | Unsettled:
    """The same in a call that pays parts, each retained with what it gets."""
    counts = [row for rule in rules if rule.kind is not RuleKind.SMALL_SHARE for row in _rows(rule, contenders, free)]
    weights = tuple(_percents(rule, free) for rule in rules if rule.kind is RuleKind.SMALL_SHARE)
    try:
        found = best_served(
            free, counts, small_share=weights, envelope=envelope, held=held, payers=payers, seconds=seconds
        )
        if found is None:
            # Rules that conflict do so with the least that each may get: more makes no room.
            lowest = [each.at_least for each in free]
            fixed = [envelope_row(lowest, envelope), held_row(lowest, held)]
            rows = {rule: list(_rows(rule, contenders, lowest)) for rule in rules}
            return _conflict(payable_of(lowest, payers), fixed, rows, held=bool(held))
    except NoChoiceInTimeError:
        return Unsettled()
    value = sum((each.worth for each in found.chosen), Decimal(0))
    return Best(
        chosen=tuple(each.id for each in found.chosen),
        value=value,
        bound=Decimal(str(round(found.bound, 2))) if found.bound < float("inf") else None,
        proven=found.proven,
        unsure_last=any(each.unsure for each in free),
    )


def _percents(rule: Rule, free: Sequence[Contender]) -> dict[int, int]:
    """Rank → hundredths of its euros that count for the share of SMEs, or against it."""
    return {rank: 100 * small_known(each) - rule.number for rank, each in enumerate(free)}


def _rows(rule: Rule, contenders: Sequence[Contender], free: Sequence[Contender]) -> Iterator[Row]:
    ranked = list(enumerate(free))
    if rule.kind is RuleKind.PER_PLACE:
        for place in places(contenders):
            yield Row(place, {rank: 1 for rank, each in ranked if each.place == place}, low=rule.number)
    elif rule.kind is RuleKind.PER_FIRM:
        for firm in sorted({each.firm for each in free}):
            yield Row(firm, {rank: 1 for rank, each in ranked if each.firm == firm}, high=rule.number)
    else:
        percent = _percents(rule, free)
        yield Row("part", {rank: each.cents * percent[rank] for rank, each in ranked}, low=0)


def _conflict(payable: Payable, fixed: Sequence[Row], rows: dict[Rule, list[Row]], *, held: bool) -> Conflict:
    """A set of rules that cannot be kept, none of which can be spared: each is dropped in turn, and stays out if so."""
    envelope, _ = fixed
    kept = dict(rows)
    for rule in rows:
        fewer = {other: mine for other, mine in kept.items() if other is not rule}
        if not _possible(payable, fixed, fewer):
            kept = fewer
    with_held = held and _possible(payable, [envelope], kept)
    return Conflict(rules=tuple(kept), held=with_held, over=not kept)


def _possible(payable: Payable, fixed: Sequence[Row], rows: dict[Rule, list[Row]]) -> bool:
    every = [*fixed, *(row for mine in rows.values() for row in mine)]
    count = len(payable.cents)
    if not count:
        return all(row.holds(()) for row in every)
    return payable.best(every, [0] * count, seconds=SECONDS) is not None
