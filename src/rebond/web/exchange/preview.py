"""What applying a workbook would do to a mission, row by row and cell by cell; nothing is made."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rebond.adapters.workbook.layout import Layout
from rebond.adapters.workbook.places import Place, is_row, place_of
from rebond.errors import FactsError, Fault
from rebond.facts import Census
from rebond.history import ABSENT, Change, Conflict, Rows, apply, merge_rows, rows_of
from rebond.history.changes import value_of
from rebond.web.accounts.models import User
from rebond.web.editing.gestures import label_of
from rebond.web.exchange.wording import column_words, said
from rebond.web.journal.models import Act, Entry
from rebond.web.journal.wording import KINDS
from rebond.web.missions.importing import check_references
from rebond.web.missions.models import Mission
from rebond.web.portfolio.standing import left_by, without_marks

WORKBOOK, SITE = "classeur", "site"
"""Whose value holds, for a conflict."""
_DECIDED = frozenset({"decisions", "rapprochements"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One value, or one row, before and after."""

    key: str
    """Names it in a form; the same as long as the change is about the same value."""
    place: Place
    noun: str
    label: str
    number: int | None
    """Of the row in the file."""
    column: str
    base: str
    """In the workbook as it was exported."""
    mine: str
    """On the site today."""
    theirs: str
    """In the workbook that came back."""
    since: Entry | None = None
    """The latest change made on the site, for a conflict."""

    @property
    def where(self) -> str:
        """``feuille « projets », P001, ligne 12``."""
        line = f", ligne {self.number}" if self.number else ""
        row = f", {self.place.row}" if self.place.row else ""
        return f"feuille « {self.place.title} »{row}{line}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A workbook against a mission."""

    now: Census
    created: tuple[Line, ...]
    changed: tuple[Line, ...]
    conflicts: tuple[Line, ...]
    gone: tuple[Line, ...]
    unchanged: int
    """Rows that it leaves as they are."""
    faults: tuple[Fault, ...]
    """Why what it brings could not be written: it names what the mission no longer holds."""
    free: tuple[Change, ...]
    """What can be made without a choice."""
    withheld: bool
    """Whether it holds marks of firms for which its reader stands aside: neither shown nor brought."""
    by_key: Mapping[str, Conflict | Change]
    """Conflicts and rows gone, by the key of their line."""

    @property
    def is_nothing(self) -> bool:
        """Whether the workbook changes nothing, and lacks nothing."""
        return not (self.created or self.changed or self.conflicts or self.gone)

    @property
    def kinds(self) -> tuple[tuple[str, str, tuple[Line, ...]], ...]:
        """Every line, by what the workbook does to it: what asks for a choice first."""
        return (
            ("conflit", "En conflit", self.conflicts),
            ("change", "Changées", self.changed),
            ("nouveau", "Nouvelles", self.created),
            ("absent", "Absentes du classeur", self.gone),
        )

    def decisions(self) -> int:
        """How many decisions of people it may touch."""
        lines = (line for _, _, lines in self.kinds for line in lines)
        return len({(line.place.sheet, line.place.row) for line in lines if line.place.sheet in _DECIDED})

    def made(self, choices: Mapping[str, str], withdrawn: Collection[str], *, unchosen: str = "") -> tuple[Change, ...]:
        """The changes to make, with those chosen (``WORKBOOK``, ``SITE``) and the rows withdrawn.

        ``unchosen``: whose value holds for a conflict that has no choice; ``KeyError`` without.
        """
        found = [*self.free]
        for line in self.conflicts:
            conflict = self.by_key[line.key]
            chosen = choices.get(line.key, unchosen) if unchosen else choices[line.key]
            if chosen == WORKBOOK and isinstance(conflict, Conflict):
                found.append(conflict.taking_theirs)
        for line in self.gone:
            change = self.by_key[line.key]
            if line.key in withdrawn and isinstance(change, Change):
                found.append(change)
        return tuple(found)


