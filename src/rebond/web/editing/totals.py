"""The total of a cost grid, as it is typed: what cannot be read is counted apart, never taken for 0."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from rebond.adapters.workbook.entry import is_blank
from rebond.reading.amounts import read_euros
from rebond.reading.problem import Unreadable
from rebond.web.editing.dictionary import current_layout
from rebond.web.editing.opened import Typed


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """Of the lines that are not blank."""

    total: Decimal
    unread: int
    """Lines without an amount that can be read."""


def totals_of(typed: Typed) -> Totals:
    """The sum of the amounts, by the reader of amounts."""
    total, unread = Decimal(0), 0
    for row in typed.get("depenses", []):
        if is_blank(row, current_layout().sheet("depenses")):
            continue
        try:
            amount = read_euros(row.get("montant", "")).value
        except Unreadable:
            unread += 1
            continue
        if isinstance(amount, Decimal):
            total += amount
        else:
            unread += 1
    return Totals(total=total, unread=unread)
