"""Several calls at once, against every assignment of projects to calls: one call a project, each a last resort."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import product

from hypothesis import example, given, settings
from hypothesis import strategies as st

from rebond.facts import Contribution
from rebond.financing.problem.model import FinancingProblem
from rebond.portfolio.contributors import pay_out, payers_of
from rebond.portfolio.paid import Paid, paid_breaches
from rebond.portfolio.select import Candidate, uncovered_needs, whole_model, with_envelope
from rebond.portfolio.several import AllCalls, CallMoney, allocate_calls
from tests.core.portfolio.test_contributors import FACTS, SCALE, affordable, contributions_of, scaled
from tests.core.portfolio.test_paid_together import A_EURO_EACH, LEAST, REGION, project
from tests.core.portfolio.test_select import grant

CALLS = ("a", "b")
Parts = Mapping[str, Sequence[Contribution]]


def allocated(
    problem: FinancingProblem, values: Sequence[int], parts: Parts, caps: Mapping[str, int], partly: Mapping[str, bool]
) -> tuple[AllCalls, Mapping[str, Mapping[str, Candidate]]]:
    """As the mission does: pools that run out found on the way, admission again each time."""
    worth = {f"P{rank}": Decimal(value) for rank, value in enumerate(values)}
    binding: frozenset[str] = frozenset()
    while True:
        missing = uncovered_needs(problem, without=binding)
        calls = []
        for key in CALLS:
            offer = replace(grant(key, caps[key]), pays_part=partly[key])
            offer = replace(offer, least_useful=Decimal(LEAST)) if partly[key] else offer
            candidates = {
                p.id: Candidate(project=p, value=worth[p.id], offer=offer, uncovered=missing[p.id])
                for p in problem.projects
                if missing[p.id] >= (LEAST if partly[key] else 1)
            }
            calls.append(CallMoney(key=key, title=key, candidates=candidates, payers=payers_of(parts[key], FACTS)))
        found = allocate_calls(problem, calls, worth, binding=binding)
        if not found.allocation.over:
            return found, {call.key: call.candidates for call in calls}
        binding |= found.allocation.over


def test_each_rule_of_a_project_has_a_name_of_its_own_with_two_calls_that_pay_parts() -> None:
    called = project(0, 4 * SCALE, 0)
    for key in CALLS:
        offer = replace(grant(key, 9 * SCALE), pays_part=True)
        called = with_envelope(
            called, Candidate(project=called, value=Decimal(1), offer=offer, uncovered=Decimal(4 * SCALE))
        )
    model = whole_model(FinancingProblem(projects=(called,))).model
    assert len(set(model.row_names)) == len(model.row_names)
    assert len(set(model.names)) == len(model.names)


def test_a_project_goes_to_the_call_that_it_is_worth_most_to_where_calls_have_criteria_of_their_own() -> None:
    """Each call pays one of two projects; by the mission's criteria alone either way is worth as much."""
    problem = FinancingProblem(projects=(project(0, 4 * SCALE, 0), project(1, 4 * SCALE, 0)))
    parts = {key: (Contribution(contributor=key, amount=Decimal(4 * SCALE)),) for key in CALLS}
    common = {"P0": Decimal(5), "P1": Decimal(5)}
    for worth, wanted in (
        ({"b": {"P0": Decimal(9), "P1": Decimal(1)}}, {"P0": "b", "P1": "a"}),
        ({"b": {"P0": Decimal(1), "P1": Decimal(9)}}, {"P0": "a", "P1": "b"}),
    ):
        calls = []
        for key in CALLS:
            mine = {
                p.id: Candidate(
                    project=p, value=common[p.id], offer=grant(key, 4 * SCALE), uncovered=Decimal(4 * SCALE)
                )
                for p in problem.projects
            }
            calls.append(CallMoney(key=key, title=key, candidates=mine, payers=payers_of(parts[key], FACTS)))
        found = allocate_calls(problem, calls, common, worth=worth)
        assert dict(found.call_of) == wanted
        assert set(found.allocation.given.values()) == {4 * SCALE}


Way = tuple[int, str, int, float]
"""Money of the region, call, its amount, how far the project is served."""


def ways_of(
    rank: int,
    need: int,
    cap: int,
    limits: Mapping[str, int],
    called: Mapping[str, Mapping[str, Candidate]],
    envelope: int,
    partly: Mapping[str, bool],
) -> Iterator[Way]:
    yield 0, "", 0, 0.0
    for money in range(0, min(cap, need) + 1, SCALE):
        if money == need:
            yield money, "", 0, 1.0
        for key in CALLS:
            if f"P{rank}" not in called[key]:
                continue
            most = min(int(called[key][f"P{rank}"].uncovered), limits[key], envelope)
            for amount in range(SCALE, min(need - money, most) + 1, SCALE):
                if money + amount == need and (not partly[key] or amount >= LEAST):
                    yield money, key, amount, 1.0
                elif partly[key] and amount >= LEAST:
                    yield money, key, amount, min(1.0, amount / most)


