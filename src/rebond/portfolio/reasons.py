"""Why a candidate is not proposed, and what would bring it in: more of the envelope, or others that give way."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from rebond.financing.solving.engine import OutOfTimeError
from rebond.financing.solving.rounding import ROUNDING
from rebond.financing.solving.solver import Goal, MilpModel, Solution
from rebond.portfolio.contributors import Payers, define_payers, pay_out
from rebond.portfolio.select import Candidate, most_from_envelope
from rebond.units import Euros, format_euros

_SECONDS = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What would bring a candidate in, all else equal."""

    short: Euros
    """What the envelope lacks to add it to the others."""
    instead_of: tuple[str, ...]
    """The retained projects of least value that could make room for it; none when all of them would not do."""
    lost: Decimal
    """Points of value that this exchange would lose; below 0 it would win some."""


UNPAID = "les contributeurs ne peuvent lui apporter que {most} sur les {asked} qui manquent"


def refusal(
    candidate: Candidate,
    need: Euros,
    left: Euros,
    *,
    payers: Payers | None = None,
    given: Mapping[str, int] | None = None,
) -> str:
    """Why a candidate that needs ``need`` of the envelope is not proposed, ``left`` being what remains of it.

    ``given``: retained project → what the envelope gives it at least; ``payers``: its contributors' rules, if any.
    """
    most = most_from_envelope(candidate)
    asked = format_euros(need)
    if payers and (reach := payers.most(candidate.project.id)) < need:
        return UNPAID.format(most=format_euros(Euros(reach)), asked=asked)
    if most < need:
        return f"l'enveloppe ne peut légalement apporter que {format_euros(most)} sur les {asked} qui manquent"
    if need > left and candidate.perhaps:
        # Whatever its value: what a loan may pay comes after what nothing else can.
        return (
            f"{asked} demandés : l'enveloppe va d'abord à ce que rien d'autre ne peut payer, "
            f"et il en reste {format_euros(left)}"
        )
    if need > left:
        return (
            f"{asked} demandés : d'autres projets apportent plus de valeur pour l'enveloppe, "
            f"dont il reste {format_euros(left)}"
        )
    if payers and pay_out({**(given or {}), candidate.project.id: int(need)}, payers) is None:
        return (
            f"{asked} demandés : d'autres projets apportent plus de valeur pour ce que ses contributeurs peuvent payer"
        )
    return f"{asked} demandés, que les plafonds de cumul ne laissent pas ajouter aux autres aides"


def way_in(
    candidate: Candidate,
    need: Euros,
    left: Euros,
    given: Mapping[str, int],
    values: Mapping[str, Decimal],
    *,
    payers: Payers | None = None,
) -> Entry | None:
    """What would bring a candidate in; ``None`` when the law, not the envelope, keeps it out, or time is short.

    ``given``: retained project → what the envelope gives it at least; ``left``: what remains once they have it.
    ``payers``: the contributors' rules, if any.
    """
    try:
        if payers:
            return _way_in_paid(candidate, need, given, values, payers)
        return _way_in_free(candidate, need, left, given, values)
    except OutOfTimeError:
        # Of an exchange that is not proven the least, nothing is said.
        return None


def _way_in_free(
    candidate: Candidate, need: Euros, left: Euros, given: Mapping[str, int], values: Mapping[str, Decimal]
) -> Entry | None:
    """What would bring a candidate in where nothing but its amount binds the envelope."""
    if most_from_envelope(candidate) < need or need <= left:
        return None
    short = need - left
    names = _least_valuable(sorted(given), given, values, short)
    lost = sum((values[name] for name in names), Decimal(0)) - candidate.value
    return Entry(short=short, instead_of=names, lost=lost if names else Decimal(0))


def _way_in_paid(
    candidate: Candidate, need: Euros, given: Mapping[str, int], values: Mapping[str, Decimal], payers: Payers
) -> Entry | None:
    """What would bring a candidate in where contributors have rules: who pays whom is part of the exchange."""
    mine, names = candidate.project.id, sorted(given)
    reach = min(most_from_envelope(candidate), Euros(payers.most(mine)))
    if reach < need or pay_out({**given, mine: int(need)}, payers):
        return None
    model = MilpModel()
    asked, one = model.column(mine, upper=float(need)), model.binary("1")
    model.row("1", [(one, 1.0)], low=1.0)
    paid = {name: [(one, float(given[name]))] for name in names}
    define_payers(payers, {**paid, mine: [(asked, 1.0)]}, model)
    found = _proven(model, Goal(name="possible", weights={asked: 1.0}), Goal(name="ordre", weights={}))
    payable = found.values[asked] if found else 0.0
    model = MilpModel()
    kept, one = {name: model.binary(name) for name in names}, model.binary("1")
    model.row("1", [(one, 1.0)], low=1.0)
    paid = {name: [(column, float(given[name]))] for name, column in kept.items()}
    define_payers(payers, {**paid, mine: [(one, float(need))]}, model)
    value = Goal(name="valeur gardée", weights={column: float(values[name]) for name, column in kept.items()})
    order = Goal(name="ordre", weights={column: -float(rank) for rank, column in enumerate(kept.values())})
    found = _proven(model, value, order)
    gone = tuple(name for name, column in kept.items() if found and round(found.values[column]) == 0)
    lost = sum((values[name] for name in gone), Decimal(0)) - candidate.value
    short = Euros(max(1, math.ceil(float(need) - payable - ROUNDING)))
    return Entry(short=short, instead_of=gone, lost=lost if gone else Decimal(0))


def _least_valuable(
    names: Sequence[str], given: Mapping[str, int], values: Mapping[str, Decimal], short: Euros
) -> tuple[str, ...]:
    """The retained projects of least value that free at least that much of the envelope."""
    if sum(given.values()) < short:
        return ()
    model = MilpModel()
    columns = {name: model.binary(name) for name in names}
    model.row("libéré", [(column, float(given[name])) for name, column in columns.items()], low=float(short))
    value = Goal(name="valeur cédée", weights={column: -float(values[name]) for name, column in columns.items()})
    order = Goal(name="ordre", weights={column: -float(rank) for rank, column in enumerate(columns.values())})
    found = _proven(model, value, order)
    return tuple(name for name, column in columns.items() if round(found.values[column]) == 1) if found else ()


def _proven(model: MilpModel, goal: Goal, order: Goal) -> Solution | None:
    """The best of a goal, ``None`` when nothing keeps the rows; raises ``OutOfTimeError`` when it is not proven."""
    found = model.solve([goal], tie_break=order, time_limit=_SECONDS)
    if found is not None and not found.proven:
        raise OutOfTimeError(goal.name, found.reports[0].bound)
    return found
