"""What assessors say of a project, each in his or her own name, and where they stand aside.

Both are only ever added to: a mark is corrected by another mark, a statement by another statement, and ``number`` says
which came last. So the order of rows is no fact, and what was thought before is never lost.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from rebond.facts.values import UNKNOWN, Maybe


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What one assessor gives a project on one criterion of the call, and why; the highest ``number`` holds."""

    project_id: str
    criterion: str
    assessor: str
    """The name of the account, or whatever the mission calls a person who has none."""
    number: int
    score: Maybe[int]
    """UNKNOWN: the assessor takes the mark back and has given no other yet."""
    reason: str
    on: Maybe[date] = UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Recusal:
    """That an assessor stands aside for a firm, all its projects alike; the highest ``number`` holds."""

    firm_id: str
    assessor: str
    number: int
    aside: bool
    """``False``: the interest declared before has ended."""
    reason: str
    by: str
    """Who says so: the assessor, or who runs the mission."""
    on: Maybe[date] = UNKNOWN


def person(assessor: str) -> str:
    """What makes two names that of one assessor: neither case nor spaces do."""
    return " ".join(assessor.split()).casefold()


def aside_of(recusals: Iterable[Recusal]) -> dict[str, frozenset[str]]:
    """Firm → the assessors who stand aside for it today, by ``person``."""
    last: dict[tuple[str, str], Recusal] = {}
    for each in recusals:
        key = each.firm_id, person(each.assessor)
        if key not in last or last[key].number < each.number:
            last[key] = each
    found: dict[str, set[str]] = {}
    for (firm, who), each in last.items():
        if each.aside:
            found.setdefault(firm, set()).add(who)
    return {firm: frozenset(people) for firm, people in found.items()}
