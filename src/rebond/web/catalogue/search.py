"""Search in French: accents folded, plurals and feminines brought back to one stem, words found from their beginning.

The stemmer is Savoy's minimal one for French (J. Savoy, « A stemming procedure and stopword list for general French
corpora », JASIS 50(10), 1999), on folded text: it only takes endings away, so that people recognise what was found.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from rebond.web.search_text import plain

_WORD = re.compile(r"[a-z0-9]+")
_EMPTY_WORDS = frozenset(
    re.findall(
        r"\w+",
        "a au aux avec ce ces d dans de des du elle en et il je l la le les leur ma mes mon n ne notre nos on ou par "
        "pas pour qu que qui s sa se ses si son sur un une vos votre y",
    )
)
_SHORTEST = 4
"""Shorter words are stems already: « eau », « ia »."""


def stem(word: str) -> str:
    """The stem of a folded word.

    >>> stem("formations"), stem("energies"), stem("locaux"), stem("salariee"), stem("prets"), stem("eau")
    ('formation', 'energ', 'local', 'salar', 'pret', 'eau')
    """
    if len(word) < _SHORTEST:
        return word
    if word.endswith("aux"):
        return f"{word[:-3]}al"
    for ending in ("x", "s", "e", "e", "i"):
        # « ée » and « ie » go with their plural; what would be left of a short word would match anything.
        if word.endswith(ending) and len(word) > _SHORTEST:
            word = word[:-1]
    return word[:-1] if len(word) > _SHORTEST and word[-1] == word[-2] else word


def stems(text: str) -> tuple[str, ...]:
    """The stems of a text in its order, words that say nothing left out."""
    return tuple(stem(word) for word in _WORD.findall(plain(text)) if word not in _EMPTY_WORDS)


def index(parts: Iterable[str]) -> frozenset[str]:
    """What a search looks into: the stems of all parts."""
    return frozenset(stems(" ".join(parts)))


def found(asked: str, indexed: frozenset[str]) -> bool:
    """Whether every word asked for begins one of the words indexed; nothing asked is found everywhere."""
    return all(any(word.startswith(wanted) for word in indexed) for wanted in stems(asked))
