"""The best choice of a committee in a call that pays parts: who is retained and with how much, at once.

Where every need is paid whole, a choice is a set (``rules.best_choice``). Here each of it gets from its least to its
most, and brings its value in proportion: the same programme as the proposal's, with the rules of the committee.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from rebond.errors import SolverError
from rebond.financing.solving.solver import Goal, MilpModel
from rebond.portfolio.choosing.binary import NoChoiceInTimeError
from rebond.portfolio.choosing.row import Row
from rebond.portfolio.committee.choice import Contender, shared_out
from rebond.portfolio.contributors import Payers, define_envelope
from rebond.portfolio.parts import define_amount
from rebond.units import Euros

_GRAIN = 1e-6
"""Points of value: a euro is worth a hundred times that, or more."""
_PICKED = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """The best choice found, each with what it gets, in whole euros; ``bound``: in points of value."""

    chosen: tuple[Contender, ...]
    bound: float
    proven: bool


def best_served(
    free: Sequence[Contender],
    rows: Sequence[Row],
    *,
    small_share: tuple[Mapping[int, int], ...] = (),
    envelope: Euros,
    held: Collection[str],
    payers: Payers | None,
    seconds: float,
) -> Served | None:
    """The choice of highest value, those that a loan might pay in part coming last; ``None``: no choice keeps the rows.

    ``rows``: on who is chosen, by rank; ``small_share``: rank → weight of each euro that it gets, of sums that are to
    be 0 or more. Raises ``NoChoiceInTimeError`` when time runs out before any choice.
    """
    model = MilpModel()
    picked = [model.binary(f"retenu[{each.id}]") for each in free]
    paid: dict[str, list[tuple[int, float]]] = {}
    worth: dict[int, tuple[int, float]] = {}
    for rank, (each, column) in enumerate(zip(free, picked, strict=True)):
        if each.part is not None and each.varies:
            least, most = Euros(each.part.least), Euros(each.part.most)
            amount = define_amount(model, each.id, column, least, most)
            paid[each.id] = [(amount, 1.0)]
            worth[rank] = amount, float(each.value) / each.part.full
        else:
            paid[each.id] = [(column, math.ceil(each.cents) / 100)]
            worth[rank] = column, float(each.worth)
        if each.id in held:
            model.row(f"tenu[{each.id}]", [(column, 1.0)], low=1.0)
    rules = payers if payers is not None and payers.binding else None
    define_envelope(paid, float(envelope), rules, model, name="enveloppe")
    for row in rows:
        low, high = _limits(row)
        model.row(row.name, [(picked[rank], float(weight)) for rank, weight in row.terms.items()], low=low, high=high)
    for weights in small_share:
        euros = [
            (column, per * float(weights.get(rank, 0)))
            for rank, each in enumerate(free)
            for column, per in paid[each.id]
        ]
        model.row("part des PME", euros, low=0.0)
    sure = [rank for rank, each in enumerate(free) if not each.unsure]
    ranked = [sure] if len(sure) < len(free) and sure else []
    goals = [
        *(Goal(name="valeur sûre", weights=dict(worth[r] for r in ranks), grain=_GRAIN) for ranks in ranked),
        Goal(name="valeur", weights=dict(worth.values()), grain=_GRAIN),
    ]
    order = Goal(name="ordre", weights={column: -float(rank) for rank, column in enumerate(picked)})
    try:
        found = model.solve(goals, tie_break=order, time_limit=seconds)
    except SolverError as error:
        raise NoChoiceInTimeError(str(error)) from error
    if found is None:
        return None
    kept = [each for each, column in zip(free, picked, strict=True) if found.values[column] > _PICKED]
    last = found.reports[-1]
    return Served(chosen=tuple(shared_out(kept, envelope, payers)), bound=last.bound, proven=found.proven)


def _limits(row: Row) -> tuple[float, float]:
    return (
        -math.inf if row.low is None else float(row.low),
        math.inf if row.high is None else float(row.high),
    )
