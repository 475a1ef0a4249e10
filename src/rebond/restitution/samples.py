"""What a template looks like once filled: the figures of the sample mission, kept in the data, all fictitious.

They were reckoned once on the sample and are compared with it again by the tests: nobody writes them by hand.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from rebond.data import data_folder
from rebond.data.jsonfile import read_json
from rebond.indicators.model import Indicator, Row
from rebond.restitution.contents import Figure, Mention, Period, Quote, Table
from rebond.restitution.deck.model import Deck, Kind, NativeChart, Series, Slide
from rebond.restitution.letters import Grid, LetterModel, Value, placeholder
from rebond.restitution.svg import Tone

FOLDER = "apercus"
DECK = "presentation"
NOTICE = (
    "Aperçu sur la mission d'exemple : les entreprises, les projets, les montants et les décisions sont fictifs. "
    "Rien n'est à envoyer."
)
"""What every preview says."""
_KNOWN: Mapping[str, Any] = {
    each.__name__: each for each in (Deck, Slide, NativeChart, Series, Table, Figure, Quote, Mention, Period, Grid)
}
_ENUMS: Mapping[str, Any] = {each.__name__: each for each in (Kind, Tone)}


def sample_values(model: LetterModel) -> dict[str, Value]:
    """What each field of a model says in the sample mission; its own title, in brackets, for a field it lacks."""
    held = _read(model.kind)
    return {name: held.get(name, placeholder(field)) for name, field in model.fields.items()}


def sample_deck() -> Deck:
    """The deck of the sample mission."""
    found = _read(DECK)
    if not isinstance(found, Deck):
        raise TypeError(f"{FOLDER}/{DECK}.json ne contient pas une présentation")
    return found


@cache
def _read(kind: str) -> Any:
    path = data_folder() / FOLDER / f"{kind}.json"
    return from_data(read_json(path)) if path.is_file() else {}


def as_data(value: Any) -> Any:  # noqa: PLR0911 - one way a kind of value
    """A value as JSON holds it: what it is goes with it, and a row behind a figure keeps its identifier alone."""
    match value:
        case Indicator():
            # A slide's comment names the rows behind its figure, and nothing else of them.
            return {**_fields_as_data(replace(value, rows=())), "rows": [row.id for row in value.rows]}
        case enum.Enum():
            return {"_": type(value).__name__, "nom": value.name}
        case Decimal():
            return {"_": "Decimal", "nombre": str(value)}
        case date():
            return {"_": "date", "jour": value.isoformat()}
        case frozenset():
            return {"_": "frozenset", "de": [as_data(each) for each in sorted(value)]}
        case tuple():
            return [as_data(each) for each in value]
        case dict():
            return {key: as_data(each) for key, each in value.items()}
        case _ if is_dataclass(value):
            return _fields_as_data(value)
        case None | str() | bool() | int() | float():
            return value
        case _:
            raise TypeError(f"{type(value).__name__} ne se garde pas dans un aperçu")


def _fields_as_data(value: Any) -> Any:
    """Its fields, those that hold what they hold by default left out."""
    told = {each.name: getattr(value, each.name) for each in fields(value)}
    kept = {each.name: told[each.name] for each in fields(value) if told[each.name] != each.default}
    return {"_": type(value).__name__, **{name: as_data(each) for name, each in kept.items()}}


def from_data(data: Any) -> Any:  # noqa: PLR0911 - one way a kind of value
    """The value that ``as_data`` wrote."""
    match data:
        case list():
            return tuple(map(from_data, data))
        case {"_": "Decimal", "nombre": number}:
            return Decimal(number)
        case {"_": "date", "jour": day}:
            return date.fromisoformat(day)
        case {"_": "frozenset", "de": items}:
            return frozenset(map(from_data, items))
        case {"_": str(name), "nom": member} if name in _ENUMS:
            return _ENUMS[name][member]
        case {"_": "Indicator", "rows": ids, **held}:
            told: dict[str, Any] = {str(key): from_data(each) for key, each in held.items()}
            return Indicator(**told, rows=tuple(Row(id=each, label="") for each in ids))
        case {"_": str(name), **held}:
            return _KNOWN[name](**{str(key): from_data(each) for key, each in held.items()})
        case dict():
            return {key: from_data(each) for key, each in data.items()}
        case _:
            return data
