"""The best legal plan by brute force: every choice enumerated, the euros of each by an exact linear programme.

Written from the rules (docs/modele.md), not from the engine: it shares no code with constraints.py, solver.py or
audit.py. For tiny problems only.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from rebond.financing.problem.model import FinancingProblem
from tests.core.financing.reference_rules import (
    Case,
    Grant,
    benefit_of,
    borrowed,
    cases_of,
    given_by,
    signable,
    total_of,
)

SCREEN = Fraction(1, 100)
"""Euros under the best found so far beyond which a choice is dropped on its float value."""


@dataclass(frozen=True)
class Best:
    """The five objectives at the optimum."""

    given: Fraction
    benefit: Fraction
    covered: Fraction
    payback: Fraction
    files: int


@dataclass(frozen=True)
class BestMixed:
    """The optimum when some supports are not firm: firm aid that is given first, then the order of the possible."""

    firm_given: Fraction
    firm_euros: Fraction
    covered: Fraction
    benefit: Fraction
    payback: Fraction
    files: int


def brute_force(problem: FinancingProblem) -> Best:
    """The optimum of a problem of which every support is firm, in exact arithmetic: what is given first."""
    given = _most_given(problem)
    choices = sorted(_choices(problem), key=_promise, reverse=True)
    best: tuple[Fraction, Fraction, Fraction, int] | None = None
    for grants in choices:
        if best is not None and _promise(grants) < best[0]:
            break
        if _promise_given(grants) < given:
            continue
        for case in cases_of(problem, grants):
            case.at_least(_given(case, grants), given)
            value = case.maximise(benefit_of(case, grants), exact=False)
            if value is None or (best is not None and value < best[0] - SCREEN):
                continue
            exact = case.maximise(benefit_of(case, grants), exact=True)
            if exact is None or (best is not None and exact < best[0]):
                continue
            assert isinstance(exact, Fraction)
            case.at_least(benefit_of(case, grants), exact)
            covered = case.maximise({column: Fraction(1) for column in case.covered}, exact=True)
            assert isinstance(covered, Fraction)
            case.at_least({column: Fraction(1) for column in case.covered}, covered)
            kept = case.maximise(total_of(case.euros(r, -borrowed(g.offer)) for r, g in enumerate(grants)), exact=True)
            assert isinstance(kept, Fraction)
            found = (exact, covered, kept, -len(grants))
            best = max(best, found) if best else found
    assert best is not None, "asking for nothing is always legal"
    return Best(given=given, benefit=best[0], covered=best[1], payback=-best[2], files=-best[3])


def firm_problem(problem: FinancingProblem) -> FinancingProblem:
    """What one could sign for: offers and bases of which nothing is asked, of ripe projects."""
    projects = []
    for project in problem.projects:
        offers = []
        for offer in project.offers:
            bases = tuple(b for b in offer.bases if signable(project, offer, b))
            if bases:
                offers.append(replace(offer, bases=bases))
        projects.append(replace(project, offers=tuple(offers)))
    return replace(problem, projects=tuple(projects))


def brute_force_mixed(problem: FinancingProblem) -> BestMixed:
    """The optimum of a problem whose supports are not all firm, the firm lines legal alone left aside."""
    given = _most_given(firm_problem(problem))
    best: tuple[Fraction, ...] | None = None
    for grants in _choices(problem):
        firm = [r for r, g in enumerate(grants) if signable(g.project, g.offer, g.basis)]
        for case in cases_of(problem, grants):
            case.at_least(total_of([case.euros(r, given_by(grants[r].offer)) for r in firm]), given)
            euros = total_of([case.euros(r) for r in firm])
            covered = {column: Fraction(1) for column in case.covered}
            screened = case.maximise(benefit_of(case, grants), exact=False)
            if screened is None or (best is not None and screened < best[0] - SCREEN):
                continue
            found = []
            payback = total_of([case.euros(r, -borrowed(g.offer)) for r, g in enumerate(grants)])
            for goal in (benefit_of(case, grants), covered, payback, euros):
                value = case.maximise(goal, exact=True)
                if value is None:
                    break
                assert isinstance(value, Fraction)
                case.at_least(goal, value)
                found.append(value)
            if len(found) == 4:
                ranked = (*found, Fraction(-len(grants)))
                best = max(best, ranked) if best else ranked
    assert best is not None, "the firm plan is always possible"
    return BestMixed(given, best[3], best[1], best[0], -best[2], int(-best[4]))


def _most_given(problem: FinancingProblem) -> Fraction:
    """The most aid that has not to be paid back, in exact arithmetic."""
    best = Fraction(0)
    for grants in sorted(_choices(problem), key=_promise_given, reverse=True):
        if _promise_given(grants) <= best:
            break
        for case in cases_of(problem, grants):
            goal = _given(case, grants)
            screened = case.maximise(goal, exact=False)
            if screened is None or screened < best - SCREEN:
                continue
            value = case.maximise(goal, exact=True)
            if isinstance(value, Fraction):
                best = max(best, value)
    return best


def _given(case: Case, grants: list[Grant]) -> dict[int, Fraction]:
    return total_of([case.euros(r, given_by(g.offer)) for r, g in enumerate(grants)])


def _choices(problem: FinancingProblem) -> Iterator[list[Grant]]:
    """Every way to ask: for each offer nothing, or one of its bases that the law does not refuse."""
    options: list[list[Grant | None]] = []
    for project in problem.projects:
        for offer in project.offers:
            grants = [Grant(project, offer, basis) for basis in offer.bases if not basis.refused_by]
            options.append([None, *(grant for grant in grants if grant.lines)])
    for picked in itertools.product(*options):
        grants = [grant for grant in picked if grant is not None]
        asked = {(grant.project.id, grant.offer.id) for grant in grants}
        if not any(
            {(project.id, first), (project.id, second)} <= asked
            for project in problem.projects
            for first, second in project.exclusions
        ):
            yield grants


def _promise(grants: list[Grant]) -> Fraction:
    """No plan with these grants is worth more."""
    return sum((_most(grant) * Fraction(grant.offer.benefit_per_euro) for grant in grants), Fraction(0))


def _promise_given(grants: list[Grant]) -> Fraction:
    """No plan with these grants gives more for good."""
    return sum((_most(grant) * given_by(grant.offer) for grant in grants), Fraction(0))


def _most(grant: Grant) -> Fraction:
    cap = grant.offer.max_support if grant.offer.aid_cap is None else min(grant.offer.max_support, grant.offer.aid_cap)
    return min(Fraction(cap), sum((Fraction(line.amount) for line in grant.lines), Fraction(0)))
