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

    What is left is known only when every firm of the undertaking declared that its aid is listed whole (adr/0013), and
    when each aid has an amount or the top of its band (adr/0018).
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
        """Gross grant equivalent granted within the window, the most that a banded aid may be (adr/0018)."""
        return sum((_counted(entry) for entry in self.entries), Euros(0))

    @property
    def used_at_least(self) -> Euros:
        """What is surely granted within the window: the least of each aid, nothing when nobody knows its amount."""
        return sum((entry.at_least for entry in self.entries), Euros(0))

    @property
    def unmeasured(self) -> tuple[AidObtained, ...]:
        """The entries that no amount bounds from above: what they took of the account is not known."""
        return tuple(entry for entry in self.entries if entry.at_most is UNKNOWN)

    @property
    def room_at_most(self) -> Euros:
        """What the aid listed can leave at most; 0 when it surely passes the ceiling of the day."""
        return max(Euros(0), self.ceiling - self.used_at_least)

    @property
    def room(self) -> Maybe[Euros]:
        """What may still be granted, aid of unknown size being the most that it may be.

        UNKNOWN while a declaration or an amount lacks, unless the aid listed already fills the account.
        """
        left = max(Euros(0), self.ceiling - self.used)
        return UNKNOWN if left and (self.undeclared or self.unmeasured) else left

    @property
    def why_unknown(self) -> str:
        """In French, why the room is not known and what to ask; empty when it is."""
        if self.room is not UNKNOWN:
            return ""
        whys = []
        if self.undeclared:
            names = ", ".join(self.undeclared)
            whys.append(f"il n'est pas déclaré que toutes les aides publiques reçues sont recensées ({names})")
        if self.unmeasured:
            named = ", ".join(f"{each.label or each.funder} du {each.granted_on:%d/%m/%Y}" for each in self.unmeasured)
            whys.append(f"l'équivalent-subvention d'une aide recensée n'est pas connu ({named})")
        return (
            f"Compte de minimis inconnu, au plus {format_euros(self.room_at_most)} : {' ; '.join(whys)}. "
            f"À demander : l'{ATTESTATION}."
        )

    def room_opens_on(self, amount: Euros) -> Maybe[date] | None:
        """The first day on which an award of that amount fits, nothing else being granted; ``None``: never.

        UNKNOWN while a declaration or an amount lacks, even for a full account: aid that nobody listed may leave later.
        """
        if amount > self.ceiling:
            return None
        if self.undeclared or self.unmeasured:
            return UNKNOWN
        entries = sorted(self.entries, key=lambda entry: entry.granted_on)
        used = self.used
        if used + amount <= self.ceiling:
            return self.on
        for entry in entries:
            used -= _counted(entry)
            if used + amount <= self.ceiling:
                return years_later(entry.granted_on, self.window_years) + timedelta(days=1)
        return None


def _counted(aid: AidObtained) -> Euros:
    """What an aid takes of the account: the most that it may be, or the least when nothing bounds it from above."""
    return aid.at_least if aid.at_most is UNKNOWN else aid.at_most


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
    regulations counts as well. Aid dated after that day is promised: it takes its place, as an award after it would.
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
        if aid.firm_id in mine and aid.regime in kinds and on <= years_later(aid.granted_on, rule.window_years)
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
