"""The selection under the envelope: against brute force on small calls, and the rules it must keep."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rebond.dispositifs.model import Instrument
from rebond.facts import Contribution
from rebond.financing.problem.model import Basis, FinancingProblem, Line, Offer, ProjectProblem
from rebond.financing.solving.engine import POLISH_SECONDS, Engine, Goal, OutOfTimeError
from rebond.financing.solving.proof import SolverReport
from rebond.portfolio.contributors import payers_of
from rebond.portfolio.reasons import refusal, way_in
from rebond.portfolio.select import Candidate, uncovered_needs
from rebond.regimes.model import RegimeKind
from tests.core.portfolio.allocating import allocate

GBER, DE_MINIMIS = "rgec_essai", "de_minimis_essai"


def grant(identifier: str, amount: int, ceiling: str = "0.5") -> Offer:
    """A grant under an exempted regime on line L."""
    basis = Basis(regime=GBER, article="essai", kind=RegimeKind.EXEMPTION, ceilings={"L": Decimal(ceiling)})
    return Offer(
        id=identifier,
        title=identifier,
        funder="essai",
        instrument=Instrument.GRANT,
        lines=frozenset({"L"}),
        bases=(basis,),
        max_support=Decimal(amount),
    )


def candidate(rank: int, *, cost: int, need: int | str, other: int, value: int, ceiling: str = "0.5") -> Candidate:
    """A project of one line, another grant, the envelope's offer, and what the other grant leaves unpaid."""
    project = ProjectProblem(
        id=f"P{rank}",
        undertaking=f"E{rank}",
        lines=(Line(id="L", nature="materiel", amount=Decimal(cost), year=2027),),
        offers=(grant("autre", other, ceiling),),
        need=Decimal(need),
    )
    uncovered = uncovered_needs(FinancingProblem(projects=(project,)))[project.id]
    return Candidate(
        project=project, value=Decimal(value), offer=grant("enveloppe", cost, ceiling), uncovered=uncovered
    )


calls = st.lists(
    st.tuples(st.integers(100, 400), st.integers(20, 90), st.integers(0, 60), st.integers(1, 100)),
    min_size=1,
    max_size=6,
)


@given(calls=calls, envelope=st.integers(0, 200))
def test_the_selection_has_the_value_of_the_best_affordable_set(
    calls: list[tuple[int, int, int, int]], envelope: int
) -> None:
    """Independent projects: the envelope pays each one's uncovered need, where the ceiling of half the cost allows."""
    candidates = [
        c
        for rank, (cost, need, other, value) in enumerate(calls)
        if (c := candidate(rank, cost=cost, need=need, other=other, value=value)).uncovered > 0
    ]
    selection = allocate(candidates, envelope=Decimal(envelope), de_minimis_room={})
    possible = [c for c in candidates if c.project.need <= c.project.cost / 2]
    best = max(
        sum(c.value for c in chosen)
        for size in range(len(possible) + 1)
        for chosen in combinations(possible, size)
        if sum(c.uncovered for c in chosen) <= envelope
    )
    values = {c.project.id: c.value for c in candidates}
    assert sum(values[project] for project in selection.retained) == best
    assert selection.spent <= envelope
    assert all(selection.plans[project].gap == 0 for project in selection.retained)


def test_the_envelope_pays_exactly_what_nothing_else_can() -> None:
    only = candidate(0, cost=400, need=150, other=60, value=50)
    selection = allocate([only], envelope=Decimal(1000), de_minimis_room={})
    assert selection.plans["P0"].envelope == 90
    assert selection.left == 910


def test_a_project_that_the_ceiling_forbids_to_finance_whole_is_not_retained_and_says_why() -> None:
    """20 % of 400 is 80: a need of 150 cannot be met by aid."""
    only = candidate(0, cost=400, need=150, other=60, value=50, ceiling="0.2")
    selection = allocate([only], envelope=Decimal(1000), de_minimis_room={})
    assert selection.retained == ()
    assert "légalement" in refusal(only, only.uncovered, selection.left)
    assert way_in(only, only.uncovered, selection.left, {}, {}) is None


def test_between_two_projects_of_equal_cost_the_more_valuable_wins() -> None:
    first = candidate(0, cost=400, need=100, other=0, value=40)
    second = candidate(1, cost=400, need=100, other=0, value=60)
    selection = allocate([first, second], envelope=Decimal(100), de_minimis_room={})
    assert selection.retained == ("P1",)
    assert "d'autres projets apportent plus de valeur" in refusal(first, first.uncovered, selection.left)
    told = refusal(replace(first, perhaps=first.uncovered), first.uncovered, selection.left)
    assert "plus de valeur" not in told, "what a loan might pay comes after, whatever it is worth"
    assert "d'abord à ce que rien d'autre ne peut payer" in told
    entry = way_in(first, first.uncovered, selection.left, {"P1": 100}, {"P1": Decimal(60)})
    assert entry is not None
    assert (int(entry.short), entry.instead_of, int(entry.lost)) == (100, ("P1",), 20)


def test_the_cents_of_a_need_are_no_missing_support() -> None:
    """Supports are whole euros: a need of 60,23 € that another grant can pay is not one for the envelope."""
    covered = candidate(0, cost=400, need="60.23", other=80, value=50)
    assert covered.uncovered == 0


def test_a_need_with_cents_is_met_by_whole_euros_of_the_envelope() -> None:
    only = candidate(0, cost=400, need="150.23", other=60, value=50)
    assert only.uncovered == 90
    selection = allocate([only], envelope=Decimal(90), de_minimis_room={})
    assert (selection.retained, selection.spent) == (("P0",), 90)


def test_an_empty_call_spends_nothing() -> None:
    selection = allocate([], envelope=Decimal(100), de_minimis_room={})
    assert (selection.retained, selection.spent, selection.left) == ((), 0, Decimal(100))


@pytest.mark.parametrize("ruled", [False, True], ids=["an amount alone", "contributors with rules"])
@pytest.mark.parametrize("nothing_found", [False, True])
def test_no_exchange_is_told_that_time_did_not_allow_to_prove(
    monkeypatch: pytest.MonkeyPatch, ruled: bool, nothing_found: bool
) -> None:
    first = candidate(0, cost=400, need=100, other=0, value=40)
    rules = (Contribution(contributor="Région", amount=Decimal(100), max_per_project=Decimal(100)),)
    payers = payers_of(rules, {"P0": {}, "P1": {}}) if ruled else None
    run = Engine.run

    def cut_short(engine: Engine, goal: Goal, seconds: float) -> SolverReport | None:
        report = run(engine, goal, seconds)
        if report is None or seconds == POLISH_SECONDS:
            return report
        if nothing_found:
            raise OutOfTimeError(goal.name, 1000.0)
        return replace(report, proven=False, bound=1000.0, gap=1.0)

    def told() -> object:
        return way_in(first, first.uncovered, Decimal(0), {"P1": 100}, {"P1": Decimal(60)}, payers=payers)

    assert told() is not None
    monkeypatch.setattr(Engine, "run", cut_short)
    assert told() is None
