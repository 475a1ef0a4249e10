"""A medium that cannot say everything, such as a workbook: what it changes, made on the whole.

What the medium does not show is never a change: it stays as it is behind what the medium says.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from rebond.facts import Census
from rebond.history.changes import (
    ABSENT,
    Change,
    Kind,
    apply,
    apply_to_rows,
    diff_rows,
    rows_of,
    same,
    value_at,
)

Silence = Callable[[Change], bool]
"""Whether what looks like a change only says that the medium has no room for the value."""


def lift(known: Census, shown: Census, told: Census, *, silent: Silence = lambda _: False) -> Census:
    """``known`` with the changes that lead from ``shown``, what the medium says of it, to ``told``."""
    whole, from_rows, to_rows = rows_of(known), rows_of(shown), rows_of(told)
    changes: dict[tuple[Kind, str], list[Change]] = {}
    for change in diff_rows(from_rows, to_rows):
        if not silent(change):
            changes.setdefault((change.kind, change.ref), []).append(change)
    lifted = dict(whole)
    for key, found in changes.items():
        if found[0].path:
            lifted[key] = _patched(key, whole.get(key, ABSENT), found, to_rows.get(key, ABSENT))
        elif found[0].after is ABSENT:
            lifted.pop(key, None)
        else:
            lifted[key] = found[0].after
    return apply(known, diff_rows(whole, lifted))


def _patched(key: tuple[Kind, str], row: Any, changes: list[Change], told: Any) -> Any:
    """A row with its changes; as the medium tells it when it has nowhere to make them."""
    rows = {key: row}
    try:
        return apply_to_rows(rows, [_whole(rows, change) for change in changes])[key]
    except KeyError:
        return told


def _whole(rows: dict[tuple[Kind, str], Any], change: Change) -> Change:
    """A change of a list, with the items that the medium does not show kept after those that it tells."""
    held = value_at(rows, change.kind, change.ref, change.path)
    lists = isinstance(held, tuple) and isinstance(change.before, tuple) and isinstance(change.after, tuple)
    if not lists or same(held, change.before):
        return change
    hidden = tuple(item for item in held if item not in change.before)
    return replace(change, after=(*change.after, *(item for item in hidden if item not in change.after)))
