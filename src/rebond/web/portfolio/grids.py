"""The criteria, scale and anchors of a mission's call: its own, or those of the catalogue."""

from __future__ import annotations

from rebond.portfolio.criteria import grid_with
from rebond.portfolio.scoring import SelectionGrid
from rebond.web.catalogue.reading import selection_grid
from rebond.web.financing.kept import Kept
from rebond.web.missions.models import Mission
from rebond.web.portfolio.facts import criteria_of


def call_grid(mission: Mission) -> SelectionGrid:
    """The grid of a mission, its words and its scale; one query, the first time that its facts are seen."""
    if mission.facts_state is None:
        return selection_grid()
    return _kept.get(mission.facts_state, lambda: grid_with(selection_grid(), criteria_of(mission)))


_kept: Kept[SelectionGrid] = Kept(32)
"""By state of the facts: another one at each change."""
