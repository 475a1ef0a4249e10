"""What a reader answers: a value with what was repaired, or what is wrong and how to mend it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from rebond.facts import Maybe

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Unreadable(ValueError):  # noqa: N818 - a problem found in data, reported with others, not a failure
    """One thing to mend, before it is known where: ``problem`` says what is wrong, ``mend`` what to write instead."""

    def __init__(self, problem: str, mend: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.mend = mend


@dataclass(frozen=True, slots=True)
class Reading(Generic[T_co]):
    """A value as read; ``note`` says in French what was repaired or translated, empty when nothing was."""

    value: Maybe[T_co]
    note: str = ""
