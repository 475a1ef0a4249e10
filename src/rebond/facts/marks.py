"""What assessors say of a project, each in his or her own name, and where they stand aside.

Both are only ever added to: a mark is corrected by another mark, a statement by another statement, and ``number`` says
which came last. So the order of rows is no fact, and what was thought before is never lost.
"""

from __future__ import annotations

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
