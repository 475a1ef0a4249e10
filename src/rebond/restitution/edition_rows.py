"""The figures of an edition: the same values, on rows that add up and name nobody but whom its reader may know."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from rebond.indicators.breakdowns import project_row
from rebond.indicators.model import Indicator, Row
from rebond.restitution.audiences import audiences
from rebond.restitution.confidences import confidences, key_of
from rebond.results import MissionResult

ZERO = Decimal(0)
NARROW = frozenset({"commune", "secteur"})
"""Families whose groups are often one firm's: who knows a place or an activity knows whose figure it is."""
MONEY_OF_A_CALL = frozenset({"appel_propose_eur", "appel_reste_eur"})
"""What one call of several gives and keeps: of few projects, it would be the amount of one."""
_PARTS = NARROW | MONEY_OF_A_CALL
PREFIX = "NC"
"""What the identifiers begin with of what is not named."""


def edition_rows(
    base: MissionResult,
    hidden: Mapping[tuple[str, str], bool],
    titles: Mapping[tuple[str, str], tuple[str, str]],
    *,
    press: bool,
) -> Iterator[Indicator]:
    """The same values; the rows of what is not named are one row.

    A commune or an activity is told if several firms are in it.
    """
    firm_of = {key_of(project_row(p)): p.firm.id for p in base.projects}
    untold = _untold(base.indicators, hidden, firm_of)
    for indicator in base.indicators:
        veiled = [row for row in indicator.rows if key_of(row) in hidden]
        if indicator.family in NARROW and press:
            continue
        if indicator.family in _PARTS and _part(indicator) in untold:
            continue
        shown = [row for row in indicator.rows if key_of(row) not in hidden]
        # Rows of one each tell how many there are and nothing else.
        if any(row.value != 1 for row in veiled):
            shown, veiled = _enough(shown, veiled, firm_of)
        yield replace(indicator, rows=(*(_titled(row, titles) for row in shown), *_together(veiled, hidden)))


def rows_words(indicator: Indicator) -> str:
    """« Lignes : P001, P003. » of a document that has no register; nothing where none of them is named."""
    unnamed = (PREFIX, f"{confidences().prefix}-")
    named = [row.id for row in indicator.rows if not row.id.startswith(unnamed)]
    if indicator.rows and not named:
        return ""
    return f" Lignes : {', '.join(named) or 'aucune'}."


def _part(indicator: Indicator) -> tuple[str, str]:
    """Of what sum of the mission an indicator tells a part, and which: a commune, an activity, a call.

    All that is told of one is told, or nothing.
    """
    if indicator.family in NARROW:
        return indicator.family, "_".join(indicator.code.split("_")[1:3])
    return "appel", indicator.code.split("_")[1]


def _untold(
    indicators: Collection[Indicator],
    hidden: Mapping[tuple[str, str], bool],
    firm_of: Mapping[tuple[str, str], str],
) -> set[tuple[str, str]]:
    """The parts that hold what is not named and too few firms to hide it.

    The sum of all the parts is told: parts that are not are several firms' together, so that it less those told is of
    nobody. Of the others, those of fewest firms go first.
    """
    every: dict[tuple[str, str], set[str]] = {}
    few: set[tuple[str, str]] = set()
    for indicator in indicators:
        if indicator.family in _PARTS:
            # What a call holds is a row of no firm.
            mine = (row for row in indicator.rows if indicator.family in NARROW or key_of(row) in firm_of)
            firms = {firm_of.get(key_of(row), row.id) for row in mine}
            every.setdefault(_part(indicator), set()).update(firms)
            if any(key_of(row) in hidden for row in indicator.rows) and len(firms) < audiences().threshold:
                few.add(_part(indicator))
    found = set(few)
    for kind in {kind for kind, _ in few}:
        others = sorted((part for part in every if part[0] == kind and part not in few), key=lambda p: len(every[p]))
        together = set().union(*(every[part] for part in few if part[0] == kind))
        for part in others:
            if len(together) >= audiences().threshold:
                break
            found.add(part)
            together |= every[part]
    return found


def _enough(shown: list[Row], veiled: list[Row], firm_of: Mapping[tuple[str, str], str]) -> tuple[list[Row], list[Row]]:
    """The same rows, the smallest of those shown put with the others until several firms are in that sum."""
    kept = sorted(shown, key=lambda row: row.value, reverse=True)
    while kept and len({firm_of.get(key_of(row), row.id) for row in veiled}) < audiences().threshold:
        veiled = [*veiled, kept.pop()]
    return [row for row in shown if row in kept], veiled


def _titled(row: Row, titles: Mapping[tuple[str, str], tuple[str, str]]) -> Row:
    found = titles.get(key_of(row))
    return replace(row, id=found[0], label=found[1]) if found else row


def _together(rows: Collection[Row], hidden: Mapping[tuple[str, str], bool]) -> Iterator[Row]:
    """The rows of what is not named, as one row for projects and one for the rest."""
    for is_project, name, noun in (
        (True, PREFIX, "Projets qui ne sont pas détaillés"),
        (False, f"{PREFIX}-E", "Lignes qui ne sont pas nommées"),
    ):
        mine = [row for row in rows if hidden.get(key_of(row), True) is is_project]
        if mine:
            yield Row(id=name, label=f"{noun} ({len(mine)})", value=sum((row.value for row in mine), ZERO))
