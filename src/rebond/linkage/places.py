"""Communes as partners write them: « 52200 LANGRES CEDEX », « St Dizier », « Chaumon »."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

from rapidfuzz import fuzz

from rebond.eligibility.truth import Truth
from rebond.linkage.text import fold, is_unknown, singular

_NOISE = re.compile(r"\b(?:CEDEX(?: \d+)?|\d{5}|FRANCE)\b")
_WORDS = {"ST": "SAINT", "STE": "SAINTE", "S": "SUR", "SS": "SOUS"}
_INSEE = re.compile(r"^(?:\d{5}|2[AB]\d{3})$")


class Places:
    """Compares a written place with communes known by their INSEE code."""

    def __init__(self, communes: Mapping[str, str], *, same_from: int, former: Mapping[str, str] | None = None) -> None:
        """``former``: name or code of a delegated, associated or merged commune → code of the present commune."""
        self._written = communes
        self._names = {code: _place(name) for code, name in communes.items()}
        self._known = frozenset(self._names.values())
        self._former = {_place(old) or old: code for old, code in (former or {}).items()}
        self._codes = {name: code for code, name in self._names.items()}
        self._same_from = same_from
        self._read: dict[str, str] = {}

    def agree(self, written: str, codes: Collection[str]) -> Truth:
        """Whether a written place is one of the communes; UNKNOWN when either side is."""
        codes = frozenset(self._former.get(code, code) for code in codes)
        names = {self._names[code] for code in codes if code in self._names}
        bare = written.strip().upper()
        if _INSEE.match(bare) and bare in self._names and bare not in codes:
            # Five digits may also be a postcode: a code that is ours settles it, another does not.
            return Truth.UNKNOWN
        if bare in codes:
            return Truth.YES
        place = self._place(written)
        if not names or not place:
            return Truth.UNKNOWN
        if place in names or self._is_former(written, place, codes):
            return Truth.YES
        if self._former.get(place) in self._names:
            return Truth.NO
        if place in self._known:
            return Truth.NO
        return Truth.of(any(self._alike(place, name) for name in names))

    def _is_former(self, written: str, place: str, codes: Collection[str]) -> bool:
        """« Montigny-le-Roi », « BROTTES (CHAUMONT) »: today the commune of one of these codes."""
        texts = (place, *(_place(part) for part in re.split(r"[(),/]", written)))
        return any(self._former.get(text) in codes or self._code_of(text) in codes for text in texts if text)

    def _code_of(self, place: str) -> str | None:
        return self._codes.get(place)

    def _place(self, written: str) -> str:
        """Read once: a list names the same communes again and again."""
        if written not in self._read:
            self._read[written] = _place(written)
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
    if is_unknown(text):
        return ""
    words = _NOISE.sub(" ", fold(text)).split()
    return " ".join(_WORDS.get(word, word) for word in words)


def place_words(names: Iterable[str]) -> frozenset[str]:
    """Words of communes as the words of firms' names are compared: a firm is not told by them."""
    least = 3
    words = {word for name in names for word in _place(name).split() if len(word) >= least}
    return frozenset(words | {singular(word) for word in words})
