"""Rows that nobody names: aids, lines of partners, cost lines, matched by what they say before their rank.

A workbook names them by a mark that it keeps hidden, or by their rank when they have none. A rank is no identity:
someone else may have added a row meanwhile, or typed them in another order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from rebond.facts import AidObtained, Census, Confirmation, CostLine, PartnerEntry
from rebond.history.changes import Kind

R = TypeVar("R", AidObtained, PartnerEntry, CostLine)
_ALIKE: Mapping[type, tuple[str, ...]] = {
    CostLine: ("nature", "label", "year"),
    AidObtained: ("firm_id", "funder", "label", "granted_on"),
    PartnerEntry: ("partner", "firm_name", "project_title"),
}
"""What tells a row from the others when its amount or its date was corrected."""


def named_again(told: Census, *, shown: Census, now: Census, by_rank: bool) -> Census:
    """``told`` with its nameless rows named as the mission names them today.

    ``shown``: what the medium began from. ``by_rank``: no row of the medium had a mark; all are matched with those
    of ``now``, by what they say, then by rank. Otherwise only the rows that the medium adds are.
    """
    aids = _names(told.aids, shown.aids, now.aids, by_rank=by_rank)
    entries = _names(told.partner_entries, shown.partner_entries, now.partner_entries, by_rank=by_rank)
    before, today = ({project.id: project.costs for project in each.projects} for each in (shown, now))
    projects = tuple(
        replace(project, costs=_renamed(project.costs, names))
        if (names := _names(project.costs, before.get(project.id, ()), today.get(project.id, ()), by_rank=by_rank))
        else project
        for project in told.projects
    )
    return replace(
        told,
        projects=projects,
        aids=_renamed(told.aids, aids),
        partner_entries=_renamed(told.partner_entries, entries),
        confirmations=tuple(_about(each, aids) for each in told.confirmations),
        link_decisions=tuple(
            replace(each, entry_id=entries.get(each.entry_id, each.entry_id)) for each in told.link_decisions
        ),
    )


def _about(answer: Confirmation, aids: Mapping[str, str]) -> Confirmation:
    is_aid = answer.kind == Kind.AID.value
    return replace(answer, subject=aids.get(answer.subject, answer.subject)) if is_aid else answer


def _renamed(rows: Sequence[R], names: Mapping[str, str]) -> tuple[R, ...]:
    return tuple(replace(row, id=names.get(row.id, row.id)) for row in rows)


def _names(told: Sequence[R], shown: Sequence[R], now: Sequence[R], *, by_rank: bool) -> dict[str, str]:
    """Name in the medium → name in the mission, for the rows whose name changes."""
    known = set() if by_rank else {row.id for row in shown}
    new = [row for row in told if row.id not in known]
    free = {row.id: row for row in now if row.id not in known}
    names: dict[str, str] = {}
    for agree in (_says_the_same, _is_alike):
        for row in new:
            found = next((id_ for id_, each in free.items() if agree(row, each)), None) if row.id not in names else None
            if found is not None:
                names[row.id] = found
                del free[found]
    left = [row for row in new if row.id not in names]
    if by_rank:
        names |= dict(zip((row.id for row in left), list(free), strict=False))
        left = [row for row in left if row.id not in names]
    taken = known | {row.id for row in now} | set(names.values())
    for row in left:
        names[row.id] = _fresh(row.id, taken)
        taken.add(names[row.id])
    return {old: name for old, name in names.items() if old != name}


def _says_the_same(row: Any, other: Any) -> bool:
    return bool(replace(row, id=other.id) == other)


def _is_alike(row: Any, other: Any) -> bool:
    return all(getattr(row, name) == getattr(other, name) for name in _ALIKE[type(row)])


def _fresh(name: str, taken: Iterable[str]) -> str:
    """The name itself when it is free, else the next one of its kind."""
    used = set(taken)
    if name not in used:
        return name
    stem, digits = re.fullmatch(r"(.*?)(\d*)", name, re.DOTALL).groups()  # type: ignore[union-attr]  # always matches
    number = int(digits or 0)
    while (found := f"{stem}{number:0{len(digits)}d}") in used:
        number += 1
    return found
