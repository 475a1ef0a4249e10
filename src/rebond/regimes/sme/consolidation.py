"""Consolidated figures of a group, in one way or another of filling what is unknown (annex, art. 6)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from rebond.facts import UNKNOWN, Accounts, Maybe
from rebond.regimes.sme.group import Group, Member
from rebond.regimes.sme.thresholds import Figures
from rebond.units import Rate

ZERO: Final = Decimal(0)
ENDLESS: Final = Decimal("Infinity")
"""Stands for « however large » in the largest completion; never shown, never returned."""
FIGURE_NAMES = {"staff": "effectif", "turnover": "chiffre d'affaires", "balance_sheet": "total de bilan"}


@dataclass(frozen=True, slots=True)
class Completion:
    """A way of filling every unknown: ``raised`` names those put at their most, ``everything`` means all."""

    everything: bool = False
    raised: frozenset[str] = frozenset()

    def amount(self, value: Maybe[Decimal], key: str) -> Decimal:
        """A figure, or what stands for it while it is unknown."""
        if value is not UNKNOWN:
            return value
        return ENDLESS if self.everything or key in self.raised else ZERO

    def weight(self, member: Member) -> Rate:
        """The share a member counts for."""
        most = self.everything or share_key(member) in self.raised
        return member.most_weight if most else member.least_weight


LEAST = Completion()
MOST = Completion(everything=True)


def share_key(member: Member) -> str:
    """The holding of a member, as a question names it."""
    return f"participation de {member.name}"


def accounts_of(member: Member, year: int) -> Accounts:
    """The accounts of a year, every figure unknown when they were not given."""
    return member.accounts.get(year, Accounts(year=year))


def figure_key(member: Member, year: int, figure: str) -> str:
    """A figure of a member and a year, as a question names it."""
    return f"{FIGURE_NAMES[figure]} {year} de {member.name}"


def consolidate(group: Group, year: int, completion: Completion) -> Figures:
    """Consolidated figures of a year (annex, art. 6)."""
    return Figures(**{figure: _consolidated(group, year, completion, figure) for figure in FIGURE_NAMES})


def _consolidated(group: Group, year: int, completion: Completion, figure: str) -> Decimal:
    total = ZERO
    for member in group.members:
        value: Maybe[Decimal] = getattr(accounts_of(member, year), figure)
        # A key is made only for what is unknown.
        amount = completion.amount(value, figure_key(member, year, figure)) if value is UNKNOWN else value
        total += completion.weight(member) * amount
    return total


def known_figure(group: Group, figure: str) -> Maybe[Decimal]:
    """The consolidated figure of the latest year, UNKNOWN when it depends on what is unknown."""
    year = group.years[0]
    least, most = (_consolidated(group, year, completion, figure) for completion in (LEAST, MOST))
    return least if least == most else UNKNOWN
