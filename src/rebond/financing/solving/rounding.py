"""Whole euros: the award of a dispositif is rounded once, down to the euro, then shared among its lines.

A funder grants a whole number of euros; what it pays of each line is a share of it. Shares in whole euros are sought
first. Where the ceilings of many lines end in cents, whole shares under each of them would lose a euro a line: the
exact shares are then kept beside the whole euros that are shown, and are what the law is checked on.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import accumulate

from rebond.financing.solving.solver import Goal, MilpModel, Solution
from rebond.financing.solving.variables import Use, Variables
from rebond.units import Euros

ROUNDING = 0.01
"""Euros: a value this close to a whole euro is that euro; otherwise it is rounded down."""
_DIGITS = 6
"""Decimals of an exact share: a rate in hundredths of a per cent of an amount in cents has no more."""
_SURE = 1e-4
"""Euros that no tolerance of the solver explains: a share below is none, an award so far above its euro has room."""

_TRIES = 8
"""Lines that the euros left of a total are offered to, one after the other."""

Key = tuple[str, str, str, str]
"""Project, dispositif, regime, line."""
Shares = Mapping[Key, "Share"]


class Share(tuple[int, Decimal]):
    """What a line shows of an award, in whole euros, and what it is of it exactly."""

    __slots__ = ()

    @property
    def shown(self) -> int:
        """Whole euros."""
        return self[0]

    @property
    def exact(self) -> Decimal:
        """Euros, within one of those shown."""
        return self[1]


def roundings(variables: Variables, solution: Solution) -> Iterator[Shares]:
    """Ways to round a solution, from the one that loses nothing to the one that is always legal; the audit chooses."""
    yield from whole_roundings(variables, solution)
    yield from exact_roundings(variables, solution)


def whole_roundings(variables: Variables, solution: Solution) -> Iterator[Shares]:
    """The first of them, which no row is needed for: awards whole on every line."""
    exact = _exact(variables, solution)
    kept = {key: _keep_total(values) for key, values in exact.items()}
    yield from _filled_up(variables.uses, exact, kept)
    yield _whole(variables.uses, kept)


def exact_roundings(variables: Variables, solution: Solution) -> Iterator[Shares]:
    """The others, where awards are whole and their shares need not be; then every line rounded down."""
    exact = _exact(variables, solution)
    awards = {key: int(math.fsum(values) + ROUNDING) for key, values in exact.items()}
    room = variables.model.room(solution.values)
    for lowered, shaved in ((False, False), (False, True), (True, True)):
        shares = {
            use.key: _shares(
                exact[use.key],
                _lower(use, exact[use.key], awards[use.key]) if lowered else awards[use.key],
                [room[variables.euros[(*use.key, line.id)]] for line in use.lines],
                shaved=shaved,
            )
            for use in variables.uses
        }
        for up in (False, True):
            shown = _shared_out(variables.uses, shares, up=up)
            if shown is None:
                continue
            if not up:
                yield _whole(variables.uses, shown)
            yield {
                (*use.key, line.id): Share((euros, share))
                for use in variables.uses
                for line, euros, share in zip(use.lines, shown[use.key], shares[use.key], strict=True)
            }
    for below in (_nearest_below, _below):
        yield _whole(variables.uses, {key: below(values) for key, values in exact.items()})


def _exact(variables: Variables, solution: Solution) -> dict[tuple[str, str, str], list[float]]:
    return {
        use.key: [solution.values[variables.euros[(*use.key, line.id)]] for line in use.lines] for use in variables.uses
    }


def _filled_up(
    uses: Sequence[Use],
    exact: Mapping[tuple[str, str, str], Sequence[float]],
    kept: Mapping[tuple[str, str, str], list[int]],
) -> Iterator[Shares]:
    """The euro or two that whole awards leave of a project's total, given to one of its lines that may take them.

    Otherwise a need that is met whole would be shown short of a euro. One project at a time, a few tries.
    """
    totals: dict[str, float] = {}
    for use in uses:
        totals[use.project.id] = totals.get(use.project.id, 0.0) + math.fsum(exact[use.key]) - sum(kept[use.key])
    short = {project: int(left + ROUNDING) for project, left in totals.items() if left >= 1 - ROUNDING}
    if len(short) != 1:
        return
    ((project, missing),) = short.items()
    places = [(u.key, rank) for u in uses if u.project.id == project for rank, n in enumerate(kept[u.key]) if n]
    for key, rank in places[:_TRIES]:
        yield _whole(uses, {**kept, key: [n + missing * (at == rank) for at, n in enumerate(kept[key])]})


def _whole(uses: Sequence[Use], amounts: Mapping[tuple[str, str, str], Sequence[int]]) -> Shares:
    return {
        (*use.key, line.id): Share((amount, Decimal(amount)))
        for use in uses
        for line, amount in zip(use.lines, amounts[use.key], strict=True)
    }


def _keep_total(exact: Sequence[float]) -> list[int]:
    """Whole euros whose sum is the whole of the sum: no euro of a dispositif is lost between its lines."""
    sums = [int(total + ROUNDING) for total in accumulate(exact)]
    return [total - before for before, total in zip([0, *sums], sums, strict=False)]


def _nearest_below(exact: Sequence[float]) -> list[int]:
    """Each line rounded down, but for what is a whole euro up to the solver's tolerance."""
    return [int(amount + ROUNDING) for amount in exact]


