"""Criteria: what a condition of a dispositif or of a regime is made of, and how it is judged.

A criterion judges a mapping of facts (name → value, absent is UNKNOWN) and says what it compared. Leaves are UNKNOWN
as soon as the fact they look at is; groups follow Kleene's logic. ``truth`` gives the verdict alone, ``judge`` the
verdict with its words: the second is built on the first.
"""

from __future__ import annotations

import enum
import operator
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from rebond.eligibility.dictionary import FactDefinition
from rebond.eligibility.naf import NafPattern
from rebond.eligibility.outcome import Criterion, Facts, Outcome, group_outcome, leaf_outcome, leaf_truth
from rebond.eligibility.truth import Truth, all_of, any_of
from rebond.facts import UNKNOWN, FactValue, Maybe
from rebond.units import Euros, format_euros

__all__ = [
    "AllOf",
    "AnyOf",
    "Compare",
    "Confirm",
    "CostSum",
    "Criterion",
    "Facts",
    "NafIn",
    "Not",
    "OneOf",
    "Operator",
    "Outcome",
    "apply_from",
]


class Operator(enum.Enum):
    """Comparisons, by their key in the YAML files."""

    AT_LEAST = "au_moins"
    AT_MOST = "au_plus"
    MORE_THAN = "plus_de"
    LESS_THAN = "moins_de"
    EQUAL = "egal"

    @property
    def test(self) -> Callable[[Any, Any], bool]:
        """The comparison itself."""
        return _TESTS[self]

    @property
    def words(self) -> str:
        """The comparison in French."""
        return _WORDS[self]


_TESTS: dict[Operator, Callable[[Any, Any], bool]] = {
    Operator.AT_LEAST: operator.ge,
    Operator.AT_MOST: operator.le,
    Operator.MORE_THAN: operator.gt,
    Operator.LESS_THAN: operator.lt,
    Operator.EQUAL: operator.eq,
}
_WORDS = {
    Operator.AT_LEAST: "au moins",
    Operator.AT_MOST: "au plus",
    Operator.MORE_THAN: "plus de",
    Operator.LESS_THAN: "moins de",
    Operator.EQUAL: "égal à",
}


@dataclass(frozen=True, kw_only=True)
class Compare:
    """A fact compared with a value: ``{fait: effectif, au_plus: 249}``."""

    fact: FactDefinition
    operator: Operator
    value: Decimal | date | bool | str
    source: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The fact compared."""
        return (self.fact.name,)

    def holds(self, value: FactValue) -> bool:
        """Whether a known value satisfies the criterion."""
        return self.operator.test(value, self.value)

    def truth(self, facts: Facts) -> Truth:
        """UNKNOWN when the fact is."""
        return leaf_truth(self, facts.get(self.fact.name, UNKNOWN))

    def judge(self, facts: Facts) -> Outcome:
        """Compare; UNKNOWN when the fact is. A refusal that time lifts says from which day."""
        found = leaf_outcome(self, facts.get(self.fact.name, UNKNOWN))
        again = self.lifted_on(facts) if found.truth is Truth.NO else UNKNOWN
        return found if again is UNKNOWN else replace(found, change=apply_from(again))

    def lifted_on(self, facts: Facts) -> Maybe[date]:
        """The day on which the fact compared ends by itself, for a condition that wants it ended; else UNKNOWN."""
        day = facts.get(self.fact.ends_on, UNKNOWN) if self.fact.ends_on and self.value is False else UNKNOWN
        return day if isinstance(day, date) else UNKNOWN

    @cached_property
    def expected(self) -> str:
        """The condition in words: those of the file, the same for every project."""
        words = "" if self.operator is Operator.EQUAL else f"{self.operator.words} "
        return f"{self.fact.label} : {words}{self.fact.show(self.value)}"


@dataclass(frozen=True, kw_only=True)
class OneOf:
    """A fact among values; for a set, at least one in common: ``{fait: taille_ue, parmi: [micro, petite]}``."""

    fact: FactDefinition
    values: frozenset[str]
    source: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The fact looked up."""
        return (self.fact.name,)

    def holds(self, value: FactValue) -> bool:
        """Whether a known value, or one of a set, is among the values."""
        return bool(value & self.values) if isinstance(value, frozenset) else str(value) in self.values

    def truth(self, facts: Facts) -> Truth:
        """UNKNOWN when the fact is."""
        return leaf_truth(self, facts.get(self.fact.name, UNKNOWN))

    def judge(self, facts: Facts) -> Outcome:
        """Look the value up; UNKNOWN when the fact is."""
        return leaf_outcome(self, facts.get(self.fact.name, UNKNOWN))

    @cached_property
    def expected(self) -> str:
        """The condition in words: those of the file, the same for every project."""
        return f"{self.fact.label} : {self.fact.show_choice(self.values)}"


