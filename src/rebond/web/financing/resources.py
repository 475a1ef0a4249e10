"""What pays a project, each resource beginning where the one before ends, against its cost; aid against ceilings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from rebond.financing.plan.model import forms_in_words
from rebond.financing.plan.schedule import rounded_shares
from rebond.restitution.typography import typeset
from rebond.units import format_euros
from rebond.web.projects.models import CostLine, Project
from rebond.web.studies.models import ProjectFinding
from rebond.web.studies.records import ProjectRecord, StoredLine


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
    aid: Decimal
    intensity: Decimal
    allowed: Decimal | None
    width: str
    mark: str


def resources(project: Project) -> tuple[Resource, ...]:
    """Money already there, each dispositif of the plan, what is left to find: together, the cost.

    When supports exceed the need, they take the place of money already there: only the part still used is counted.
    """
    finding = _found(project)
    supports = [*_obtained(finding.found), *_supports(finding.found.lines)]
    room = finding.cost - sum((amount for _, _, amount, _ in supports), Decimal(0))
    own = project.own_financing or Decimal(0)
    found: list[tuple[str, str, Decimal, str]] = []
    if own > room:
        found.append(
            ("Financement acquis", f"sur {format_euros(own)}, {format_euros(own - room)} libérés", room, "own")
        )
    elif own:
        found.append(("Financement acquis", "Fonds propres et prêts", own, "own"))
    found += supports
    if room > own:
        found.append(("Reste à trouver", "", room - own, "gap"))
    return tuple(_steps(found, finding.cost))


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanGroup:
    """One dispositif of the plan with the cost lines that it pays."""

    first: StoredLine
    lines: tuple[StoredLine, ...]

    @property
    def amount(self) -> Decimal:
        """What it pays in all."""
        return sum((line.amount for line in self.lines), Decimal(0))

    @property
    def aid(self) -> Decimal:
        """Its gross grant equivalent."""
        return sum((line.aid for line in self.lines), Decimal(0))

    @property
    def forms(self) -> str:
        """Its form, or the share and euros of each when it has several."""
        return typeset(forms_in_words(form for line in self.lines for form in line.by_form)) or self.first.instrument

    @property
    def verified(self) -> bool:
        """Whether every figure behind it was read in a source."""
        return all(line.verified for line in self.lines)

    @property
    def reserves(self) -> tuple[str, ...]:
        """Every reserve, once."""
        return tuple(dict.fromkeys(reserve for line in self.lines for reserve in line.reserves))

    @property
    def sources(self) -> tuple[str, ...]:
        """Every source, once."""
        return tuple(dict.fromkeys(source for line in self.lines for source in line.sources))


def plan_groups(lines: Iterable[StoredLine]) -> tuple[PlanGroup, ...]:
    """The plan by dispositif and legal basis, in its order."""
    groups: dict[tuple[str, str], list[StoredLine]] = {}
    for line in lines:
        groups.setdefault((line.dispositif, line.regime), []).append(line)
    return tuple(PlanGroup(first=group[0], lines=tuple(group)) for group in groups.values())


def _supports(lines: Iterable[StoredLine]) -> Iterable[tuple[str, str, Decimal, str]]:
    for group in plan_groups(lines):
        first = group.first
        label = f"{first.title} ({first.funder})"
        yield label, group.forms, group.amount, "envelope" if first.is_envelope else "aid"


def _obtained(found: ProjectRecord) -> Iterable[tuple[str, str, Decimal, str]]:
    """What referrals brought, together: who gave it is told to those who may read it."""
    total = sum((award.most for award in found.awards), Decimal(0))
    if total:
        sure = all(award.amount is not None for award in found.awards)
        yield "Soutiens obtenus", "" if sure else "au plus : un montant n’est pas dit", total, "obtained"


def _steps(found: Sequence[tuple[str, str, Decimal, str]], cost: Decimal) -> Iterable[Resource]:
    reached = Decimal(0)
    shares = rounded_shares([amount / cost if cost else Decimal(0) for _, _, amount, _ in found])
    for (label, form, amount, tone), share in zip(found, shares, strict=True):
        yield Resource(
            label=label,
            form=form,
            amount=amount,
            share=share,
            start=_percent(reached, cost),
            width=_percent(amount, cost),
            tone=tone,
        )
        reached += amount


def ceilings(project: Project) -> tuple[LineCeiling, ...]:
    """The lines that receive aid."""
    costs = _found(project).found.costs
    rows = ((line, costs[line.ref]) for line in project.costs.all() if line.ref in costs)
    return tuple(
        LineCeiling(
            line=line,
            aid=found.aid,
            intensity=_share(found.aid, line.amount),
            allowed=None if found.ceiling is None else _share(found.ceiling, line.amount),
            width=_percent(found.aid, line.amount),
            mark="" if found.ceiling is None else _percent(found.ceiling, line.amount),
        )
        for line, found in rows
        if found.aid
    )


def _found(project: Project) -> ProjectFinding:
    """What a study found of a project that comes with it; ``ValueError`` for one that no study saw."""
    if project.finding is None:
        raise ValueError(f"aucune étude n'a vu le projet {project.ref}")
    return project.finding


def _share(part: Decimal, whole: Decimal) -> Decimal:
    return (part / whole).quantize(Decimal("0.001")) if whole else Decimal(0)


def _percent(part: Decimal, whole: Decimal) -> str:
    """An SVG length: at most 100 %, with a dot."""
    return f"{min(Decimal(100), part / whole * 100):.2f}%" if whole else "0%"
