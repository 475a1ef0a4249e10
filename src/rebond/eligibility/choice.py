"""Dated values under conditions: the rates, ceilings and thresholds of a dispositif or of a regime.

A value applies from a date, until another, under a condition on facts. When the condition is UNKNOWN the answer is
not guessed: it is the range of what the value can be, with the facts that would settle it. What must stay legal
whatever the truth takes ``low``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from rebond.eligibility.criteria import Criterion, Facts
from rebond.eligibility.truth import Truth


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedValue:
    """One value with its window, its condition and its source; ``verified`` is False for figures from memory."""

    value: Decimal
    condition: Criterion | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    source: str = ""
    verified: bool = True

    def in_force(self, on: date) -> bool:
        """Whether the window holds the date."""
        return (self.valid_from is None or self.valid_from <= on) and (self.valid_to is None or on <= self.valid_to)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What a list of dated values gives: equal bounds when settled. ``None`` bounds: no value in force."""

    low: Decimal | None
    high: Decimal | None
    row: DatedValue | None = None
    missing: tuple[str, ...] = ()
    least: Decimal | None = None
    """The lowest of the values that may apply, even where having none is possible: what a cap must respect."""

    @property
    def settled(self) -> bool:
        """Whether no unknown fact could change the value."""
        return self.low == self.high


def choose(rows: Sequence[DatedValue], facts: Facts, on: date) -> Choice:
    """The first row in force whose condition holds; a range while a condition before it is UNKNOWN.

    ``low`` is ``None`` when one of the possible worlds has no value at all.
    """
    possible, missing, certain = _judged(rows, facts, on)
    if not certain:
        # One possible world has no value.
        found = [row.value for row in possible]
        return Choice(
            low=None,
            high=max(found, default=None),
            missing=tuple(dict.fromkeys(missing)),
            least=min(found, default=None),
        )
    values = [row.value for row in possible]
    lowest = min(possible, key=lambda row: row.value)
    return Choice(
        low=min(values), high=max(values), row=lowest, missing=tuple(dict.fromkeys(missing)), least=min(values)
    )


def open_rows(rows: Sequence[DatedValue], facts: Facts, on: date) -> tuple[DatedValue, ...]:
    """The rows that may be the value: one when the facts settle it, more while one of them lacks."""
    return tuple(_judged(rows, facts, on)[0])


def _judged(rows: Sequence[DatedValue], facts: Facts, on: date) -> tuple[list[DatedValue], list[str], bool]:
    """The rows that may be the value, the facts that lack, and whether some row is sure to hold."""
    possible: list[DatedValue] = []
    missing: list[str] = []
    for row in rows:
        if not row.in_force(on):
            continue
        outcome = row.condition.judge(facts) if row.condition is not None else None
        if outcome is None or outcome.truth is Truth.YES:
            return [*possible, row], missing, True
        if outcome.truth is Truth.UNKNOWN:
            possible.append(row)
            missing.extend(outcome.missing)
    return possible, missing, False
