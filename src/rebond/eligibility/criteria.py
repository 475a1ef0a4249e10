"""Criteria: what a condition of a dispositif or of a regime is made of, and how it is judged.

A criterion judges a mapping of facts (name → value, absent is UNKNOWN) and says what it compared. Leaves are UNKNOWN
as soon as the fact they look at is; groups follow Kleene's logic.
"""

from __future__ import annotations

import enum
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from rebond.eligibility.dictionary import FactDefinition
from rebond.eligibility.naf import NafPattern
from rebond.eligibility.truth import Truth, all_of, any_of
from rebond.facts import UNKNOWN, FactValue
from rebond.units import Euros, format_euros

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

    def judge(self, facts: Facts) -> Outcome:
        """The outcome on these facts."""
        ...


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Compare:
    """A fact compared with a value: ``{fait: effectif, au_plus: 249}``."""

    fact: FactDefinition
    operator: Operator
    value: Decimal | date | bool | str
    source: str = ""

    def holds(self, found: FactValue) -> bool:
        """Whether a known value satisfies the criterion."""
        return self.operator.test(found, self.value)

    def judge(self, facts: Facts) -> Outcome:
        """Compare; UNKNOWN when the fact is."""
        found = facts.get(self.fact.name, UNKNOWN)
        return _leaf(self, self.fact, found, holds=found is not UNKNOWN and self.holds(found))

    @property
    def expected(self) -> str:
        """The condition in words."""
        words = "" if self.operator is Operator.EQUAL else f"{self.operator.words} "
        return f"{self.fact.label} : {words}{self.fact.show(self.value)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class OneOf:
    """A fact among values; for a set, at least one in common: ``{fait: taille_ue, parmi: [micro, petite]}``."""

    fact: FactDefinition
    values: frozenset[str]
    source: str = ""

    def holds(self, found: FactValue) -> bool:
        """Whether a known value satisfies the criterion."""
        return bool(found & self.values) if isinstance(found, frozenset) else str(found) in self.values

    def judge(self, facts: Facts) -> Outcome:
        """Look the value up; UNKNOWN when the fact is."""
        found = facts.get(self.fact.name, UNKNOWN)
        return _leaf(self, self.fact, found, holds=found is not UNKNOWN and self.holds(found))

    @property
    def expected(self) -> str:
        """The condition in words."""
        return f"{self.fact.label} : {' ou '.join(sorted(self.values))}"


@dataclass(frozen=True, slots=True, kw_only=True)
class NafIn:
    """The activity under one of the patterns and none of the exclusions: ``{naf: [C], sauf: ["33"]}``."""

    fact: FactDefinition
    include: tuple[NafPattern, ...]
    exclude: tuple[NafPattern, ...] = ()
    source: str = ""

    def holds(self, code: str) -> bool:
        """Whether a known code satisfies the criterion."""
        return any(p.matches(code) for p in self.include) and not any(p.matches(code) for p in self.exclude)

    def judge(self, facts: Facts) -> Outcome:
        """Match the code; UNKNOWN when it is."""
        found = facts.get(self.fact.name, UNKNOWN)
        return _leaf(self, self.fact, found, holds=found is not UNKNOWN and self.holds(str(found)))

    @property
    def expected(self) -> str:
        """The condition in words."""
        without = f", sauf {', '.join(p.text for p in self.exclude)}" if self.exclude else ""
        return f"{self.fact.label} : {', '.join(p.text for p in self.include)}{without}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CostSum:
    """Cost lines of some natures, added up: ``{couts: [materiel, immateriel], au_moins: "400000 EUR"}``."""

    facts: tuple[FactDefinition, ...]
    label: str
    operator: Operator
    value: Euros
    source: str = ""

    def holds(self, total: Euros) -> bool:
        """Whether a known total satisfies the criterion."""
        return self.operator.test(total, self.value)

    def judge(self, facts: Facts) -> Outcome:
        """Add up; UNKNOWN when one of the amounts is."""
        amounts = [facts.get(fact.name, UNKNOWN) for fact in self.facts]
        missing = tuple(f.name for f, amount in zip(self.facts, amounts, strict=True) if amount is UNKNOWN)
        if missing:
            return Outcome(
                criterion=self, truth=Truth.UNKNOWN, expected=self.expected, observed="inconnu", missing=missing
            )
        total = sum((Decimal(str(amount)) for amount in amounts), Decimal(0))
        truth = Truth.of(self.holds(total))
        change = "" if truth is Truth.YES else f"{self.expected} (aujourd'hui {format_euros(total)})"
        return Outcome(criterion=self, truth=truth, expected=self.expected, observed=format_euros(total), change=change)

    @property
    def expected(self) -> str:
        """The condition in words."""
        return f"{self.label} : {self.operator.words} {format_euros(self.value)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirm:
    """A sentence that no machine checks: UNKNOWN until someone confirms or denies it on the project."""

    key: str
    text: str
    source: str = ""

    def judge(self, facts: Facts) -> Outcome:
        """The recorded confirmation, UNKNOWN when there is none."""
        found = facts.get(self.key, UNKNOWN)
        truth = Truth.UNKNOWN if found is UNKNOWN else Truth.of(found is True)
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

    def judge(self, facts: Facts) -> Outcome:
        """Kleene's AND of the children."""
        found = tuple(child.judge(facts) for child in self.children)
        return _group(self, found, all_of(outcome.truth for outcome in found))


