"""The joint allocation: against enumeration on small territories, and the rules that its plans keep."""

from __future__ import annotations

import importlib
import math
import time
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from itertools import compress, product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rebond.errors import DataError
from rebond.financing.auditing.audit import audit_plans
from rebond.financing.problem.model import FinancingProblem
from rebond.financing.solving.optimize import build_model, order_goal
from rebond.financing.solving.solver import Goal
from rebond.portfolio.joint import bounding, polishing
from rebond.portfolio.joint.allocate import Allocation, allocate
from rebond.portfolio.joint.bounding import Terms, first_bound, first_prices, generate, relax
from rebond.portfolio.joint.choosing import room_of, value_of
from rebond.portfolio.joint.generated import territory
from rebond.portfolio.joint.master import Master
from rebond.portfolio.joint.outcome import plan_all
from rebond.portfolio.joint.plans import Worth, is_covered, plans_of
from rebond.portfolio.joint.polishing import best_ways, fill
from rebond.portfolio.joint.pricing import Here
from rebond.portfolio.joint.reopening import reopen
from rebond.portfolio.joint.state import read_state, write_state
from rebond.portfolio.joint.team import Team
from rebond.portfolio.joint.tightening import tighten
from rebond.portfolio.joint.undertakings import (
    Listed,
    Planned,
    compile_undertaking,
    fingerprint,
)
from rebond.portfolio.joint.ways import Effort, Way
from rebond.portfolio.joint.whole import Group, solve_whole

D = Decimal
EXACT = Effort(gap=0.0)


def a_territory(projects: int, schemes: int, seed: int, kept: float) -> Listed:
    """A generated one, of which only a part of every budget is left."""
    drawn = territory(projects, schemes, seed=seed)
    parts = [(part, values) for _, part, values in drawn.share(0, 1)]
    problem = FinancingProblem(
        projects=tuple(project for part, _ in parts for project in part.projects),
        de_minimis_room={key: room for part, _ in parts for key, room in part.de_minimis_room.items()},
        budgets={key: D(round(float(amount) * kept)) for key, amount in drawn.budgets.items()},
    )
    return Listed(problem=problem, values={key: value for _, values in parts for key, value in values.items()})


def limits_of(listed: Listed) -> list[float]:
    return [float(amount) / 1000 for amount in listed.budgets.values()]


class Apart(Here):
    """One that no single programme helps: prices, dive and polish must find it all."""

    whole = None  # type: ignore[assignment]  # what is left out


def solved(
    listed: Listed, *, seconds: float = 20.0, target: float = 1e-7, kind: type[Here] = Here
) -> tuple[Allocation, list[Planned]]:
    """The allocation of this process, and its audited plans."""
    blocks = [compile_undertaking(listed, part, values) for _, part, values in listed.share(0, 1)]
    pricer = kind(blocks, np.array(limits_of(listed)))
    bounds: list[float] = []
    found = allocate(
        pricer,
        [block.most for block in blocks],
        limits_of(listed),
        seconds=seconds,
        target=target,
        effort=EXACT,
        keep=lambda at: bounds.append(at.bound.value),
    )
    # The allocation's own is never told under its value: the search's is looked at, which nothing raises.
    assert min(bounds) >= found.value - 1e-5 * max(1.0, found.value)
    return found, planned_of(listed, pricer, found)


def planned_of(listed: Listed, pricer: Here | Team, found: Allocation) -> list[Planned]:
    """Every way in plans: none is given up."""
    planned = plan_all(listed, pricer, {way.block: way for way in found.ways}, plans=True)
    assert len(planned) == len(found.ways)
    return [each for each in planned if isinstance(each, Planned)]


