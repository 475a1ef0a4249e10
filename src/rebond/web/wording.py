"""Texts of the engine and of data files as the site writes them."""

from __future__ import annotations

from rebond.reading.problem import Unreadable
from rebond.restitution.typography import sentence_case, typeset


def sentence(text: str) -> str:
    """Set in French typography, with a capital at the head."""
    return sentence_case(typeset(text.strip()))


def mending(error: Unreadable) -> str:
    """What is wrong with an answer, then how to mend it: two sentences."""
    return " ".join(ended(part) for part in (error.problem, error.mend))


def ended(text: str) -> str:
    """A sentence with its final mark."""
    said = sentence(text)
    return said if said.endswith((".", "?", "!")) else f"{said}."
