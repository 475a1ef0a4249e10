"""What the committee's templates ask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from django import template

from rebond.web.committee.marks import Scores
from rebond.web.committee.shown import Row, Screen

register = template.Library()


@register.filter
def minus(value: Decimal) -> Decimal:
    """The opposite."""
    return -value


@register.filter
def call_of(row: Row, screens: Sequence[Screen]) -> str:
    """The title of the call that decided of a project, where there are several."""
    return next((each.call.title for each in screens if each.call.several and each.call.name == row.call), "")


@register.filter
def scored(found: Mapping[str, Scores], ref: str) -> Scores:
    """The scores of a project."""
    return found.get(ref, ())
