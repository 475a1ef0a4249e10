"""The joint allocation: against every possible set on small calls, in any order of rows, and when time is short."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rebond.dispositifs.model import Instrument
from rebond.financing.problem.model import Basis, FinancingProblem, Line, Offer, ProjectProblem
from rebond.financing.solving import solver
from rebond.financing.solving.engine import LARGE, POLISH_SECONDS, Engine, Goal, OutOfTimeError
from rebond.financing.solving.proof import SolverReport
from rebond.financing.solving.solved import SolvedParts
from rebond.financing.solving.solver import MilpModel, Solution
from rebond.portfolio import financed
from rebond.portfolio.allocation import Allocation
from rebond.portfolio.first_come import first_come
from rebond.portfolio.linked import Linked
from rebond.portfolio.outline import Needs
from rebond.portfolio.pools import budget_pool
from rebond.portfolio.proof_words import VALUE, selection_proof
from rebond.portfolio.select import ENVELOPE, Candidate, uncovered_needs
from rebond.portfolio.together import allocate_together
from rebond.regimes.model import RegimeKind

REGION = "region"


@dataclass(frozen=True)
class Wanted:
    """A project in a few figures: its need, what its own grant and the region's may bring, if the call takes it."""

    need: int
    own: int
    region: int
    value: int
    called: bool

    @property
    def deficit(self) -> int:
        """What its own grant leaves unpaid."""
        return max(0, self.need - self.own)


def grant(identifier: str, amount: int, budget: str = "") -> Offer:
    basis = Basis(regime="rgec_essai", article="essai", kind=RegimeKind.EXEMPTION, ceilings={"L": Decimal("0.5")})
    return Offer(
        id=identifier,
        title=identifier,
        funder="essai",
        instrument=Instrument.GRANT,
        lines=frozenset({"L"}),
        bases=(basis,),
        max_support=Decimal(amount),
        budget=budget,
    )


def territory(wanted: Sequence[Wanted], region: int) -> FinancingProblem:
    """One project an undertaking, two grants each, the region's money shared."""
    return FinancingProblem(
        projects=tuple(
            ProjectProblem(
                id=f"P{rank}",
                undertaking=f"E{rank}",
                lines=(Line(id="L", nature="materiel", amount=Decimal(1000), year=2027),),
                offers=(grant("a-elle", each.own), grant("b-region", each.region, REGION)),
                need=Decimal(each.need),
            )
            for rank, each in enumerate(wanted)
        ),
        budgets={REGION: Decimal(region)},
    )


def allocated(
    problem: FinancingProblem, wanted: Sequence[Wanted], envelope: int
) -> tuple[Allocation, dict[str, Candidate]]:
    """As the call does: pools that run out found on the way, admission again each time."""
    values = {f"P{rank}": Decimal(each.value) for rank, each in enumerate(wanted)}
    called = {f"P{rank}" for rank, each in enumerate(wanted) if each.called}
    binding: frozenset[str] = frozenset()
    while True:
        missing = uncovered_needs(problem, without=binding)
        candidates = {
            p.id: Candidate(project=p, value=values[p.id], offer=grant("c-enveloppe", 1000), uncovered=missing[p.id])
            for p in problem.projects
            if p.id in called and missing[p.id] > 0
        }
        found = allocate_together(
            problem, tuple(candidates.values()), values, envelope=Decimal(envelope), binding=binding
        )
        if not found.over:
            return found, candidates
        binding |= found.over


def least_envelope_of(chosen: Sequence[Wanted], region: int) -> int | None:
    """The least of the envelope that finances a set whole; ``None`` when no amount does."""
    for each in chosen:
        if not each.called:
            region -= each.deficit
            if each.deficit > each.region:
                return None
    if region < 0:
        return None
    called = [each for each in chosen if each.called]
    return sum(each.deficit for each in called) - min(region, sum(min(e.region, e.deficit) for e in called))


