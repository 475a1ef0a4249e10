"""The unknown figures that would settle the class."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rebond.facts import UNKNOWN
from rebond.regimes.sme.consolidation import FIGURE_NAMES, Completion, accounts_of, figure_key, share_key
from rebond.regimes.sme.group import Group
from rebond.regimes.sme.status import size_in
from rebond.regimes.sme.thresholds import SizeThresholds

MAX_QUESTIONS: Final = 8
"""Above this number of unknown figures, all are asked for: sorting them out costs 2^n evaluations."""


def questions(group: Group, thresholds: SizeThresholds) -> tuple[str, ...]:
    """Unknown figures that can change the class, the firm's own first."""
    unknown = [share_key(member) for member in group.members if member.share_unknown]
    unknown += [
        figure_key(member, year, figure)
        for year in group.years
        for member in group.members
        for figure in FIGURE_NAMES
        if getattr(accounts_of(member, year), figure) is UNKNOWN
    ]
    if len(unknown) > MAX_QUESTIONS:
        return tuple(unknown)
    return tuple(key for key in unknown if _matters(key, unknown, group, thresholds))


def _matters(key: str, unknown: Sequence[str], group: Group, thresholds: SizeThresholds) -> bool:
    """Whether, in some completion of the others, this figure alone moves the class."""
    others = [other for other in unknown if other != key]
    for mask in range(1 << len(others)):
        raised = frozenset(other for rank, other in enumerate(others) if mask >> rank & 1)
        without = size_in(group, thresholds, Completion(raised=raised))
        if size_in(group, thresholds, Completion(raised=raised | {key})) is not without:
            return True
    return False
