"""SIREN in partners' lists: right, mistyped or unreadable."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from rapidfuzz.distance import OSA

from rebond.facts import UNKNOWN, Maybe
from rebond.identifiers import SIREN_LENGTH, SIRET_LENGTH, read_siren

_SCIENTIFIC = re.compile(r"^\d+(?:[.,]\d+)?\s*[eE]\s*\+?\d{1,2}$")
_DECIMAL_ZEROS = re.compile(r"[.,]0+$")
_NO_SITE = "00000"
"""No establishment bears that internal number (NIC)."""
_ZEROS = "000"
"""One SIREN in a thousand ends so: too few to tell it from digits lost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenSiren:
    """Nine digits, empty when there are none; ``valid`` when Luhn's check holds."""

    digits: str = ""
    valid: bool = False
    lost: bool = False
    """Digits were lost on the way (a spreadsheet's zeros): they may agree, and contradict nothing."""

    @property
    def written(self) -> str:
        """``552 081 317``."""
        return " ".join(self.digits[start : start + 3] for start in range(0, len(self.digits), 3))

    def same(self, other: WrittenSiren) -> bool:
        """The same nine digits, right or wrong."""
        return bool(self.digits) and self.digits == other.digits and not (self.lost or other.lost)

    def contradicts(self, other: WrittenSiren) -> bool:
        """Two numbers that are both right and differ."""
        return self.valid and other.valid and self.digits != other.digits

    def nearly(self, other: WrittenSiren) -> bool:
        """One digit wrong, or two swapped, when one of the two fails the check; or nine digits beside lost ones."""
        if self.digits and self.digits == other.digits:
            return self.lost or other.lost
        if self.lost or other.lost:
            return False
        if not (self.digits and other.digits) or (self.valid and other.valid):
            return False
        return OSA.distance(self.digits, other.digits) == 1


def written_siren(raw: Maybe[str]) -> WrittenSiren:
    """Read what a partner wrote; a SIRET gives its SIREN, a wrong check digit is kept as doubtful.

    What a spreadsheet did is recognised: ``8.21E+13`` is unreadable; a SIRET that ends in 00000, or a number whose last
    digits became zeros, or whose first ones were zeros, may agree with a SIREN and never contradicts one.
    """
    if raw is UNKNOWN:
        return WrittenSiren()
    text = str(raw).strip()
    digits = _plain_digits(text)
    if len(digits) == SIRET_LENGTH and digits.endswith(_NO_SITE):
        return _lost(digits[:SIREN_LENGTH])
    if len(digits) == SIREN_LENGTH and digits.endswith(_ZEROS):
        return WrittenSiren()
    try:
        return WrittenSiren(digits=read_siren(digits if _SCIENTIFIC.match(text) else text)[0], valid=True)
    except ValueError:
        return _doubtful(digits)


def _doubtful(digits: str) -> WrittenSiren:
    """What is left of a number that is no SIREN."""
    match len(digits):
        case length if length in {SIREN_LENGTH, SIRET_LENGTH}:
            return WrittenSiren(digits=digits[:SIREN_LENGTH], valid=_is_valid(digits[:SIREN_LENGTH]))
        case length if length in {SIREN_LENGTH - 1, SIRET_LENGTH - 1}:
            return _lost(("0" + digits)[:SIREN_LENGTH])
        case _:
            return WrittenSiren()


def _plain_digits(text: str) -> str:
    """The digits; ``5.52081317E+8`` gives its nine digits, ``5.52E+8`` none, for they are lost."""
    if not _SCIENTIFIC.match(text):
        return re.sub(r"\D", "", _DECIMAL_ZEROS.sub("", text))
    value = Decimal(text.replace(",", ".").replace(" ", ""))
    sign, digits, exponent = value.as_tuple()
    return "" if sign or not isinstance(exponent, int) or exponent != 0 else "".join(map(str, digits))


def _lost(digits: str) -> WrittenSiren:
    """Kept only when the key holds, and the zeros are not in the SIREN itself."""
    if digits.endswith(_ZEROS) or not _is_valid(digits):
        return WrittenSiren()
    return WrittenSiren(digits=digits, lost=True)


def _is_valid(digits: str) -> bool:
    try:
        read_siren(digits)
    except ValueError:
        return False
    return True
