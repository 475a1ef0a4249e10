"""Records of the core and the plans found on them as JSON, and back; a value is tagged as ``missions.tagged`` says."""

from __future__ import annotations

import dataclasses
import enum
import hashlib
import json
from typing import Any

from rebond import facts
from rebond.dispositifs.model import Instrument, Part
from rebond.facts import UNKNOWN, LinkKind
from rebond.financing.certainty import Certainty
from rebond.financing.plan import FinancingPlan, Form, PlanLine
from rebond.web.missions.tagged import TYPE, VALUE, as_tagged, from_tagged

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


def as_record(value: Any) -> Any:
    """A record of the core, or any value that one holds, as JSON-ready data; ``TypeError`` for another."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {f.name: as_record(getattr(value, f.name)) for f in dataclasses.fields(value)}
        return {TYPE: type(value).__name__, VALUE: fields}
    if isinstance(value, enum.Enum) and value is not UNKNOWN:
        return {TYPE: type(value).__name__, VALUE: value.value}
    if value is None:
        return None
    if isinstance(value, tuple):
        return [as_record(item) for item in value]
    return as_tagged(value)


def from_record(data: Any) -> Any:
    """What ``as_record`` wrote. ``TypeError`` or ``KeyError``: written by an engine whose facts were others."""
    if isinstance(data, list):
        return tuple(from_record(item) for item in data)
    if not isinstance(data, dict):
        return data
    kind = data[TYPE]
    if kind in _ENUMS:
        return _ENUMS[kind](data[VALUE])
    if kind not in _RECORDS:
        return from_tagged(data)
    return _RECORDS[kind](**{name: from_record(value) for name, value in data[VALUE].items()})


def digest(data: Any) -> str:
    """SHA-256 of JSON-ready data, whatever the order of its keys."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
