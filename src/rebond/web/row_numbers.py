"""The number of a row, as a form or an address names it."""

from __future__ import annotations

from django.http import Http404

_LONGEST = 18
"""Digits of the largest number that databases hold."""


def row_number(text: str) -> int:
    """The number that is written; 404 for anything else, never the number that a longer one begins with."""
    if not (text.isascii() and text.isdecimal() and len(text) <= _LONGEST):
        raise Http404
    return int(text)
