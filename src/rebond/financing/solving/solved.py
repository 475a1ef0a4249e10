"""What the solver already answered: the same question of the same problem has the same answer.

A question is compared whole, never by a digest of it alone; an answer that time cut short is not kept.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any, Generic, TypeVar

from rebond.financing.problem.model import FinancingProblem

T = TypeVar("T")
_VERSIONS = 4
"""Problems kept for the same projects: under each reading of the law, with and without loans."""


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """What was found, and whether it is proven: only then may it be given again."""

    value: T
    proven: bool


class SolvedParts:
    """Answers by question, at most ``most`` groups of projects a kind of question; the oldest used go first."""

    def __init__(self, most: int = 1500) -> None:
        self._most = most
        self._answers: OrderedDict[tuple[str, tuple[str, ...]], list[tuple[FinancingProblem, Any]]] = OrderedDict()
        self._lock = Lock()

    def answer(self, kind: str, part: FinancingProblem, solve: Callable[[FinancingProblem], Answer[T]]) -> T:
        """The answer to a kind of question about projects that share nothing with others."""
        key, question = (kind, tuple(project.id for project in part.projects)), _question(part)
        with self._lock:
            for known, value in self._answers.get(key, ()):
                if known == question:
                    self._answers.move_to_end(key)
                    found: T = value
                    return found
        answer = solve(part)
        if answer.proven:
            with self._lock:
                versions = self._answers.setdefault(key, [])
                versions.insert(0, (question, answer.value))
                del versions[_VERSIONS:]
                self._answers.move_to_end(key)
                while len(self._answers) > self._most:
                    self._answers.popitem(last=False)
        return answer.value


def _question(part: FinancingProblem) -> FinancingProblem:
    """The problem without the accounts and budgets that none of its projects can draw on: no rule reads them."""
    budgets = {offer.budget for project in part.projects for offer in project.offers}
    return replace(
        part,
        de_minimis_room=_only(part.de_minimis_room, {project.undertaking for project in part.projects}),
        budgets=_only(part.budgets, budgets),
    )


def _only(amounts: Mapping[str, Any], keys: set[str]) -> dict[str, Any]:
    return {key: amounts[key] for key in keys if key in amounts}