projects = st.builds(
    Wanted,
    need=st.integers(60, 240),
    own=st.integers(0, 80),
    region=st.sampled_from([0, 80, 200]),
    value=st.integers(1, 40),
    called=st.booleans(),
)


@settings(max_examples=30)
@given(wanted=st.lists(projects, min_size=2, max_size=5), region=st.integers(0, 300), envelope=st.integers(0, 250))
def test_the_projects_financed_together_are_worth_the_best_of_all_sets(
    wanted: list[Wanted], region: int, envelope: int
) -> None:
    """Every set is tried: its region's money first to those whom the envelope cannot pay, the envelope for the rest."""
    problem = territory(wanted, region)
    found, _ = allocated(problem, wanted, envelope)
    possible = {
        chosen: least
        for size in range(len(wanted) + 1)
        for chosen in combinations(range(len(wanted)), size)
        if (least := least_envelope_of([wanted[rank] for rank in chosen], region)) is not None and least <= envelope
    }
    best = max(sum(wanted[rank].value for rank in chosen) for chosen in possible)
    whole = tuple(r for r, e in enumerate(wanted) if found.plans[f"P{r}"].covered >= e.need)
    assert sum(wanted[rank].value for rank in whole) == best
    assert found.spent == possible[whole], "the envelope is the last resort"
    taken = sum(line.amount for plan in found.plans.values() for line in plan.lines if line.dispositif == "b-region")
    assert taken <= region
    assert all(report.proven for report in found.reports)
    shuffled, _ = allocated(replace(problem, projects=problem.projects[::-1]), wanted, envelope)
    assert told(shuffled) == told(found), "no row stands before another"


def in_pairs(problem: FinancingProblem, room: int) -> FinancingProblem:
    """The same, two projects an undertaking, whose own grants stand under its de minimis account."""
    basis = Basis(regime="minimis", article="", kind=RegimeKind.DE_MINIMIS, ceilings={"L": Decimal(1)})
    projects = tuple(
        replace(each, undertaking=f"E{rank // 2}", offers=(replace(each.offers[0], bases=(basis,)), each.offers[1]))
        for rank, each in enumerate(problem.projects)
    )
    return replace(problem, projects=projects, de_minimis_room={each.undertaking: Decimal(room) for each in projects})


@settings(max_examples=12)
@given(
    wanted=st.lists(projects, min_size=4, max_size=6),
    region=st.integers(0, 300),
    envelope=st.integers(0, 250),
    room=st.integers(0, 120),
)
def test_the_way_of_many_projects_finds_what_the_way_of_few_proves(
    wanted: list[Wanted], region: int, envelope: int, room: int
) -> None:
    """The outline learns what the projects of an undertaking need at once; where its set has plans, it is proven."""
    problem = in_pairs(territory(wanted, region), room)
    worth = []
    for large in (1, LARGE):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(financed, "LARGE", large)
            found, _ = allocated(problem, wanted, envelope)
        assert all(report.proven for report in found.reports)
        whole = [r for r, e in enumerate(wanted) if found.plans[f"P{r}"].covered >= e.need]
        worth.append(sum(wanted[rank].value for rank in whole))
    assert worth[0] == worth[1]


def test_a_search_cut_short_is_never_worth_less_than_what_was_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """HiGHS may stop on a poorer point than the one that it was given."""
    model = MilpModel()
    columns = [model.binary(f"x{rank}") for rank in range(2)]
    model.row("une", [(column, 1.0) for column in columns], high=1.0)
    search = solver._search

    def poor(whole: Engine, fixed: Engine, goal: Goal, deadline: float) -> SolverReport | None:
        whole.fix({columns[0]: 1.0})
        found = search(whole, fixed, goal, deadline)
        return found and replace(found, proven=False, bound=9.0, gap=8.0)

    monkeypatch.setattr(solver, "_search", poor)
    goal = Goal(name="valeur", weights={columns[0]: 1.0, columns[1]: 5.0})
    found = model.solve([goal], tie_break=Goal(name="ordre", weights={}), known={"x1": 1.0})
    assert found is not None
    assert (found.reports[0].objective, found.reports[0].bound, found.proven) == (5.0, 9.0, False)
    assert [round(value) for value in found.values] == [0, 1]


