"""Two people who began from the same state: what one of them brings, against what the other did meanwhile."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from rebond.facts import Census
from rebond.history.changes import (
    ABSENT,
    Change,
    Kind,
    Path,
    Rows,
    branch_at,
    diff_rows,
    rows_of,
    same,
    value_at,
    value_of,
)
from rebond.history.trees import tree_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """The same value changed on both sides, not to the same thing."""

    change: Change
    """What ``theirs`` brings: ``before`` is the common value."""
    mine: Any
    """What the mission holds now."""

    @property
    def taking_theirs(self) -> Change:
        """The change to make when theirs is chosen; there is none to make when mine is."""
        return replace(self.change, before=self.mine)


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """What bringing ``theirs`` into ``mine`` means."""

    changes: tuple[Change, ...]
    """What can be made as it is: its ``before`` is what the mission holds now."""
    conflicts: tuple[Conflict, ...]
    gone: tuple[Change, ...]
    """Rows of the common state that are no longer in ``theirs``: kept unless someone says otherwise."""

    @property
    def is_nothing(self) -> bool:
        """Whether there is nothing to make nor to settle."""
        return not (self.changes or self.conflicts or self.gone)


def merge(base: Census, mine: Census, theirs: Census) -> Merge:
    """Bring ``theirs`` into ``mine``, both begun from ``base``; nothing is made, everything is said."""
    return merge_rows(rows_of(base), rows_of(mine), rows_of(theirs))


def merge_rows(common: Rows, now: Rows, brought: Rows) -> Merge:
    """As ``merge``, on some rows of a mission."""
    changes: list[Change] = []
    conflicts: dict[tuple[Kind, str, Path], Conflict] = {}
    gone: list[Change] = []
    for change in diff_rows(common, brought):
        held, before = value_of(now, change), value_of(common, change)
        if same(held, change.after):
            continue
        path = _lost(now, change)
        if path is not None:
            # What the change is about no longer has a place: the choice is on all of what holds it.
            after = value_at(brought, change.kind, change.ref, path)
            whole = replace(change, path=path, before=value_at(common, change.kind, change.ref, path), after=after)
            conflicts[change.kind, change.ref, path] = Conflict(change=whole, mine=value_of(now, whole))
        elif not same(held, before):
            conflicts[change.kind, change.ref, change.path] = Conflict(change=change, mine=held)
        else:
            (gone if change.removes else changes).append(change)
    return Merge(changes=tuple(changes), conflicts=tuple(conflicts.values()), gone=tuple(gone))


def _lost(now: Rows, change: Change) -> Path | None:
    """The shortest path above a change whose branch, or row, the present state no longer has."""
    if not change.path:
        return None
    row = now.get((change.kind, change.ref), ABSENT)
    if row is ABSENT:
        return ()
    tree = tree_of(row)
    ends = range(1, len(change.path))
    return next((change.path[:n] for n in ends if not isinstance(branch_at(tree, change.path[:n]), dict)), None)
