"""Text as it is searched: lower case, without accents, the same on SQLite and PostgreSQL."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

_MOST_WORDS = 20


def plain(text: str) -> str:
    """Lower case without accents, ligatures and apostrophes opened.

    >>> plain("Œuvre d’Énergie")
    'oeuvre d energie'
    """
    opened = text.lower().replace("œ", "oe").replace("æ", "ae").replace("'", " ").replace("’", " ")
    decomposed = unicodedata.normalize("NFKD", opened)
    return " ".join("".join(letter for letter in decomposed if not unicodedata.combining(letter)).split())


def words_sought(text: str) -> list[str]:
    """The words that a search asks for, each once; the first twenty decide, SQLite refuses a thousand."""
    return list(dict.fromkeys(plain(text).split()))[:_MOST_WORDS]


def searchable(parts: Iterable[str]) -> str:
    """The search column of a row."""
    return plain(" ".join(part for part in parts if part))
