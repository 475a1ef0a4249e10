"""What the committee's templates ask."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django import template

from rebond.web.committee.marks import Scores

register = template.Library()


@register.filter
def minus(value: Decimal) -> Decimal:
    """The opposite."""
    return -value


@register.filter
def scored(found: Mapping[str, Scores], ref: str) -> Scores:
    """The scores of a project."""
    return found.get(ref, ())