def _below(exact: Sequence[float]) -> list[int]:
    """Each line rounded down: always within a ceiling that the exact amounts keep."""
    return [int(amount) for amount in exact]


def _lower(use: Use, exact: Sequence[float], award: int) -> int:
    """One euro less for an award that only the solver's tolerance may have brought to its euro, its floor kept."""
    tight = math.fsum(exact) < award + _SURE
    return award - 1 if tight and award - 1 >= max(use.offer.least_award, 1) else award


def _shares(exact: Sequence[float], award: int, room: Sequence[float], *, shaved: bool) -> list[Decimal]:
    """Exact shares that make a whole award: what is beyond it comes off the largest, what lacks goes where it can.

    ``shaved``: the solver's tolerance is first taken off every share, and given back where there is the most room.
    """
    slack = Decimal(str(_SURE)) if shaved else Decimal(0)
    shares = [Decimal(str(round(amount, _DIGITS))) - slack if amount > _SURE else Decimal(0) for amount in exact]
    left = Euros(award) - sum(shares, Decimal(0))
    for rank in sorted(range(len(shares)), key=lambda each: -room[each]):
        if left > 0:
            given = min(left, Decimal(str(round(max(0.0, room[rank]), _DIGITS))))
            shares[rank] += given
            left -= given
    if left > 0:
        shares[max(range(len(shares)), key=lambda each: room[each])] += left
    while left < 0:
        rank = max(range(len(shares)), key=lambda each: shares[each])
        taken = min(shares[rank], -left)
        shares[rank] -= taken
        left += taken
    return shares


def _shared_out(
    uses: Sequence[Use], shares: Mapping[tuple[str, str, str], Sequence[Decimal]], *, up: bool
) -> dict[tuple[str, str, str], list[int]] | None:
    """Whole euros within one of every share, the awards kept: a rounding of a table whose rows and columns both hold.

    The sum of a line is rounded down, or either way with ``up``: a flow in whole numbers, which then always exists.
    ``None`` when there is none.
    """
    model = MilpModel()
    shown = {key: [math.floor(share) for share in line] for key, line in shares.items()}
    raised: dict[tuple[tuple[str, str, str], int], int] = {}
    columns: dict[tuple[str, str], list[tuple[int, float]]] = {}
    totals: dict[tuple[str, str], Decimal] = {}
    weights: dict[int, float] = {}
    for use in uses:
        row = []
        for rank, (line, share) in enumerate(zip(use.lines, shares[use.key], strict=True)):
            part = share - math.floor(share)
            if not part:
                continue
            column = raised[use.key, rank] = model.binary(f"euro[{','.join(use.key)},{line.id}]")
            if not shown[use.key][rank]:
                model.row(f"montré[{','.join(use.key)},{line.id}]", [(column, 1.0)], low=1.0)
            row.append((column, 1.0))
            place = use.project.id, line.id
            columns.setdefault(place, []).append((column, 1.0))
            totals[place] = totals.get(place, Decimal(0)) + part
            weights[column] = float(part)
        missing = float(sum(shares[use.key], Decimal(0)) - sum(shown[use.key]))
        model.row(f"montant[{','.join(use.key)}]", row, low=missing, high=missing)
    for place, here in columns.items():
        total = totals[place]
        most = math.ceil(total) if up else math.floor(total)
        model.row(f"poste[{','.join(place)}]", here, low=float(math.floor(total)) if up else 0.0, high=float(most))
    if not raised:
        return shown
    first = Goal(name="au plus près", weights=weights)
    order = Goal(name="ordre", weights={column: -float(rank) for rank, column in enumerate(raised.values())})
    found = model.solve([first], tie_break=order)
    if found is None:
        return None
    for (key, rank), column in raised.items():
        shown[key][rank] += round(found.values[column])
    return shown
