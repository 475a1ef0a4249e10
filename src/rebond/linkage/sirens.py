"""SIREN in partners' lists: right, mistyped or unreadable."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from rebond.facts import UNKNOWN, Maybe
from rebond.identifiers import SIREN_LENGTH, SIRET_LENGTH, read_siren


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenSiren:
    """Nine digits, empty when there are none; ``valid`` when Luhn's check holds."""

    digits: str = ""
    valid: bool = False

    @property
    def written(self) -> str:
        """``552 081 317``."""
        return " ".join(self.digits[start : start + 3] for start in range(0, len(self.digits), 3))

    def same(self, other: WrittenSiren) -> bool:
        """The same nine digits, right or wrong."""
        return bool(self.digits) and self.digits == other.digits

    def contradicts(self, other: WrittenSiren) -> bool:
        """Two numbers that are both right and differ."""
        return self.valid and other.valid and self.digits != other.digits

    def nearly(self, other: WrittenSiren) -> bool:
        """One digit wrong, or two swapped, when one of the two fails the check."""
        if not (self.digits and other.digits) or (self.valid and other.valid):
            return False
        return OSA.distance(self.digits, other.digits) == 1


def written_siren(raw: Maybe[str]) -> WrittenSiren:
    """Read what a partner wrote; a SIRET gives its SIREN, a wrong check digit is kept as doubtful."""
    if raw is UNKNOWN:
        return WrittenSiren()
    try:
        return WrittenSiren(digits=read_siren(raw)[0], valid=True)
    except ValueError:
        digits = re.sub(r"\D", "", re.sub(r"[.,]0+$", "", str(raw).strip()))
    if len(digits) == SIRET_LENGTH:
        digits = digits[:SIREN_LENGTH]
        return WrittenSiren(digits=digits, valid=_is_valid(digits))
    return WrittenSiren(digits=digits) if len(digits) == SIREN_LENGTH else WrittenSiren()


def _is_valid(digits: str) -> bool:
    try:
        read_siren(digits)
    except ValueError:
        return False
    return True