def told(found: Allocation) -> object:
    """All that is shown of an allocation."""
    plans = {key: sorted((line.dispositif, line.amount) for line in plan.lines) for key, plan in found.plans.items()}
    return sorted(found.retained), found.spent, dict(sorted(plans.items())), dict(sorted(found.missing.items()))


def test_the_money_of_the_region_goes_to_those_whom_the_call_cannot_take() -> None:
    """Two steps give the region's 100 to the first; together, the envelope takes that one and both are financed."""
    wanted = [Wanted(100, 0, 200, 60, called=True), Wanted(100, 0, 200, 50, called=False)]
    found, _ = allocated(territory(wanted, 100), wanted, 100)
    assert (found.retained, found.spent) == (("P0",), 100)
    assert {key: plan.gap for key, plan in found.plans.items()} == {"P0": 0, "P1": 0}
    assert found.missing == {"P0": 100, "P1": 0}


def test_what_nothing_else_can_pay_is_said_with_the_others_served() -> None:
    """Alone, each could have the region's money; the one that is left without it lacks all that it would have given."""
    wanted = [Wanted(100, 0, 200, 60, called=False), Wanted(100, 30, 200, 50, called=False)]
    found, _ = allocated(territory(wanted, 110), wanted, 0)
    assert found.missing == {"P0": 0, "P1": 60}


def test_a_budget_that_does_not_run_out_links_nobody() -> None:
    wanted = [Wanted(100, 0, 200, 60, called=True), Wanted(100, 0, 200, 50, called=True)]
    found, candidates = allocated(territory(wanted, 200), wanted, 100)
    assert (found.missing, candidates, found.prices) == ({}, {}, ())


def test_a_euro_more_is_worth_what_the_next_project_would_bring() -> None:
    """60 for 100 euros then 40 for the next 100: with 150 euros, the next thousand brings 400 points, at the margin."""
    wanted = [Wanted(100, 0, 0, 60, called=True), Wanted(100, 0, 0, 40, called=True)]
    for envelope, expected in ((150, 400.0), (250, 0.0)):
        found, _ = allocated(territory(wanted, 0), wanted, envelope)
        (price,) = found.prices
        assert price.pool == ENVELOPE
        assert price.value == pytest.approx(expected)


@pytest.mark.parametrize(("cents", "envelope", "most"), [("0.50", 599, 599), ("0.50", 600, 600), ("0.30", 1, 0)])
def test_regions_with_cents_never_make_the_envelope_pay_a_euro_too_many(cents: str, envelope: int, most: int) -> None:
    """Two regions whose pairs each miss 299,50 €: whole euros ask 600 of an envelope that may have 599."""
    projects = tuple(
        ProjectProblem(
            id=name,
            undertaking=name,
            lines=(Line(id="L", nature="materiel", amount=Decimal(1000), year=2027),),
            offers=(grant("region", 200, f"region-{name[0]}"),),
            need=Decimal(200),
        )
        for name in ("A1", "A2", "B1", "B2")
    )
    budgets = dict.fromkeys(("region-A", "region-B"), 100 + Decimal(cents))
    problem, values = FinancingProblem(projects=projects, budgets=budgets), {p.id: Decimal(10) for p in projects}
    binding = frozenset({budget_pool("region-A"), budget_pool("region-B")})
    missing = uncovered_needs(problem, without=binding)
    candidates = [
        Candidate(project=p, value=values[p.id], offer=grant("enveloppe", 1000), uncovered=missing[p.id])
        for p in projects
    ]
    found = allocate_together(problem, candidates, values, envelope=Decimal(envelope), binding=binding)
    assert found.spent <= most
    assert found.left == envelope - found.spent
    if found.spent < envelope == 599:
        assert not all(report.proven for report in found.reports if report.goal == VALUE)


