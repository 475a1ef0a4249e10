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
from typing import Any, Final

from rebond import facts
from rebond.facts import UNKNOWN, FactValue

TYPE: Final = "~"
VALUE: Final = "v"


def as_tagged(value: FactValue) -> Any:
    """A value of a fact as JSON-ready data: two equal values give the same data. ``TypeError`` for another."""
    if value is UNKNOWN:
        return {TYPE: "inconnu"}
    if isinstance(value, bool | int | str):
        return value
    if isinstance(value, Decimal):
        return {TYPE: "montant", VALUE: _digits(value)}
    if isinstance(value, date):
        return {TYPE: "date", VALUE: value.isoformat()}
    if isinstance(value, frozenset):
        return {TYPE: "ensemble", VALUE: sorted(value)}
    raise TypeError(f"{type(value).__name__} ne se garde pas en JSON")


def _digits(value: Decimal) -> str:
    """Every digit, no zero at the end: 1500.50 and 1500.5 are one amount."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def from_tagged(data: Any) -> Any:
    """What ``as_tagged`` wrote; ``KeyError`` for a type that it does not write."""
    if not isinstance(data, dict):
        return data
    match data[TYPE]:
        case "inconnu":
            return UNKNOWN
        case "montant":
            return Decimal(data[VALUE])
        case "date":
            return date.fromisoformat(data[VALUE])
        case "ensemble":
            return frozenset(data[VALUE])
    raise KeyError(data[TYPE])


class Records:
    """Writes and reads the dataclasses and enumerations that it is told of, and the values that they hold."""

    def __init__(self, kinds: Mapping[str, type[Any]], enums: Mapping[str, type[enum.Enum]]) -> None:
        self._kinds = dict(kinds)
        self._enums = dict(enums)

    def write(self, value: Any) -> Any:
        """A value as JSON-ready data; ``TypeError`` for one that cannot be."""
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            fields = {f.name: self.write(getattr(value, f.name)) for f in dataclasses.fields(value)}
            return {TYPE: type(value).__name__, VALUE: fields}
        if isinstance(value, enum.Enum) and value is not UNKNOWN:
            return {TYPE: type(value).__name__, VALUE: value.value}
        if isinstance(value, tuple):
            return [self.write(item) for item in value]
        return None if value is None else as_tagged(value)

    def read(self, data: Any) -> Any:
        """What ``write`` wrote. ``TypeError`` or ``KeyError``: written by an engine whose records were others."""
        if isinstance(data, list):
            return tuple(self.read(item) for item in data)
        kind = data[TYPE] if isinstance(data, dict) else None
        if kind in self._enums:
            return self._enums[kind](data[VALUE])
        if kind in self._kinds:
            return self._kinds[kind](**{name: self.read(value) for name, value in data[VALUE].items()})
        return from_tagged(data)


FACT_KINDS: Mapping[str, type[Any]] = {
    name: kind for name, kind in vars(facts).items() if isinstance(kind, type) and dataclasses.is_dataclass(kind)
}
FACT_ENUMS: Mapping[str, type[enum.Enum]] = {
    "LinkKind": facts.LinkKind,
    "DecisionOutcome": facts.DecisionOutcome,
    "LinkAnswer": facts.LinkAnswer,
    "DescentAct": facts.DescentAct,
    "CallStage": facts.CallStage,
    "StageOutcome": facts.StageOutcome,
    "ReferralState": facts.ReferralState,
    "ActionStatus": facts.ActionStatus,
    "ActionPriority": facts.ActionPriority,
    "AccompanimentOutcome": facts.AccompanimentOutcome,
    "Promiser": facts.Promiser,
}
FACTS = Records(FACT_KINDS, FACT_ENUMS)
"""Everything that a ``Census`` holds."""


def digest(data: Any) -> str:
    """SHA-256 of JSON-ready data, whatever the order of its keys."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
