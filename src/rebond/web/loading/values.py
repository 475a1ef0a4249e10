"""What a run finds, in the columns of the rows that hold the facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from django.db import models

from rebond.eligibility.places import Commune
from rebond.facts import UNKNOWN, Maybe
from rebond.restitution.typography import typeset
from rebond.web.catalogue.reading import current_catalogue
from rebond.web.missions.data import MissionData
from rebond.web.missions.syncing import KEY

T = TypeVar("T")
M = TypeVar("M", bound=MissionData)
PLACE = ("commune_code", "commune", "epci_code", "epci")
_BATCH = 200


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


def set_all(row: models.Model, values: Mapping[str, Any]) -> None:
    """Give a row what was found, column by column."""
    for name, value in values.items():
        setattr(row, name, value)


def save_computed(model: type[M], rows: Iterable[M], names: Iterable[str]) -> None:
    """Write what was found on rows that are there already: an update of many columns at once."""
    model.ever.bulk_create(rows, update_conflicts=True, unique_fields=KEY, update_fields=list(names), batch_size=_BATCH)
