"""Projects of one undertaking share its de minimis account in the selection too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from rebond.dispositifs.model import Instrument
from rebond.financing.problem.model import Basis, FinancingProblem, Line, Offer, ProjectProblem
from rebond.financing.solving.engine import POLISH_SECONDS, Engine, Goal, OutOfTimeError
from rebond.financing.solving.optimize import benefit_goal
from rebond.financing.solving.proof import SolverReport
from rebond.portfolio import shares
from rebond.portfolio.pools import budget_pool, overdrawn
from rebond.portfolio.select import Candidate, uncovered_needs
from rebond.regimes.model import RegimeKind
from tests.core.portfolio.allocating import allocate


def envelope_under_de_minimis(amount: int) -> Offer:
    basis = Basis(regime="de_minimis_essai", article="essai", kind=RegimeKind.DE_MINIMIS, ceilings={"L": Decimal(1)})
    return Offer(
        id="enveloppe",
        title="enveloppe",
        funder="essai",
        instrument=Instrument.GRANT,
        lines=frozenset({"L"}),
        bases=(basis,),
        max_support=Decimal(amount),
    )


def candidate(identifier: str, undertaking: str, *, need: int, value: int) -> Candidate:
    line = Line(id="L", nature="materiel", amount=Decimal(1000), year=2027)
    project = ProjectProblem(id=identifier, undertaking=undertaking, lines=(line,), offers=(), need=Decimal(need))
    uncovered = uncovered_needs(FinancingProblem(projects=(project,)))[identifier]
    return Candidate(project=project, value=Decimal(value), offer=envelope_under_de_minimis(1000), uncovered=uncovered)


def test_two_projects_of_one_undertaking_are_retained_only_as_far_as_its_account_goes() -> None:
    first, second = candidate("P1", "UT", need=200, value=40), candidate("P2", "UT", need=200, value=60)
    third = candidate("P3", "AUTRE", need=200, value=10)
    room = {"UT": Decimal(300), "AUTRE": Decimal(300)}
    selection = allocate([first, second, third], envelope=Decimal(1000), de_minimis_room=room)
    assert selection.retained == ("P2", "P3")
    assert selection.spent == 400


def test_an_account_that_is_large_enough_lets_both_in() -> None:
    first, second = candidate("P1", "UT", need=200, value=40), candidate("P2", "UT", need=200, value=60)
    selection = allocate([first, second], envelope=Decimal(1000), de_minimis_room={"UT": Decimal(400)})
    assert selection.retained == ("P1", "P2")


def test_the_envelope_binds_projects_that_share_an_account_and_projects_that_do_not() -> None:
    first, second = candidate("P1", "UT", need=200, value=40), candidate("P2", "UT", need=200, value=60)
    third = replace(candidate("P3", "AUTRE", need=200, value=50))
    room = {"UT": Decimal(400), "AUTRE": Decimal(300)}
    selection = allocate([first, second, third], envelope=Decimal(400), de_minimis_room=room)
    assert selection.retained == ("P2", "P3")


def test_no_time_at_all_still_proposes_something_legal_and_says_that_nothing_is_proven(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The empty selection is always possible: time that runs out is told, never an error."""
    monkeypatch.setattr(Engine, "run", _out_of_time(Engine.run, only="valeur retenue"))
    candidates = [candidate(f"P{rank}", "UT" if rank < 3 else f"U{rank}", need=200, value=rank) for rank in range(6)]
    room = {each.project.undertaking: Decimal(400) for each in candidates}
    selection = allocate(candidates, envelope=Decimal(700), de_minimis_room=room)
    assert (selection.retained, selection.spent) == ((), 0)
    (report,) = selection.reports
    assert (report.status, report.proven, report.bound) == ("temps écoulé", False, 15.0)


def test_when_time_runs_out_on_the_plans_the_retained_keep_those_that_the_choice_counted_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    candidates = [candidate("P1", "UT", need=200, value=40), candidate("P2", "UT", need=150, value=60)]
    candidates += [candidate("P3", "AUTRE", need=200, value=50), candidate("P4", "UT", need=100, value=1)]
    room = {"UT": Decimal(400), "AUTRE": Decimal(300)}
    monkeypatch.setattr(shares, "benefit_goal", lambda variables: replace(benefit_goal(variables), name="tard"))
    monkeypatch.setattr(Engine, "run", _out_of_time(Engine.run, only="tard"))
    selection = allocate(candidates, envelope=Decimal(700), de_minimis_room=room)
    assert selection.retained == ("P1", "P2", "P3")
    assert {key: plan.envelope for key, plan in selection.plans.items()} == {"P1": 200, "P2": 150, "P3": 200, "P4": 0}
    assert not all(report.proven for report in selection.reports)


def _out_of_time(run: Callable[..., SolverReport | None], only: str) -> Callable[..., SolverReport | None]:
    """The engine, with no time left for a search with choices."""

    def stopped(engine: Engine, goal: Goal, seconds: float) -> SolverReport | None:
        if seconds != POLISH_SECONDS and goal.name == only:
            raise OutOfTimeError(goal.name, 5000.0)
        return run(engine, goal, seconds)

    return stopped


def test_an_overdrawn_budget_gives_no_share_and_takes_none_back() -> None:
    """More was granted than the region has: a project that does not draw on it is shared out all the same."""
    line = Line(id="L", nature="materiel", amount=Decimal(1000), year=2027)
    alone = ProjectProblem(id="P1", undertaking="UT", lines=(line,), offers=(), need=Decimal(100))
    part = FinancingProblem(projects=(alone,), budgets={"region": Decimal(-5)})
    settled = shares.Settled(financed=frozenset(), envelope=0.0, point={})
    found = shares.share_out(part, settled, [budget_pool("region")], time_limit=5.0)
    assert found.value.of == {"P1": {budget_pool("region"): 0}}


def test_a_pool_is_overdrawn_from_the_second_cent_too_many() -> None:
    """Each plan rounds to the cent: one too many is no overdraft, a second is."""
    pool = budget_pool("region")
    problem = FinancingProblem(projects=(), budgets={"region": Decimal(100)})
    for second, found in (("40.01", frozenset()), ("40.02", frozenset({pool}))):
        assert overdrawn([{pool: Decimal(60)}, {pool: Decimal(second)}], problem) == found
