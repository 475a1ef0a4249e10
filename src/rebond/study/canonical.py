"""Values of the core as canonical text, and its SHA-256: the same on any machine, in any process."""

from __future__ import annotations

import dataclasses
import enum
import hashlib
import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any


def digest(value: object) -> str:
    """SHA-256 of the canonical text of a value; ``TypeError`` for one that has none."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()


def canonical(value: object) -> str:
    """JSON without spaces, keys and sets sorted; a record is its type and fields, an amount its exact figures."""
    return json.dumps(_plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _plain(value: object) -> Any:  # noqa: PLR0911 - one way out per type reads best
    # Enumerations first: some are texts too, and a text is not the choice that is spelt alike.
    if isinstance(value, enum.Enum):
        return [type(value).__name__, value.value]
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, Decimal):
        return ["Decimal", str(value)]
    if isinstance(value, date):
        return ["date", value.isoformat()]
    if isinstance(value, tuple):
        return ["tuple", *map(_plain, value)]
    if isinstance(value, frozenset):
        return ["frozenset", *sorted(map(canonical, value))]
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = _fields(type(value))
        return [type(value).__name__, *(_plain(getattr(value, name)) for name in names)]
    raise TypeError(f"{type(value).__name__} n'a pas de forme canonique")


@cache
def _fields(kind: type[Any]) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(kind))