@dataclass(frozen=True, slots=True, kw_only=True)
class AnyOf:
    """``un_de``: at least one child holds."""

    children: tuple[Criterion, ...]
    source: str = ""
    label: str = "l'une des conditions"

    def judge(self, facts: Facts) -> Outcome:
        """Kleene's OR of the children."""
        found = tuple(child.judge(facts) for child in self.children)
        return _group(self, found, any_of(outcome.truth for outcome in found))


@dataclass(frozen=True, slots=True, kw_only=True)
class Not:
    """``non``: the child does not hold."""

    child: Criterion
    source: str = ""
    label: str = field(default="exclusion")

    def judge(self, facts: Facts) -> Outcome:
        """Kleene's NOT of the child."""
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


def _leaf(criterion: Compare | OneOf | NafIn, fact: FactDefinition, found: FactValue, *, holds: bool) -> Outcome:
    truth = Truth.UNKNOWN if found is UNKNOWN else Truth.of(holds)
    return Outcome(
        criterion=criterion,
        truth=truth,
        expected=criterion.expected,
        observed=fact.show(found),
        missing=(fact.name,) if truth is Truth.UNKNOWN else (),
        change=f"{criterion.expected} (aujourd'hui {fact.show(found)})" if truth is Truth.NO else "",
    )


def _group(criterion: AllOf | AnyOf, found: tuple[Outcome, ...], truth: Truth) -> Outcome:
    open_children = [outcome for outcome in found if outcome.truth is Truth.UNKNOWN]
    missing = tuple(dict.fromkeys(name for outcome in open_children for name in outcome.missing))
    joiner = " ; " if isinstance(criterion, AllOf) else " ou "
    return Outcome(
        criterion=criterion,
        truth=truth,
        expected=joiner.join(outcome.expected for outcome in found),
        observed=" ; ".join(dict.fromkeys(outcome.observed for outcome in found)),
        missing=missing if truth is Truth.UNKNOWN else (),
        change=_cheapest_change(criterion, found) if truth is Truth.NO else "",
        children=found,
    )


def _cheapest_change(criterion: AllOf | AnyOf, found: tuple[Outcome, ...]) -> str:
    """All that fails for a ``tous``; the easiest way in for a ``un_de``."""
    changes = [outcome.change for outcome in found if outcome.truth is Truth.NO]
    if isinstance(criterion, AllOf):
        return " ; ".join(changes)
    return min(changes, key=lambda text: text.count(" ; ")) if changes else ""
