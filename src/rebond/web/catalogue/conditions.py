"""Conditions and dated values of the catalogue, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from rebond.dispositifs.model import Advantage
from rebond.eligibility.choice import DatedValue
from rebond.eligibility.criteria import AllOf, AnyOf, Criterion
from rebond.restitution.typography import typeset
from rebond.units import format_euros, format_rate
from rebond.web.catalogue.reading import fact_label
from rebond.web.wording import sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A condition in words; ``children`` when several of them are alternatives or go together."""

    text: str
    source: str = ""
    children: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A dated figure: what it is, under which condition, since when, from where."""

    label: str
    text: str
    condition: str
    valid_from: date | None
    valid_to: date | None
    source: str
    verified: bool


def conditions(criterion: Criterion | None) -> tuple[Condition, ...]:
    """The top-level conditions, one by one."""
    if criterion is None:
        return ()
    if isinstance(criterion, AllOf):
        return tuple(_condition(child) for child in criterion.children)
    return (_condition(criterion),)


def _condition(criterion: Criterion) -> Condition:
    source = typeset(criterion.source)
    if isinstance(criterion, AllOf | AnyOf):
        text = "Toutes ces conditions :" if isinstance(criterion, AllOf) else "L’une de ces conditions :"
        children = tuple(_condition(child) for child in criterion.children)
        return Condition(text=typeset(text), source=source, children=children)
    return Condition(text=sentence(in_words(criterion)), source=source)


def in_words(criterion: Criterion) -> str:
    """What a criterion expects."""
    return criterion.judge({}).expected


def advantage_values(advantage: Advantage) -> list[Value]:
    """Every dated figure of an advantage, in the order in which it applies."""
    rows = [
        *_values("Plancher de l’assiette (avant le taux)", advantage.base_floor, format_euros),
        *_values("Plafond de l’assiette (avant le taux)", advantage.base_cap, format_euros),
        *_values("Taux", advantage.rate, format_rate),
        *_values("Plancher de l’aide (après le taux)", advantage.aid_floor, format_euros),
        *_values("Plafond de l’aide (après le taux)", advantage.aid_cap, format_euros),
    ]
    if advantage.per_unit is not None:
        unit = advantage.per_unit
        label = f"Montant par unité × {unit.years} ans ({fact_label(unit.fact).lower()})"
        rows += _values(label, unit.amount, format_euros)
    return rows


def dated_values(label: str, rows: Sequence[DatedValue], write: Callable[[Decimal], str]) -> list[Value]:
    """Dated figures under one label."""
    return list(_values(label, rows, write))


def _values(label: str, rows: Sequence[DatedValue], write: Callable[[Decimal], str]) -> Iterable[Value]:
    for row in rows:
        yield Value(
            label=typeset(label),
            text=write(row.value),
            condition=sentence(in_words(row.condition)) if row.condition is not None else "",
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            source=typeset(row.source),
            verified=row.verified,
        )
