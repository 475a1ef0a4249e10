"""Misspelt ordinary words put right: « Étab1issements », « COUTELLEeIE », « Sociéré anonyme ».

Only words that distinguish nobody are corrected (legal forms, trades, places). A family name never is: Pruvot beside
Pruvost may be another family.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import product

from rapidfuzz import process
from rapidfuzz.distance import OSA

_READ_AS = {"0": "O", "1": "IL", "5": "S", "8": "B"}
_MIXED = re.compile(r"^(?=.*[A-Z])[A-Z0158]*[0158][A-Z0158]*$")
_ENOUGH_LETTERS = 3
_ONE_FAULT_FROM, _TWO_FAULTS_FROM = 7, 12
_MOST_DIGITS = 3


class Speller:
    """Knows the ordinary words, and remembers what it has put right."""

    def __init__(self, words: Iterable[str], *, one_fault_from: int = _ONE_FAULT_FROM) -> None:
        """``one_fault_from``: letters from which a word may have a fault; a shorter one may be another word."""
        self._words = frozenset(words)
        self._one_fault_from = one_fault_from
        self._long = sorted(word for word in self._words if len(word) >= one_fault_from - 1)
        self._seen: dict[str, str] = {}

    def correct(self, word: str) -> str:
        """The ordinary word that was meant, else the word, its misread digits made letters."""
        if word not in self._seen:
            self._seen[word] = self._corrected(word)
        return self._seen[word]

    def _corrected(self, word: str) -> str:
        if word in self._words:
            return word
        if _MIXED.match(word):
            read = _letters_of(word)
            known = next((text for text in read if text in self._words), "")
            if known:
                return known
            if sum(char.isalpha() for char in word) < _ENOUGH_LETTERS or not read:
                return word
            word = read[0]
        if len(word) < self._one_fault_from or not word.isalpha():
            return word
        faults = 1 if len(word) < _TWO_FAULTS_FROM else 2
        found = process.extractOne(word, self._long, scorer=OSA.distance, score_cutoff=faults)
        return word if found is None else found[0]


def _letters_of(word: str) -> list[str]:
    """The ways of reading a word whose letters were seen as digits."""
    if sum(char.isdigit() for char in word) > _MOST_DIGITS:
        return []
    return ["".join(letters) for letters in product(*(_READ_AS.get(char, char) for char in word))]
