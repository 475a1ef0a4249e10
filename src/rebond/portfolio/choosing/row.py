"""A limit on a 0-1 choice, in whole numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """``low ≤ Σ coefficient · choice ≤ high``, in whole numbers; ``None``: no limit on that side."""

    name: str
    terms: Mapping[int, int]
    low: int | None = None
    high: int | None = None

    def holds(self, chosen: Iterable[int]) -> bool:
        """Whether a choice keeps it, exactly."""
        reached = sum(self.terms.get(item, 0) for item in chosen)
        return (self.low is None or reached >= self.low) and (self.high is None or reached <= self.high)