def best_by_enumeration(listed: Listed) -> Decimal:
    """The best set of projects that one model of the whole territory can finance whole, each set tried."""
    ids = [project.id for project in listed.problem.projects]
    sets = [set(compress(ids, flags)) for flags in product((True, False), repeat=len(ids))]
    for chosen in sorted(sets, key=lambda each: -sum((listed.values[project] for project in each), D(0))):
        variables = build_model(listed.problem)
        for project in listed.problem.projects:
            if project.id in chosen:
                covered = [(variables.covered[project.id], 1.0)]
                variables.model.row(f"entier[{project.id}]", covered, low=float(project.payable_need))
        nothing = Goal(name="rien", weights={}, most=0.0)
        if variables.model.solve([nothing], tie_break=order_goal(variables)) is not None:
            return sum((listed.values[project] for project in chosen), D(0))
    raise AssertionError("financing nothing is always possible")


def assert_legal(listed: Listed, planned: list[Planned]) -> None:
    """Every rule, those that bind undertakings together included, and every financed project paid to its last euro."""
    plans = {project: plan for each in planned for project, plan in each.plans.items()}
    assert audit_plans(plans.values(), listed.problem) == []
    for each in planned:
        for project in listed.problem.projects:
            if project.id in each.financed:
                assert sum(line.amount for line in plans[project.id].lines) == project.payable_need


@settings(max_examples=15, deadline=None)
@given(
    projects=st.integers(1, 4),
    schemes=st.integers(3, 9),
    seed=st.integers(0, 10_000),
    kept=st.floats(0.2, 1.5),
)
def test_the_best_set_of_projects_is_found_and_bounded(projects: int, schemes: int, seed: int, kept: float) -> None:
    listed = a_territory(projects, schemes, seed, kept)
    found, planned = solved(listed, kind=Apart)
    best = float(best_by_enumeration(listed))
    assert found.value == pytest.approx(best, abs=1e-6)
    assert found.bound >= best - 1e-6
    assert sum(each.value for each in planned) == pytest.approx(best, abs=1e-6)
    assert_legal(listed, planned)


@settings(max_examples=5, deadline=None)
@given(seed=st.integers(0, 10_000), kept=st.floats(0.1, 1.0), aid=st.sampled_from([0.0, 0.25, 1.0]))
def test_aid_and_files_count_as_in_one_programme(seed: int, kept: float, aid: float) -> None:
    listed = replace(a_territory(8, 6, seed, kept), worth=Worth(per_thousand=aid, per_file=3.0))
    found, planned = solved(listed)
    blocks = [compile_undertaking(listed, part, values) for _, part, values in listed.share(0, 1)]
    group = Group(blocks=blocks, room=np.array(limits_of(listed)), starts=[None] * len(blocks))
    one = solve_whole(group, margin=0.0, seconds=60.0, gap=1e-9)
    # Whole euros cost a few euros of aid an undertaking.
    assert found.value == pytest.approx(one.value, abs=1e-6 * one.value + 0.02)
    assert found.bound >= one.value - 1e-6 * one.value
    assert sum(each.value for each in planned) == pytest.approx(found.value, abs=0.02)
    assert_legal(listed, planned)


def test_the_order_of_the_rows_changes_nothing() -> None:
    listed = a_territory(8, 8, 4, 0.5)
    turned = replace(listed, problem=replace(listed.problem, projects=listed.problem.projects[::-1]))
    first, second = solved(listed), solved(turned)
    assert first[0].value == second[0].value > 0
    assert financed(first[1]) == financed(second[1])


def financed(planned: list[Planned]) -> set[str]:
    return {project for each in planned for project in each.financed}


def test_several_processes_find_as_much_and_say_where_each_euro_went() -> None:
    listed = replace(a_territory(16, 8, 7, 1.0), worth=Worth(per_thousand=0.25, per_file=3.0))
    with Team(listed, processes=2) as team:
        found = allocate(team, team.mosts, limits_of(listed), seconds=5.0, target=1e-3, effort=Effort(gap=1e-3))
        kept = planned_of(listed, team, found)
    assert len(kept) == len(found.ways)
    assert 0 <= found.value <= found.bound  # How much depends on the time that the machine gave.
    assert sum(each.value for each in kept) == pytest.approx(found.value, abs=0.1)
    assert_legal(listed, kept)
    assert all(left >= 0 for left in left_of(listed, kept).values())


