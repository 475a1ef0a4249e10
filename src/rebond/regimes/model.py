"""A regime: one legal basis of State aid (a GBER article, de minimis, or no aid at all), as its YAML file states it."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from rebond.eligibility.choice import DatedValue
from rebond.eligibility.criteria import Confirm, Criterion
from rebond.facts import FactValue


class RegimeKind(enum.StrEnum):
    """What a regime does with a ceiling."""

    EXEMPTION = "exemption"
    """A block-exempted article: it brings an intensity ceiling on the lines where it is used."""
    DE_MINIMIS = "de_minimis"
    """Counts in the single undertaking's account and brings no ceiling of its own to a line."""
    NO_AID = "hors_aide"
    """Market terms, general tax measures: no aid, only the cost bounds it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LargeProject:
    """Adjusted aid amount R × (A + share·B + share·C) between two brackets of eligible costs (GBER art. 2(20))."""

    low_bracket: tuple[DatedValue, ...]
    high_bracket: tuple[DatedValue, ...]
    middle_share: tuple[DatedValue, ...]
    high_share: tuple[DatedValue, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeMinimisRule:
    """The ceiling of the account and its window."""

    ceiling: tuple[DatedValue, ...]
    window_years: int
    rolling: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CeilingCase:
    """A worked ceiling: facts at a date and the intensity expected (``"35 %"``, ``"inconnu"`` or ``"interdit"``)."""

    name: str
    on: date
    facts: Mapping[str, FactValue]
    expected: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Regime:
    """One legal basis; ``id`` is the file's name."""

    id: str
    title: str
    article: str
    kind: RegimeKind
    framework: str
    """Number of the French umbrella regime (SA.111728…), empty when there is none."""
    valid_from: date | None
    valid_to: date | None
    natures: frozenset[str]
    object: str = ""
    """What the article pays for, when it pays for one thing only: two that differ never meet on a line (art. 8)."""
    replaces: tuple[str, ...] = ()
    """The regimes that it takes the place of: a dispositif resting on one of them may rest on it (its funder says)."""
    conditions: Criterion | None = None
    asked: tuple[Criterion, ...] = ()
    """Conditions on facts that a denial closes; while a fact lacks, the euros are possible and name its question."""
    to_confirm: tuple[Confirm, ...] = ()
    incentive_effect: bool = False
    excludes_difficulty: bool = False
    intensities: tuple[DatedValue, ...] = ()
    bonuses: tuple[DatedValue, ...] = ()
    factors: tuple[DatedValue, ...] = ()
    intensity_cap: tuple[DatedValue, ...] = ()
    per_project: bool = False
    """The intensity is judged on the project's eligible costs, not line by line."""
    threshold: tuple[DatedValue, ...] = ()
    """Notification threshold, euros of aid per undertaking and project (GBER art. 4)."""
    threshold_per_year: bool = False
    """The threshold is per undertaking and year (art. 19): held on the whole project, which is stricter."""
    own_contribution: tuple[DatedValue, ...] = ()
    large_project: LargeProject | None = None
    single_project_years: int | None = None
    de_minimis: DeMinimisRule | None = None
    advance_bonus: tuple[DatedValue, ...] = ()
    """Points added to the ceiling for repayable advances (GBER art. 7(5))."""
    text: str = ""
    url: str = ""
    sources: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    window_verified: bool = True
    framework_verified: bool = True
    single_project_verified: bool = True
    verified_on: date | None = None
    review_on: date | None = None
    cases: tuple[CeilingCase, ...] = ()

    @property
    def figures(self) -> tuple[DatedValue, ...]:
        """Every dated figure of the regime."""
        large, account = self.large_project, self.de_minimis
        brackets = (large.low_bracket, large.high_bracket, large.middle_share, large.high_share) if large else ()
        return (
            *self.intensities,
            *self.bonuses,
            *self.factors,
            *self.intensity_cap,
            *self.threshold,
            *self.own_contribution,
            *self.advance_bonus,
            *(row for rows in brackets for row in rows),
            *(account.ceiling if account else ()),
        )

    @property
    def verified(self) -> bool:
        """Whether every figure of the regime was read in a source; the plan says which of them it needs."""
        named = self.window_verified and self.framework_verified and self.single_project_verified
        return named and all(row.verified for row in self.figures)

    def in_force(self, on: date) -> bool:
        """Whether the written window of the text holds that date; what comes after it: ``rebond.regimes.readings``."""
        return (self.valid_from is None or self.valid_from <= on) and (self.valid_to is None or on <= self.valid_to)
