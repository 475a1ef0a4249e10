"""What judging a criterion says: its truth, what was compared, what lacks, what would change a NO.

Leaves are UNKNOWN as soon as the fact they look at is; the words of a group are made of those of its children.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from rebond.eligibility.dictionary import FactDefinition
from rebond.eligibility.truth import Truth
from rebond.facts import UNKNOWN, FactValue

Facts = Mapping[str, FactValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a criterion found: its truth, what was expected and observed, which facts lack, what would change a NO."""

    criterion: Criterion
    truth: Truth
    expected: str
    observed: str = ""
    missing: tuple[str, ...] = ()
    change: str = ""
    children: tuple[Outcome, ...] = ()

    def leaves(self) -> list[Outcome]:
        """The leaf outcomes, left to right."""
        return [leaf for child in self.children for leaf in child.leaves()] if self.children else [self]


class Criterion(Protocol):
    """Anything that judges facts."""

    @property
    def source(self) -> str:
        """Where the criterion comes from."""
        ...

    def truth(self, facts: Facts) -> Truth:
        """The verdict alone."""
        ...

    def judge(self, facts: Facts) -> Outcome:
        """The verdict with what was compared."""
        ...


class Leaf(Criterion, Protocol):
    """A criterion that looks at one value: a fact, a sum of amounts, a confirmation."""

    @property
    def names(self) -> tuple[str, ...]:
        """The facts that make the value."""
        ...

    def holds(self, value: FactValue) -> bool:
        """Whether a known value satisfies the criterion."""
        ...


class FactLeaf(Leaf, Protocol):
    """A leaf on one fact of the dictionary."""

    @property
    def fact(self) -> FactDefinition:
        """The fact."""
        ...

    @property
    def expected(self) -> str:
        """What it asks, in French."""
        ...


def leaf_truth(leaf: Leaf, value: FactValue) -> Truth:
    """UNKNOWN as soon as the value is."""
    return Truth.UNKNOWN if value is UNKNOWN else Truth.of(leaf.holds(value))


def leaf_outcome(leaf: FactLeaf, value: FactValue) -> Outcome:
    """What a criterion on one fact found, in words."""
    truth = leaf_truth(leaf, value)
    observed = leaf.fact.show(value)
    return Outcome(
        criterion=leaf,
        truth=truth,
        expected=leaf.expected,
        observed=observed,
        missing=leaf.names if truth is Truth.UNKNOWN else (),
        change=f"{leaf.expected} (aujourd'hui {observed})" if truth is Truth.NO else "",
    )


def group_outcome(criterion: Criterion, found: tuple[Outcome, ...], truth: Truth, *, every: bool) -> Outcome:
    """What a group found, from what its children did; ``every``: all of them must hold, or one."""
    open_children = [outcome for outcome in found if outcome.truth is Truth.UNKNOWN]
    missing = tuple(dict.fromkeys(name for outcome in open_children for name in outcome.missing))
    joiner = " ; " if every else " ; ou "
    return Outcome(
        criterion=criterion,
        truth=truth,
        expected=joiner.join(_inside(outcome) for outcome in found),
        observed=" ; ".join(dict.fromkeys(outcome.observed for outcome in found)),
        missing=missing if truth is Truth.UNKNOWN else (),
        change=_cheapest_change(found, every=every) if truth is Truth.NO else "",
        children=found,
    )


def _inside(outcome: Outcome) -> str:
    """The words of a child inside those of its group: brackets keep « ; » apart from « ; ou »."""
    return f"({outcome.expected})" if len(outcome.children) > 1 else outcome.expected


def _cheapest_change(found: tuple[Outcome, ...], *, every: bool) -> str:
    """All that fails for a ``tous``; the easiest way in for a ``un_de``."""
    changes = [outcome.change for outcome in found if outcome.truth is Truth.NO]
    if every:
        return " ; ".join(changes)
    return min(changes, key=lambda text: text.count(" ; ")) if changes else ""
