"""What a person still has to say, or said that cannot be."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rebond.errors import RebondError


@dataclass(frozen=True, slots=True, kw_only=True)
class Lack:
    """One thing to mend: ``key`` names the piece, the question or the decision that it is about."""

    key: str
    problem: str
    mend: str


class RegroupingError(RebondError):
    """What was asked cannot be done as it is: every lack at once."""

    def __init__(self, lacks: Iterable[Lack]) -> None:
        self.lacks = tuple(lacks)
        super().__init__(" ".join(f"{lack.key} : {lack.problem} → {lack.mend}" for lack in self.lacks))
