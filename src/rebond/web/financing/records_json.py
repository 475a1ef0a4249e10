"""The facts of a census and the plans found on them as JSON, and back: what is kept with the mission.

Each value that JSON has no word for says its type: ``{"~": "montant", "v": "1500.50"}``. UNKNOWN is such a value.
"""

from __future__ import annotations

import dataclasses
import enum
import hashlib
import json
from datetime import date
from decimal import Decimal
from typing import Any

from rebond import facts
from rebond.dispositifs.model import Instrument, Part
from rebond.facts import UNKNOWN, LinkKind
from rebond.financing.certainty import Certainty
from rebond.financing.plan import FinancingPlan, Form, PlanLine

_TYPE, _VALUE = "~", "v"
_RECORDS: dict[str, type[Any]] = {
    **{name: kind for name, kind in vars(facts).items() if isinstance(kind, type) and dataclasses.is_dataclass(kind)},
    "FinancingPlan": FinancingPlan,
    "PlanLine": PlanLine,
    "Part": Part,
    "Form": Form,
}
_ENUMS: dict[str, type[enum.Enum]] = {"LinkKind": LinkKind, "Instrument": Instrument, "Certainty": Certainty}


def plan_as_record(plan: FinancingPlan) -> Any:
    """A plan without the solver's reports: they are those of the whole mission, and come again with any solving."""
    return as_record(dataclasses.replace(plan, reports=()))


def as_record(value: Any) -> Any:  # noqa: PLR0911 - one way out per type reads best
    """A record of the core, or any value that one holds, as JSON-ready data; ``TypeError`` for another."""
    if value is UNKNOWN:
        return {_TYPE: "inconnu"}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {f.name: as_record(getattr(value, f.name)) for f in dataclasses.fields(value)}
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
        return [as_record(item) for item in value]
    raise TypeError(f"{type(value).__name__} ne se garde pas en JSON")


def from_record(data: Any) -> Any:  # noqa: PLR0911 - one way out per type reads best
    """What ``as_record`` wrote. ``TypeError`` or ``KeyError``: written by an engine whose facts were others."""
    if isinstance(data, list):
        return tuple(from_record(item) for item in data)
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
    if kind in _ENUMS:
        return _ENUMS[kind](data[_VALUE])
    return _RECORDS[kind](**{name: from_record(value) for name, value in data[_VALUE].items()})


def digest(data: Any) -> str:
    """SHA-256 of JSON-ready data, whatever the order of its keys."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
