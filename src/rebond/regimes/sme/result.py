"""The EU size class of a firm: settled when every way of filling the unknown figures agrees.

Every rule here grows with the figures: more staff, turnover, balance sheet or holding never makes a firm
smaller. So the class is settled when it is the same with every unknown figure at its least and at its most.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from rebond.eligibility.truth import Truth
from rebond.facts import UNKNOWN, Firm, Maybe
from rebond.regimes.sme.consolidation import LEAST, MOST, known_figure
from rebond.regimes.sme.explain import explain, unverified_rules
from rebond.regimes.sme.group import form_group
from rebond.regimes.sme.questions import questions
from rebond.regimes.sme.status import between, size_in, small_mid_cap
from rebond.regimes.sme.thresholds import SizeClass, SizeThresholds
from rebond.units import Euros


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeResult:
    """The class, or UNKNOWN between ``low`` and ``high``; how it was found, in French."""

    size: Maybe[SizeClass]
    low: SizeClass
    high: SizeClass
    sme: Truth
    """Whether the firm is an SME: often settled while the class is not."""
    small_mid_cap: Mapping[str, Truth]
    """By definition in force (``rgec``, ``recommandation-2025``)."""
    consolidated_staff: Maybe[Decimal]
    consolidated_turnover: Maybe[Euros]
    consolidated_balance: Maybe[Euros]
    year: Maybe[int]
    steps: tuple[str, ...]
    missing: tuple[str, ...]
    """Figures that would settle the class, in French; empty when it is settled."""
    unverified: tuple[str, ...] = ()
    """Figures of the law that the result rests on and that were not read in a source."""


def size_class(firm: Firm, *, thresholds: SizeThresholds, on: date) -> SizeResult:
    """Size of a firm and its group at a date (Recommendation 2003/361/EC, annex, art. 2 to 6).

    Linked firms count whole, partners pro rata of the holding; partners of partners are not looked for.
    The status changes after two consecutive closed years on the other side of a ceiling (art. 4(2)); it
    starts from the first year of which the whole group's accounts were given. 25 % held by public bodies:
    never an SME (art. 3(4)). Unknown figures leave the class UNKNOWN unless every way of filling them agrees.
    """
    group = form_group(firm, thresholds, on)
    low, high = size_in(group, thresholds, LEAST), size_in(group, thresholds, MOST)
    settled = low == high
    return SizeResult(
        size=low if settled else UNKNOWN,
        low=low,
        high=high,
        sme=between(low.is_sme, high.is_sme),
        small_mid_cap={rule.code: small_mid_cap(group, thresholds, rule) for rule in thresholds.small_mid_caps_on(on)},
        consolidated_staff=known_figure(group, "staff"),
        consolidated_turnover=known_figure(group, "turnover"),
        consolidated_balance=known_figure(group, "balance_sheet"),
        year=group.years[0] if group.has_accounts else UNKNOWN,
        steps=tuple(explain(group, thresholds, low, high)),
        missing=() if settled else questions(group, thresholds),
        unverified=unverified_rules(group, thresholds, high, on),
    )
