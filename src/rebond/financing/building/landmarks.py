"""The order of size of a support whose amount cannot be computed: a published rate on the costs that it takes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from rebond.dispositifs.model import Dispositif
from rebond.eligibility.choice import Choice, choose
from rebond.eligibility.criteria import Facts
from rebond.facts import CostLine
from rebond.financing.building.figures import ALL_NATURES
from rebond.units import Euros, Rate, floor_euros, format_euros, format_rate

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcedRate:
    """A rate, where it comes from, whether a text was read."""

    rate: Rate
    source: str
    verified: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Landmark:
    """What a dispositif usually gives on these costs, by its published rate."""

    usual: SourcedRate
    spend: Euros

    @property
    def amount(self) -> Euros:
        """Whole euros."""
        return Euros(floor_euros(self.usual.rate * self.spend))

    @property
    def words(self) -> str:
        """« 15 % de 2 000 000 €, soit 300 000 € (source) »."""
        return (
            f"{format_rate(self.usual.rate)} de {format_euros(self.spend)}, soit {format_euros(self.amount)} "
            f"({self.usual.source})"
        )


def landmark(item: Dispositif, facts: Facts, costs: Iterable[CostLine], on: date) -> Landmark | None:
    """The order of size of a dispositif on the costs of a project; ``None`` where no source gives a rate."""
    usual = sourced_rate(choose(item.advantage.expected_rate, facts, on), item)
    return None if usual is None else Landmark(usual=usual, spend=spend_taken(item, facts, costs, on))


def sourced_rate(choice: Choice, item: Dispositif) -> SourcedRate | None:
    """The rate of a choice that the facts settle."""
    if choice.low is None or not choice.settled or choice.row is None:
        return None
    verified = choice.row.verified and item.reliability != "M"
    return SourcedRate(rate=choice.low, source=choice.row.source, verified=verified)


def spend_taken(item: Dispositif, facts: Facts, costs: Iterable[CostLine], on: date) -> Euros:
    """The costs that the dispositif takes, within the cap of its base."""
    natures = item.advantage.natures
    spend = sum((c.amount for c in costs if ALL_NATURES in natures or c.nature in natures), ZERO)
    cap = choose(item.advantage.base_cap, facts, on).least
    return spend if cap is None else min(spend, cap)
