"""What would settle a project on the edge: each piece of information that lacks, tried with each of its answers.

Nothing is guessed: the statuses are established again under every answer, by the same definition. An unknown mark is
tried at both its ends; a statement on the weights, true and false. What time did not allow is counted, not passed over.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations
from math import lcm

from rebond.portfolio.robust.classify import Classification
from rebond.portfolio.robust.cone import weight_cone
from rebond.portfolio.robust.model import RobustProblem, Status

_SURE = (Status.CORE, Status.EXTERIOR)


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkQuestion:
    """A mark known as an interval only: its answers are its lowest and its highest."""

    project: int
    criterion: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderQuestion:
    """Whether a criterion weighs at least as much as another: its answers are yes and no."""

    higher: int
    lower: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareQuestion:
    """Whether a criterion weighs at least a share of the whole: its answers are yes and no."""

    criterion: int
    share: Fraction


Question = MarkQuestion | OrderQuestion | ShareQuestion


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """A question, and each project's status under each of its two answers."""

    question: Question
    statuses: tuple[tuple[Status, ...], tuple[Status, ...]]

    def settles(self, project: int) -> tuple[Status, Status] | None:
        """What each answer makes of a project, when one at least settles it."""
        first, second = (each[project] for each in self.statuses)
        return (first, second) if first in _SURE or second in _SURE else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settling:
    """The questions that were examined, and how many were not for lack of time."""

    examined: tuple[Examined, ...]
    left: int

    def of(self, project: int) -> list[tuple[Question, Status, Status]]:
        """The questions that settle a project by one of their answers; those that settle it by both come first."""
        found = [(each.question, *answers) for each in self.examined if (answers := each.settles(project)) is not None]
        return sorted(found, key=lambda row: -sum(status in _SURE for status in row[1:]))


def what_would_settle(known: Classification, *, seconds: float) -> Settling:
    """Every question that the information leaves open, the projects on the edge being at stake."""
    problem, result = known.problem, known.result
    deadline = time.monotonic() + seconds
    if not any(finding.status is Status.BORDERLINE for finding in result.findings):
        return Settling(examined=(), left=0)
    examined, left = [], 0
    for question in _questions(problem, [f.status for f in result.findings], deadline):
        answers = _answers(known, question, deadline) if time.monotonic() < deadline else None
        if answers is None:
            left += 1
        else:
            examined.append(Examined(question=question, statuses=answers))
    return Settling(examined=tuple(examined), left=left)


def _questions(problem: RobustProblem, statuses: Sequence[Status], deadline: float) -> Iterator[Question]:
    """Weights first: one answer there speaks of every project; then marks, those of projects on the edge first."""
    width = len(problem.criteria)
    try:
        rays = list(weight_cone(width, problem.weight_rows, deadline=deadline).rays)
    except TimeoutError:
        # Nothing is known to be ruled out: every question on the weights is there, to be counted as left.
        rays = [tuple(int(one == other) for other in range(width)) for one in range(width)]
    for one, other in combinations(range(width), 2):
        sides = {(ray[one] > ray[other]) - (ray[one] < ray[other]) for ray in rays}
        if {1, -1} <= sides:
            yield OrderQuestion(higher=one, lower=other)
    for criterion in range(width):
        ends = [Fraction(ray[criterion], sum(ray)) for ray in rays]
        if ends and min(ends) < max(ends):
            yield ShareQuestion(criterion=criterion, share=_round_between(min(ends), max(ends)))
    edge = [p for p, status in enumerate(statuses) if status is Status.BORDERLINE]
    for project in sorted(range(len(problem.projects)), key=lambda p: (p not in edge, p)):
        for criterion, (low, high) in enumerate(zip(problem.low[project], problem.high[project], strict=True)):
            if low != high:
                yield MarkQuestion(project=project, criterion=criterion)


def _round_between(low: Fraction, high: Fraction) -> Fraction:
    """The middle, to the five per cent when one is between the ends, else to the tenth of one: as it is then asked."""
    middle = (low + high) / 2
    told = (Fraction(round(middle * parts), parts) for parts in (20, 1000))
    return next((share for share in told if low < share < high), middle)


def row_of(question: OrderQuestion | ShareQuestion, width: int) -> tuple[int, ...]:
    """The row that says yes; its opposite says no."""
    if isinstance(question, OrderQuestion):
        return tuple((c == question.higher) - (c == question.lower) for c in range(width))
    row = [Fraction(int(c == question.criterion)) - question.share for c in range(width)]
    below = lcm(*(value.denominator for value in row))
    return tuple(int(value * below) for value in row)


def _answers(
    known: Classification, question: Question, deadline: float
) -> tuple[tuple[Status, ...], tuple[Status, ...]] | None:
    problem = known.problem
    if isinstance(question, MarkQuestion):
        ends = problem.low[question.project][question.criterion], problem.high[question.project][question.criterion]
        found = [known.statuses_of(_with_mark(problem, question, mark), deadline=deadline) for mark in ends]
    else:
        yes = row_of(question, len(problem.criteria))
        found = [known.statuses_with(row, deadline=deadline) for row in (yes, tuple(-value for value in yes))]
    first, second = found
    return None if first is None or second is None else (first, second)


def _with_mark(problem: RobustProblem, question: MarkQuestion, mark: int) -> RobustProblem:
    def put(rows: tuple[tuple[int, ...], ...]) -> tuple[tuple[int, ...], ...]:
        return tuple(
            tuple(mark if (p, c) == (question.project, question.criterion) else value for c, value in enumerate(row))
            for p, row in enumerate(rows)
        )

    return replace(problem, low=put(problem.low), high=put(problem.high))