def test_served_in_the_order_of_arrival_the_same_money_does_less() -> None:
    wanted = [
        Wanted(100, 0, 100, 10, called=True),
        Wanted(100, 0, 100, 60, called=True),
        Wanted(90, 0, 0, 5, called=True),
    ]
    problem = territory(wanted, 100)
    found, candidates = allocated(problem, wanted, 50)
    plans = first_come(
        problem,
        candidates,
        found.plans,
        envelope=Decimal(50),
        binding={budget_pool(REGION)},
        solved=SolvedParts(),
    )
    assert [key for key, plan in plans.items() if plan.gap == 0] == ["P0"]
    assert [key for key, plan in found.plans.items() if plan.gap == 0] == ["P1"]


def test_when_time_runs_out_the_sequential_plan_stands_and_its_gap_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Undertakings served one after the other: there always is such a plan, and never a crash."""
    run = Engine.run

    def stopped(engine: Engine, goal: Goal, seconds: float) -> SolverReport | None:
        if seconds != POLISH_SECONDS and goal.name == VALUE:
            raise OutOfTimeError(goal.name, 200.0)
        return run(engine, goal, seconds)

    monkeypatch.setattr(financed, "LARGE", 1)
    monkeypatch.setattr(Engine, "run", stopped)
    wanted = [Wanted(100, 0, 100, 60, called=True), Wanted(100, 0, 100, 50, called=False)]
    found, _ = allocated(territory(wanted, 100), wanted, 40)
    assert found.plans["P0"].gap == 0, "the most valuable first"
    report = found.reports[0]
    assert (report.proven, report.objective, report.bound) == (False, 60.0, 110.0)
    assert "non prouvée" in selection_proof(found.reports)


@pytest.mark.parametrize("large", [1, LARGE], ids=["many projects", "few projects"])
@pytest.mark.parametrize("proven", [True, False], ids=["proven outline", "outline cut short"])
def test_the_steps_of_a_choice_share_its_time(monkeypatch: pytest.MonkeyPatch, large: int, proven: bool) -> None:
    """Each step is made to use all that it was given: together they never have more than the choice."""
    solve, now, given_to = MilpModel.solve, time.monotonic, list[float]()

    def slow(model: MilpModel, *args: Any, time_limit: float = 60.0, **kwargs: Any) -> Solution | None:
        found = solve(model, *args, time_limit=60.0, **kwargs)
        given_to.append(time_limit)
        if found and not proven and len(given_to) == 1:
            found.reports = tuple(replace(report, proven=False) for report in found.reports)
        return found

    twins = [Wanted(100, 0, 100, 60, called=False), Wanted(100, 0, 100, 60, called=False)]
    problem = territory(twins, 100)
    linked = Linked(
        problem=problem,
        values={"P0": 60.0, "P1": 60.0},
        candidates={},
        pools={budget_pool(REGION): Decimal(100)},
        needs=dict.fromkeys(("P0", "P1"), Needs(shared=Decimal(100), whole=Decimal(100), envelope=Decimal(0))),
    )
    monkeypatch.setattr(financed, "LARGE", large)
    monkeypatch.setattr(MilpModel, "solve", slow)
    monkeypatch.setattr(time, "monotonic", lambda: now() + sum(given_to))
    chosen = financed.choose_financed(linked, worth=Twins(), time_limit=40.0, solved=SolvedParts())
    assert len(given_to) > 1
    assert sum(given_to) <= 40.0
    assert len(chosen.financed) == 1


class Twins:
    """No candidate stands apart."""

    def gain(self, project: str) -> tuple[float, float]:
        raise AssertionError(project)
