"""Core, borderline and exterior: over the non-dominated portfolios when they can all be held, else the best ones."""

from __future__ import annotations

import time
from collections.abc import Sequence
from fractions import Fraction

from rebond.errors import SolverError
from rebond.portfolio.robust.certificates import potentially_optimal_in_intervals
from rebond.portfolio.robust.cone import Cone, Ray, weight_cone
from rebond.portfolio.robust.dominance import non_dominated
from rebond.portfolio.robust.model import (
    Definition,
    Finding,
    Portfolio,
    RobustProblem,
    RobustResult,
    Status,
    Witness,
)
from rebond.portfolio.robust.potential import Potential, potentially_optimal
from rebond.portfolio.robust.regret import least_regret

_REGRET_SHARE = 0.2
_ENUMERATION_SHARE = 0.4
"""Of the time: what is left to the least regret, what the enumeration may take before it gives way."""


def classify(problem: RobustProblem, *, seconds: float, definition: Definition | None = None) -> RobustResult:
    """What the information says of each project, exactly, or what time allowed to establish.

    ``definition``: asked; by default the non-dominated portfolios when they can all be held, else those that are the
    best for some weights and marks. Raises ``SolverError`` when the weights, or the constraints, contradict each other.
    """
    began = time.monotonic()
    end = began + seconds
    weights = weight_cone(len(problem.criteria), problem.weight_rows)
    rays = list(weights.rays)
    if not rays:
        raise SolverError("les informations sur les poids se contredisent : aucun poids ne les respecte toutes")
    held = None
    if definition is not Definition.POTENTIALLY_OPTIMAL:
        share = 1 - _REGRET_SHARE if definition else _ENUMERATION_SHARE
        held = non_dominated(problem, rays, deadline=began + seconds * share)
    if held == []:
        raise SolverError("les contraintes se contredisent : aucune sélection n'est possible")
    deadline = began + seconds * (1 - _REGRET_SHARE)
    found = Potential()
    if held is None:
        best = potentially_optimal if problem.exact else potentially_optimal_in_intervals
        found = best(problem, weights, deadline=deadline)
    if held is not None:
        findings = _over_all(problem, held, _Leaders(problem, weights, held, deadline))
        used, complete = Definition.NON_DOMINATED, True
    else:
        findings = _over_best(problem, found)
        used, complete = Definition.POTENTIALLY_OPTIMAL, found.complete
    return RobustResult(
        definition=used,
        complete=complete,
        findings=findings,
        portfolios=tuple(held) if held is not None else tuple(sorted(found.witnesses)),
        counted=held is not None,
        regret=least_regret(problem, rays, deadline=end),
        extreme_weights=len(rays),
        seconds=time.monotonic() - began,
    )


class _Leaders:
    """Weights under which a non-dominated portfolio is the best: where it leads every other one."""

    def __init__(self, problem: RobustProblem, weights: Cone, held: Sequence[Portfolio], deadline: float) -> None:
        self._problem, self._weights, self._held, self._deadline = problem, weights, held, deadline
        self._known: dict[Portfolio, Ray | None] = {}

    def weights_of(self, portfolio: Portfolio) -> Ray | None:
        """``None`` when there are none, or no time to look."""
        if portfolio not in self._known:
            self._known[portfolio] = self._sought(portfolio)
        return self._known[portfolio]

    def _sought(self, portfolio: Portfolio) -> Ray | None:
        cone = self._weights.copy()
        for rival in self._held:
            if time.monotonic() > self._deadline:
                return None
            cone.cut(self._problem.lead(portfolio, rival))
        return cone.centre

    def witness(self, portfolios: Sequence[Portfolio]) -> Witness | None:
        """The first of them that is the best somewhere, else the first."""
        for portfolio in portfolios:
            if weights := self.weights_of(portfolio):
                return Witness(weights=weights, portfolio=portfolio)
        return Witness(weights=None, portfolio=portfolios[0]) if portfolios else None


def _over_all(problem: RobustProblem, held: Sequence[Portfolio], leaders: _Leaders) -> tuple[Finding, ...]:
    """The status of each project over every non-dominated portfolio."""
    sets = [(portfolio, frozenset(portfolio)) for portfolio in held]
    findings = []
    for project in range(len(problem.projects)):
        inside = [each for each, items in sets if project in items]
        outside = [each for each, items in sets if project not in items]
        findings.append(
            Finding(
                status=_status(bool(inside), bool(outside)),
                inside=leaders.witness(inside),
                outside=leaders.witness(outside),
                share=Fraction(len(inside), len(sets)),
            )
        )
    return tuple(findings)


def _over_best(problem: RobustProblem, found: Potential) -> tuple[Finding, ...]:
    """The status of each project over the portfolios that are the best somewhere; two witnesses settle it at once."""
    findings = []
    for project in range(len(problem.projects)):
        inside, outside = found.inside.get(project), found.outside.get(project)
        both = inside is not None and outside is not None
        settled = both or found.complete or project in found.settled
        status = _status(inside is not None, outside is not None) if settled else Status.OPEN
        findings.append(Finding(status=status, inside=inside, outside=outside))
    return tuple(findings)


def _status(inside: bool, outside: bool) -> Status:  # noqa: FBT001  # a table of two answers
    if inside and outside:
        return Status.BORDERLINE
    return Status.CORE if inside else Status.EXTERIOR
