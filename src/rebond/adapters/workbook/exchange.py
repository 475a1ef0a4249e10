"""A workbook that comes back: what the people who filled it in changed, said on the whole of what the mission holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rebond.adapters.workbook.export import census_rows
from rebond.adapters.workbook.layout import Layout
from rebond.adapters.workbook.reading import read_census
from rebond.adapters.workbook.template import write_workbook
from rebond.eligibility.places import Gazetteer
from rebond.facts import UNKNOWN, Census, Firm, Project
from rebond.history import ABSENT, Change, Kind, lift, named_again, rows_of
from rebond.history.lens import Silence
from rebond.identifiers import SIREN_LENGTH

_YEARS = 2
"""Closed years of a firm that the workbook has room for."""
_YEAR_OF_ACCOUNTS = 2


def shown_by_workbook(census: Census, *, layout: Layout, gazetteer: Gazetteer) -> Census:
    """The census that a workbook gives back: what it has no room for is lost on the way."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "classeur.xlsx"
        write_workbook(path, layout, census_rows(census, layout))
        return read_census(path, layout=layout, gazetteer=gazetteer)


def brought_by_workbook(
    told: Census, *, known: Census, now: Census, typed: bool, layout: Layout, gazetteer: Gazetteer
) -> Census:
    """``known`` with the changes that a workbook tells.

    ``known``: what it was exported from; ``now``: what the mission holds. ``typed``: the workbook is no export, so
    that its nameless rows have no mark.
    """
    shown = shown_by_workbook(known, layout=layout, gazetteer=gazetteer)
    if typed:
        told = _with_silent_zones(told, shown)
    named = named_again(told, shown=shown, now=now, by_rank=typed)
    return lift(known, shown, named, silent=_silent(known, named, typed=typed))


def _with_silent_zones(told: Census, shown: Census) -> Census:
    """The assumptions are one value for the history: those of which a workbook says nothing stay in it."""
    said = told.settings.zone_assumptions
    spoken = {(each.zone, each.communes) for each in said}
    kept = (each for each in shown.settings.zone_assumptions if (each.zone, each.communes) not in spoken)
    return replace(told, settings=replace(told.settings, zone_assumptions=(*said, *kept)))


def _silent(known: Census, told: Census, *, typed: bool) -> Silence:
    """Whether a change only says that the workbook has no room for the value, deduces it, or was not filled in."""
    held, said = rows_of(known), rows_of(told)

    def silent(change: Change) -> bool:
        if typed and _says_nothing(change):
            return True
        before, after = (rows.get((change.kind, change.ref), ABSENT) for rows in (held, said))
        if isinstance(after, Firm):
            return _is_an_older_year(change, after) or _is_deduced_siren(change, before, after)
        if isinstance(after, Project) and change.path == ("commune",):
            firm = said.get((Kind.FIRM, after.firm_id))
            deduced = isinstance(firm, Firm) and after.commune == firm.establishment.commune
            return getattr(before, "commune", None) is UNKNOWN and deduced
        return False

    return silent


def _says_nothing(change: Change) -> bool:
    """Whether a workbook that is no export only lacks a value: an empty cell, a row, a column."""
    if change.path[:1] == ("asked",):
        return change.after is ABSENT  # « inconnu » is something said: that the question was asked.
    if any(change.after is value for value in (ABSENT, UNKNOWN)) or change.after in ("", (), frozenset()):
        return True
    return change.path[-1:] in _EMPTY_IS and change.after == _EMPTY_IS[change.path[-1:]]


_EMPTY_IS: Mapping[tuple[str, ...], object] = {("fictitious",): False, ("public_body",): False, ("recovered",): 0}
"""What an empty cell is read as, where it is not « unknown »."""


def _is_an_older_year(change: Change, told: Firm) -> bool:
    """Accounts that left the workbook because newer ones took their place."""
    if len(change.path) != _YEAR_OF_ACCOUNTS or change.path[0] != "accounts" or change.after is not ABSENT:
        return False
    latest = max((accounts.year for accounts in told.accounts), default=0)
    return int(change.path[1]) <= latest - _YEARS


def _is_deduced_siren(change: Change, before: Any, told: Firm) -> bool:
    siret = told.establishment.siret
    deduced = siret is not UNKNOWN and told.siren == siret[:SIREN_LENGTH]
    return change.path == ("siren",) and getattr(before, "siren", None) is UNKNOWN and deduced