def left_of(listed: Listed, planned: list[Planned]) -> Mapping[str, Decimal]:
    return {key: amount - sum(each.spent.get(key, 0) for each in planned) for key, amount in listed.budgets.items()}


def test_without_time_the_answer_is_legal_and_its_bound_holds() -> None:
    listed = a_territory(8, 8, 11, 0.6)
    hasty, planned = solved(listed, seconds=0.0)
    settled, _ = solved(listed)
    assert hasty.bound >= settled.value
    assert hasty.value <= settled.value
    assert_legal(listed, planned)


def test_a_bound_that_one_programme_proved_is_not_lowered_by_what_prices_gain() -> None:
    """Undertakings looked at closer at old prices say nothing of a bound that these prices did not give."""
    listed = a_territory(8, 8, 4, 0.5)
    blocks = [compile_undertaking(listed, part, values) for _, part, values in listed.share(0, 1)]
    limits = np.array(limits_of(listed))
    pricer, mosts = Here(blocks, limits), [block.most for block in blocks]
    best = solve_whole(Group(blocks=blocks, room=limits, starts=[None] * len(blocks)), margin=0.0, seconds=60.0, gap=0)
    bound = first_bound(mosts, limits)
    terms = Terms(limits=limits, target=1e-4, effort=EXACT, tell=lambda _: None, save=lambda _: None)
    prices = first_prices(mosts, limits) / 10
    bound.see(prices, limits, list(pricer.relaxed(prices)))
    of_prices = bound.of_block.sum()
    bound.value = best.bound
    tighten(pricer, Master(len(mosts), limits), terms, bound, math.inf, [Effort(gap=1e-4, seconds=6.0)])
    assert bound.of_block.sum() < of_prices - 1, "something was gained at these prices"
    assert bound.value >= best.value - 1e-6


