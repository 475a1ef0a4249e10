"""A joint allocation as it comes back: the plans, who is financed by what, and how sure it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from rebond.financing.plan.model import FinancingPlan
from rebond.financing.solving.proof import SolverReport
from rebond.financing.solving.rounding import ROUNDING
from rebond.portfolio.parts import PartRange
from rebond.portfolio.prices import Price
from rebond.portfolio.proof_words import VALUE
from rebond.units import Euros


@dataclass(frozen=True, kw_only=True)
class Allocation:
    """Plans of all projects, who is financed by what, how sure it is."""

    plans: Mapping[str, FinancingPlan]
    retained: tuple[str, ...]
    """Candidates that the envelope finances."""
    financed: frozenset[str]
    """Projects that share pools and whose need is covered whole."""
    needs: Mapping[str, Euros | None]
    """Candidate that shares nothing but the envelope → the least that it needs of it; ``None``: no amount would do."""
    missing: Mapping[str, Euros]
    """Project that shares pools → what nothing but the envelope can pay, the others served."""
    spent: int
    left: Euros
    prices: tuple[Price, ...]
    reports: tuple[SolverReport, ...]
    at_least: Mapping[str, int] = field(default_factory=dict)
    """Retained project → what the envelope gives at least for it to be: less than its share where a part is paid."""
    most: Mapping[str, Euros] = field(default_factory=dict)
    """Candidate of a call that pays parts → the most that it could get: it is worth its value with that."""
    parts: Mapping[str, PartRange] = field(default_factory=dict)
    """The same candidate → what the call may give it, the other plans staying as they are."""
    over: frozenset[str] = field(default=frozenset())
    """Pools that the plans overdraw: the projects that draw on them are to be linked, and all allocated again."""

    @property
    def given(self) -> dict[str, int]:
        """Retained project → what the envelope gives it."""
        return {key: self.plans[key].envelope for key in self.retained}

    def served(self, project: str) -> Decimal:
        """Which share of its value a retained project brings: all of it, but where the call pays a part."""
        most = self.most.get(project)
        if most is None or not self.plans[project].gap:
            return Decimal(1)
        return min(Decimal(1), Decimal(self.plans[project].envelope) / most)


def still_bounded(first: Sequence[SolverReport], again: Sequence[SolverReport]) -> tuple[SolverReport, ...]:
    """The reports of a choice made again with less: only the bounds of the first hold for what there is."""
    bounds = iter([report.bound for report in first if report.goal == VALUE])
    return tuple(_within(report, next(bounds, report.bound)) if report.goal == VALUE else report for report in again)


def _within(report: SolverReport, bound: float) -> SolverReport:
    short = bound - report.objective
    if short <= ROUNDING:
        return report
    return replace(report, proven=False, bound=bound, gap=short / max(abs(report.objective), ROUNDING))