@dataclass(frozen=True, kw_only=True)
class NafIn:
    """The activity under one of the patterns and none of the exclusions: ``{naf: [C], sauf: ["33"]}``."""

    fact: FactDefinition
    include: tuple[NafPattern, ...]
    exclude: tuple[NafPattern, ...] = ()
    source: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The activity."""
        return (self.fact.name,)

    def holds(self, value: FactValue) -> bool:
        """Whether a known code satisfies the criterion."""
        code = str(value)
        return any(p.matches(code) for p in self.include) and not any(p.matches(code) for p in self.exclude)

    def truth(self, facts: Facts) -> Truth:
        """UNKNOWN when the code is."""
        return leaf_truth(self, facts.get(self.fact.name, UNKNOWN))

    def judge(self, facts: Facts) -> Outcome:
        """Match the code; UNKNOWN when it is."""
        return leaf_outcome(self, facts.get(self.fact.name, UNKNOWN))

    @cached_property
    def expected(self) -> str:
        """The condition in words: those of the file, the same for every project."""
        return f"{self.fact.label} : {self.patterns}"

    @property
    def patterns(self) -> str:
        """The activities in words: « C, sauf 33 »."""
        without = f", sauf {', '.join(p.text for p in self.exclude)}" if self.exclude else ""
        return f"{', '.join(p.text for p in self.include)}{without}"


@dataclass(frozen=True, kw_only=True)
class CostSum:
    """Cost lines of some natures, added up: ``{couts: [materiel, immateriel], au_moins: "400000 EUR"}``."""

    facts: tuple[FactDefinition, ...]
    label: str
    operator: Operator
    value: Euros
    source: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The amounts added up."""
        return tuple(fact.name for fact in self.facts)

    def total(self, facts: Facts) -> Maybe[Euros]:
        """The sum in euros; UNKNOWN when one of the amounts is."""
        amounts = [facts.get(fact.name, UNKNOWN) for fact in self.facts]
        if UNKNOWN in amounts:
            return UNKNOWN
        return sum((Decimal(str(amount)) for amount in amounts), Decimal(0))

    def holds(self, value: FactValue) -> bool:
        """Whether a known total satisfies the criterion."""
        return self.operator.test(value, self.value)

    def truth(self, facts: Facts) -> Truth:
        """UNKNOWN when one of the amounts is."""
        return leaf_truth(self, self.total(facts))

    def judge(self, facts: Facts) -> Outcome:
        """Add up; UNKNOWN when one of the amounts is."""
        total = self.total(facts)
        if total is UNKNOWN:
            missing = tuple(name for name in self.names if facts.get(name, UNKNOWN) is UNKNOWN)
            return Outcome(
                criterion=self, truth=Truth.UNKNOWN, expected=self.expected, observed="inconnu", missing=missing
            )
        truth = Truth.of(self.holds(total))
        change = "" if truth is Truth.YES else f"{self.expected} (aujourd'hui {format_euros(total)})"
        return Outcome(criterion=self, truth=truth, expected=self.expected, observed=format_euros(total), change=change)

    @cached_property
    def expected(self) -> str:
        """The condition in words: those of the file, the same for every project."""
        return f"{self.label} : {self.operator.words} {format_euros(self.value)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirm:
    """A sentence that no machine checks: UNKNOWN until someone confirms or denies it on the project."""

    key: str
    text: str
    source: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The key under which the sentence is confirmed."""
        return (self.key,)

    def holds(self, value: FactValue) -> bool:
        """Whether the sentence was confirmed."""
        return value is True

    def truth(self, facts: Facts) -> Truth:
        """UNKNOWN until someone confirms or denies."""
        return leaf_truth(self, facts.get(self.key, UNKNOWN))

    def judge(self, facts: Facts) -> Outcome:
        """The recorded confirmation, UNKNOWN when there is none."""
        truth = self.truth(facts)
        return Outcome(
            criterion=self,
            truth=truth,
            expected=self.text,
            observed={Truth.UNKNOWN: "à confirmer", Truth.YES: "confirmé", Truth.NO: "infirmé"}[truth],
            missing=(self.key,) if truth is Truth.UNKNOWN else (),
            change=self.text if truth is Truth.NO else "",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AllOf:
    """``tous``: every child holds."""

    children: tuple[Criterion, ...]
    source: str = ""
    label: str = "toutes les conditions"

    def truth(self, facts: Facts) -> Truth:
        """Kleene's AND of the children."""
        return all_of(child.truth(facts) for child in self.children)

    def judge(self, facts: Facts) -> Outcome:
        """Kleene's AND of the children, with the words of each."""
        found = tuple(child.judge(facts) for child in self.children)
        return group_outcome(self, found, all_of(outcome.truth for outcome in found), every=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnyOf:
    """``un_de``: at least one child holds."""

    children: tuple[Criterion, ...]
    source: str = ""
    label: str = "l'une des conditions"

    def truth(self, facts: Facts) -> Truth:
        """Kleene's OR of the children."""
        return any_of(child.truth(facts) for child in self.children)

    def judge(self, facts: Facts) -> Outcome:
        """Kleene's OR of the children, with the words of each."""
        found = tuple(child.judge(facts) for child in self.children)
        return group_outcome(self, found, any_of(outcome.truth for outcome in found), every=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Not:
    """``non``: the child does not hold."""

    child: Criterion
    source: str = ""
    label: str = field(default="exclusion")

    def truth(self, facts: Facts) -> Truth:
        """Kleene's NOT of the child."""
        return ~self.child.truth(facts)

    def judge(self, facts: Facts) -> Outcome:
        """Kleene's NOT of the child, with its words."""
        found = self.child.judge(facts)
        truth = ~found.truth
        return Outcome(
            criterion=self,
            truth=truth,
            expected=f"Ne pas relever de : {found.expected}",
            observed=found.observed,
            missing=found.missing if truth is Truth.UNKNOWN else (),
            change=f"sortir de : {found.expected}" if truth is Truth.NO else "",
        )


def apply_from(day: date) -> str:
    """When an application becomes possible, in words."""
    return f"déposer à partir du {day:%d/%m/%Y}"
