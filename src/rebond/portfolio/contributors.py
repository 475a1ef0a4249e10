"""Who pays what of an envelope: each contributor's rules, as rows of the choice and as whole euros of what is chosen.

A contributor pays a project when each of its rules is met on known facts: a project whose region nobody knows is not
one that the Region of a rule can be counted on for.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from rebond.eligibility.criteria import Facts
from rebond.facts import UNKNOWN, Contribution, Maybe
from rebond.financing.solving.solver import Goal, MilpModel
from rebond.units import Rate, floor_euros

Terms = Sequence[tuple[int, float]]
"""Columns and weights that make what the envelope gives to a project, in euros."""
Payment = tuple[int, str]
"""Rank of the contribution, project."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one contribution may give to one project that it pays, in whole euros."""

    payer: int
    low: int
    high: int
    share: Maybe[Rate] = UNKNOWN


@dataclass(frozen=True, kw_only=True)
class Payers:
    """The contributions of an envelope, and what each may give to each project."""

    amounts: tuple[int, ...]
    of: Mapping[str, tuple[Allowance, ...]]
    """Project → the contributions that may pay it."""
    binding: bool
    """Whether anything but the sum of the contributions rules the choice."""

    names: tuple[str, ...] = ()
    """Who each contribution comes from."""

    @cached_property
    def key(self) -> str:
        """Words that tell these rules from others: the same for the same rules."""
        return f" {self.amounts} {sorted(self.of.items())}" if self.binding else ""

    def most(self, project: str) -> int:
        """A bound on what they may give together to a project, no other being paid."""
        if not self.binding:
            return sum(self.amounts)
        return math.floor(_most(self.of.get(project, ())))

    def reach_above(self, project: str, amount: int) -> bool:
        """Whether contributions that may pay the project could pay more than an amount, and not that amount.

        Where it is false, whoever can pay a larger amount can pay this one, each giving less in proportion.
        """
        mine = self.of.get(project, ())
        shares = (each.low > (1 if each.share is UNKNOWN else each.share) * amount for each in mine)
        return self.binding and (any(shares) or sum(each.low for each in mine) > amount)

    def only(self, projects: Collection[str]) -> Payers:
        """The same rules, for some projects."""
        return replace(self, of={key: mine for key, mine in self.of.items() if key in projects})

    def less(self, spent: Sequence[float]) -> Payers:
        """The same rules, once each contribution has paid so much."""
        left = (max(0, math.floor(amount - paid)) for amount, paid in zip(self.amounts, spent, strict=True))
        return replace(self, amounts=tuple(left))


def payers_of(contributions: Sequence[Contribution], facts: Mapping[str, Facts]) -> Payers:
    """The rules of the contributions for projects whose facts are known."""
    amounts = tuple(floor_euros(part.amount) for part in contributions)
    return Payers(
        amounts=amounts,
        of={project: tuple(_allowances(contributions, amounts, known)) for project, known in facts.items()},
        binding=any(not part.is_free for part in contributions),
        names=tuple(part.contributor for part in contributions),
    )


def _allowances(contributions: Sequence[Contribution], amounts: Sequence[int], facts: Facts) -> Iterator[Allowance]:
    for rank, part in enumerate(contributions):
        low = 0 if part.min_per_project is UNKNOWN else math.ceil(part.min_per_project)
        high = amounts[rank] if part.max_per_project is UNKNOWN else floor_euros(part.max_per_project)
        high = min(high, amounts[rank])
        if 0 < high >= low and all(_meets(part, facts)):
            yield Allowance(rank, low, high, part.max_share)


def _meets(part: Contribution, facts: Facts) -> Iterator[bool]:
    for named, fact in ((part.epcis, "epci"), (part.regions, "region"), (part.sizes, "taille_ue")):
        if named:
            yield facts.get(fact, UNKNOWN) in named
    if part.activities:
        code = facts.get("code_naf", UNKNOWN)
        yield isinstance(code, str) and code.replace(".", "").startswith(
            tuple(each.replace(".", "") for each in part.activities)
        )


