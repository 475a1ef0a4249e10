"""Communes as partners write them: « 52200 LANGRES CEDEX », « St Dizier », « Chaumon »."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from rapidfuzz import fuzz

from rebond.eligibility.truth import Truth
from rebond.linkage.text import fold
from rebond.reading.words import says_nothing

_NOISE = re.compile(r"\b(?:CEDEX(?: \d+)?|\d{5}|FRANCE)\b")
_WORDS = {"ST": "SAINT", "STE": "SAINTE", "S": "SUR", "SS": "SOUS"}
_INSEE = re.compile(r"^(?:\d{5}|2[AB]\d{3})$")


class Places:
    """Compares a written place with communes known by their INSEE code."""

    def __init__(self, communes: Mapping[str, str], *, same_from: int) -> None:
        self._written = communes
        self._names = {code: _place(name) for code, name in communes.items()}
        self._known = frozenset(self._names.values())
        self._same_from = same_from
        self._read: dict[str, str] = {}

    def agree(self, written: str, codes: Collection[str]) -> Truth:
        """Whether a written place is one of the communes; UNKNOWN when either side is."""
        names = {self._names[code] for code in codes if code in self._names}
        bare = written.strip().upper()
        if _INSEE.match(bare) and bare in self._names and bare not in codes:
            # Five digits may also be a postcode: a code that is ours settles it, another does not.
            return Truth.UNKNOWN
        if bare in codes:
            return Truth.YES
        place = self._place(written)  # empty when it says « n. c. »
        if not names or not place:
            return Truth.UNKNOWN
        if place in names:
            return Truth.YES
        if place in self._known:
            return Truth.NO
        return Truth.of(any(self._alike(place, name) for name in names))

    def _place(self, written: str) -> str:
        """Read once: a list names the same communes again and again."""
        if written not in self._read:
            self._read[written] = "" if says_nothing(written) else _place(written)
        return self._read[written]

    def _alike(self, place: str, name: str) -> bool:
        """A typing error, or more words on one side: « Colombey », « ZI Langres Nord »."""
        shorter, longer = sorted((set(place.split()), set(name.split())), key=len)
        return fuzz.ratio(place, name) >= self._same_from or shorter <= longer

    def words(self, codes: Collection[str], written: str = "") -> frozenset[str]:
        """Words of the communes and of the written place: they distinguish no firm from its neighbour."""
        texts = [self._names[code] for code in codes if code in self._names]
        return frozenset(word for text in (*texts, self._place(written)) for word in text.split())

    def name(self, codes: Collection[str]) -> str:
        """The communes' names for a sentence."""
        return ", ".join(sorted({self._written[code] for code in codes if code in self._written}))


def _place(text: str) -> str:
    words = _NOISE.sub(" ", fold(text)).split()
    return " ".join(_WORDS.get(word, word) for word in words)
