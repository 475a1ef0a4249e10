"""SIREN and SIRET that belong to nobody: they begin with 000 and pass Luhn's check.

No series begins with 000 today; a handful of very old numbers do, and those known are not produced.
"""

from __future__ import annotations

from stdnum import luhn

PREFIX = "000"
_STEP = 1361
"""Prime to 100 000, so that two ranks never give the same number."""
_START = 10_007
_RANKS = {"E": 0, "G": 300, "X": 600}
"""Firms of the sample, firms of their groups, firms outside the sample."""
_HEADQUARTERS = "0001"


def fictitious_siren(identifier: str) -> str:
    """The SIREN of ``E001`` (firm), ``G01`` (group) or ``X001`` (firm outside the sample)."""
    rank = _RANKS[identifier[0]] + int(identifier[1:])
    body = f"{PREFIX}{(_START + _STEP * rank) % 100_000:05d}"
    return body + luhn.calc_check_digit(body)


def fictitious_siret(identifier: str) -> str:
    """The SIRET of the only site of a firm."""
    body = fictitious_siren(identifier) + _HEADQUARTERS
    return body + luhn.calc_check_digit(body)