def _most(allowances: Sequence[Allowance]) -> float:
    """The largest E with E ≤ Σ min(high, share × E): each share is of what all give together."""
    free = sum(each.high for each in allowances if each.share is UNKNOWN)
    shared = sorted(
        ((float(each.share), each.high) for each in allowances if each.share is not UNKNOWN and each.share > 0),
        key=lambda pair: pair[1] / pair[0],
    )
    left = sum(share for share, _ in shared)
    given = float(free)
    # From the one that its own cap stops first: those stopped give their cap, the others their share.
    for share, high in shared:
        if left < 1 and given / (1 - left) <= high / share:
            return given / (1 - left)
        given += high
        left -= share
    return given


def define_payers(payers: Payers, paid: Mapping[str, Terms], model: MilpModel) -> None:
    """Rows that share what the envelope gives to each project among who may pay it, within what each has."""
    spent: dict[int, list[tuple[int, float]]] = {}
    for project, terms in paid.items():
        parts = []
        for each in payers.of.get(project, ()):
            name = f"{each.payer},{project}"
            column = model.column(f"paie[{name}]", upper=float(each.high))
            parts.append((column, 1.0))
            spent.setdefault(each.payer, []).append((column, 1.0))
            if each.low:
                pays = model.binary(f"paie ou non[{name}]")
                model.row(f"payeur[plancher,{name}]", [(column, 1.0), (pays, -float(each.low))], low=0.0)
                model.row(f"payeur[plafond,{name}]", [(column, 1.0), (pays, -float(each.high))], high=0.0)
            if each.share is not UNKNOWN and each.share < 1:
                of_all = [(other, -float(each.share) * weight) for other, weight in terms]
                model.row(f"payeur[part,{name}]", [(column, 1.0), *of_all], high=0.0)
        whole = [*parts, *((column, -weight) for column, weight in terms)]
        model.row(f"payeurs[{project}]", whole, low=0.0, high=0.0)
    for rank, row in spent.items():
        model.row(f"payeur[montant,{rank}]", row, high=float(payers.amounts[rank]))


def define_envelope(
    paid: Mapping[str, Terms], amount: Rate | float, payers: Payers | None, model: MilpModel, *, name: str
) -> None:
    """What the envelope gives is within what is in it, and within its contributors' rules where they have some."""
    if payers is None:
        model.row(name, [term for terms in paid.values() for term in terms], high=float(amount))
    else:
        define_payers(payers, {project: terms for project, terms in paid.items() if terms}, model)


def paid_point(project: str, amount: float, payers: Payers) -> dict[str, float] | None:
    """Who pays an amount, as ``define_payers`` names its columns, the first contributions first; ``None``: nobody."""
    model = MilpModel()
    given = model.column("enveloppe", upper=amount)
    model.row("montant", [(given, 1.0)], low=amount)
    define_payers(payers, {project: [(given, 1.0)]}, model)
    ranks = {column: float(at) for at, column in enumerate(range(given + 1, len(model.names)))}
    first = Goal(name="ordre des contributeurs", weights={column: -rank for column, rank in ranks.items()})
    found = model.solve([first], tie_break=Goal(name="ordre", weights={}))
    return None if found is None else dict(zip(model.names[1:], found.values[1:], strict=True))


def spent_in(point: Mapping[str, float], payers: Payers, projects: Iterable[str]) -> list[float]:
    """What each contribution pays to some projects at a point of a programme."""
    every = list(projects)
    return [sum(point.get(f"paie[{rank},{name}]", 0.0) for name in every) for rank in range(len(payers.amounts))]


def pay_out(amounts: Mapping[str, int], payers: Payers) -> dict[Payment, int] | None:
    """What each contribution pays of what the envelope gives, in whole euros; ``None`` when no sharing keeps the rules.

    Contributions are called in their order: the first pays what it may before the next. A share is counted to the
    euro above.
    """
    wanted = {project: amount for project, amount in amounts.items() if amount}
    chosen = _chosen(wanted, payers)
    if chosen is None:
        return None
    low: dict[Payment, int] = {}
    high: dict[Payment, int] = {}
    for project, amount in wanted.items():
        for each in _allowances_of(payers, project, amount):
            key = each.payer, project
            if key not in chosen:
                continue
            share = each.high if each.share is UNKNOWN else math.ceil(each.share * amount)
            low[key], high[key] = each.low, min(each.high, share, amount)
    return _flow(wanted, payers.amounts, low, high)