def test_a_second_run_takes_up_the_first_and_refuses_another_problem(tmp_path: Path) -> None:
    listed = a_territory(14, 8, 5, 0.5)
    blocks = [compile_undertaking(listed, part, values) for _, part, values in listed.share(0, 1)]
    pricer, mosts, limits = Here(blocks, np.array(limits_of(listed))), [b.most for b in blocks], limits_of(listed)
    path, problem = tmp_path / "etat.npz", fingerprint(listed, [b.mark for b in blocks])
    first = allocate(
        pricer, mosts, limits, seconds=1.0, effort=EXACT, keep=lambda at: write_state(path, at, problem=problem)
    )
    read = read_state(path, problem=problem, budgets=len(limits), blocks=len(mosts))
    assert sum(way.value for way in read.chosen) == pytest.approx(first.value)
    second = allocate(pricer, mosts, limits, seconds=0.0, effort=EXACT, reached=read)
    assert second.value >= first.value - 1e-9
    assert second.bound <= first.bound + 1e-9
    dearer = fingerprint(replace(listed, worth=Worth(per_file=1.0)), [b.mark for b in blocks])
    # The same projects, values and budgets under another rule: what was proven of the first holds no more.
    firm = next(iter(listed.problem.de_minimis_room))
    wider = replace(listed.problem, de_minimis_room={**listed.problem.de_minimis_room, firm: D(123_456)})
    ruled = [compile_undertaking(listed, p, v) for _, p, v in replace(listed, problem=wider).share(0, 1)]
    assert [block.most for block in ruled] == mosts
    for another in (dearer, fingerprint(listed, [block.mark for block in ruled])):
        with pytest.raises(DataError, match="autre problème"):
            read_state(path, problem=another, budgets=len(limits), blocks=len(mosts))
    whole = path.read_bytes()
    garbled = bytearray(whole)
    garbled[60 : len(whole) // 2] = bytes(each ^ 0x55 for each in whole[60 : len(whole) // 2])
    table = BytesIO()
    np.save(table, np.zeros(3))
    for unreadable in (b"", whole[:100], bytes(garbled), table.getvalue(), b"bonjour"):
        path.write_bytes(unreadable)
        with pytest.raises(DataError, match="pas un état"):
            read_state(path, problem=problem, budgets=len(limits), blocks=len(mosts))
    assert [each.name for each in tmp_path.iterdir()] == ["etat.npz"]


def test_a_way_short_of_a_euro_is_planned_with_what_the_others_leave() -> None:
    """Two projects of one undertaking whose exact awards take every euro of their ceilings: no whole ones do."""
    listed = a_territory(16, 8, 5, 1.0)
    (part, values) = next((p, v) for number, p, v in listed.share(0, 1) if number == 3)
    alone = replace(listed, problem=replace(listed.problem, projects=part.projects), values=values)
    spent = ((0, 100.0), (3, 155.881), (5, 13.476), (6, 58.814))
    way = Way(block=0, financed=(True, True), value=0.0, spent=spent)
    short = plans_of(part, way, list(listed.budgets), values)
    assert short is not None
    assert sum(is_covered(plan, part) for plan in short.values()) < len(part.projects)
    blocks = [compile_undertaking(alone, part, values)]
    (planned,) = plan_all(alone, Here(blocks, np.array(limits_of(alone))), {0: way}, plans=True)
    assert isinstance(planned, Planned)
    assert len(planned.financed) == len(part.projects)
    assert_legal(alone, [planned])


def test_lines_that_end_in_cents_do_not_cost_a_project() -> None:
    """Awards whole in total alone: no share of them keeps the ceilings of each line, and both projects were lost."""
    drawn = territory(1000, 100, seed=1)
    ((_, part, values),) = drawn.share(0, 1, only={547})
    spent = {30: 93.56, 38: 78.953, 52: 10.26, 57: 100.0, 68: 34.392, 83: 579.468, 85: 239.579, 92: 198.281}
    ceilings = tuple((rank, amount + 0.1) for rank, amount in spent.items())
    way = Way(block=0, financed=(True, True), value=0.0, spent=ceilings)
    plans = plans_of(part, way, list(drawn.budgets), values)
    assert plans is not None
    assert all(is_covered(plan, part) for plan in plans.values())
    assert not audit_plans(plans.values(), part)


def test_a_second_search_starts_from_the_first_and_proves_as_much() -> None:
    listed = a_territory(10, 8, 3, 0.5)
    blocks = [compile_undertaking(listed, part, values) for _, part, values in listed.share(0, 1)]
    limits = np.array(limits_of(listed))
    here, hasty = Here(blocks, limits), Effort(gap=0.05)
    prices = first_prices([block.most for block in blocks], limits) / 5
    list(here.ask(prices, None, EXACT))
    alone = list(Here(blocks, limits).ask(prices / 2, None, EXACT))
    assert any(answer.way is not None for answer in alone)
    for fresh, again in zip(alone, here.ask(prices / 2, None, hasty), strict=True):
        if fresh.way is None:
            continue
        best = fresh.way.reduced(prices / 2)
        assert again.bound >= best - 1e-6 * max(1.0, best), "a start never lowers a bound under what is possible"
        assert again.way is not None
        assert again.way.reduced(prices / 2) >= 0.94 * best - 1e-3


def test_prices_from_a_sample_and_groups_still_give_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    """As for ten thousand projects: what is proven holds, and is not far off where a dozen give the prices of all."""
    listed = a_territory(40, 10, 6, 0.4)
    blocks = [compile_undertaking(listed, part, values) for _, part, values in listed.share(0, 1)]
    limits, mosts = np.array(limits_of(listed)), [block.most for block in blocks]
    found = []
    for sample, groups in ((10_000, 10_000), (len(mosts) // 2, 8)):
        monkeypatch.setattr(bounding, "_SAMPLE", sample)
        monkeypatch.setattr(bounding, "_GROUPS", groups)
        bound, told = first_bound(mosts, limits), list[str]()
        terms = Terms(limits=limits, target=1e-6, effort=EXACT, tell=told.append, save=lambda _: None)
        relax(Here(blocks, limits), mosts, terms, bound, math.inf)
        found.append(bound.value)
    assert any("d'une entreprise sur 2" in line for line in told)
    best = solve_whole(
        Group(blocks=blocks, room=limits, starts=[None] * len(blocks)), margin=0.0, seconds=5.0, gap=0.01
    )
    assert min(found) >= best.value
    assert found[1] <= 1.2 * found[0]


@pytest.mark.parametrize("seed", [6, 7])
def test_a_rough_search_as_of_very_many_is_legal_and_its_bound_holds(
    monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """Ways near to 2 %, prices judged by what is proven, a glance at each for the bound."""
    monkeypatch.setattr(importlib.import_module("rebond.portfolio.joint.allocate"), "_VERY_MANY", 0)
    listed = a_territory(40, 10, seed, 0.4)
    blocks = [compile_undertaking(listed, part, values) for _, part, values in listed.share(0, 1)]
    limits, mosts = np.array(limits_of(listed)), [block.most for block in blocks]
    here = Apart(blocks, limits)
    rough = Effort(gap=2e-2, seconds=2.0, paced=True)
    found = allocate(here, mosts, limits.tolist(), seconds=8.0, target=5e-3, effort=rough)
    assert_legal(listed, planned_of(listed, here, found))
    group = Group(blocks=blocks, room=limits, starts=[None] * len(blocks))
    best = solve_whole(group, margin=0.0, seconds=5.0, gap=1e-3)
    assert best.points is not None
    assert found.bound >= best.value - 1e-6 * best.value
    assert found.value >= 0.9 * best.value


@pytest.mark.parametrize("many", [1_000, 3])
def test_filling_in_turns_never_passes_a_budget(many: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Undertakings looked at at once, two or many, may want the same euros: all but the first are looked at again."""
    monkeypatch.setattr(polishing, "_MANY", many)
    listed = a_territory(30, 8, 7, 0.3)
    blocks = [compile_undertaking(listed, part, values) for _, part, values in listed.share(0, 1)]
    limits, mosts = np.array(limits_of(listed)), [block.most for block in blocks]
    terms = Terms(limits=limits, target=1e-6, effort=EXACT, tell=lambda _: None, save=lambda _: None)
    with Team(listed, processes=2) as team:
        chosen = fill(team, [], terms, first_bound(mosts, limits), math.inf)
    assert chosen
    assert (room_of(chosen, limits) >= -1e-9).all()
    assert len({way.block for way in chosen}) == len(chosen)


def test_others_make_room_for_the_undertaking_that_loses_most() -> None:
    """Served last, when nothing was left for it: prices say what it is worth, and the choice gets better."""
    listed = a_territory(30, 8, 7, 0.3)
    blocks = [compile_undertaking(listed, part, values) for _, part, values in listed.share(0, 1)]
    limits, mosts = np.array(limits_of(listed)), [block.most for block in blocks]
    here = Here(blocks, limits)
    terms = Terms(limits=limits, target=1e-6, effort=EXACT, tell=lambda _: None, save=lambda _: None)
    bound, master = first_bound(mosts, limits), Master(len(mosts), limits)
    generate(here, master, relax(here, mosts, terms, bound, math.inf), terms, bound, time.monotonic() + 5.0)
    dearest = max(best_ways(master.ways, bound).values(), key=lambda way: way.reduced(bound.prices)).block
    without = fill(here, [], terms, bound, math.inf, only=set(range(len(mosts))) - {dearest})
    assert dearest not in {way.block for way in without}
    better = reopen(here, master, without, terms, bound, time.monotonic() + 20.0)
    assert value_of(better) > value_of(without)
    assert dearest in {way.block for way in better}
    assert (room_of(better, limits) >= -1e-6).all()
    assert value_of(better) <= bound.value + 1e-6
