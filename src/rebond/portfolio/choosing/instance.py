"""Projects to choose under limits, as read from a file; the choice is counted again from what the file says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import gcd, lcm

from rebond.errors import SolverError
from rebond.portfolio.choosing.binary import Choice, Chooser
from rebond.portfolio.choosing.row import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """What is limited: how much of it each item uses, how much there is."""

    name: str
    used: tuple[Decimal, ...]
    room: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """Items with values, under limits."""

    name: str
    items: tuple[str, ...]
    values: tuple[Decimal, ...]
    limits: tuple[Limit, ...]
    best_known: Decimal | None = None
    """The best value that the file gives, when it gives one."""
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Selected:
    """The best selection found of an instance, checked: value and bound in the file's own unit."""

    instance: Instance
    items: tuple[int, ...]
    value: Decimal
    bound: Decimal | None
    """What no selection can pass; ``None`` when time ran out before any bound."""
    gap: float
    proven: bool
    seconds: float


def select(instance: Instance, *, seconds: float, stop: Callable[[], bool] | None = None) -> Selected:
    """The best selection in the time given; the empty one at worst. Each is checked, in exact arithmetic.

    ``stop``: once it says yes, the best found so far comes back.
    """
    values, unit = whole(instance.values)
    chooser = Chooser(len(values), [_row(limit) for limit in instance.limits], stop=stop)
    choice = chooser.best(values, seconds=seconds)
    if choice is None:
        raise SolverError("la sélection vide devrait toujours être possible")
    return _checked(instance, choice, unit)


def whole(amounts: Sequence[Decimal]) -> tuple[list[int], Fraction]:
    """The same amounts as whole numbers, and what one of them is worth.

    >>> whole([Decimal("0.5"), Decimal("2")])
    ([1, 4], Fraction(1, 2))
    """
    exact = [Fraction(amount) for amount in amounts]
    below = lcm(*(amount.denominator for amount in exact)) if exact else 1
    grown = [int(amount * below) for amount in exact]
    common = gcd(*grown) or 1
    return [amount // common for amount in grown], Fraction(common, below)


def _row(limit: Limit) -> Row:
    (*used, room), _ = whole([*limit.used, limit.room])
    return Row(limit.name, {item: weight for item, weight in enumerate(used) if weight}, high=room)


def _checked(instance: Instance, choice: Choice, unit: Fraction) -> Selected:
    """Every limit and the value counted again from the file's decimals, apart from what the solver saw."""
    for limit in instance.limits:
        used = sum((Fraction(limit.used[item]) for item in choice.chosen), Fraction(0))
        if used > Fraction(limit.room):
            raise SolverError(f"la sélection trouvée passe la limite « {limit.name} » : ce n'en est pas une")
    value = sum((Fraction(instance.values[item]) for item in choice.chosen), Fraction(0))
    if value != choice.value * unit:
        raise SolverError("la valeur de la sélection trouvée n'est pas la somme de celles du fichier")
    bounded = choice.bound < float("inf")
    return Selected(
        instance=instance,
        items=choice.chosen,
        value=_decimal(value),
        bound=_decimal(Fraction(int(choice.bound)) * unit) if bounded else None,
        gap=choice.gap,
        proven=choice.proven,
        seconds=choice.seconds,
    )


def _decimal(amount: Fraction) -> Decimal:
    return Decimal(amount.numerator) / Decimal(amount.denominator)
