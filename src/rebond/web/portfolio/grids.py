"""The criteria, scale and anchors of a mission's calls: its own, or those of the catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import groupby

from rebond.portfolio.criteria import grid_of_call, grid_with
from rebond.portfolio.scoring import SelectionGrid
from rebond.web.catalogue.reading import selection_grid
from rebond.web.financing.kept import Kept
from rebond.web.missions.models import Mission
from rebond.web.portfolio.facts import criteria_of


def call_grid(mission: Mission, call: str = "") -> SelectionGrid:
    """The grid of a call of a mission, its words and its scale: one without criteria of its own has the mission's.

    One query, the first time that its facts are seen.
    """
    grids = _grids(mission)
    return grids.get(call, grids[""])


def marking_grids(mission: Mission) -> Mapping[str, SelectionGrid]:
    """The mission's grid, then those of calls that have criteria of their own, each marked criterion in the first."""
    seen: set[str] = set()
    found = {}
    for call, grid in _grids(mission).items():
        marked = tuple(each for each in grid.marked if each.code not in seen)
        seen |= {each.code for each in marked}
        found[call] = replace(grid, criteria=marked)
    return found


def _grids(mission: Mission) -> Mapping[str, SelectionGrid]:
    if mission.facts_state is None:
        return {"": selection_grid()}
    return _kept.get(mission.facts_state, lambda: _of(mission))


def _of(mission: Mission) -> dict[str, SelectionGrid]:
    every = sorted(criteria_of(mission), key=lambda each: each.call)
    by_call = {call: tuple(given) for call, given in groupby(every, key=lambda each: each.call)}
    common = grid_with(selection_grid(), by_call.pop("", ()))
    own = {call: grid_of_call(common, given, measured=selection_grid()) for call, given in by_call.items()}
    return {"": common, **own}


_kept: Kept[Mapping[str, SelectionGrid]] = Kept(32)
"""By state of the facts: another one at each change."""
