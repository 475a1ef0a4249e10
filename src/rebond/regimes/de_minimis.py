"""The de minimis account of a single undertaking (Reg. (EU) 2023/2831): granted, left, and when room opens."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from rebond.eligibility.choice import choose
from rebond.facts import UNKNOWN, AidObtained, Firm, Maybe
from rebond.regimes.model import Regime
from rebond.units import Euros, format_euros, years_later

ATTESTATION = "attestation de minimis de l'entreprise unique"
"""What a funder must obtain before it grants, until the central register covers the whole window."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeMinimisAccount:
    """The account at a date: ceiling, entries in the window, euros left.

    What is left is known only when every firm of the undertaking declared that its aid is listed whole (adr/0013).
    """

    undertaking: str
    on: date
    ceiling: Euros
    entries: tuple[AidObtained, ...]
    window_years: int
    undeclared: tuple[str, ...] = ()
    """Names of the firms of the undertaking that did not declare all that they received."""

    @property
    def used(self) -> Euros:
        """Gross grant equivalent granted within the window."""
        return sum((entry.amount for entry in self.entries), Euros(0))

    @property
    def room_at_most(self) -> Euros:
        """What the aid listed leaves; 0 when it passes the ceiling of the day."""
        return max(Euros(0), self.ceiling - self.used)

    @property
    def room(self) -> Maybe[Euros]:
        """What may still be granted; UNKNOWN while a declaration lacks, unless the aid listed already fills it."""
        return UNKNOWN if self.undeclared and self.room_at_most else self.room_at_most

    @property
    def why_unknown(self) -> str:
        """In French, why the room is not known and what to ask; empty when it is."""
        if self.room is not UNKNOWN:
            return ""
        return (
            f"Compte de minimis inconnu, au plus {format_euros(self.room_at_most)} : il n'est pas déclaré que toutes "
            f"les aides publiques reçues sont recensées ({', '.join(self.undeclared)}). "
            f"À demander : l'{ATTESTATION}."
        )

    def room_opens_on(self, amount: Euros) -> Maybe[date] | None:
        """The first day on which an award of that amount fits, nothing else being granted; ``None``: never.

        UNKNOWN while a declaration lacks, even for a full account: aid that nobody listed may leave later.
        """
        if amount > self.ceiling:
            return None
        if self.undeclared:
            return UNKNOWN
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
    firms: Iterable[Firm],
    aids: Iterable[AidObtained],
    *,
    regime: Regime,
    regimes: dict[str, Regime],
    on: date,
) -> DeMinimisAccount:
    """The account of an undertaking of these firms, all those that the mission knows, on the ceiling in force.

    The window is the three years that end on the day of the award (art. 3(2): rolling); aid under older de minimis
    regulations counts as well.
    """
    if regime.de_minimis is None:
        raise ValueError(f"{regime.id} n'est pas un régime de minimis")
    rule = regime.de_minimis
    members = tuple(firms)
    mine = {firm.id for firm in members}
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
        undeclared=tuple(firm.name for firm in members if firm.aid_declared is not True),
    )


def known_rooms(accounts: Iterable[DeMinimisAccount]) -> dict[str, Euros]:
    """Undertaking → euros left, of the accounts that are known: what a plan may count on."""
    return {account.undertaking: account.room for account in accounts if account.room is not UNKNOWN}
