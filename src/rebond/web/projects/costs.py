"""The costs of a project, by nature and year, with totals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from rebond.web.projects.models import CostLine


@dataclass(frozen=True, slots=True, kw_only=True)
class CostRow:
    """A nature, what it costs each year (``None``: nothing), its total and its items."""

    nature: str
    amounts: tuple[Decimal | None, ...]
    total: Decimal
    lines: tuple[CostLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CostTable:
    """Natures by year."""

    years: tuple[int, ...]
    rows: tuple[CostRow, ...]
    totals: tuple[Decimal, ...]
    total: Decimal


def cost_table(lines: Sequence[CostLine]) -> CostTable:
    """Natures in the order of the census; the last row is the sum of each year."""
    years = tuple(sorted({line.year for line in lines}))
    natures = dict.fromkeys(line.nature_label for line in lines)
    rows = tuple(_row(nature, [line for line in lines if line.nature_label == nature], years) for nature in natures)
    return CostTable(
        years=years,
        rows=rows,
        totals=tuple(_sum(line for line in lines if line.year == year) for year in years),
        total=_sum(lines),
    )


def _row(nature: str, lines: Sequence[CostLine], years: Sequence[int]) -> CostRow:
    by_year = ([line for line in lines if line.year == year] for year in years)
    return CostRow(
        nature=nature,
        amounts=tuple(_sum(found) if found else None for found in by_year),
        total=_sum(lines),
        lines=tuple(lines),
    )


def _sum(lines: Iterable[CostLine]) -> Decimal:
    return sum((line.amount for line in lines), Decimal(0))
