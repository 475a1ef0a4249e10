"""Communes as partners write them: « 52200 LANGRES CEDEX », « St Dizier », « Chaumon »."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import lru_cache

from rapidfuzz import fuzz

from rebond.eligibility.places import Gazetteer
from rebond.eligibility.truth import Truth
from rebond.linkage.text import fold, singular
from rebond.reading.words import says_nothing

_NOISE = re.compile(r"\b(?:CEDEX(?: \d+)?|\d{5}|FRANCE)\b")
_WORDS = {"ST": "SAINT", "STE": "SAINTE", "S": "SUR", "SS": "SOUS"}
_INSEE = re.compile(r"^(?:\d{5}|2[AB]\d{3})$")


class _Same:
    """A gazetteer as a key: itself, not what it holds."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self.gazetteer = gazetteer

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.gazetteer is self.gazetteer

    def __hash__(self) -> int:
        return id(self.gazetteer)


class _Names:
    """The communes of a gazetteer as places are compared."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self.written = {code: commune.name for code, commune in gazetteer.communes.items()}
        self.names = {code: _place(name) for code, name in self.written.items()}
        self.present = {former.code: former.within for former in gazetteer.former_codes.values()}
        self.olds: dict[str, set[str]] = {}
        for former in gazetteer.former:
            if former.name:
                self.olds.setdefault(former.within, set()).add(_place(former.name))
        self.known = frozenset(self.names.values()).union(*self.olds.values())


@lru_cache(maxsize=2)  # the whole of France: half a second, spent once rather than at each run of a mission
def _names_of(same: _Same) -> _Names:
    return _Names(same.gazetteer)


class Places:
    """Compares a written place with communes known by their INSEE code."""

    def __init__(self, gazetteer: Gazetteer, *, same_from: int) -> None:
        found = _names_of(_Same(gazetteer))
        self._written, self._names, self._present = found.written, found.names, found.present
        self._olds, self._known = found.olds, found.known
        self._same_from = same_from
        self._read: dict[str, str] = {}

    def agree(self, written: str, codes: Collection[str]) -> Truth:
        """Whether a written place is one of the communes; UNKNOWN when either side is."""
        here = frozenset(self._present.get(code, code) for code in codes)
        names = {self._names[code] for code in here if code in self._names}
        bare = written.strip().upper()
        if self._present.get(bare, bare) in here:
            return Truth.YES
        if _INSEE.match(bare):
            # Five digits may also be a postcode: a code that is ours settles it, another does not.
            return Truth.UNKNOWN
        place = self._place(written)
        if not names or not place:
            return Truth.UNKNOWN
        return Truth.of(self._is_among(written, place, here, names))

    def _is_among(self, written: str, place: str, codes: Collection[str], names: Collection[str]) -> bool:
        """By its name of today, by the name of a commune that it absorbed, or by a slip of one of them."""
        olds = frozenset().union(*(self._olds.get(code, ()) for code in codes))
        parts = {place, *(_place(part) for part in re.split(r"[(),/]", written))} - {""}
        if not parts.isdisjoint(names) or not parts.isdisjoint(olds):
            return True
        return place not in self._known and any(self._alike(place, name) for name in (*names, *olds))

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
    if says_nothing(text):
        return ""
    words = _NOISE.sub(" ", fold(text)).split()
    return " ".join(_WORDS.get(word, word) for word in words)


def place_words(names: Iterable[str]) -> frozenset[str]:
    """Words of communes as the words of firms' names are compared: a firm is not told by them."""
    least = 3
    words = {word for name in names for word in _place(name).split() if len(word) >= least}
    return frozenset(words | {singular(word) for word in words})
