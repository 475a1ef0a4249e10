"""The class of a group in one completion of its unknowns (annex, art. 2, 3(4) and 4(2))."""

from __future__ import annotations

from collections.abc import Sequence

from rebond.eligibility.truth import Truth
from rebond.regimes.sme.consolidation import LEAST, MOST, Completion, consolidate
from rebond.regimes.sme.group import Group
from rebond.regimes.sme.thresholds import Ceiling, Figures, SizeClass, SizeThresholds


def size_in(group: Group, thresholds: SizeThresholds, completion: Completion) -> SizeClass:
    """The class in one completion: public holding, two-year rule on each ceiling, then ETI or large."""
    by_year = [consolidate(group, year, completion) for year in reversed(group.years)]
    if group.public_share < thresholds.public_from.value:
        for ceiling in thresholds.classes:
            if not _is_above(ceiling, by_year, thresholds.consecutive_years):
                return SizeClass(ceiling.code)
    return SizeClass.LARGE if thresholds.eti.is_exceeded(by_year[-1]) else SizeClass.ETI


def _is_above(ceiling: Ceiling, by_year: Sequence[Figures], consecutive: int) -> bool:
    """Status against a ceiling, oldest year first: it turns after ``consecutive`` years across."""
    status = ceiling.is_exceeded(by_year[0])
    streak = 0
    for figures in by_year[1:]:
        streak = streak + 1 if ceiling.is_exceeded(figures) != status else 0
        if streak >= consecutive:
            status, streak = not status, 0
    return status


def between(low: bool, high: bool) -> Truth:  # noqa: FBT001 - two ends of a range
    """The truth when its two ends agree."""
    return Truth.of(low) if low == high else Truth.UNKNOWN


def small_mid_cap(group: Group, thresholds: SizeThresholds, rule: Ceiling) -> Truth:
    """Not an SME, and under the ceiling on the latest year.

    It does not grow with the figures, so the two parts are judged apart: UNKNOWN may be said where a finer
    search would find NO, never the reverse.
    """
    year = group.years[0]
    low, high = (size_in(group, thresholds, completion).is_sme for completion in (LEAST, MOST))
    below = [not rule.is_exceeded(consolidate(group, year, completion)) for completion in (LEAST, MOST)]
    not_sme, under = ~between(low, high), between(*below)
    if Truth.NO in {not_sme, under}:
        return Truth.NO
    return Truth.UNKNOWN if Truth.UNKNOWN in {not_sme, under} else Truth.YES
