"""How large, how deep and how long what Rebond reads may be.

No law here: what an honest file never reaches, so that a mistake or an attack is said in seconds and costs no memory.
"""

from __future__ import annotations

from decimal import Decimal

MOST_EDITED_BYTES = 2_000_000
"""A file that a person edits (YAML, small CSV): the largest of Rebond weighs 22 kB."""
MOST_TABLE_BYTES = 40_000_000
"""A list of a catalogue: the 35 000 communes weigh 2 MB."""
MOST_JSON_BYTES = 60_000_000
"""A problem, or a page of another catalogue."""
MOST_VALUES = 1_500_000
"""Values, lists and blocks of one file, together."""
MOST_EDITED_VALUES = 40_000
"""The same, in a file that a person edits, its repetitions (YAML aliases) counted as often as they are repeated."""
MOST_DEPTH = 60
"""Blocks within blocks."""
MOST_NUMBER_LENGTH = 60
"""Characters of a number."""
MOST_NUMBER = Decimal("1e24")
"""Beyond any amount on earth: farther, exact arithmetic itself slows down or rounds."""
MOST_CSV_FIELD = 1_000_000
"""Characters of a cell of a CSV."""


def is_sane_number(value: Decimal) -> bool:
    """Whether a number is finite and of a size that exact arithmetic carries to its last digit.

    >>> is_sane_number(Decimal("1e99999999")), is_sane_number(Decimal("0.35"))
    (False, True)
    """
    if not value.is_finite():
        return False
    _, digits, exponent = value.as_tuple()
    return (
        isinstance(exponent, int)
        and len(digits) <= MOST_NUMBER_LENGTH
        and abs(exponent) <= MOST_NUMBER_LENGTH
        and (abs(value) <= MOST_NUMBER)
    )
