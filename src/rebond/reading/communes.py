"""Find a commune from what people write: a code, a postcode, a name of today or of before, alone or together.

A number alone may be an INSEE code and the postcode of others: it is then refused, with both readings. A code beside a
name must agree with it. A commune that merged is read as the commune of today, and that is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from rapidfuzz import fuzz, process

from rebond.eligibility.places import Commune, Gazetteer
from rebond.reading.place_names import (
    NUMBER_LENGTH,
    NamedPlace,
    WrittenPlace,
    at_place,
    former_names,
    present_names,
    read_place,
    shown,
    spelling,
    translated,
)
from rebond.reading.problem import Reading, Unreadable

_NUMBER = re.compile(r"^(\d{4,5}|2[AB]\d{3})$")
_INSEE, _POSTCODE = frozenset({"insee", "code insee", "cog"}), frozenset({"cp", "code postal"})
"""Words beside a number that say what it is."""
_MOST_LISTED = 6
_LIKE_ENOUGH_NEARBY, _LIKE_ENOUGH_AROUND, _BEGINS = 75, 80, 95
"""The farther a commune is from the mission, the more like it the text must be."""
_TOO_SHORT = 3
"""Letters of a commune's name (Y, Oz…) that are found in any other."""
_MEND = "écrire le nom officiel de la commune ou son code INSEE"