@settings(max_examples=25)
@given(
    parts=st.tuples(contributions_of(7), contributions_of(5)),
    asked=st.tuples(*[st.integers(2, 4)] * 3),
    caps=st.tuples(*[st.sampled_from([0, 1, 4])] * 3),
    region=st.integers(0, 5),
    values=st.tuples(*[st.integers(1, 9)] * 3),
    limits=st.tuples(*[st.integers(2, 4)] * 2),
    partly=st.tuples(*[st.booleans()] * 2),
)
@example(  # nobody that the calls could pay
    parts=([Contribution(contributor="C", amount=Decimal(0))], [Contribution(contributor="D", amount=Decimal(0))]),
    asked=(2, 3, 2),
    caps=(4, 0, 4),
    region=2,
    values=(1, 1, 1),
    limits=(2, 2),
    partly=(False, False),
)
@example(  # P1 is covered whole with the region's 20 € and 40 € of « b »: sharing out must not give them to P2
    parts=(
        [Contribution(contributor="C", amount=Decimal(0))],
        [
            Contribution(
                contributor="C", amount=Decimal(4), regions=("44",), activities=("13.2",), max_per_project=Decimal(2)
            )
        ],
    ),
    asked=(4, 3, 2),
    caps=(0, 4, 4),
    region=1,
    values=(2, 7, 5),
    limits=(4, 3),
    partly=(True, True),
)
@example(  # what « b » could give P2 at most does not depend on « a », which pays no part
    parts=(
        [Contribution(contributor="C", amount=Decimal(0))],
        [
            Contribution(contributor="C", amount=Decimal(0)),
            Contribution(contributor="C", amount=Decimal(1), sizes=frozenset({"petite"})),
            Contribution(contributor="C", amount=Decimal(3), min_per_project=Decimal(3)),
        ],
    ),
    asked=(2, 2, 4),
    caps=(0, 0, 0),
    region=0,
    values=(1, 1, 1),
    limits=(2, 4),
    partly=(False, True),
)
def test_no_assignment_of_projects_to_calls_is_worth_more(
    parts: tuple[list[Contribution], list[Contribution]],
    asked: tuple[int, ...],
    caps: tuple[int, ...],
    region: int,
    values: tuple[int, ...],
    limits: tuple[int, ...],
    partly: tuple[bool, ...],
) -> None:
    """What is found keeps every rule of every call to the euro, one call a project, and nothing on a grid is better."""
    of = dict(zip(CALLS, ([scaled(each) for each in mine] for mine in parts), strict=True))
    needs, region = [need * SCALE for need in asked], region * SCALE
    tops = dict(zip(CALLS, (limit * SCALE for limit in limits), strict=True))
    pays = dict(zip(CALLS, partly, strict=True))
    problem = FinancingProblem(
        projects=tuple(
            project(rank, need, cap * SCALE) for rank, (need, cap) in enumerate(zip(needs, caps, strict=True))
        ),
        budgets={REGION: Decimal(region)},
    )
    envelope = int(sum((each.amount for mine in of.values() for each in mine), Decimal(0)))
    found, called = allocated(problem, values, of, tops, pays)
    given_, allocation = found.allocation.given, found.allocation
    best = 0.0
    for way in product(
        *(ways_of(rank, needs[rank], caps[rank] * SCALE, tops, called, envelope, pays) for rank in range(3))
    ):
        worth = sum(value * served for value, (*_, served) in zip(values, way, strict=True))
        if worth > best and sum(money for money, *_ in way) <= region:
            asked_of = {
                key: {f"P{r}": a for r, (_, call, a, _) in enumerate(way) if call == key and a} for key in CALLS
            }
            if all(affordable(asked_of[key], of[key], SCALE // 4) for key in CALLS):
                best = worth
    helped = {p.id for p in problem.projects if allocation.plans[p.id].gap == 0 or p.id in given_}
    reached = sum(values[int(key[1:])] * float(allocation.served(key)) for key in helped)
    assert reached >= best - A_EURO_EACH
    assert all(report.proven for report in allocation.reports)
    shared = pay_out(given_, found.payers)
    assert shared is not None
    for key in CALLS:
        mine = {name: amount for name, amount in given_.items() if found.call_of[name] == key}
        first = found.ranks[key].start
        paid = [
            Paid(project=name, rank=rank - first, contributor="C", amount=euros)
            for (rank, name), euros in shared.items()
            if rank in found.ranks[key]
        ]
        assert set(mine) == {each.project for each in paid}
        assert list(paid_breaches(paid, of[key], mine, FACTS)) == []
    lines = [line for plan in allocation.plans.values() for line in plan.lines]
    assert all(len({line.dispositif for line in plan.lines} & {*CALLS}) <= 1 for plan in allocation.plans.values())
    assert sum(line.amount for line in lines if line.dispositif == "region") <= region


def test_the_call_that_can_pay_no_one_else_leaves_the_other_to_those_who_need_it() -> None:
    """100 € in each call; « b » pays P1 alone: served by « a » it would keep P0 out."""
    of = {
        "a": [Contribution(contributor="État", amount=Decimal(100))],
        "b": [Contribution(contributor="Agglo", amount=Decimal(100), epcis=("2",))],
    }
    problem = FinancingProblem(projects=tuple(project(rank, 80, 0) for rank in range(2)))
    found, _ = allocated(problem, (10, 90), of, {"a": 1000, "b": 1000}, {"a": False, "b": False})
    assert {name: found.call_of[name] for name in found.allocation.given} == {"P0": "a", "P1": "b"}
