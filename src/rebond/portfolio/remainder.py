"""What is left of the envelope of a call that pays a part of a need, shared among the retained that still lack some."""

from __future__ import annotations

import math
from collections.abc import Mapping

from rebond.errors import SolverError
from rebond.financing.solving.rounding import ROUNDING
from rebond.financing.solving.solver import Goal, MilpModel, Solution
from rebond.portfolio.contributors import Payers, define_envelope, pay_out
from rebond.units import Euros

_GRAIN = 1e-6
"""Points of value: a euro is worth a hundred times that, or more."""


def shared_remainder(
    ranges: Mapping[str, tuple[int, int]], worth: Mapping[str, float], *, envelope: Euros, payers: Payers | None
) -> dict[str, int]:
    """Project → what the envelope gives, in whole euros: where a euro is ``worth`` most, then all that can be.

    ``ranges``: project → what it has already, and the most that serves it. ``payers``: the contributors' rules; where
    whole euros cannot keep them, each has what it had.
    """
    model = MilpModel()
    given = {project: model.column(f"donné[{project}]", upper=float(most)) for project, (_, most) in ranges.items()}
    for project, (least, _) in ranges.items():
        model.row(f"acquis[{project}]", [(given[project], 1.0)], low=float(least))
    define_envelope({p: [(column, 1.0)] for p, column in given.items()}, envelope, payers, model, name="enveloppe")
    goals = (
        Goal(
            name="valeur servie",
            weights={column: worth.get(project, 0.0) for project, column in given.items()},
            grain=_GRAIN,
        ),
        Goal(name="enveloppe donnée", weights=dict.fromkeys(given.values(), 1.0)),
    )
    order = Goal(name="ordre", weights={column: -float(rank) for rank, column in enumerate(given.values())})
    before = {project: least for project, (least, _) in ranges.items()}
    found = _best(model, goals, order)
    if found is None:
        return before
    after = {project: math.floor(found.values[column] + ROUNDING) for project, column in given.items()}
    return before if payers and pay_out(after, payers) is None else after


def _best(model: MilpModel, goals: tuple[Goal, Goal], order: Goal) -> Solution | None:
    """The best sharing, by the first goal alone where the solver cannot settle both; ``None``: it settles none.

    What each has already is legal: a sharing that numbers make too fine must not cost the whole allocation.
    """
    for asked in (goals, goals[:1]):
        try:
            return model.solve(asked, tie_break=order)
        except SolverError:
            continue
    return None
