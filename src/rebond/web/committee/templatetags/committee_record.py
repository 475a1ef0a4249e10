"""Amounts of a frozen record, which keeps them as text."""

from __future__ import annotations

from decimal import Decimal

from django import template

from rebond.units import format_euros

register = template.Library()


@register.filter
def money(text: str) -> str:
    """An amount as people read it; a dash when there is none."""
    return format_euros(Decimal(text)) if text else "–"