class CommuneFinder:
    """Finds communes for one mission: among homonyms, a commune of its intercommunalities comes first."""

    def __init__(self, gazetteer: Gazetteer, epcis: Iterable[str] = ()) -> None:
        self._gazetteer = gazetteer
        self._epcis = frozenset(epcis)

    def find(self, text: str) -> tuple[str, str]:
        """``read``, as a code and a note."""
        found = self.read(text)
        return str(found.value), found.note

    def read(self, text: str) -> Reading[str]:
        """The INSEE code of the commune of today; raises ``Unreadable`` when it is unknown or may be read in two ways.

        ``52800 NOGENT``, ``Nogent (52)``, ``CHAUMONT CEDEX``, ``Lyon 3e``, a former commune, a postcode that only one
        commune has.
        """
        bare = " ".join(text.split())
        return self._number(bare.upper()) if _NUMBER.match(bare.upper()) else self._place(bare)

    def read_insee(self, text: str) -> Reading[str]:
        """The same where a number alone is an INSEE code, because its column or its key says so."""
        bare = " ".join(text.split())
        if not _NUMBER.match(bare.upper()):
            return self._place(bare)
        number, note = _restored(bare.upper())
        found = self._insee(number, note)
        if found is None:
            raise self._no_code(number)
        return found

    # Numbers alone.

    def _number(self, written: str) -> Reading[str]:
        number, note = _restored(written)
        insee, postal = self._insee(number, note), self._gazetteer.by_postcode.get(number, ())
        if insee is not None and all(commune.code == insee.value for commune in postal):
            return insee
        if insee is not None:
            raise self._two_readings(self._gazetteer.communes[str(insee.value)], postal)
        if len(postal) == 1:
            return self._postcode(number)
        raise self._no_code(number)

    def _insee(self, number: str, note: str = "") -> Reading[str] | None:
        commune, former = self._gazetteer.present_commune(number), self._gazetteer.former_codes.get(number)
        if commune is None:
            return None
        notes = filter(None, (note, translated(former, commune) if former else ""))
        return Reading(commune.code, " ; ".join(notes))

    def _postcode(self, number: str) -> Reading[str]:
        postal = self._gazetteer.by_postcode.get(number, ())
        if len(postal) == 1:
            return Reading(postal[0].code, f"code postal de {shown(postal[0])}")
        if not postal:
            raise Unreadable("aucune commune n'a ce code postal", _MEND)
        mend = f"écrire le nom de la commune : {self._told(postal)}"
        raise Unreadable(f"ce code postal est celui de {len(postal)} communes", mend)

    def _two_readings(self, insee: Commune, postal: Sequence[Commune]) -> Unreadable:
        problem = (
            f"ce nombre se lit de deux façons : comme code INSEE, {self._told([insee])} ; "
            f"comme code postal, {self._told(postal)}"
        )
        return Unreadable(problem, f"écrire « {shown(insee)} », ou le nom de la commune si c'est un code postal")

    def _no_code(self, number: str) -> Unreadable:
        postal = self._gazetteer.by_postcode.get(number, ())
        if not postal:
            mend = "écrire le nom de la commune, ou son code INSEE (ce n'est pas le code postal)"
            return Unreadable("aucune commune n'a ce code INSEE", mend)
        many = f"{len(postal)} communes" if len(postal) > 1 else "une commune"
        problem = f"aucune commune n'a ce code INSEE : c'est le code postal de {many}"
        return Unreadable(problem, f"écrire le nom de la commune : {self._told(postal)}")

    # Names, with or without a number beside them.

    def _place(self, text: str) -> Reading[str]:
        place = read_place(text)
        if place.number and spelling(place.name) in _INSEE:
            return self.read_insee(place.number)
        if place.number and spelling(place.name) in _POSTCODE:
            return self._postcode(place.number)
        if not place.name:
            return self._number(place.number)
        found = self._named(place.name, place.number)
        note = ""
        if not found and place.has_code and (place.cedex or not self._is_known(place.number)):
            # A postcode of CEDEX is that of no commune. Its département still tells homonyms apart.
            found = self._in_departement_of(place)
            note = "" if place.cedex else "le nom seul est lu : le nombre n'est ni code INSEE ni code postal de commune"
        if not found:
            raise self._not_there(place)
        if len(found) > 1:
            raise self._homonyms(found)
        note = note or ("« CEDEX » laissé de côté" if place.cedex else "")
        return Reading(found[0].commune.code, " ; ".join(filter(None, (found[0].note, note))))

    def _named(self, name: str, number: str = "") -> list[NamedPlace]:
        """The places of a name: those of the mission, else, only then, those of France; a name of today comes first."""
        wanted = spelling(name)
        for index in self._indexes():
            if found := at_place(index.get(wanted, ()), number, self._gazetteer):
                return found
        return []

    def _in_departement_of(self, place: WrittenPlace) -> list[NamedPlace]:
        """The places of a name in the département where a postcode is, the rest of which tells nothing."""
        wanted = spelling(place.name)
        for index in self._indexes():
            there = [each for each in index.get(wanted, ()) if _shares_departement(each.commune, place.number)]
            if there:
                return at_place(there, "", self._gazetteer)
        return []

    def _indexes(self) -> Iterator[Mapping[str, list[NamedPlace]]]:
        """Built one after the other, only as far as needed."""
        yield self._nearby
        yield self._nearby_before
        yield self._everywhere
        yield self._everywhere_before

    @cached_property
    def _nearby(self) -> Mapping[str, list[NamedPlace]]:
        return present_names(commune for epci in self._epcis for commune in self._gazetteer.by_epci.get(epci, ()))

    @cached_property
    def _nearby_before(self) -> Mapping[str, list[NamedPlace]]:
        return former_names(self._gazetteer, lambda commune: commune.epci in self._epcis)

    @cached_property
    def _everywhere(self) -> Mapping[str, list[NamedPlace]]:
        return present_names(self._gazetteer.communes.values())

    @cached_property
    def _everywhere_before(self) -> Mapping[str, list[NamedPlace]]:
        return former_names(self._gazetteer)

    @cached_property
    def _around(self) -> Mapping[str, list[NamedPlace]]:
        """The communes of the territory's départements."""
        communes = self._gazetteer.communes.values()
        return present_names(commune for commune in communes if commune.departement in self._departements)

    @cached_property
    def _departements(self) -> frozenset[str]:
        return frozenset(place.commune.departement for named in self._nearby.values() for place in named)

    def _is_known(self, number: str) -> bool:
        return number in self._gazetteer.by_postcode or self._gazetteer.present_commune(number) is not None

    def _at_number(self, number: str) -> list[Commune]:
        """The communes of a code, of a postcode or of a département, those of the code first."""
        coded = self._gazetteer.present_commune(number)
        postal = self._gazetteer.by_postcode.get(number, ())
        if len(number) == NUMBER_LENGTH:
            return list(dict.fromkeys(filter(None, (coded, *postal))))
        return [commune for commune in self._gazetteer.communes.values() if commune.departement == number]

    def _not_there(self, place: WrittenPlace) -> Unreadable:
        """Why no commune fits: the number says another one, or nobody has that name."""
        named = self._named(place.name)
        if not named:
            return self._unknown(place)
        communes = [each.commune for each in named]
        if place.has_code and self._is_known(place.number):
            problem = (
                f"le nombre et le nom ne désignent pas la même commune : {place.number} est à "
                f"{self._told(self._at_number(place.number))}, le nom à {self._told(communes)}"
            )
            return Unreadable(problem, "garder le bon des deux, ou écrire « nom (code INSEE) »")
        problem = f"aucune commune de ce nom en {place.number[:2]}" if place.number else "commune inconnue"
        return Unreadable(problem, f"vérifier le département ; ce nom est celui de {self._told(communes)}")

    def _unknown(self, place: WrittenPlace) -> Unreadable:
        """Only communes in reach are told: those of the territory, of its départements, of the number written.

        A farther one is told besides a nearer one only when it is written more alike.
        """
        told: list[str] = []
        best = 0.0
        number = place.number
        written = present_names(self._at_number(number)) if number else {}
        for index, at_least, where in (
            (self._nearby, _LIKE_ENOUGH_NEARBY, ""),
            (self._around, _LIKE_ENOUGH_AROUND, ", hors des intercommunalités de la mission"),
            (written, _LIKE_ENOUGH_AROUND, ""),
        ):
            allowed = {
                key: found for key, named in index.items() if (found := at_place(named, number, self._gazetteer))
            }
            key, score = _nearest(spelling(place.name), allowed, at_least=at_least)
            if len(key) > _TOO_SHORT and score > best:
                commune, best = allowed[key][0].commune, score
                told.append(f"« {commune.name} » ({commune.code}{where})")
        if told:
            return Unreadable("commune inconnue", f"peut-être {' ou '.join(told)} ? corriger le nom")
        if place.has_code and self._is_known(number):
            return Unreadable("commune inconnue", f"{_MEND} ; {number} est à {self._told(self._at_number(number))}")
        return Unreadable("commune inconnue", _MEND)

    def _homonyms(self, found: Sequence[NamedPlace]) -> Unreadable:
        listed = self._told([place.commune for place in found])
        mend = f"écrire le code INSEE de la bonne après son nom : {listed}"
        return Unreadable(f"{len(found)} communes portent ce nom", mend)

    def _distance(self, commune: Commune) -> tuple[bool, bool, int]:
        """Communes of the mission first, then of its départements, then the most peopled."""
        return commune.epci not in self._epcis, commune.departement not in self._departements, -commune.population

    def _told(self, communes: Sequence[Commune]) -> str:
        """Communes in a sentence, those of the mission first and said so; at most six."""
        ordered = sorted(communes, key=self._distance)
        here = ", de la mission"
        listed = [f"{one.name} ({one.code}{here if one.epci in self._epcis else ''})" for one in ordered[:_MOST_LISTED]]
        rest = len(communes) - len(listed)
        return ", ".join(listed) + (f" et {rest} autres" if rest > 1 else " et une autre" if rest else "")


def _restored(number: str) -> tuple[str, str]:
    """A number with the zero that a spreadsheet takes away."""
    if len(number) == NUMBER_LENGTH:
        return number, ""
    return number.zfill(NUMBER_LENGTH), "zéro de tête du code INSEE rétabli"


def _shares_departement(commune: Commune, number: str) -> bool:
    """Whether a postcode may be in the département of a commune."""
    postal = "20" if commune.departement in {"2A", "2B"} else commune.departement[:2]
    return number.startswith(postal)


def _nearest(text: str, candidates: Iterable[str], *, at_least: float) -> tuple[str, float]:
    """The candidate written most alike, or that begins with the text, and a score; empty and 0 when there is none."""
    names = list(candidates)
    begins = [name for name in names if name.startswith(f"{text} ")]
    if len(begins) == 1:
        return begins[0], _BEGINS
    found = process.extractOne(text, names, scorer=fuzz.ratio, score_cutoff=at_least)
    return (found[0], found[1]) if found else ("", 0)
