"""A problem under one reading of the law, and what each reading gives, side by side."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from rebond.financing.plan.certainty import SupportStack, sum_of
from rebond.financing.plan.model import FinancingPlan
from rebond.financing.problem.model import FinancingProblem, ProjectProblem
from rebond.regimes.model import Regime
from rebond.regimes.readings import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingOutcome:
    """What the plans of a mission, or of a project, are under one reading."""

    reading: Reading
    title: str
    sentence: str
    chosen: bool
    """Whether the proposal is computed on it."""
    published: bool = True
    """False for a text that is not published: there is nothing to compute."""
    plans: tuple[FinancingPlan, ...] = field(default=(), repr=False)
    """The plans made under it, in the order of the projects."""

    @property
    def stack(self) -> SupportStack:
        """Their support by certainty."""
        return sum_of(plan.stack for plan in self.plans)

    @property
    def after_end(self) -> int:
        """Whole euros that wait for a text to be prolonged or replaced."""
        return sum(line.amount for plan in self.plans for line in plan.lines if line.law_question)

    @property
    def files(self) -> int:
        """Dispositifs asked, plan by plan."""
        return sum(len(plan.files) for plan in self.plans)


def published(regimes: Iterable[Regime]) -> tuple[Reading, ...]:
    """The readings that have a text: a successor has none until a regime says what it replaces."""
    has_heir = any(regime.replaces for regime in regimes)
    return tuple(reading for reading in Reading if reading is not Reading.SUCCESSOR or has_heir)


def under(problem: FinancingProblem, reading: Reading) -> FinancingProblem:
    """The problem with the legal bases that a reading allows on the expected date of each award."""
    return replace(problem, projects=tuple(project_under(project, reading) for project in problem.projects))


def project_under(project: ProjectProblem, reading: Reading) -> ProjectProblem:
    """One project of it."""
    offers = tuple(
        replace(offer, bases=bases) if len(bases) < len(offer.bases) else offer
        for offer in project.offers
        if (bases := tuple(basis for basis in offer.bases if reading in basis.readings))
    )
    if len(offers) == len(project.offers) and all(a is b for a, b in zip(offers, project.offers, strict=True)):
        return project
    present = {offer.id for offer in offers}
    kept = frozenset(pair for pair in project.exclusions if present.issuperset(pair))
    return replace(project, offers=offers, exclusions=kept)
