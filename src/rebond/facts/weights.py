"""What someone said of the weights of the call: as exact fractions, in the name of who said it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from rebond.facts.values import UNKNOWN, Maybe


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightStatement:
    """What one person says of the weights; the next of the same person takes its place."""

    who: str
    """Empty: what the committee agreed on."""
    bounds: tuple[tuple[str, tuple[str, str]], ...] = ()
    """Criterion → its least and its most, shares of 1 written as fractions: ``1/3``."""
    ranks: tuple[tuple[str, ...], ...] = ()
    """Criteria from the most important rank to the least; nothing is said within a rank."""
    by: str = ""
    """Who wrote it down."""
    on: Maybe[date] = UNKNOWN

    @property
    def label(self) -> str:
        """What people call it."""
        return f"avis de {self.who}" if self.who else "ce qui est convenu"
