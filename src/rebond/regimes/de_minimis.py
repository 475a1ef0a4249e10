"""The de minimis account of a single undertaking (Reg. (EU) 2023/2831): granted, left, and when room opens."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from rebond.eligibility.choice import choose
from rebond.facts import AidObtained
from rebond.regimes.model import Regime
from rebond.units import Euros


@dataclass(frozen=True, slots=True, kw_only=True)
class DeMinimisAccount:
    """The account at a date: ceiling, entries in the window, euros left."""

    undertaking: str
    on: date
    ceiling: Euros
    entries: tuple[AidObtained, ...]
    window_years: int

    @property
    def used(self) -> Euros:
        """Gross grant equivalent granted within the window."""
        return sum((entry.amount for entry in self.entries), Euros(0))

    @property
    def room(self) -> Euros:
        """What may still be granted; 0 when past aid passes the ceiling of the day."""
        return max(Euros(0), self.ceiling - self.used)

    def room_opens_on(self, amount: Euros) -> date | None:
        """The first day on which an award of that amount fits, nothing else being granted; ``None``: never."""
        if amount > self.ceiling:
            return None
        entries = sorted(self.entries, key=lambda entry: entry.granted_on)
        used = self.used
        if used + amount <= self.ceiling:
            return self.on
        for entry in entries:
            used -= entry.amount
            if used + amount <= self.ceiling:
                return years_later(entry.granted_on, self.window_years) + timedelta(days=1)
        return None


def de_minimis_account(
    undertaking: str,
    firm_ids: Iterable[str],
    aids: Iterable[AidObtained],
    *,
    regime: Regime,
    regimes: dict[str, Regime],
    on: date,
) -> DeMinimisAccount:
    """The account of an undertaking whose firms are ``firm_ids``, on the ceiling in force at the date.

    The window is the three years that end on the day of the award (art. 3(2): rolling); aid under older de minimis
    regulations counts as well.
    """
    if regime.de_minimis is None:
        raise ValueError(f"{regime.id} n'est pas un régime de minimis")
    rule = regime.de_minimis
    mine = set(firm_ids)
    kinds = {key for key, other in regimes.items() if other.de_minimis is not None}
    entries = tuple(
        aid
        for aid in aids
        if aid.firm_id in mine
        and aid.regime in kinds
        and aid.granted_on <= on <= years_later(aid.granted_on, rule.window_years)
    )
    ceiling = choose(rule.ceiling, {}, on).low
    in_force = regime.in_force(on) and ceiling is not None
    return DeMinimisAccount(
        undertaking=undertaking,
        on=on,
        ceiling=ceiling if in_force and ceiling is not None else Euros(0),
        entries=entries,
        window_years=rule.window_years,
    )


def years_later(day: date, years: int) -> date:
    """The same day, years later; 29 February falls on the 28th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
