"""The size classes and the rules that separate them, as ``taille_ue.yaml`` states them."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from rebond.units import Euros, Rate


class SizeClass(enum.StrEnum):
    """From the smallest to the largest; ``ETI`` and ``LARGE`` are one and the same for State aid."""

    MICRO = "micro"
    SMALL = "petite"
    MEDIUM = "moyenne"
    ETI = "eti"
    LARGE = "grande"

    @property
    def label(self) -> str:
        """The words shown to people."""
        return _LABELS[self]

    @property
    def is_sme(self) -> bool:
        """The first three are the SMEs."""
        return self in {SizeClass.MICRO, SizeClass.SMALL, SizeClass.MEDIUM}


_LABELS = {
    SizeClass.MICRO: "microentreprise",
    SizeClass.SMALL: "petite entreprise",
    SizeClass.MEDIUM: "entreprise moyenne",
    SizeClass.ETI: "entreprise de taille intermédiaire",
    SizeClass.LARGE: "grande entreprise",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ceiling:
    """Staff strictly below ``staff_below``, and turnover or balance sheet at most the amounts."""

    code: str
    staff_below: Decimal
    turnover_max: Euros
    balance_max: Euros
    article: str
    source: str
    verified: bool
    valid_from: date
    label: str = ""

    def is_exceeded(self, figures: Figures) -> bool:
        """Staff over, or both financial ceilings over: one of the two may be passed (annex, art. 2)."""
        both = figures.turnover > self.turnover_max and figures.balance_sheet > self.balance_max
        return figures.staff >= self.staff_below or both


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRule:
    """A share from which a rule of the annex applies."""

    value: Rate
    article: str
    source: str
    verified: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeThresholds:
    """Content of ``taille_ue.yaml``."""

    classes: tuple[Ceiling, ...]
    """Micro, small, medium: each contains the one before."""
    eti: Ceiling
    small_mid_caps: tuple[Ceiling, ...]
    partner_from: GroupRule
    partner_to: GroupRule
    public_from: GroupRule
    consecutive_years: int
    years_article: str

    def small_mid_caps_on(self, day: date) -> list[Ceiling]:
        """The definitions of a small mid-cap in force on a day."""
        return [rule for rule in self.small_mid_caps if rule.valid_from <= day]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Consolidated figures of one year in one completion of the unknowns."""

    staff: Decimal
    turnover: Euros
    balance_sheet: Euros
