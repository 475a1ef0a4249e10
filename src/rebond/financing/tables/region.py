"""The table that a Région reads: public aid on each cost line beside what the law lets it be, and what the firm brings.

Public aid is counted in gross grant equivalent, past aid included. What the ceilings count may be less (a tax credit
that is a general measure) or more (an advance compared at its nominal amount).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from rebond.eligibility.secured_financing import BORROWED, OWN_PARTS
from rebond.financing.plan.model import FinancingPlan
from rebond.financing.plan.schedule import FinancingTable, RowKind, TableRow
from rebond.financing.problem.model import ProjectProblem
from rebond.financing.tables.limits import Limit
from rebond.financing.tables.uses import LineUse, OwnContribution, line_uses, own_contributions
from rebond.units import Euros, Rate

ZERO = Decimal(0)
SHARED = frozenset({"cumulation", "de_minimis", "thresholds"})
"""Families of limits that hold over several aids together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CostRow:
    """One cost line."""

    key: str
    label: str
    cost: Euros
    public_aid: Euros
    counted: Euros
    """What the ceilings count."""
    ceiling: Rate | None
    """The highest intensity of a regime used on the line; ``None``: none is."""
    articles: tuple[str, ...]
    """Those that give the ceiling; without a ceiling, those that the aid rests on."""
    per_project: bool = False

    @property
    def public_rate(self) -> Rate:
        """Public aid over the cost."""
        return self.public_aid / self.cost if self.cost else ZERO

    @property
    def used(self) -> Rate:
        """What the ceilings count, over the cost."""
        return self.counted / self.cost if self.cost else ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionTable:
    """The whole table. ``own`` rows are those of the financing table that no public support pays."""

    rows: tuple[CostRow, ...]
    own: tuple[TableRow, ...]
    to_find: Euros
    contributions: tuple[tuple[str, OwnContribution], ...]
    """Article and what it wants free of public support."""
    shared: tuple[Limit, ...]
    """Cumulation, accounts and thresholds that several aids share."""

    @property
    def cost(self) -> Euros:
        """The cost of the project."""
        return sum((row.cost for row in self.rows), ZERO)

    @property
    def public_aid(self) -> Euros:
        """All public aid in gross grant equivalent."""
        return sum((row.public_aid for row in self.rows), ZERO)

    @property
    def public_rate(self) -> Rate:
        """Public aid over the whole cost."""
        return self.public_aid / self.cost if self.cost else ZERO

    @property
    def bounded(self) -> tuple[CostRow, ...]:
        """The lines that stand under an intensity."""
        return tuple(row for row in self.rows if row.ceiling is not None)

    @property
    def counted(self) -> Euros:
        """What the ceilings count on the lines that stand under one."""
        return sum((row.counted for row in self.bounded), ZERO)

    @property
    def allowed(self) -> Euros:
        """The most that these lines may receive."""
        return sum(((row.ceiling or ZERO) * row.cost for row in self.bounded), ZERO)

    @property
    def contribution(self) -> Euros:
        """What the firm brings or borrows from private lenders."""
        return sum((row.total for row in self.own), ZERO)

    @property
    def own_money(self) -> tuple[TableRow, ...]:
        """What is the firm's own: its cash, its capital, its partners' current accounts."""
        return tuple(row for row in self.own if row.kind is RowKind.OWN and row.key in OWN_PARTS)

    @property
    def debts(self) -> tuple[TableRow, ...]:
        """What private lenders and lessors bring."""
        return tuple(row for row in self.own if row.kind is not RowKind.OWN or row.key in BORROWED)

    @property
    def unsplit(self) -> tuple[TableRow, ...]:
        """What was declared secured and nobody split between own money and debt."""
        sorted_out = {id(row) for row in (*self.own_money, *self.debts)}
        return tuple(row for row in self.own if id(row) not in sorted_out)

    def share(self, amount: Euros) -> Rate:
        """An amount over the whole cost."""
        return amount / self.cost if self.cost else ZERO


def region_table(
    project: ProjectProblem,
    plan: FinancingPlan,
    table: FinancingTable,
    limits: Iterable[Limit],
    *,
    articles: Mapping[str, str],
    private: frozenset[str] = frozenset(),
) -> RegionTable:
    """The table of a plan. ``articles``: regime → its article; ``private``: dispositifs whose euros are a bank's."""
    return RegionTable(
        rows=tuple(_row(project, plan, use, articles) for use in line_uses(plan, project)),
        own=tuple(
            row
            for row in table.resources
            if row.kind is RowKind.OWN or (row.kind is RowKind.SUPPORT and row.key in private)
        ),
        to_find=table.to_find,
        contributions=tuple(
            (articles.get(each.regime, each.regime), each) for each in own_contributions(plan, project)
        ),
        shared=tuple(limit for limit in limits if limit.rule in SHARED),
    )


def _row(project: ProjectProblem, plan: FinancingPlan, use: LineUse, articles: Mapping[str, str]) -> CostRow:
    line = use.line
    mine = [each for each in plan.lines if each.line == line.id]
    past = [each for each in project.granted if each.line == line.id]
    regimes = use.bearers or tuple(
        dict.fromkeys([*(each.regime for each in mine if each.benefit), *(each.regime for each in past if each.aid)])
    )
    return CostRow(
        key=line.id,
        label=line.label or line.id,
        cost=line.amount,
        public_aid=sum((each.benefit for each in mine), sum((each.aid for each in past), ZERO)),
        counted=use.aid,
        ceiling=use.ceiling,
        articles=tuple(dict.fromkeys(articles.get(regime, regime) for regime in regimes)),
        per_project=use.per_project,
    )
