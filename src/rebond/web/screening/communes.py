"""Find a commune by its code or its name, as people write it; suggest those whose name begins so."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping
from functools import lru_cache

from rebond.eligibility.places import Commune
from rebond.reading.words import fold
from rebond.restitution.typography import listed
from rebond.web.catalogue.reading import current_catalogue

_SUGGESTED = 12
_SHORTEST = 2
"""Letters before anything is suggested."""
_WITH_DEPARTEMENT = re.compile(r"^(?P<name>.+?)\s*\(\s*(?P<departement>\w{2,3})\s*\)\s*$")
_INSEE = re.compile(r"^(\d{5}|2[AB]\d{3})$")


def shown(commune: Commune) -> str:
    """``Chaumont (52)``: what can be read back without doubt, but for a few namesakes of one département."""
    return f"{commune.name} ({commune.departement})"


def commune_shown(code: str) -> str:
    """A commune by its code, as people read it; the code itself when there is no such commune."""
    commune = current_catalogue().gazetteer.communes.get(code)
    return shown(commune) if commune else code


def find_commune(text: str) -> Commune:
    """The commune of an INSEE code or of a name, with its département when several share it.

    Raises ``ValueError`` with a French message when there is none, or more than one.
    """
    gazetteer = current_catalogue().gazetteer
    if _INSEE.match(text.strip().upper()):
        found = gazetteer.communes.get(text.strip().upper())
        if found is None:
            raise ValueError(f"Aucune commune n’a le code INSEE {text} (ce n’est pas le code postal).")
        return found
    written = _WITH_DEPARTEMENT.match(text)
    namesakes = _by_name().get(fold(written["name"] if written else text), ())
    if written:
        namesakes = tuple(one for one in namesakes if one.departement == written["departement"].upper())
    if len(namesakes) == 1:
        return namesakes[0]
    if not namesakes:
        near = [shown(commune) for commune in suggest(text)[:3]]
        hint = f" Vouliez-vous dire {listed(near, last='ou')} ?" if near else " Écrivez son nom ou son code INSEE."
        raise ValueError(f"Aucune commune ne s’appelle « {text} ».{hint}")
    if len({one.departement for one in namesakes}) < len(namesakes):
        choices = [f"{one.code} pour {shown(one)}" for one in namesakes]
        raise ValueError(f"Plusieurs communes portent ce nom : écrivez le code INSEE, {listed(choices, last='ou')}.")
    choices = [shown(one) for one in namesakes]
    raise ValueError(f"Plusieurs communes portent ce nom : écrivez {listed(choices, last='ou')}.")


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
