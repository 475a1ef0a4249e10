"""A limit on a 0-1 choice, in whole numbers; what is known of a choice before it is sought."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """Items that have one value only, and what it costs the others to leave theirs."""

    fixed: Mapping[int, int] = field(default_factory=dict)
    leaving: Mapping[int, tuple[int, float]] = field(default_factory=dict)
    """Free item → its value in the relaxation, and what leaving it costs: those that leave add up to 1 at most."""
