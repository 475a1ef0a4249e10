"""From what was typed to the rows that a person wants: only what the form can say is changed on them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from django.utils import timezone

from rebond.adapters.workbook.entry import read_entered, read_recorded
from rebond.facts import Firm, Interview, Need, Project
from rebond.history import ABSENT, Change, Kind, apply_to_rows, diff_rows, rows_of
from rebond.history.changes import branch_at
from rebond.history.trees import tree_of
from rebond.web.editing.dictionary import current_layout, gazetteer
from rebond.web.editing.opened import Key, Opened, Typed


def wanted(opened: Opened, typed: Typed) -> dict[Key, Any]:
    """The rows that a person wants; raises ``EntryError`` with every fault of what was typed.

    The form's rows are read before and after typing, by the same readers; what differs is made on the real rows. So
    what has no place in the form (a third year of accounts, a second need on one axis) stays.
    """
    layout, places = current_layout(), gazetteer()
    recorded = read_recorded(opened.sheets, layout, places, context=opened.context)
    census = read_entered(typed, layout, places, context=opened.context, pardoned=recorded.unreadable)
    before, after = rows_of(recorded.census), rows_of(census)
    leaning = _context_keys(opened)
    made: dict[Key, Any] = {}
    for key, row in after.items():
        if key in leaning and key not in opened.rows:
            continue
        held = opened.rows.get(key)
        made[key] = _dated(row if held is None else changed(key, held, before[key], row), held)
    return made


def _dated(row: Any, held: Any) -> Any:
    """A row whose questions that nobody could answer are of today, but for those that were so before."""
    if not isinstance(row, Firm | Project):
        return row
    before = {} if held is None else dict(held.asked)
    today = timezone.localdate()
    return replace(row, asked=tuple((key, before.get(key, today)) for key, _ in row.asked))


def changed(key: Key, held: Any, before: Any, after: Any) -> Any:
    """A real row with what differs between two readings of it."""
    changes = [
        change for change in diff_rows({key: before}, {key: after}) if not _is_a_year_gone_by(change, before, after)
    ]
    whole = {change.path[0] for change in changes if not _has_place(held, change)}
    small = [change for change in changes if change.path[0] not in whole]
    row = apply_to_rows({key: held}, small)[key]
    return replace(row, **{name: _whole(name, held, before, after) for name in whole})


def _context_keys(opened: Opened) -> set[Key]:
    named = {
        (kind, row.get("id", ""))
        for sheet, kind in (("entreprises", Kind.FIRM), ("projets", Kind.PROJECT))
        for row in opened.context.get(sheet, ())
    }
    return named | ({(Kind.SETTINGS, "")} if "mission" in opened.context else set())


def _is_a_year_gone_by(change: Change, before: Any, after: Any) -> bool:
    """A year of accounts that leaves the form because a later one came in."""
    if change.kind is not Kind.FIRM or len(change.path) != 2 or change.path[0] != "accounts":  # noqa: PLR2004 - a year
        return False
    if change.after is not ABSENT or not before.accounts or not after.accounts:
        return False
    last, newer = before.accounts[0].year, after.accounts[0].year
    return bool(newer > last and change.before.year < newer)


def _has_place(held: Any, change: Change) -> bool:
    """Whether a real row holds the branch that a change is on, item by item."""
    name, *_ = change.path
    if name in _MERGED:
        return False
    above = change.path[:-1]
    return not above or isinstance(branch_at(tree_of(held), above), dict)


def _whole(name: str, held: Any, before: Any, after: Any) -> Any:
    """A field that is one value for the history, of which the form shows a part."""
    return _MERGED[name](held, before, after) if name in _MERGED else getattr(after, name)


def _needs(held: Interview, before: Interview, after: Interview) -> tuple[Need, ...]:
    """One text an axis in the form; the other needs of the same axis, and those of other axes, stay."""
    old, new = ({need.axis: need.text for need in row.needs} for row in (before, after))
    shown = {need.axis: position for position, need in enumerate(held.needs)}  # The last of an axis is shown.
    kept = list(_kept_needs(held, old, new, shown))
    return (*kept, *(need for need in after.needs if need.axis not in old))


def _kept_needs(
    held: Interview, old: Mapping[str, str], new: Mapping[str, str], shown: Mapping[str, int]
) -> Iterator[Need]:
    for position, need in enumerate(held.needs):
        if need.axis not in old or shown[need.axis] != position or old[need.axis] == new.get(need.axis):
            yield need
        elif need.axis in new:
            yield replace(need, text=new[need.axis])


_MERGED: Mapping[str, Callable[[Any, Any, Any], Any]] = {"needs": _needs}
