"""When no plan is possible: a smallest set of rules and demands that contradict each other, and why each basis falls.

The set is found with a deletion filter over the families of rules: a family stays only when leaving it out, the others
kept, makes a plan possible. It is minimal, not always unique.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from rebond.facts import UNKNOWN
from rebond.financing.explaining.demands import Demand, can_meet, plans_under, some_support
from rebond.financing.plan.model import FinancingPlan
from rebond.financing.problem.model import FinancingProblem, ProjectProblem
from rebond.financing.solving.constraints import RULES
from rebond.regimes.de_minimis import ATTESTATION
from rebond.units import Euros, format_euros

ZERO = Euros(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """One member of the contradiction: a family of rules, or a demand (then ``source`` is empty)."""

    key: str
    label: str
    source: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BasisRefusal:
    """A legal basis that the law forbids to this project, and why."""

    dispositif: str
    title: str
    article: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoPlan:
    """No legal plan meets what is asked. A result, not an error."""

    project: str
    conflicts: tuple[Conflict, ...]
    refusals: tuple[BasisRefusal, ...] = ()

    @property
    def sentence(self) -> str:
        """The contradiction in one French sentence."""
        demands = [conflict.label for conflict in self.conflicts if not conflict.source]
        rules = [conflict.label.lower() for conflict in self.conflicts if conflict.source]
        together = "à la fois " if len(demands) > 1 else ""
        asked = together + " et ".join(f"« {demand} »" for demand in demands)
        if rules:
            return f"Impossible de tenir {asked} en respectant : {', '.join(rules)}."
        if together:
            return f"Impossible de tenir {asked} : aucun dispositif chiffré n'y répond."
        return f"Impossible de tenir {asked} : les postes que les dispositifs chiffrés admettent n'y suffisent pas."


def plan_or_conflict(
    problem: FinancingProblem, demands: Sequence[Demand] = (), *, time_limit: float = 60.0
) -> FinancingPlan | NoPlan:
    """The best legal plan of a problem that holds one project, or why there is none.

    No euro of support at all is no plan, unless nothing is needed: a project paid for is not made to borrow. Raises
    ``SolverError`` or ``IllegalPlanError`` as the engine does.
    """
    (project,) = problem.projects
    asked = (*demands, some_support()) if project.need else tuple(demands)
    plans = plans_under(problem, asked, time_limit=time_limit)
    if plans is not None:
        return plans[project.id]
    conflicts = minimal_conflict(problem, asked)
    return NoPlan(project=project.id, conflicts=conflicts, refusals=tuple(refusals(project)))


def minimal_conflict(problem: FinancingProblem, demands: Sequence[Demand]) -> tuple[Conflict, ...]:
    """Rules and demands that contradict each other, none of which can be taken away; empty when a plan exists."""
    if can_meet(problem, demands):
        return ()
    without: set[str] = set()
    # From the cost back to the assiette: what stays is the plainest reason, a dispositif's own figures first.
    for rule in reversed(RULES):
        if not can_meet(problem, demands, without={*without, rule.key}):
            without.add(rule.key)
    kept = list(demands)
    for demand in demands:
        others = [other for other in kept if other is not demand]
        if not can_meet(problem, others, without=without):
            kept = others
    rules = [
        Conflict(key=rule.key, label=rule.label, source=rule.source, detail=_detail(rule.key, problem))
        for rule in RULES
        if rule.key not in without
    ]
    return (*rules, *(Conflict(key=demand.key, label=demand.label) for demand in kept))


def refusals(project: ProjectProblem) -> Iterable[BasisRefusal]:
    """Every legal basis that a rule forbids to the project."""
    for offer in project.offers:
        for basis in offer.bases:
            if basis.refused_by:
                yield BasisRefusal(
                    dispositif=offer.id,
                    title=offer.title,
                    article=basis.article,
                    reasons=basis.refusals or tuple(sorted(basis.refused_by)),
                )


def _detail(key: str, problem: FinancingProblem) -> str:
    """What the rule weighs on this problem, in figures."""
    describe = _DETAILS.get(key)
    return describe(problem) if describe else ""


def _assiette(problem: FinancingProblem) -> str:
    most = sum((offer.max_support for project in problem.projects for offer in project.offers), ZERO)
    return f"les dispositifs retenus peuvent apporter {format_euros(most)} au plus, taux × assiette"


def _floor_and_cap(problem: FinancingProblem) -> str:
    most = sum(
        (
            min(offer.max_support, offer.aid_cap if offer.aid_cap is not None else offer.max_support)
            for project in problem.projects
            for offer in project.offers
        ),
        ZERO,
    )
    return f"{format_euros(most)} au plus, plafonds d'aide compris"


def _de_minimis(problem: FinancingProblem) -> str:
    undertakings = dict.fromkeys(project.undertaking for project in problem.projects)
    rooms = {key: problem.de_minimis_room.get(key, UNKNOWN) for key in undertakings}
    return " ; ".join(
        f"{key} : compte inconnu, {ATTESTATION} à demander"
        if room is UNKNOWN
        else f"{key} : {format_euros(room)} disponibles"
        for key, room in rooms.items()
    )


def _loans(problem: FinancingProblem) -> str:
    caps = [f"capacité d'emprunt de {format_euros(p.loan_cap)}" for p in problem.projects if p.loan_cap is not None]
    return " ; ".join(caps)


def _refused(family: str) -> Callable[[FinancingProblem], str]:
    def describe(problem: FinancingProblem) -> str:
        texts = (
            text
            for project in problem.projects
            for offer in project.offers
            for basis in offer.bases
            if family in basis.refused_by
            for text in basis.refusals
        )
        return " ; ".join(dict.fromkeys(texts))

    return describe


_DETAILS: dict[str, Callable[[FinancingProblem], str]] = {
    "assiette": _assiette,
    "floor_and_cap": _floor_and_cap,
    "de_minimis": _de_minimis,
    "loans": _loans,
    "incentive_effect": _refused("incentive_effect"),
    "thresholds": _refused("thresholds"),
}
