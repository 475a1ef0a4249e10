"""Texts of the engine and of data files as the site writes them."""

from __future__ import annotations

from functools import lru_cache

from rebond.reading.problem import Unreadable
from rebond.restitution.typography import sentence_case, typeset


def sentence(text: str) -> str:
    """Set in French typography, with a capital at the head."""
    return sentence_case(typeset(text.strip()))


@lru_cache(maxsize=50_000)
def set_once(text: str, *, capital: bool = True) -> str:
    """A text of the engine in French typography: the same texts come back in every project of a mission.

    For plain texts only, never for one marked safe: a cache does not tell them apart.
    """
    return sentence(text) if capital else typeset(text)


def mending(error: Unreadable) -> str:
    """What is wrong with an answer, then how to mend it: two sentences."""
    return " ".join(ended(part) for part in (error.problem, error.mend))


def ended(text: str) -> str:
    """A sentence with its final mark."""
    said = sentence(text)
    return said if said.endswith((".", "?", "!")) else f"{said}."
