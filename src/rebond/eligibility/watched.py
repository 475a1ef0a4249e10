"""Facts that note which of them are read: what was worked out from them stands while those have the same values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rebond.eligibility.outcome import Facts
from rebond.facts import FactValue


class WatchedFacts(Mapping[str, FactValue]):
    """Facts that note the names asked for, absent ones included. ``whole``: someone went through them all."""

    __slots__ = ("_facts", "names", "whole")

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self.names: set[str] = set()
        self.whole = False

    def __getitem__(self, name: str) -> FactValue:
        self.names.add(name)
        return self._facts[name]

    def get(self, name: str, default: Any = None) -> Any:
        """The value of a fact, noted as read."""
        self.names.add(name)
        return self._facts.get(name, default)

    def __contains__(self, name: object) -> bool:
        self.names.add(str(name))
        return name in self._facts

    def __iter__(self) -> Iterator[str]:
        self.whole = True
        return iter(self._facts)

    def __len__(self) -> int:
        self.whole = True
        return len(self._facts)


class _Supposed(Mapping[str, FactValue]):
    """Watched facts with others in their place, which are not theirs to note."""

    __slots__ = ("_facts", "_others")

    def __init__(self, facts: Facts, others: Facts) -> None:
        self._facts, self._others = facts, others

    def __getitem__(self, name: str) -> FactValue:
        return self._others[name] if name in self._others else self._facts[name]

    def get(self, name: str, default: Any = None) -> Any:
        """The value of a fact, noted as read when it is one of the watched."""
        return self._others[name] if name in self._others else self._facts.get(name, default)

    def __contains__(self, name: object) -> bool:
        return name in self._others or name in self._facts

    def __iter__(self) -> Iterator[str]:
        return iter({**self._facts, **self._others})

    def __len__(self) -> int:
        return len({**self._facts, **self._others})


def supposed(facts: Facts, others: Facts) -> Facts:
    """The facts with others in their place; watched ones stay watched, where a copy would read them all."""
    return _Supposed(facts, others) if isinstance(facts, WatchedFacts | _Supposed) else {**facts, **others}
