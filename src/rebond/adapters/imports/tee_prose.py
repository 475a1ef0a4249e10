"""The sentences of TEE: which ones only repeat a typed field, so that all the others can be put to people.

A sentence is set aside only when the typed criteria already ask at least as much; anything else is to be confirmed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from rebond.adapters.imports.criteria import SECTIONS
from rebond.adapters.imports.tables import PlaceNames, folded, slug

_ANY_SIZE = {"toutes tailles"}
_MICRO_IN = "éligible aux micro-entreprises"
_MICRO_OUT = "non éligible aux micro-entreprises"
_EVERYWHERE = "france et territoires d'outre-mer"
_ANY_AGE = "éligible à toutes les entreprises"
_COUNT = r"(\d[\d ]*)"
_LESS_THAN = re.compile(rf"^moins de {_COUNT} salariés$")
_MORE_THAN = re.compile(rf"^plus de {_COUNT} salariés$")
_UP_TO = re.compile(rf"^jusqu'à {_COUNT} salariés$")
_BETWEEN = re.compile(rf"^(?:entre|de) {_COUNT} (?:et|à) {_COUNT} salariés$")
_YEARS = re.compile(r"^au moins (\d+|un|deux|trois|quatre|cinq) ans? d'activité$")
_WORDS = {"un": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5}


@dataclass(frozen=True, slots=True, kw_only=True)
class Restated:
    """The sentence asks nothing more; ``contradiction`` when it does not quite say the same."""

    detail: str
    contradiction: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """Bounds of a headcount, included; ``None``: no bound."""

    low: int | None = None
    high: int | None = None

    @property
    def is_open(self) -> bool:
        """Whether there is no bound."""
        return self.low is None and self.high is None

    def __str__(self) -> str:
        ends = [
            f"au moins {self.low}" if self.low is not None else "",
            f"au plus {self.high}" if self.high is not None else "",
        ]
        return " et ".join(end for end in ends if end) or "sans borne"


def size_sentence(text: str, *, bounds: Range, excludes_micro: bool) -> Restated | Range | None:
    """« Moins de 250 salariés », « Toutes tailles », « Éligible aux micro-entreprises ».

    A range when the sentence bounds a headcount that the data leave free.
    """
    said = folded(text)
    if said in {_MICRO_IN, _MICRO_OUT}:
        return _micro_sentence(text, welcome=said == _MICRO_IN, excluded=excludes_micro)
    if said in _ANY_SIZE:
        contradiction = "" if bounds.is_open else f"Le texte dit « {text} », les données bornent l'effectif : {bounds}."
        return Restated(detail="n'ajoute aucune condition", contradiction=contradiction)
    stated = _stated_range(said)
    if stated is None or bounds.is_open:
        return stated
    if not _covers(stated, bounds, tolerance=1):
        return None
    contradiction = "" if stated == bounds else f"Le texte dit « {text} », les données : effectif {bounds}."
    return Restated(detail="repris par le critère typé effectif", contradiction=contradiction)


def _micro_sentence(text: str, *, welcome: bool, excluded: bool) -> Restated | None:
    if welcome:
        contradiction = f"Le texte dit « {text} », les données excluent les micro-entrepreneurs." if excluded else ""
        return Restated(detail="n'ajoute aucune condition", contradiction=contradiction)
    return Restated(detail="repris par le critère typé micro_entrepreneur") if excluded else None


def _stated_range(said: str) -> Range | None:
    if match := _LESS_THAN.match(said):
        return Range(high=_count(match[1]) - 1)
    if match := _UP_TO.match(said):
        return Range(high=_count(match[1]))
    if match := _MORE_THAN.match(said):
        return Range(low=_count(match[1]) + 1)
    if match := _BETWEEN.match(said):
        return Range(low=_count(match[1]), high=_count(match[2]))
    return None


def _count(text: str) -> int:
    return int(text.replace(" ", ""))


def _covers(stated: Range, bounds: Range, *, tolerance: int) -> bool:
    """Whether the typed bounds ask at least what the sentence does.

    One employee apart counts as the same: TEE writes « plus de 50 » for 50 or more, « moins de 50 » for 50 or fewer.
    """
    low = stated.low is None or (bounds.low is not None and bounds.low >= stated.low - tolerance)
    high = stated.high is None or (bounds.high is not None and bounds.high <= stated.high + tolerance)
    return low and high


def sector_sentence(text: str, *, typed: AbstractSet[str], labels: Mapping[str, AbstractSet[str]]) -> Restated | None:
    """A label of sectors (``secteurs_tee.csv``) whose sections hold all the typed ones."""
    meant = labels.get(folded(text))
    if meant is None or not typed <= meant:
        return None
    missing = "".join(section for section in SECTIONS if section in meant - typed)
    contradiction = (
        f"Le texte dit « {text} », les données excluent les sections NAF {', '.join(missing)}." if missing else ""
    )
    everything = len(meant) == len(SECTIONS)
    detail = "n'ajoute aucune condition" if everything else "repris par le critère typé code_naf"
    return Restated(detail=detail, contradiction=contradiction)


def place_sentence(text: str, *, typed: AbstractSet[str], places: PlaceNames) -> Restated | None:
    """« Grand Est, Occitanie »; ``typed`` holds the names that the data list, empty for everywhere."""
    if folded(text) == _EVERYWHERE:
        contradiction = f"Le texte dit « {text} », les données : {', '.join(sorted(typed))}." if typed else ""
        return Restated(detail="n'ajoute aucune condition", contradiction=contradiction)
    named = [name.strip() for name in text.split(",")]
    if not typed or not all(places.region(name) or places.departement(name) for name in named):
        return None
    said, meant = {slug(name) for name in named}, {slug(name) for name in typed}
    if not meant <= said:
        return None
    contradiction = "" if said == meant else f"Le texte dit « {text} », les données : {', '.join(sorted(typed))}."
    return Restated(detail="repris par le critère typé region", contradiction=contradiction)


def age_sentence(text: str) -> Restated | int | None:
    """Years of activity: nothing asked, or a number of years when the sentence says just that."""
    said = folded(text)
    if said == _ANY_AGE:
        return Restated(detail="n'ajoute aucune condition")
    match = _YEARS.match(said)
    if match is None:
        return None
    return _WORDS.get(match[1]) or int(match[1])
