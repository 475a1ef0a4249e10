"""Find a commune by its code or its name, as people write it; suggest those whose name begins so."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from functools import lru_cache

from rebond.eligibility.places import Commune
from rebond.reading.communes import CommuneFinder
from rebond.reading.problem import Reading, Unreadable
from rebond.reading.words import fold
from rebond.web.catalogue.reading import current_catalogue

_SUGGESTED = 12
_SHORTEST = 2
"""Letters before anything is suggested."""
_NEAR = 3


def shown(commune: Commune) -> str:
    """``Chaumont (52)``: what can be read back without doubt, but for a few namesakes of one département."""
    return f"{commune.name} ({commune.departement})"


def commune_shown(code: str) -> str:
    """A commune by its code, as people read it; the text itself when it is no code of a commune."""
    commune = current_catalogue().gazetteer.communes.get(code)
    return shown(commune) if commune else code


def find_commune(text: str) -> Reading[str]:
    """The INSEE code of what people wrote, and what was translated; raises ``Unreadable``."""
    try:
        return _finder().read(text)
    except Unreadable as error:
        if near := [shown(commune) for commune in suggest(text)[:_NEAR]]:
            raise Unreadable(error.problem, f"{error.mend} ; noms qui commencent ainsi : {', '.join(near)}") from error
        raise


def as_written(text: str, found: Reading[str]) -> str:
    """What the address keeps of an answer: its code, unless it says more than the code, or may be read otherwise."""
    code = str(found.value)
    try:
        plain = not found.note and _finder().read(code) == Reading(code)
    except Unreadable:
        plain = False
    return code if plain else text


def suggest(text: str) -> list[Commune]:
    """The communes whose name begins with a text, the most peopled first."""
    wanted = fold(text)
    if len(wanted) < _SHORTEST:
        return []
    names = _names()
    found: list[Commune] = []
    for name in names[bisect_left(names, wanted) :]:
        if not name.startswith(wanted):
            break
        found.extend(_by_name()[name])
    return sorted(found, key=lambda commune: (-commune.population, commune.code))[:_SUGGESTED]


@lru_cache(maxsize=1)
def _by_name() -> Mapping[str, tuple[Commune, ...]]:
    found: dict[str, tuple[Commune, ...]] = {}
    for commune in current_catalogue().gazetteer.communes.values():
        name = fold(commune.name)
        found[name] = (*found.get(name, ()), commune)
    return found


@lru_cache(maxsize=1)
def _names() -> list[str]:
    return sorted(_by_name())


@lru_cache(maxsize=1)
def _finder() -> CommuneFinder:
    return CommuneFinder(current_catalogue().gazetteer)