def _allowances_of(payers: Payers, project: str, amount: int) -> Iterable[Allowance]:
    if payers.binding:
        return payers.of.get(project, ())
    return (Allowance(rank, 0, min(amount, most)) for rank, most in enumerate(payers.amounts) if most)


def _chosen(amounts: Mapping[str, int], payers: Payers) -> frozenset[Payment] | None:
    """Who pays whom, so that floors hold, the first contributions first."""
    model = MilpModel()
    pays: dict[Payment, int] = {}
    left: dict[Payment, int] = {}
    spent: dict[int, list[tuple[int, float]]] = {}
    for project, amount in amounts.items():
        parts = []
        for each in _allowances_of(payers, project, amount):
            key = each.payer, project
            share = each.high if each.share is UNKNOWN else math.ceil(each.share * amount)
            most = min(each.high, share, amount)
            if each.low > most:
                continue
            column = left[key] = model.column(f"x[{key}]", upper=float(most))
            parts.append((column, 1.0))
            spent.setdefault(each.payer, []).append((column, 1.0))
            if each.low:
                pays[key] = model.binary(f"y[{key}]")
                model.row(f"plancher[{key}]", [(column, 1.0), (pays[key], -float(each.low))], low=0.0)
                model.row(f"plafond[{key}]", [(column, 1.0), (pays[key], -float(most))], high=0.0)
        if not parts:
            return None
        model.row(f"projet[{project}]", parts, low=float(amount), high=float(amount))
    for rank, row in spent.items():
        model.row(f"payeur[{rank}]", row, high=float(payers.amounts[rank]))
    if not left:
        return frozenset()
    first = Goal(name="ordre des contributeurs", weights={column: -float(key[0]) for key, column in left.items()})
    order = Goal(name="ordre", weights={column: -float(at) for at, column in enumerate(left.values())})
    found = model.solve([first], tie_break=order)
    if found is None:
        return None
    return frozenset(key for key in left if key not in pays or round(found.values[pays[key]]) == 1)


def _flow(
    amounts: Mapping[str, int], limits: Sequence[int], low: Mapping[Payment, int], high: Mapping[Payment, int]
) -> dict[Payment, int] | None:
    """Whole euros between bounds, each project paid whole, each payer within its limit: by paths that free room.

    Payers in their order give all that they may; where a project lacks some, a payer that has euros left takes the
    place of one that may pay it.
    """
    given = dict(low)
    room = [limit - sum(given[key] for key in given if key[0] == rank) for rank, limit in enumerate(limits)]
    lacks = {p: amount - sum(given[key] for key in given if key[1] == p) for p, amount in amounts.items()}
    if any(left < 0 for left in (*room, *lacks.values())):
        return None
    for rank in range(len(limits)):
        for project in amounts:
            if (key := (rank, project)) in given:
                more = min(room[rank], lacks[project], high[key] - given[key])
                given[key] += more
                room[rank] -= more
                lacks[project] -= more
    for project in amounts:
        while lacks[project]:
            path = _path(project, given, low, high, room)
            if path is None:
                return None
            more = min(lacks[project], room[path[-1][0]], *_widths(path, given, low, high))
            for at, key in enumerate(path):
                given[key] += more if at % 2 == 0 else -more
            lacks[project] -= more
            room[path[-1][0]] -= more
    return {key: amount for key, amount in given.items() if amount}


def _widths(
    path: Sequence[Payment], given: Mapping[Payment, int], low: Mapping[Payment, int], high: Mapping[Payment, int]
) -> Iterator[int]:
    for at, key in enumerate(path):
        yield high[key] - given[key] if at % 2 == 0 else given[key] - low[key]


def _path(
    project: str,
    given: Mapping[Payment, int],
    low: Mapping[Payment, int],
    high: Mapping[Payment, int],
    room: Sequence[int],
) -> list[Payment] | None:
    """The shortest chain from a project to a payer with euros left: one pays more here and less there, and so on."""
    queue = deque([project])
    reached: dict[str, list[Payment]] = {project: []}
    while queue:
        here = queue.popleft()
        for rank, left in enumerate(room):
            more = (rank, here)
            if more not in given or given[more] >= high[more]:
                continue
            path = [*reached[here], more]
            if left:
                return path
            for (payer, other), amount in given.items():
                if payer == rank and other not in reached and amount > low[payer, other]:
                    reached[other] = [*path, (payer, other)]
                    queue.append(other)
    return None
