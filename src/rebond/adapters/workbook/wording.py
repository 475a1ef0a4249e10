"""How texts are compared (without case, accents or punctuation) and how a place in a workbook is named."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz import fuzz, process

from rebond.reading.words import clean, fold

__all__ = ["cell_where", "clean", "column_letters", "fold", "nearest", "nearest_scored", "sheet_where", "short"]

_SHORT = 80


def nearest(text: str, candidates: Iterable[str], *, at_least: float = 70) -> str:
    """The candidate most like a text; empty when none scores ``at_least`` out of 100."""
    return nearest_scored(text, candidates, at_least=at_least)[0]


def nearest_scored(text: str, candidates: Iterable[str], *, at_least: float) -> tuple[str, float]:
    """The candidate most like a text and its score out of 100; empty and 0 when none scores ``at_least``."""
    found = process.extractOne(text, list(candidates), scorer=fuzz.WRatio, processor=fold, score_cutoff=at_least)
    return (found[0], found[1]) if found else ("", 0)


def column_letters(index: int) -> str:
    """The letters of a column, from its index (0 → ``A``, 26 → ``AA``)."""
    letters = ""
    number = index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def cell_where(sheet: str, row: int, column: int) -> str:
    """``feuille « projets », cellule D12``; row and column are indexes from 0."""
    return f"feuille « {sheet} », cellule {column_letters(column)}{row + 1}"


def sheet_where(sheet: str) -> str:
    """``feuille « projets »``."""
    return f"feuille « {sheet} »"


def short(text: str) -> str:
    """A value as quoted in a message: one line, at most 80 characters."""
    line = " ".join(text.split())
    return line if len(line) <= _SHORT else line[: _SHORT - 1] + "…"
