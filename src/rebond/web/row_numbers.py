"""The number of a row, as a form or an address names it."""

from __future__ import annotations

from django.http import Http404

_LONGEST = 18
"""Digits of the largest number that databases hold."""


def row_number(text: str) -> int:
    """The number that is written; 404 for anything else, never the number that a longer one begins with."""
    number = number_in(text)
    if number is None:
        raise Http404
    return number


def number_in(text: str) -> int | None:
    """The number that is written; ``None`` for anything else: Python refuses to read one of 4 301 digits."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _LONGEST else None
