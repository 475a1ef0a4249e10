"""Typed conditions that importers write, each with the facts that satisfy it and those that do not.

The worked examples of a draft come from here, so that what the interpreter reads back is compared with what was meant.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from rebond.eligibility.naf import section_of
from rebond.eligibility.reading import CONFIRM_PREFIX

_CODES = (
    "01.11Z", "08.11Z", "25.62B", "35.11Z", "38.11Z", "43.21A", "46.69B", "49.41A", "55.10Z", "62.01Z", "64.19Z",
    "68.20B", "71.12B", "81.21Z", "84.11Z", "85.59A", "86.10Z", "93.11Z", "95.22Z", "97.00Z", "99.00Z",
)  # fmt: skip
_CODE_OF = {section_of(code): code for code in _CODES}
"""A sub-class of each section, for the examples."""
SECTIONS = "".join(_CODE_OF)


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedCriterion:
    """One node of ``conditions``."""

    node: Mapping[str, Any]
    fact: str
    words: str
    passing: Any
    failing: tuple[Any, ...]


def headcount(low: int | None, high: int | None, source: str) -> TypedCriterion:
    """Bounds of the number of employees, both included."""
    bounds = {"au_moins": low, "au_plus": high}
    return TypedCriterion(
        node={
            "fait": "effectif",
            **{key: value for key, value in bounds.items() if value is not None},
            "source": source,
        },
        fact="effectif",
        words="effectif hors des bornes",
        passing=high if high is not None else low,
        failing=tuple(
            value for value in (high + 1 if high is not None else None, low - 1 if low else None) if value is not None
        ),
    )


def flag(fact: str, *, wanted: bool, words: str, source: str) -> TypedCriterion:
    """A yes or no."""
    yes, no = ("oui", "non") if wanted else ("non", "oui")
    node = {"fait": fact, "egal": yes, "source": source}
    return TypedCriterion(node=node, fact=fact, words=words, passing=yes, failing=(no,))


def at_least(fact: str, value: int, *, words: str, source: str) -> TypedCriterion:
    """A threshold."""
    node = {"fait": fact, "au_moins": value, "source": source}
    return TypedCriterion(node=node, fact=fact, words=words, passing=value, failing=(value - 1,))


def sections(allowed: Iterable[str], source: str) -> TypedCriterion:
    """Sections of the NAF."""
    letters = sorted(allowed)
    others = [letter for letter in SECTIONS if letter not in letters]
    return TypedCriterion(
        node={"naf": letters, "source": source},
        fact="code_naf",
        words="autre secteur d'activité",
        passing=_CODE_OF[letters[0]],
        failing=tuple(_CODE_OF[letter] for letter in others[:1]),
    )


def one_of(fact: str, values: Sequence[str], *, universe: Iterable[str], words: str, source: str) -> TypedCriterion:
    """A fact among values; ``universe`` is where the failing example is taken."""
    return TypedCriterion(
        node={"fait": fact, "parmi": list(values), "source": source},
        fact=fact,
        words=words,
        passing=values[0],
        failing=tuple(value for value in universe if value not in values)[:1],
    )


def any_of_set(fact: str, values: Sequence[str], *, universe: Iterable[str], words: str, source: str) -> TypedCriterion:
    """A set in common with values."""
    single = one_of(fact, values, universe=universe, words=words, source=source)
    return TypedCriterion(
        node=single.node,
        fact=fact,
        words=words,
        passing=[single.passing],
        failing=tuple([value] for value in single.failing),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """When applications are taken."""

    opens_on: date | None = None
    closes_on: date | None = None
    suspended: bool = False

    @property
    def is_possible(self) -> bool:
        """Whether some day is open."""
        in_order = self.opens_on is None or self.closes_on is None or self.opens_on <= self.closes_on
        return in_order and not self.suspended


def condition_node(criteria: Sequence[TypedCriterion]) -> dict[str, Any] | None:
    """``conditions`` of a draft, ``None`` when there is no typed criterion."""
    if not criteria:
        return None
    return dict(criteria[0].node) if len(criteria) == 1 else {"tous": [dict(criterion.node) for criterion in criteria]}


def worked_cases(
    identifier: str, criteria: Sequence[TypedCriterion], *, sentences: int, window: Window, on: date
) -> list[dict[str, Any]]:
    """Examples that follow from the criteria: all satisfied, nothing known, each one refused, outside the window."""
    day = window.closes_on or window.opens_on or on
    known = {criterion.fact: criterion.passing for criterion in criteria}
    confirmed = {f"{CONFIRM_PREFIX}{identifier}:{rank}": "oui" for rank in range(1, sentences + 1)}
    if not window.is_possible:
        return [{"nom": "aide suspendue ou fermée", "le": day, "faits": known | confirmed, "attendu": "non"}]
    wanted = [*known, *confirmed]
    cases: list[dict[str, Any]] = [{"nom": "tout est rempli", "le": day, "faits": known | confirmed, "attendu": "oui"}]
    if wanted:
        cases.append({"nom": "rien n'est connu", "le": day, "faits": {}, "attendu": "inconnu", "manque": wanted})
    for criterion in criteria:
        for value in criterion.failing:
            facts = known | confirmed | {criterion.fact: value}
            cases.append({"nom": f"{criterion.words} ({_short(value)})", "le": day, "faits": facts, "attendu": "non"})
    if window.opens_on is not None:
        before = window.opens_on - timedelta(days=1)
        cases.append({"nom": "avant l'ouverture", "le": before, "faits": known | confirmed, "attendu": "non"})
    if window.closes_on is not None:
        after = window.closes_on + timedelta(days=1)
        cases.append({"nom": "après la clôture", "le": after, "faits": known | confirmed, "attendu": "non"})
    return cases


def _short(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value)
