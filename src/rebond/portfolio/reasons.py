"""Why a candidate is not proposed, and what would bring it in: more of the envelope, or others that give way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from rebond.financing.solving.solver import Goal, MilpModel
from rebond.portfolio.select import Candidate, most_from_envelope
from rebond.units import Euros, format_euros


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What would bring a candidate in, all else equal."""

    short: Euros
    """What the envelope lacks to add it to the others."""
    instead_of: tuple[str, ...]
    """The retained projects of least value that could make room for it; none when all of them would not do."""
    lost: Decimal
    """Points of value that this exchange would lose; below 0 it would win some."""


def refusal(candidate: Candidate, need: Euros, left: Euros) -> str:
    """Why a candidate that needs ``need`` of the envelope is not proposed, ``left`` being what remains of it."""
    most = most_from_envelope(candidate)
    asked = format_euros(need)
    if most < need:
        return f"l'enveloppe ne peut légalement apporter que {format_euros(most)} sur les {asked} qui manquent"
    if need > left:
        return (
            f"{asked} demandés : d'autres projets apportent plus de valeur pour l'enveloppe, "
            f"dont il reste {format_euros(left)}"
        )
    return f"{asked} demandés, que les plafonds de cumul ne laissent pas ajouter aux autres aides"


def way_in(
    candidate: Candidate, need: Euros, left: Euros, given: Mapping[str, int], values: Mapping[str, Decimal]
) -> Entry | None:
    """What would bring a candidate in; ``None`` when the law, not the envelope, keeps it out.

    ``given``: retained project → what the envelope gives it.
    """
    if most_from_envelope(candidate) < need or need <= left:
        return None
    short = need - left
    names = _least_valuable(sorted(given), given, values, short)
    lost = sum((values[name] for name in names), Decimal(0)) - candidate.value
    return Entry(short=short, instead_of=names, lost=lost if names else Decimal(0))


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
    found = model.solve([value], tie_break=order, time_limit=2.0)
    return tuple(name for name, column in columns.items() if round(found.values[column]) == 1) if found else ()
