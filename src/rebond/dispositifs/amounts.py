"""The bounds of the aid of one dispositif on partly known facts: what it surely gives, what it can give at most.

Bounds, not a plan: regimes, cumulation and the other aids are the matter of ``rebond.financing``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from rebond.dispositifs.model import Dispositif, Instrument, LoanTerms
from rebond.eligibility.choice import Choice, DatedValue, choose
from rebond.eligibility.criteria import Facts
from rebond.facts import UNKNOWN, Maybe
from rebond.units import Euros, Rate, format_euros, format_rate

ZERO, ONE = Decimal(0), Decimal(1)
_ALL, _TOTAL, _COST = "tous", "cout_total", "cout_"
_REPAID = {Instrument.LOAN, Instrument.GUARANTEE, Instrument.EQUITY}
"""What the firm gives back: only its gross grant equivalent is aid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AidBounds:
    """Euros of aid between ``low`` and ``high``, in words; ``high`` is UNKNOWN when nothing bounds the aid."""

    low: Euros
    high: Maybe[Euros]
    words: str

    @property
    def sentence(self) -> str:
        """« jusqu'à 40 000 € (plafond d'aide de 40 000 €) »; the words alone when there is no amount."""
        if self.high is UNKNOWN or self.high == 0:
            return self.words
        low, high = format_euros(self.low), format_euros(self.high)
        span = f"{low} à {high}" if self.low else f"jusqu'à {high}"
        return f"{span} ({self.words})"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bound:
    amount: Euros
    words: str


def aid_bounds(dispositif: Dispositif, facts: Facts, on: date) -> AidBounds:
    """What a dispositif gives if the project is accepted: rate × base within the caps; the caps alone without costs.

    A loan, guarantee or equity counts for its gross grant equivalent when the catalogue states one, for nothing at
    market terms, and is UNKNOWN otherwise.
    """
    share = _aid_share(dispositif.instrument, dispositif.advantage.loan)
    if share is UNKNOWN:
        return AidBounds(low=ZERO, high=UNKNOWN, words=f"{dispositif.instrument.label} : part d'aide inconnue")
    if share == 0:
        return AidBounds(
            low=ZERO, high=ZERO, words=f"{dispositif.instrument.label} aux conditions du marché : pas d'aide"
        )
    uppers = list(_upper_bounds(dispositif, facts, on))
    if not uppers:
        return AidBounds(low=ZERO, high=UNKNOWN, words="montant inconnu : ni taux chiffrable, ni plafond")
    highest = min(uppers, key=lambda bound: bound.amount)
    part = "" if share == ONE else f", dont {format_rate(share)} d'aide"
    low = min(_surely(dispositif, facts, on), highest.amount)
    return AidBounds(low=low * share, high=highest.amount * share, words=highest.words + part)


def _aid_share(instrument: Instrument, loan: LoanTerms | None) -> Maybe[Rate]:
    if instrument not in _REPAID:
        return ONE
    if loan is not None and loan.gge_method == "marche":
        return ZERO
    if loan is not None and loan.gge_method == "declare" and loan.gge_share is not None:
        return loan.gge_share
    return UNKNOWN


def _upper_bounds(dispositif: Dispositif, facts: Facts, on: date) -> Iterable[_Bound]:
    """Everything that the aid cannot exceed."""
    advantage = dispositif.advantage
    base = _highest_base(dispositif, facts, on)
    cap = _certain(advantage.aid_cap, facts, on)
    if cap is not None:
        yield _Bound(amount=cap, words=f"plafond d'aide de {format_euros(cap)}")
    if base == 0:
        yield _Bound(amount=ZERO, words="aucune dépense dans l'assiette")
    if base is not None:
        floor = choose(advantage.base_floor, facts, on).low
        if floor is not None and base < floor:
            yield _Bound(amount=ZERO, words=f"dépense sous le plancher de {format_euros(floor)}")
        rate = choose(advantage.rate, facts, on).high
        if rate is not None and "taux" not in dispositif.unknown_fields:
            yield _Bound(amount=rate * base, words=f"{format_rate(rate)} de {format_euros(base)}")
        # Where nothing says how much is paid, the cost of the project would be no more than a wild guess.
        if dispositif.is_quantified:
            yield _Bound(amount=base, words=f"dépense de {format_euros(base)}")
    if advantage.per_unit is not None:
        quantity = facts.get(advantage.per_unit.fact, UNKNOWN)
        price = choose(advantage.per_unit.amount, facts, on).high
        if isinstance(quantity, Decimal | int) and price is not None:
            amount = price * Decimal(quantity) * advantage.per_unit.years
            yield _Bound(amount=amount, words=f"{format_euros(price)} par unité, soit {format_euros(amount)}")


def _highest_base(dispositif: Dispositif, facts: Facts, on: date) -> Euros | None:
    """The most that the base can be; ``None`` when neither costs nor cap bound it."""
    cap = _certain(dispositif.advantage.base_cap, facts, on)
    spend = _spend(dispositif, facts)
    if spend is None:
        total = facts.get(_TOTAL, UNKNOWN)
        spend = Decimal(total) if isinstance(total, Decimal | int) else None
    return min((value for value in (cap, spend) if value is not None), default=None)


def _spend(dispositif: Dispositif, facts: Facts) -> Euros | None:
    """The project's costs in the base; ``None`` when one of them, or the base itself, is unknown."""
    natures = dispositif.advantage.natures
    if not natures or "assiette" in dispositif.unknown_fields:
        return None
    names = [_TOTAL] if _ALL in natures else [_COST + nature for nature in natures]
    amounts = [facts.get(name, UNKNOWN) for name in names]
    known = [Decimal(amount) for amount in amounts if isinstance(amount, Decimal | int)]
    return sum(known, ZERO) if len(known) == len(amounts) else None


def _surely(dispositif: Dispositif, facts: Facts, on: date) -> Euros:
    """The least aid of an accepted project; nothing while a figure of its computation is unknown."""
    advantage = dispositif.advantage
    spend = _spend(dispositif, facts)
    if not dispositif.is_quantified or spend is None:
        return ZERO
    amount = min([spend, *_lowest(choose(advantage.base_cap, facts, on))])
    if advantage.rate:
        amount *= choose(advantage.rate, facts, on).low or ZERO
    if advantage.per_unit is not None:
        quantity = facts.get(advantage.per_unit.fact, UNKNOWN)
        price = choose(advantage.per_unit.amount, facts, on).low
        if not isinstance(quantity, Decimal | int) or price is None:
            return ZERO
        amount = min(amount, price * Decimal(quantity) * advantage.per_unit.years)
    amount = min([amount, *_lowest(choose(advantage.aid_cap, facts, on))])
    floors = (choose(advantage.aid_floor, facts, on).high, choose(advantage.base_floor, facts, on).high)
    too_small = (floors[0] is not None and amount < floors[0]) or (floors[1] is not None and spend < floors[1])
    return ZERO if too_small else amount


def _lowest(choice: Choice) -> list[Decimal]:
    """The lowest cap among the possible ones; a world without a cap does not lower anything."""
    return [value for value in (choice.low, choice.high) if value is not None][:1]


def _certain(rows: tuple[DatedValue, ...], facts: Facts, on: date) -> Euros | None:
    """The highest cap, if one applies in every possible world."""
    choice = choose(rows, facts, on)
    return choice.high if choice.low is not None else None
