"""What a choice of projects to finance is about, and what it says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from rebond.financing.problem.model import FinancingProblem, ProjectProblem
from rebond.financing.solving.proof import SolverReport
from rebond.portfolio.contributors import Payers
from rebond.portfolio.outline import Needs
from rebond.portfolio.prices import Price
from rebond.portfolio.select import NOTHING, Candidate, in_the_call
from rebond.units import Euros


class Worth(Protocol):
    """What tells sets of equal value apart."""

    def gain(self, project: str) -> tuple[float, float]:
        """What the envelope adds to the plan of a project linked to no other: euros of aid, files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """What a choice is about: the projects that share pools, and the candidates that share nothing but the envelope."""

    problem: FinancingProblem
    """The projects that share pools; its budgets do not hold the envelope."""
    values: Mapping[str, float]
    """Project → its value, the candidates apart included."""
    candidates: Mapping[str, Candidate]
    """Those of the projects that share pools."""
    pools: Mapping[str, Euros] = field(default_factory=dict)
    """The pools that run out, with what is in them."""
    needs: Mapping[str, Needs] = field(default_factory=dict)
    """What each project that shares pools needs to be financed."""
    apart: Mapping[str, Euros] = field(default_factory=dict)
    """Candidate that shares nothing but the envelope → the least that it needs of it."""
    parts: Mapping[str, Euros] = field(default_factory=dict)
    """Candidate of a call that pays parts → the most that it could get: it is worth its value with that."""
    unsure: frozenset[str] = frozenset()
    """Candidates whose last resort is not proven: a loan could pay, if the firm turned out to be able to bear it."""
    envelope: Euros = NOTHING
    payers: Payers | None = None
    """What each contributor may pay, where anything but the sum of the contributions rules it."""

    @property
    def kind(self) -> str:
        """All that the problem does not hold of the question, in words."""
        bounds = sorted((key, str(c.uncovered)) for key, c in self.candidates.items())
        apart = sorted((key, str(least)) for key, least in self.apart.items())
        told = (sorted(self.values.items()), apart, sorted(self.unsure), str(self.envelope), bounds)
        parts = f" {sorted((key, str(most)) for key, most in self.parts.items())}" if self.parts else ""
        return f"financés ensemble {told}{parts}{self.payers.key if self.payers else ''}"

    @property
    def projects(self) -> tuple[ProjectProblem, ...]:
        """The projects that share pools, each candidate with what the envelope may give it."""
        return tuple(
            in_the_call(project, self.candidates[project.id]) if project.id in self.candidates else project
            for project in self.problem.projects
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Which projects are financed, how sure that is, what the pools are worth."""

    financed: frozenset[str]
    reports: tuple[SolverReport, ...]
    prices: tuple[Price, ...]
    point: Mapping[str, float]
    """A point of the choice's programme: column name → value."""
    used: Mapping[str, float]
    """Project that shares pools → what of the envelope that point gives it."""
    covered: frozenset[str] = frozenset()
    """Of a call that pays parts, the financed projects that share pools and count for their whole need."""
