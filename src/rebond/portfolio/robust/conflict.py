"""Why nothing is possible: statements that contradict each other, none of which can be left out of the quarrel."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from rebond.errors import SolverError
from rebond.portfolio.choosing.binary import Chooser
from rebond.portfolio.robust.cone import weight_cone
from rebond.portfolio.robust.model import RobustProblem

_SECONDS = 2.0
_MOST_SOUGHT = 60
"""Statements beyond which they are all blamed: leaving each out in turn would take too long."""


def conflicting_weights(problem: RobustProblem) -> str:
    """A sentence naming the statements on weights that contradict each other."""
    rows, names = problem.weight_rows, problem.weight_names
    said = "les informations sur les poids se contredisent : aucun poids ne les respecte toutes"
    if len(names) != len(rows):
        return said
    kept = _least(range(len(rows)), lambda left: not weight_cone(len(problem.criteria), [rows[i] for i in left]).rays)
    return _with(said, [names[i] for i in kept])


def conflicting_rows(problem: RobustProblem) -> str:
    """A sentence naming the limits and constraints on projects that contradict each other."""
    said = "les contraintes se contredisent : aucune sélection n'est possible"
    rows = problem.rows
    try:
        kept = _least(range(len(rows)), lambda left: _impossible(replace(problem, rows=tuple(rows[i] for i in left))))
    except SolverError:
        return said
    return _with(said, [rows[i].name for i in kept])


def _impossible(problem: RobustProblem) -> bool:
    count = len(problem.projects)
    return Chooser(count, problem.rows).best([0] * count, seconds=_SECONDS) is None


def _least(every: Sequence[int], fails: Callable[[Sequence[int]], bool]) -> Sequence[int]:
    """Statements that still fail together, and would not without any one of them."""
    if len(every) > _MOST_SOUGHT:
        return ()
    kept = list(every)
    for one in every:
        without = [each for each in kept if each != one]
        if fails(without):
            kept = without
    return kept


def _with(said: str, names: Sequence[str]) -> str:
    told = list(dict.fromkeys(name for name in names if name))
    return f"{said} ; à revoir ensemble : {' ; '.join(told)}" if told else said
