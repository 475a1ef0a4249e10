"""A record of the census as a tree of named values, and back.

A tuple whose items have a key of their own (the year of accounts, the reference of a cost line) becomes a branch by
that key, so that two people who change two items do not clash. Any other value, other tuples included, is a leaf.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, TypeAlias

from rebond.facts import (
    Accompaniment,
    Accounts,
    Announcement,
    AssessorScore,
    CallCriterion,
    Contribution,
    CostLine,
    Envelope,
    Establishment,
    Evidence,
    Firm,
    FirmLink,
    FunderRequest,
    Interview,
    MissionSettings,
    Need,
    Project,
    PromisedEvidence,
)

Tree: TypeAlias = dict[str, Any]


class Item(dict[str, Any]):
    """The tree of one item of a tuple: it comes and goes as a whole."""

    def __init__(self, kind: type, fields: Tree) -> None:
        super().__init__(fields)
        self.kind = kind


_NESTED: Mapping[tuple[type, str], type] = {
    (Firm, "establishment"): Establishment,
    (MissionSettings, "announcement"): Announcement,
    (MissionSettings, "envelope"): Envelope,
}
_ITEMS: Mapping[tuple[type, str], tuple[type, str]] = {
    (Firm, "accounts"): (Accounts, "year"),
    (Firm, "links"): (FirmLink, "name"),
    (FirmLink, "accounts"): (Accounts, "year"),
    (Interview, "needs"): (Need, "axis"),
    (Project, "costs"): (CostLine, "id"),
    (Project, "evidence"): (Evidence, "criterion"),
    (Project, "requests"): (FunderRequest, "funder"),
    (Project, "scores"): (AssessorScore, "criterion"),
    (Accompaniment, "promises"): (PromisedEvidence, "criterion"),
    (Envelope, "contributions"): (Contribution, "contributor"),
    (MissionSettings, "criteria"): (CallCriterion, "named"),
}
"""Field → what its items are and the field that names each of them."""
_PAIRS = {
    (Firm, "declared"),
    (Firm, "asked"),
    (Project, "declared"),
    (Project, "asked"),
    (MissionSettings, "weights"),
}
"""Tuples of (name, value)."""
_KINDS = {item for item, _ in _ITEMS.values()}
_LATEST_FIRST = {(Firm, "accounts"), (FirmLink, "accounts")}


class Items(dict[str, Any]):
    """Items by the name that each has: no two of them share it."""

    def __init__(self, items: Tree, *, latest_first: bool) -> None:
        super().__init__(items)
        self.latest_first = latest_first


def tree_of(record: Any) -> Tree:
    """The tree of a record; the order of its branches is that of the record."""
    kind = type(record)
    return {field.name: _branch(kind, field.name, getattr(record, field.name)) for field in dataclasses.fields(record)}


def record_of(kind: type, tree: Mapping[str, Any]) -> Any:
    """The record of a tree; ``TypeError`` when a field that it must have is not there."""
    return kind(**{name: _value(kind, name, branch) for name, branch in tree.items()})


def leaf(branch: Any) -> Any:
    """A branch as one value of the core: an item as its record, items and named pairs as a tuple."""
    if isinstance(branch, Item):
        return record_of(branch.kind, branch)
    if isinstance(branch, Items):
        items = tuple(record_of(each.kind, each) for each in branch.values())
        return tuple(sorted(items, key=lambda each: -each.year)) if branch.latest_first else items
    return tuple(branch.items()) if isinstance(branch, dict) else branch


def branch_of(value: Any) -> Any:
    """What ``leaf`` was given."""
    return Item(type(value), tree_of(value)) if dataclasses.is_dataclass(value) and type(value) in _KINDS else value


def _branch(kind: type, name: str, value: Any) -> Any:
    if (kind, name) in _NESTED:
        return tree_of(value)
    if (kind, name) in _ITEMS:
        item, key = _ITEMS[kind, name]
        named = {str(getattr(each, key)): Item(item, tree_of(each)) for each in value}
        return Items(named, latest_first=(kind, name) in _LATEST_FIRST) if len(named) == len(value) else value
    if (kind, name) in _PAIRS:
        pairs = dict(value)
        return pairs if len(pairs) == len(value) else value
    return value


def _value(kind: type, name: str, branch: Any) -> Any:
    nested = _NESTED.get((kind, name))
    return record_of(nested, branch) if nested else leaf(branch)
