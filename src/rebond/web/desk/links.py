"""Addresses of pages that other parts of the site may have or not: an instance shows only what it can open."""

from __future__ import annotations

from django.urls import NoReverseMatch, reverse


def reverse_if_any(name: str, *args: str) -> str:
    """The address of a view; empty when the site has no such view."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def first_of(*names: str, args: tuple[str, ...]) -> str:
    """The address of the first of these views that the site has."""
    return next((url for name in names if (url := reverse_if_any(name, *args))), "")
