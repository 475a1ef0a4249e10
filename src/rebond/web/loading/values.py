"""UNKNOWN in columns: ``NULL`` for numbers, dates and yes/no, an empty text for words."""

from __future__ import annotations

from typing import TypeVar

from rebond.eligibility.places import Commune
from rebond.facts import UNKNOWN, Maybe
from rebond.restitution.typography import typeset
from rebond.web.catalogue.reading import current_catalogue

T = TypeVar("T")


def column(value: Maybe[T]) -> T | None:
    """A known value, ``None`` for UNKNOWN."""
    return None if value is UNKNOWN else value


def words(value: Maybe[str]) -> str:
    """A known text, empty for UNKNOWN."""
    return "" if value is UNKNOWN else value


def place(commune: Commune | None) -> dict[str, str]:
    """The place columns of a firm's site or of a project."""
    if commune is None:
        return {"commune_code": "", "commune": "", "epci_code": "", "epci": ""}
    epcis = current_catalogue().gazetteer.epcis
    return {
        "commune_code": commune.code,
        "commune": typeset(commune.name),
        "epci_code": commune.epci,
        "epci": typeset(epcis.get(commune.epci, "")),
    }


def declared_facts(declared: tuple[tuple[str, object], ...]) -> list[dict[str, str]]:
    """Further facts as label and text, in the order of the census."""
    dictionary = current_catalogue().dictionary
    return [
        {"label": dictionary[name].label, "value": dictionary[name].show(value)}  # type: ignore[arg-type]  # stored JSON
        for name, value in declared
        if name in dictionary
    ]
