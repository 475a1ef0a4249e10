"""How people write a commune: what is its name, what is a number beside it, and which places have that name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from rebond.eligibility.places import Commune, FormerCommune, FormerKind, Gazetteer
from rebond.reading.words import fold

_NUMBER_FIRST = re.compile(
    r"^(?:F\s*[-–]\s*)?(?P<number>\d{5}|2[abAB]\d{3}|(?:\d{2,3}|2[abAB])(?=\s*[-–]))[\s,–-]+(?P<name>[^\W\d].*)$"
)
_NUMBER_LAST = re.compile(r"^(?P<name>.*?)[\s,–-]*\(?\s*\b(?P<number>\d{5}|2[abAB]\d{3}|\d{2,3}|2[abAB])\s*\)?$")
_CEDEX = re.compile(r"\bcedex\b(?:\s*\d{1,2}(?!\d))?", re.IGNORECASE)
_ARRONDISSEMENT = re.compile(
    r"^(?P<city>paris|lyon|marseille) (?P<rank>[01]?\d|20) ?(?:e|er|eme|ieme)?(?: (?:arrondissement|arr|ardt))?$"
)
NUMBER_LENGTH = 5
"""Characters of an INSEE code, digits of a postcode."""


@dataclass(frozen=True, slots=True)
class WrittenPlace:
    """A text that names a place: its name, the number beside it (empty without one), whether it says CEDEX."""

    name: str
    number: str
    cedex: bool

    @property
    def has_code(self) -> bool:
        """Whether the number is an INSEE code or a postcode, not a département."""
        return len(self.number) == NUMBER_LENGTH


def read_place(text: str) -> WrittenPlace:
    """Take a text apart.

    >>> read_place("52800 NOGENT CEDEX 2")
    WrittenPlace(name='NOGENT', number='52800', cedex=True)
    """
    bare = " ".join(_CEDEX.sub(" ", text).split())
    found = None if _ARRONDISSEMENT.match(fold(bare)) else _NUMBER_FIRST.match(bare) or _NUMBER_LAST.match(bare)
    name, number = (found["name"], found["number"].upper()) if found else (bare, "")
    return WrittenPlace(name=name.strip(" ,-–("), number=number, cedex=bare != " ".join(text.split()))


def spelling(name: str) -> str:
    """A name as compared: ``ST-Dizier`` and ``Saint Dizier`` are one, ``Lyon 3e`` and ``LYON 3EME`` too."""
    words = fold(name).split()
    plain = " ".join({"st": "saint", "ste": "sainte"}.get(word, word) for word in words)
    quarter = _ARRONDISSEMENT.match(plain)
    return f"{quarter['city']} {int(quarter['rank'])}" if quarter else plain


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """A commune of today under one of its names: its own, or that of a place that is now within it."""

    commune: Commune
    former: FormerCommune | None = None

    def is_at(self, number: str, gazetteer: Gazetteer) -> bool:
        """Whether a département, an INSEE code or a postcode written beside the name may be this place's."""
        if not number or number in {self.commune.departement, *self.commune.postcodes}:
            return True
        return gazetteer.present_commune(number) is self.commune

    @property
    def note(self) -> str:
        """What to say of a name that is not that of the commune; empty for its own."""
        return translated(self.former, self.commune) if self.former else ""


def translated(former: FormerCommune, commune: Commune) -> str:
    """``Seynod, commune déléguée : aujourd'hui Annecy (74010)``."""
    what = f"{former.name}, {former.kind.words}" if former.name else former.kind.words
    link = "de" if former.kind is FormerKind.ARRONDISSEMENT else ": aujourd'hui"
    return f"{what} {link} {shown(commune)}"


def shown(commune: Commune) -> str:
    """``Chaumont (52121)``: a name and its INSEE code, which can be read back without doubt."""
    return f"{commune.name} ({commune.code})"


def present_names(communes: Iterable[Commune]) -> dict[str, list[NamedPlace]]:
    """Communes by the spelling of their names."""
    index: dict[str, list[NamedPlace]] = {}
    for commune in communes:
        index.setdefault(spelling(commune.name), []).append(NamedPlace(commune))
    return index


def former_names(gazetteer: Gazetteer, keep: Callable[[Commune], bool] = lambda _: True) -> dict[str, list[NamedPlace]]:
    """Places that are now within communes that ``keep`` wants, by the spelling of their names."""
    index: dict[str, list[NamedPlace]] = {}
    for former in gazetteer.former:
        commune = gazetteer.communes.get(former.within)
        if former.name and commune is not None and keep(commune):
            index.setdefault(spelling(former.name), []).append(NamedPlace(commune, former))
    return index


def at_place(places: Iterable[NamedPlace], number: str, gazetteer: Gazetteer) -> list[NamedPlace]:
    """Those that a number beside the name allows, each commune once; all when there is none."""
    found: Mapping[str, NamedPlace] = {
        place.commune.code: place for place in reversed(tuple(places)) if place.is_at(number, gazetteer)
    }
    return sorted(found.values(), key=lambda place: place.commune.code)
