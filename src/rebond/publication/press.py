"""The figures that the documents of a mission print, held against the rules of publication: what they tell of too few.

Nothing is changed here: a press release names a call and its projects on purpose. The pilot is told, and decides.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rebond.publication.layers import Why, sensitive
from rebond.publication.lines import units_of
from rebond.publication.rules import Rules
from rebond.results import MissionResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """A figure of the documents that a publication would keep silent."""

    code: str
    label: str
    family: str
    why: Why
    groups: int


def against_the_rules(result: MissionResult, rules: Rules) -> tuple[Printed, ...]:
    """The indicators that are made of too few groups of firms, or of one that makes almost all of it."""
    return tuple(_found(result, rules))


def _found(result: MissionResult, rules: Rules) -> Iterable[Printed]:
    units = units_of(result.census.firms)
    whose = dict(units)
    whose |= {interview.id: units[interview.firm_id] for interview in result.census.interviews}
    whose |= {project.id: units[project.firm_id] for project in result.census.projects}
    for indicator in result.indicators:
        if not indicator.rows or not all(row.id in whose for row in indicator.rows):
            continue
        parts: dict[str, int] = {}
        for row in indicator.rows:
            parts[whose[row.id]] = parts.get(whose[row.id], 0) + int(row.value)
        why = sensitive(parts, rules)
        if why is not None:
            yield Printed(
                code=indicator.code, label=indicator.label, family=indicator.family, why=why, groups=len(parts)
            )
