"""What pays a project, each resource beginning where the one before ends, against its cost; aid against ceilings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from rebond.web.financing.models import PlanLine
from rebond.web.projects.models import CostLine, Project


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One step of the waterfall; ``start`` and ``width`` are SVG percentages of the cost."""

    label: str
    form: str
    amount: Decimal
    share: Decimal
    start: str
    width: str
    tone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LineCeiling:
    """Aid on a cost line against the most that it may receive; positions are SVG percentages of the line."""

    line: CostLine
    intensity: Decimal
    allowed: Decimal | None
    width: str
    mark: str


def resources(project: Project) -> tuple[Resource, ...]:
    """Money already there, each dispositif of the plan, what is left to find: together, the cost."""
    found: list[tuple[str, str, Decimal, str]] = []
    if project.own_financing:
        found.append(("Financement acquis", "Fonds propres et prêts", project.own_financing, "own"))
    found += _supports(project.plan.lines.all())
    left = project.cost - sum((amount for _, _, amount, _ in found), Decimal(0))
    if left > 0:
        found.append(("Reste à trouver", "", left, "gap"))
    return tuple(_steps(found, project.cost))


def _supports(lines: Iterable[PlanLine]) -> Iterable[tuple[str, str, Decimal, str]]:
    groups: dict[str, list[PlanLine]] = {}
    for line in lines:
        groups.setdefault(line.dispositif, []).append(line)
    for group in groups.values():
        first = group[0]
        amount = sum((line.amount for line in group), Decimal(0))
        yield f"{first.title} ({first.funder})", first.instrument, amount, "envelope" if first.is_envelope else "aid"


def _steps(found: Iterable[tuple[str, str, Decimal, str]], cost: Decimal) -> Iterable[Resource]:
    reached = Decimal(0)
    for label, form, amount, tone in found:
        yield Resource(
            label=label,
            form=form,
            amount=amount,
            share=_share(amount, cost),
            start=_percent(reached, cost),
            width=_percent(amount, cost),
            tone=tone,
        )
        reached += amount


def ceilings(project: Project) -> tuple[LineCeiling, ...]:
    """The lines that receive aid."""
    return tuple(
        LineCeiling(
            line=line,
            intensity=_share(line.aid, line.amount),
            allowed=None if line.ceiling is None else _share(line.ceiling, line.amount),
            width=_percent(line.aid, line.amount),
            mark="" if line.ceiling is None else _percent(line.ceiling, line.amount),
        )
        for line in project.costs.all()
        if line.aid
    )


def _share(part: Decimal, whole: Decimal) -> Decimal:
    return (part / whole).quantize(Decimal("0.001")) if whole else Decimal(0)


def _percent(part: Decimal, whole: Decimal) -> str:
    """An SVG length: at most 100 %, with a dot."""
    return f"{min(Decimal(100), part / whole * 100):.2f}%" if whole else "0%"
