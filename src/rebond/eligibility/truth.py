"""Three-valued truth: Kleene's strong logic, as SQL treats NULL."""

from __future__ import annotations

import enum
from collections.abc import Iterable


class Truth(enum.Enum):
    """YES, NO or UNKNOWN; values are the words used in files and exports."""

    YES = "oui"
    NO = "non"
    UNKNOWN = "inconnu"

    @property
    def label(self) -> str:
        """The word shown to people."""
        return {"oui": "Éligible", "non": "Non éligible", "inconnu": "À vérifier"}[self.value]

    @classmethod
    def of(cls, value: bool) -> Truth:  # noqa: FBT001 - the truth of a boolean
        """The truth of a comparison whose two sides are known."""
        return cls.YES if value else cls.NO

    def __invert__(self) -> Truth:
        return {Truth.YES: Truth.NO, Truth.NO: Truth.YES}.get(self, Truth.UNKNOWN)

    def __bool__(self) -> bool:
        raise TypeError("un verdict à trois valeurs se compare avec « is »")


def all_of(truths: Iterable[Truth]) -> Truth:
    """NO if any is NO, else UNKNOWN if any is UNKNOWN, else YES (YES for none)."""
    seen = set(truths)
    if Truth.NO in seen:
        return Truth.NO
    return Truth.UNKNOWN if Truth.UNKNOWN in seen else Truth.YES


def any_of(truths: Iterable[Truth]) -> Truth:
    """YES if any is YES, else UNKNOWN if any is UNKNOWN, else NO (NO for none)."""
    seen = set(truths)
    if Truth.YES in seen:
        return Truth.YES
    return Truth.UNKNOWN if Truth.UNKNOWN in seen else Truth.NO
