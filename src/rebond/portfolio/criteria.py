"""The criteria of a mission's calls: its own where it set some, else those of the grid with the mission's weights.

A call may have its own, with its weights; one without has those of the mission. A criterion of a call that bears the
code of one of the mission is that one, with another weight: its marks are common. Any other has marks of its own.

A criterion that a mission takes away leaves its marks: they are kept, and count for nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from rebond.facts import CallCriterion, Census, MissionSettings
from rebond.portfolio.assessors import last_marks
from rebond.portfolio.scoring import BY_HAND, SelectionCriterion, SelectionGrid
from rebond.units import Rate, agreed, format_number

MISSION_SOURCE = (
    "Critères, poids et repères que la mission s'est donnés ; ce qui vient des données se calcule comme ailleurs."
)


def mission_grid(grid: SelectionGrid, settings: MissionSettings) -> SelectionGrid:
    """The grid of a mission: its own criteria where it set some, with their weights and its scale, else ``grid``."""
    own = criteria_of_call(settings, "")
    return grid_with(grid, own) if own else _weighed(grid, dict(settings.weights))


def criteria_of_call(settings: MissionSettings, call: str) -> tuple[CallCriterion, ...]:
    """Those set for a call by its name; for the first, those of the mission."""
    return tuple(each for each in settings.criteria if each.call == call)


def call_grids(grid: SelectionGrid, settings: MissionSettings) -> dict[str, SelectionGrid]:
    """Call with criteria of its own → its grid; ``grid``: that of the catalogue."""
    common = mission_grid(grid, settings)
    own = {name: criteria_of_call(settings, name) for name in settings.call_names[1:]}
    return {name: grid_of_call(common, given, measured=grid) for name, given in own.items() if given}


def grid_of_call(common: SelectionGrid, given: Sequence[CallCriterion], *, measured: SelectionGrid) -> SelectionGrid:
    """The grid of a call; ``common``: the mission's, whose criteria keep their words and scale under its weights."""
    shared = {each.code: each for each in common.criteria}
    taken = [
        replace(each, computed=shared[each.code].computed, anchors=shared[each.code].anchors, call="")
        if each.code in shared
        else replace(each, call="")
        for each in given
    ]
    return grid_with(measured, taken)


def grid_with(grid: SelectionGrid, given: Sequence[CallCriterion]) -> SelectionGrid:
    """The grid of these criteria, ``grid`` itself without any; what is measured in the data stays what it says."""
    if not given:
        return grid
    total = sum((each.weight for each in given), Decimal(0))
    if total <= 0:
        raise ValueError("les critères de la mission ne pèsent rien")
    measured = {each.computed: each.measured for each in grid.criteria if not each.is_marked}
    own = tuple(_own(each, total, measured) for each in given)
    top = max((len(each.anchors) - 1 for each in own if each.is_marked), default=grid.top_score)
    # The same share of the scale as the grid's own, in whole points as marks are.
    apart = -(-grid.diverging_from * top // grid.top_score)
    return replace(grid, criteria=own, top_score=top, diverging_from=apart, source=MISSION_SOURCE)


def _weighed(grid: SelectionGrid, weights: Mapping[str, Decimal]) -> SelectionGrid:
    """The grid with the mission's own weights, where it gave some."""
    shares = _shares(grid, weights)
    return replace(grid, criteria=tuple(replace(each, weight=shares[each.code]) for each in grid.criteria))


def _own(criterion: CallCriterion, total: Decimal, measured: Mapping[str, str]) -> SelectionCriterion:
    marked = criterion.computed == BY_HAND
    return SelectionCriterion(
        code=criterion.code,
        label=criterion.label,
        weight=criterion.weight / total,
        computed=criterion.computed,
        anchors=criterion.anchors if marked else (),
        measured="" if marked else measured.get(criterion.computed, ""),
    )


def _shares(grid: SelectionGrid, weights: Mapping[str, Decimal]) -> dict[str, Rate]:
    """Each criterion's share of the whole."""
    if not weights:
        return {criterion.code: criterion.weight for criterion in grid.criteria}
    total = sum((weights.get(criterion.code, Decimal(0)) for criterion in grid.criteria), Decimal(0))
    if total <= 0:
        raise ValueError("les poids donnés ne pèsent aucun critère de l'appel")
    return {criterion.code: weights.get(criterion.code, Decimal(0)) / total for criterion in grid.criteria}


def unused_marks(census: Census, grid: SelectionGrid) -> Iterator[str]:
    """One sentence when marks are on criteria that assessors do not mark; ``grid``: that of the mission."""
    marked = {criterion.code for criterion in grid.marked}
    marked |= {each.code for each in census.settings.criteria if each.call and each.computed == BY_HAND}
    given = [mark.criterion for mark in last_marks(census.marks)]
    given += [score.criterion for project in census.projects for score in project.scores]
    lost = Counter(code for code in given if code not in marked)
    if lost:
        count = lost.total()
        names = ", ".join(f"« {code} »" for code in sorted(lost))
        told = "est gardée et ne compte pas" if count == 1 else "sont gardées et ne comptent pas"
        yield (
            f"{format_number(count)} {agreed('notes', count)} sur ce que les évaluateurs ne notent pas dans cet appel "
            f"({names}) {told}."
        )
