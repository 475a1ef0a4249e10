"""Texts of the engine and of data files as the site writes them."""

from __future__ import annotations

from rebond.restitution.typography import sentence_case, typeset


def sentence(text: str) -> str:
    """Set in French typography, with a capital at the head."""
    return sentence_case(typeset(text.strip()))
