"""Which marks of the assessors count: the last of each of them, of those who do not stand aside.

One rule for the score, the site, the workbook and the documents. An assessor who stands aside for a firm does so for
all its projects: the interest is in the firm, whose projects draw on one envelope and one de minimis account.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from rebond.facts import UNKNOWN, Mark
from rebond.facts.marks import person


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """What the marks of several assessors make on one criterion: their mean, and how far apart they are."""

    score: Decimal
    """The mean; a mark that its assessor took back counts as 0 in it."""
    margin: Decimal
    """What the marks taken back could add to the mean."""
    count: int
    spread: int
    """From the lowest to the highest of the marks given."""

    @property
    def high(self) -> Decimal:
        """The most that the mean may be."""
        return self.score + self.margin


def last_marks(marks: Iterable[Mark]) -> tuple[Mark, ...]:
    """Of each project, criterion and assessor, the mark given last; in the order in which they first came."""
    last: dict[tuple[str, str, str], Mark] = {}
    for mark in marks:
        key = mark.project_id, mark.criterion, person(mark.assessor)
        if key not in last or last[key].number < mark.number:
            last[key] = mark
    return tuple(last.values())


def counted(marks: Iterable[Mark], aside: Collection[str]) -> tuple[Mark, ...]:
    """The marks of one project that count, ``aside`` (``person``) left out whenever they were given."""
    return tuple(mark for mark in last_marks(marks) if person(mark.assessor) not in aside)


def agreed_by(marks: Iterable[Mark], top: int) -> Mapping[str, Agreed]:
    """Criterion → what the marks that count make of it."""
    by_criterion: dict[str, list[Mark]] = {}
    for mark in marks:
        by_criterion.setdefault(mark.criterion, []).append(mark)
    return {criterion: _agreed(found, top) for criterion, found in by_criterion.items()}


def _agreed(marks: Collection[Mark], top: int) -> Agreed:
    # A mark beyond the top was given on another scale: it is to be given again, as one that was taken back.
    given = [mark.score for mark in marks if mark.score is not UNKNOWN and mark.score <= top]
    count = Decimal(len(marks))
    return Agreed(
        score=sum(given) / count,
        margin=top * (len(marks) - len(given)) / count,
        count=len(marks),
        spread=max(given) - min(given) if given else 0,
    )
