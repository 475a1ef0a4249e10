"""The catalogue that the site shows: read once from its files, kept for the life of the process."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from rebond.adapters.outlines import load_outlines
from rebond.adapters.points import load_points
from rebond.data import catalogue_part
from rebond.data.referentials import Axis, load_axes, load_labels
from rebond.dispositifs.catalogue import Catalogue, load_catalogue
from rebond.eligibility.places import ZONE_FACTS
from rebond.eligibility.truth import Truth
from rebond.facts import FactValue
from rebond.maturity import Grid, load_grid
from rebond.portfolio.scoring import SelectionGrid, load_selection_grid
from rebond.regimes.model import Regime
from rebond.regimes.readings import Reading, law_banner, on_day
from rebond.restitution.outlines import Outlines
from rebond.restitution.typography import typeset

Declared = Iterable[tuple[str, FactValue]]
CONFIRMATION = "confirme:"


def catalogue_folder() -> Path:
    """Where the catalogue of the site is: the shipped one, or the folder that the instance was given."""
    folder: Path = settings.CATALOGUE_FOLDER
    return folder


def referentials() -> Path:
    """Where its referentials are."""
    return catalogue_part(catalogue_folder(), "referentiels")


@lru_cache(maxsize=1)
def current_catalogue() -> Catalogue:
    """The catalogue of the site; raises ``CatalogueError`` with every fault of its files."""
    return load_catalogue(catalogue_folder())


@lru_cache(maxsize=8)
def labels(name: str) -> dict[str, str]:
    """Code → label of a list of the referentials, such as ``tailles`` or ``types_projet``."""
    return load_labels(referentials() / f"{name}.csv")


def field_label(code: str) -> str:
    """A subject (champ) in words; the code itself when the list does not have it."""
    return labels("champs").get(code, code)


@lru_cache(maxsize=1)
def axes() -> dict[str, Axis]:
    """The axes of the roadmap by code."""
    return {axis.code: axis for axis in load_axes(referentials())}


def axis_label(code: str) -> str:
    """An axis of the roadmap in words; the code itself when nobody names it."""
    found = axes().get(code)
    return found.label if found else code


def kind_label(code: str) -> str:
    """A type of project in words; the code itself when nobody names it."""
    return typeset(labels("types_projet").get(code, code))


@lru_cache(maxsize=1)
def maturity_grid() -> Grid:
    """The maturity grid."""
    return load_grid(referentials() / "maturite.yaml")


@lru_cache(maxsize=1)
def selection_grid() -> SelectionGrid:
    """The criteria of the call."""
    return load_selection_grid(referentials() / "selection.yaml")


@lru_cache(maxsize=1)
def commune_points() -> dict[str, tuple[float, float]]:
    """Where communes are, for those whose point is known."""
    return load_points(catalogue_folder())


@lru_cache(maxsize=1)
def commune_outlines() -> Outlines:
    """The outlines of communes, for those that somebody imported."""
    return load_outlines(catalogue_folder())


def zone_label(name: str) -> str:
    """A zonage in words, as the dictionary of facts names it."""
    return fact_label(ZONE_FACTS[name]) if name in ZONE_FACTS else name


def shown_facts(declared: Declared) -> list[tuple[str, str]]:
    """Declared facts as people read them: label and value, in the order of the census."""
    dictionary = current_catalogue().dictionary
    return [(dictionary[name].label, dictionary[name].show(value)) for name, value in declared if name in dictionary]


def organisation_name(code: str) -> str:
    """The short name of an organisation; the code itself when the catalogue does not know it."""
    found = current_catalogue().organisations.get(code)
    return typeset(found.short_name) if found else code


def fact_label(name: str) -> str:
    """A missing fact in words; a sentence to confirm by its own text."""
    catalogue = current_catalogue()
    if name.startswith(CONFIRMATION):
        return _sentence_to_confirm(name)
    return catalogue.dictionary[name].label if name in catalogue.dictionary else name


def _sentence_to_confirm(key: str) -> str:
    dispositif = current_catalogue().dispositifs.get(key.split(":")[1])
    for sentence in dispositif.to_confirm if dispositif else ():
        if sentence.key == key:
            return sentence.text
    return key


def standing_words(regime: Regime, catalogue: Catalogue, on: date) -> str:
    """Whether aid may be granted under a regime on that day: « oui », « non » or « à établir »."""
    truth = catalogue.readings.standing(regime, on_day(on)).truth
    return "à établir" if truth is Truth.UNKNOWN else truth.value


def reading_title(code: str) -> str:
    """The title of a reading of the law; the code itself when nobody names it, empty for none."""
    known = {reading.value: reading for reading in Reading}
    return current_catalogue().readings.title(known[code]) if code in known else code


def current_banner() -> tuple[str, ...]:
    """What the site says today of the end of a text, with its countdown; empty while none is near."""
    catalogue = current_catalogue()
    return law_banner(catalogue.regimes.values(), catalogue.readings, timezone.localdate())
