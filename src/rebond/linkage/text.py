"""Folding: the form in which French texts are compared, letter by letter."""

from __future__ import annotations

import re
import unicodedata

_LIGATURES = str.maketrans({"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L"})
_ELISION = re.compile(r"\b(?:D|L|QU)['’ʼ`´](?=\w)")
_AND = re.compile(r"[&+]")
_THOUSANDS = re.compile(r"(?<=\d)[ .\u00a0\u202f](?=\d{3}(?!\d))")
_HYPHEN = re.compile(r"(?<=[^\W\d])-(?=[^\W\d])")
_OTHER = re.compile(r"[^A-Z0-9]+")


def fold(text: str) -> str:
    """Unaccented capitals and digits, single spaces; elided articles dropped, « & » and « + » read as ET.

    >>> fold("Éts Goujon & Fils, d’Œuilly")
    'ETS GOUJON ET FILS OEUILLY'
    """
    plain = unicodedata.normalize("NFKD", text.translate(_LIGATURES)).upper()
    plain = unicodedata.normalize("NFKD", plain)
    letters = "".join(char for char in plain if not unicodedata.combining(char))
    return _OTHER.sub(" ", _AND.sub(" ET ", _ELISION.sub(" ", letters))).strip()


def fold_title(text: str, *, hyphens_split: bool) -> str:
    """Folding for titles: « 2 500 t » is one number; « mono-matière » is read as one word or as two.

    >>> fold_title("Presse à vis 2 500 t", hyphens_split=True)
    'PRESSE A VIS 2500 T'
    """
    grouped = _THOUSANDS.sub("", text)
    return fold(grouped if hyphens_split else _HYPHEN.sub("", grouped))


def singular(word: str) -> str:
    """A word without its plural mark: enough to compare titles.

    >>> singular("PRESSES")
    'PRESSE'
    """
    long_enough = 4
    return word[:-1] if len(word) >= long_enough and word[-1] in "SX" and word[-2:] != "SS" else word
