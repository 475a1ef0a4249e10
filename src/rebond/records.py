"""Values of the core as JSON, and back, exactly: what is kept with a mission.

Each value that JSON has no word for says its type: ``{"~": "montant", "v": "1500.50"}``. UNKNOWN is such a value.
"""

from __future__ import annotations

import dataclasses
import enum
import hashlib
import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from rebond import facts
from rebond.facts import UNKNOWN

_TYPE, _VALUE = "~", "v"


class Records:
    """Writes and reads the dataclasses and enumerations that it is told of, and the values that they hold."""

    def __init__(self, kinds: Mapping[str, type[Any]], enums: Mapping[str, type[enum.Enum]]) -> None:
        self._kinds = dict(kinds)
        self._enums = dict(enums)

    def write(self, value: Any) -> Any:  # noqa: PLR0911 - one way out per type reads best
        """A value as JSON-ready data; ``TypeError`` for one that cannot be."""
        if value is UNKNOWN:
            return {_TYPE: "inconnu"}
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            fields = {f.name: self.write(getattr(value, f.name)) for f in dataclasses.fields(value)}
            return {_TYPE: type(value).__name__, _VALUE: fields}
        if isinstance(value, enum.Enum):
            return {_TYPE: type(value).__name__, _VALUE: value.value}
        if value is None or isinstance(value, bool | int | str):
            return value
        if isinstance(value, Decimal):
            return {_TYPE: "montant", _VALUE: str(value)}
        if isinstance(value, date):
            return {_TYPE: "date", _VALUE: value.isoformat()}
        if isinstance(value, frozenset):
            return {_TYPE: "ensemble", _VALUE: sorted(value)}
        if isinstance(value, tuple):
            return [self.write(item) for item in value]
        raise TypeError(f"{type(value).__name__} ne se garde pas en JSON")

    def read(self, data: Any) -> Any:  # noqa: PLR0911 - one way out per type reads best
        """What ``write`` wrote. ``TypeError`` or ``KeyError``: written by an engine whose records were others."""
        if isinstance(data, list):
            return tuple(self.read(item) for item in data)
        if not isinstance(data, dict):
            return data
        kind = data[_TYPE]
        match kind:
            case "inconnu":
                return UNKNOWN
            case "montant":
                return Decimal(data[_VALUE])
            case "date":
                return date.fromisoformat(data[_VALUE])
            case "ensemble":
                return frozenset(data[_VALUE])
        if kind in self._enums:
            return self._enums[kind](data[_VALUE])
        return self._kinds[kind](**{name: self.read(value) for name, value in data[_VALUE].items()})


FACT_KINDS: Mapping[str, type[Any]] = {
    name: kind for name, kind in vars(facts).items() if isinstance(kind, type) and dataclasses.is_dataclass(kind)
}
FACT_ENUMS: Mapping[str, type[enum.Enum]] = {
    "LinkKind": facts.LinkKind,
    "DecisionOutcome": facts.DecisionOutcome,
}
FACTS = Records(FACT_KINDS, FACT_ENUMS)
"""Everything that a ``Census`` holds."""


def digest(data: Any) -> str:
    """SHA-256 of JSON-ready data, whatever the order of its keys."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
