"""Find a commune from what people write: its INSEE code, or its name, with or without its département."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property

from rebond.adapters.workbook.wording import fold, nearest_scored
from rebond.eligibility.places import Commune, Gazetteer
from rebond.reading.problem import Unreadable

_CODE = re.compile(r"^(\d{5}|2[abAB]\d{3})$")
_SHORT_CODE = re.compile(r"^\d{4}$")
_WITH_PLACE = re.compile(r"^(?P<name>.*?)[\s,]*\(?\s*\b(?P<place>\d{5}|2[abAB]\d{3}|\d{2,3}|2[abAB])\)?$")
_MOST_HOMONYMS = 4
_LIKE_ENOUGH_NEARBY, _LIKE_ENOUGH_AROUND, _LIKE_ENOUGH = 70, 78, 85
"""The farther a commune is from the mission, the more like it the text must be."""
_TOO_SHORT = 3
"""Letters of a commune's name (Y, Oz…) that are found in any other."""


class CommuneFinder:
    """Finds communes for one mission: among homonyms, a commune of its intercommunalities comes first."""

    def __init__(self, gazetteer: Gazetteer, epcis: Iterable[str] = ()) -> None:
        self._gazetteer = gazetteer
        self._epcis = frozenset(epcis)

    @cached_property
    def _nearby(self) -> dict[str, list[Commune]]:
        return _by_name(commune for epci in self._epcis for commune in self._gazetteer.by_epci.get(epci, ()))

    @cached_property
    def _around(self) -> dict[str, list[Commune]]:
        """The communes of the territory's départements."""
        departements = {commune.departement for named in self._nearby.values() for commune in named}
        communes = self._gazetteer.communes.values()
        return _by_name(commune for commune in communes if commune.departement in departements)

    @cached_property
    def _everywhere(self) -> dict[str, list[Commune]]:
        return _by_name(self._gazetteer.communes.values())

    def find(self, text: str) -> tuple[str, str]:
        """The INSEE code and a note of a repair; raises ``Unreadable`` when unknown or ambiguous."""
        if _CODE.match(text):
            return self._from_code(text.upper()), ""
        if _SHORT_CODE.match(text) and f"0{text}" in self._gazetteer.communes:
            return f"0{text}", "zéro de tête du code INSEE rétabli"
        name, place = text, ""
        match = _WITH_PLACE.match(text)
        if match:
            name, place = match["name"], match["place"].upper()
        found = self._named(name, place)
        if not found:
            raise self._unknown(name, place)
        if len(found) > 1:
            raise _ambiguous(sorted(found, key=self._distance))
        return found[0].code, ""

    def _named(self, name: str, place: str) -> list[Commune]:
        """The communes of a name: those of the mission, else, only then, those of France."""
        spelling = _spelling(name)
        found = _at(place, self._nearby.get(spelling, ()))
        return found or _at(place, self._everywhere.get(spelling, ()))

    def _distance(self, commune: Commune) -> bool:
        """Communes of the territory's départements come first."""
        return commune not in self._around.get(_spelling(commune.name), ())

    def _from_code(self, code: str) -> str:
        if code not in self._gazetteer.communes:
            problem = "aucune commune n'a ce code INSEE"
            raise Unreadable(problem, "écrire le nom de la commune, ou son code INSEE (ce n'est pas le code postal)")
        return code

    def _unknown(self, name: str, place: str) -> Unreadable:
        """The likeliest commune of the territory first, then of its départements, then of France, said to be far.

        A farther one is told besides a nearer one only when it is written more alike.
        """
        told: list[str] = []
        best = 0.0
        for index, at_least, where in (
            (self._nearby, _LIKE_ENOUGH_NEARBY, ""),
            (self._around, _LIKE_ENOUGH_AROUND, ", hors des intercommunalités de la mission"),
            (self._everywhere, _LIKE_ENOUGH, ", hors des départements de la mission"),
        ):
            allowed = {spelling: found for spelling, named in index.items() if (found := _at(place, named))}
            spelling, score = nearest_scored(_spelling(name), allowed, at_least=at_least)
            if len(spelling) > _TOO_SHORT and score > best:
                commune, best = allowed[spelling][0], score
                told.append(f"« {commune.name} » ({commune.code}{where if self._epcis else ''})")
        if not told:
            return Unreadable("commune inconnue", "écrire le nom officiel de la commune ou son code INSEE")
        return Unreadable("commune inconnue", f"peut-être {' ou '.join(told)} ? corriger le nom")


def _by_name(communes: Iterable[Commune]) -> dict[str, list[Commune]]:
    index: dict[str, list[Commune]] = {}
    for commune in communes:
        index.setdefault(_spelling(commune.name), []).append(commune)
    return index


def _spelling(name: str) -> str:
    """A name as compared: ``ST-Dizier`` and ``Saint Dizier`` are one."""
    words = [{"st": "saint", "ste": "sainte"}.get(word, word) for word in fold(name).split()]
    return " ".join(words)


def _at(place: str, communes: Iterable[Commune]) -> list[Commune]:
    """Those of the communes that a place written beside the name allows; all when there is none."""
    return [commune for commune in communes if not place or _is_at(commune, place)]


def _is_at(commune: Commune, place: str) -> bool:
    """Whether a département, an INSEE code or a postcode written beside the name may be this commune's."""
    if place in {commune.code, commune.departement}:
        return True
    postal = "20" if commune.departement in {"2A", "2B"} else commune.departement[:2]
    return len(place) == 5 and place.startswith(postal)  # noqa: PLR2004 - a postcode


def _ambiguous(found: list[Commune]) -> Unreadable:
    listed = ", ".join(f"{commune.code} ({commune.departement})" for commune in found[:_MOST_HOMONYMS])
    more = "…" if len(found) > _MOST_HOMONYMS else ""
    return Unreadable(f"{len(found)} communes portent ce nom", f"écrire le code INSEE de la bonne : {listed}{more}")
