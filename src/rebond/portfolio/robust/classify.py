"""Core, borderline and exterior: over the non-dominated portfolios when they can all be held, else the best ones."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from rebond.errors import SolverError
from rebond.portfolio.robust.certificates import potentially_optimal_in_intervals
from rebond.portfolio.robust.cone import Cone, Ray, weight_cone
from rebond.portfolio.robust.conflict import conflicting_rows, conflicting_weights
from rebond.portfolio.robust.dominance import QUICK, non_dominated
from rebond.portfolio.robust.model import (
    Definition,
    Finding,
    NoPortfolioError,
    Portfolio,
    RobustProblem,
    RobustResult,
    Status,
    Witness,
)
from rebond.portfolio.robust.potential import Decomposition, Potential
from rebond.portfolio.robust.regret import least_regret

_LEAST_SECONDS = 0.5
"""To find the extreme weights, without which nothing can be said."""
_REGRET_SHARE = 0.2
_ENUMERATION_SHARE = 0.4
"""Of the time: what is left to the least regret, what the enumeration may take before it gives way."""


def classify(problem: RobustProblem, *, seconds: float, definition: Definition | None = None) -> RobustResult:
    """What the information says of each project, exactly, or what time allowed to establish.

    ``definition``: asked; by default the non-dominated portfolios when they can all be held, else those that are the
    best for some weights and marks. Raises ``SolverError`` when the weights, or the constraints, contradict each other.
    """
    return Classification(problem, seconds=seconds, definition=definition).result


class Classification:
    """The result, and the search behind it, from which what another piece of information would change is read."""

    def __init__(
        self, problem: RobustProblem, *, seconds: float, definition: Definition | None = None, regret: bool = True
    ) -> None:
        self.problem = problem
        self.decomposition: Decomposition | None = None
        began = time.monotonic()
        share = _REGRET_SHARE if regret else 0.0
        deadline = began + seconds * (1 - share)
        try:
            weights = weight_cone(
                len(problem.criteria), problem.weight_rows, deadline=began + max(seconds, _LEAST_SECONDS)
            )
        except TimeoutError:
            self.result = _nothing(problem, time.monotonic() - began)
            return
        rays = list(weights.rays)
        if not rays:
            raise SolverError(conflicting_weights(problem))
        held = None
        if definition is not Definition.POTENTIALLY_OPTIMAL:
            until = deadline if definition else began + seconds * _ENUMERATION_SHARE
            held = non_dominated(problem, rays, deadline=until, most_work=None if definition else QUICK)
        if held == []:
            raise SolverError(conflicting_rows(problem))
        weights.deadline = deadline
        if held is not None:
            findings = _over_all(problem, held, _Leaders(problem, weights, held, deadline))
            used, complete, portfolios = Definition.NON_DOMINATED, True, tuple(held)
        else:
            found = self._best_ones(weights, deadline)
            findings = _over_best(problem, found)
            used, complete = Definition.POTENTIALLY_OPTIMAL, found.complete
            portfolios = tuple(sorted(found.witnesses))
        self.result = RobustResult(
            definition=used,
            complete=complete,
            findings=findings,
            portfolios=portfolios,
            counted=held is not None,
            regret=least_regret(problem, rays, deadline=began + seconds) if regret else None,
            extreme_weights=len(rays),
            seconds=time.monotonic() - began,
        )

    def _best_ones(self, weights: Cone, deadline: float) -> Potential:
        try:
            if self.problem.exact:
                self.decomposition = Decomposition(self.problem, weights, deadline)
                return self.decomposition.found
            return potentially_optimal_in_intervals(self.problem, weights, deadline=deadline)
        except NoPortfolioError:
            raise SolverError(conflicting_rows(self.problem)) from None

    def statuses_with(self, row: Sequence[int], *, deadline: float) -> tuple[Status, ...] | None:
        """What each project would be, were the weights known to keep one more row; ``None``: not established."""
        narrower = replace(self.problem, weight_rows=(*self.problem.weight_rows, tuple(row)))
        if self.decomposition is not None:
            part = self.decomposition.within(row, deadline=deadline)
            return None if part is None else tuple(f.status for f in _over_best(narrower, part))
        return self.statuses_of(narrower, deadline=deadline)

    def statuses_of(self, problem: RobustProblem, *, deadline: float) -> tuple[Status, ...] | None:
        """The same statuses, by the same definition, of a problem that knows more; ``None``: not established."""
        left = deadline - time.monotonic()
        if left <= 0:
            return None
        try:
            known = Classification(problem, seconds=left, definition=self.result.definition, regret=False).result
        except SolverError:
            return None
        if known.definition is not self.result.definition:
            return None
        return tuple(finding.status for finding in known.findings)


def _nothing(problem: RobustProblem, seconds: float) -> RobustResult:
    """Time ran out before the extreme weights were known."""
    return RobustResult(
        definition=Definition.POTENTIALLY_OPTIMAL,
        complete=False,
        findings=tuple(Finding(status=Status.OPEN, inside=None, outside=None) for _ in problem.projects),
        portfolios=(),
        counted=False,
        regret=None,
        extreme_weights=0,
        seconds=seconds,
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
            try:
                cone.cut(self._problem.lead(portfolio, rival))
            except TimeoutError:
                return None
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