def preview(
    mission: Mission,
    *,
    known: Census,
    brought: Census,
    now: Census,
    lines: Mapping[str, int],
    layout: Layout,
    reader: User | None = None,
) -> Preview:
    """Compare what a workbook brings with what the mission holds ``now``; ``known``: what it began from.

    A row that the workbook lacks is kept unless someone says otherwise, even when someone changed it meanwhile. Marks
    of the firms for which the ``reader`` stands aside are no part of it, on either side: they stay what they are.
    """
    left = left_by(reader, now) if reader is not None else set()
    parts = [without_marks(each, left) if left else each for each in (known, now, brought)]
    base, held, told = map(rows_of, parts)
    found = merge_rows(base, held, told)
    gone = [change for change in (*found.changes, *found.gone) if _leaves(change)]
    clashing = [each for each in found.conflicts if not _leaves(each.change)]
    gone += [each.taking_theirs for each in found.conflicts if _leaves(each.change) and each.mine is not ABSENT]
    free = tuple(change for change in found.changes if not _leaves(change))
    teller = _Teller(mission, base=base, held=held, lines=lines, layout=layout)
    created = [change for change in free if _comes(change)]
    changed = [change for change in free if not _comes(change)]
    touched = {(change.kind, change.ref) for change in (*free, *gone, *(each.change for each in clashing))}
    by_key: dict[str, Conflict | Change] = {key_of(each.change): each for each in clashing}
    return Preview(
        now=now,
        created=tuple(teller.lines(created)),
        changed=tuple(teller.lines(changed)),
        conflicts=tuple(teller.conflicts(clashing)),
        gone=tuple(teller.lines(gone)),
        unchanged=len(held.keys() - touched),
        faults=_faults(now, free),
        free=free,
        withheld=parts[-1] != brought,
        by_key=by_key | {key_of(change): change for change in gone},
    )


def key_of(change: Change) -> str:
    """A short name of what a change is about, for a form."""
    text = "\x00".join((change.kind.value, change.ref, *change.path))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _leaves(change: Change) -> bool:
    return change.after is ABSENT and is_row(change.kind, change.path)


def _comes(change: Change) -> bool:
    return change.before is ABSENT and is_row(change.kind, change.path)


def _faults(now: Census, changes: Iterable[Change]) -> tuple[Fault, ...]:
    try:
        check_references(apply(now, changes))
    except FactsError as error:
        return error.faults
    return ()


class _Teller:
    """Says changes in words."""

    def __init__(self, mission: Mission, *, base: Rows, held: Rows, lines: Mapping[str, int], layout: Layout) -> None:
        self._mission = mission
        self._base = base
        self._held = held
        self._lines = lines
        self._layout = layout
        self._order = {sheet.key: rank for rank, sheet in enumerate(layout.sheets)}

    def lines(self, changes: Iterable[Change]) -> list[Line]:
        """Changes as lines, in the order of the workbook."""
        return sorted(
            (self._line(change, mine=change.before, theirs=change.after) for change in changes),
            key=lambda line: self._order[line.place.sheet],
        )

    def conflicts(self, found: Sequence[Conflict]) -> Iterator[Line]:
        """Conflicts, with who changed the value on the site."""
        told = self._told_of({(each.change.kind.value, each.change.ref) for each in found})
        for each in found:
            change = each.change
            since = _nearest(told.get((change.kind.value, change.ref), ()), list(change.path))
            yield self._line(change, mine=each.mine, theirs=change.after, since=since)

    def _line(self, change: Change, *, mine: Any, theirs: Any, since: Entry | None = None) -> Line:
        place = place_of(self._layout, change.kind, change.ref, change.path)
        key = (change.kind, change.ref)
        row = self._held.get(key, theirs if not change.path else self._base.get(key))
        item = theirs if theirs is not ABSENT and is_row(change.kind, change.path) else None
        return Line(
            key=key_of(change),
            place=place,
            noun=KINDS[change.kind.value],
            label=(label_of(item) if item else "") or (label_of(row) if row else ""),
            number=self._lines.get(f"{place.sheet}/{place.row}"),
            column=column_words(change.path, place),
            base=said(value_of(self._base, change), change.path, place),
            mine=said(mine, change.path, place),
            theirs=said(theirs, change.path, place),
            since=since,
        )

    def _told_of(self, rows: Collection[tuple[str, str]]) -> Mapping[tuple[str, str], list[Entry]]:
        """What the journal tells of rows, the latest first: one query, however many they are."""
        if not rows:
            return {}
        entries = Entry.objects.of(self._mission).exclude(act=Act.READ).filter(kind__in={kind for kind, _ in rows})
        if len(rows) <= _NAMED_IN_A_QUERY:
            entries = entries.filter(ref__in={ref for _, ref in rows})
        found: dict[tuple[str, str], list[Entry]] = {}
        for entry in entries.order_by("-position").defer("before", "after")[:_MOST_ENTRIES]:
            if (entry.kind, entry.ref) in rows:
                found.setdefault((entry.kind, entry.ref), []).append(entry)
        return found


def _nearest(entries: Iterable[Entry], path: list[str]) -> Entry | None:
    """The latest change of a value, of what holds it, or of what it holds."""
    near = (each for each in entries if each.path[: len(path)] == path or path[: len(each.path)] == each.path)
    return next(near, None)


_NAMED_IN_A_QUERY = 500
_MOST_ENTRIES = 20_000
