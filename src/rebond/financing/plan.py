"""The answer: a legal financing plan, line by line, with how sure it is."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from rebond.dispositifs.model import Instrument
from rebond.financing.solver import SolverReport
from rebond.units import Euros


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanLine:
    """Euros of one dispositif, under one regime, on one cost line."""

    dispositif: str
    title: str
    funder: str
    instrument: Instrument
    regime: str
    article: str
    line: str
    amount: int
    """Whole euros of support."""
    aid: Decimal
    """Its gross grant equivalent that counts under the ceilings, in euros."""
    formula: str = ""
    ceiling: str = ""
    sources: tuple[str, ...] = ()
    reserves: tuple[str, ...] = ()
    verified: bool = True
    is_envelope: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FinancingPlan:
    """The plan of one project. Empty ``lines``: nothing quantified can support it, ``remarks`` says why."""

    project: str
    cost: Euros
    need: Euros
    lines: tuple[PlanLine, ...]
    benefit: Decimal
    """Gross grant equivalent obtained, in euros."""
    reports: tuple[SolverReport, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def support(self) -> int:
        """All support in whole euros, loans at their nominal amount."""
        return sum(line.amount for line in self.lines)

    @property
    def aid(self) -> Decimal:
        """State aid in gross grant equivalent."""
        return sum((line.aid for line in self.lines), Decimal(0))

    @property
    def covered(self) -> Euros:
        """What of the need is met."""
        return min(self.need, Euros(self.support))

    @property
    def gap(self) -> Euros:
        """What of the need is not met."""
        return self.need - self.covered

    @property
    def envelope(self) -> int:
        """What the call's envelope pays."""
        return sum(line.amount for line in self.lines if line.is_envelope)

    @property
    def files(self) -> tuple[str, ...]:
        """Dispositifs to apply for, in order."""
        return tuple(dict.fromkeys(line.dispositif for line in self.lines))

    @property
    def proven(self) -> bool:
        """Whether every objective was proven best."""
        return all(report.proven for report in self.reports)

    @property
    def gap_to_bound(self) -> float:
        """The widest relative gap between what was found and what could exist."""
        return max((report.gap for report in self.reports), default=0.0)
