"""The account of an import: where each value of each record went, none left out."""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Place = tuple[str | int, ...]
"""Where a value is in a record: keys and ranks."""


class Fate(enum.StrEnum):
    """What became of a value."""

    CRITERION = "critere"
    FIELD = "champ"
    NOTE = "note"
    CONFIRM = "a_verifier"
    RESTATED = "repris"
    ORIGIN = "origine"

    @property
    def label(self) -> str:
        """The words shown to people."""
        return _LABELS[self]


_LABELS = {
    Fate.CRITERION: "critère typé",
    Fate.FIELD: "autre champ du dispositif",
    Fate.NOTE: "note ou mention",
    Fate.CONFIRM: "phrase à vérifier",
    Fate.RESTATED: "redit une valeur reprise par ailleurs",
    Fate.ORIGIN: "gardé dans la fiche d'origine",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One part of a record: its place, its value, how many values it holds, what became of them, and why."""

    place: Place
    value: str
    leaves: int
    fate: Fate
    detail: str

    @property
    def name(self) -> str:
        """The place in words; ranks count from 1."""
        return " › ".join(str(key + 1) if isinstance(key, int) else key for key in self.place)


def leaves(value: Any, place: Place = ()) -> Iterator[tuple[Place, Any]]:
    """Every leaf of a JSON value with its place; an empty list or object is one leaf."""
    if isinstance(value, Mapping) and value:
        for key, item in value.items():
            yield from leaves(item, (*place, key))
    elif isinstance(value, list) and value:
        for rank, item in enumerate(value):
            yield from leaves(item, (*place, rank))
    else:
        yield place, value


class Ledger:
    """Accounts for one record: each leaf is given one fate, and only one."""

    def __init__(self, record: Mapping[str, Any]) -> None:
        self._open = dict(leaves(record))
        self.lines: list[Line] = []

    def settle(self, place: Place, fate: Fate, detail: str) -> None:
        """Give a fate to every leaf at or under a place; a place that holds none, or was settled, is a defect."""
        under = [leaf for leaf in self._open if leaf[: len(place)] == place]
        if not under:
            raise ValueError(f"rien à affecter sous {place}")
        shown = self._open[place] if place in self._open else f"{len(under)} valeurs"
        for leaf in under:
            del self._open[leaf]
        text = "" if shown is None else str(shown)
        self.lines.append(Line(place=place, value=text, leaves=len(under), fate=fate, detail=detail))

    def left(self) -> list[tuple[Place, Any]]:
        """The leaves that nothing accounts for yet."""
        return list(self._open.items())


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordAccount:
    """The account of one record."""

    id: str
    leaves: int
    lines: tuple[Line, ...]

    def count(self, fate: Fate) -> int:
        """How many values met that fate."""
        return sum(line.leaves for line in self.lines if line.fate is fate)


def totals(accounts: Iterable[RecordAccount]) -> dict[str, Counter[Fate]]:
    """For each field of the records, ranks left out: how many values met each fate."""
    table: dict[str, Counter[Fate]] = {}
    for account in accounts:
        for line in account.lines:
            field = " › ".join(key for key in line.place[:3] if isinstance(key, str))
            table.setdefault(field, Counter())[line.fate] += line.leaves
    return table
