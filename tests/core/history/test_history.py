"""History, undo and clashes of a mission's facts rest on one mechanism: changes, field by field."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import given

from rebond.facts import UNKNOWN, Census, CostLine, Envelope, Firm, MissionSettings, Project
from rebond.history import ABSENT, Kind, apply, diff, inverse, merge
from rebond.records import FACTS
from tests.core.history.censuses import censuses


@given(before=censuses, after=censuses)
def test_the_changes_between_two_states_lead_from_one_to_the_other_and_back(before, after):
    changes = diff(before, after)
    assert diff(apply(before, changes), after) == ()
    assert diff(apply(after, inverse(changes)), before) == ()


@given(census=censuses)
def test_what_did_not_change_is_no_change(census):
    assert diff(census, census) == ()
    assert apply(census, ()) == census


@given(before=censuses, after=censuses)
def test_every_change_is_kept_as_json_and_read_back(before, after):
    for change in diff(before, after):
        for value in (change.before, change.after):
            if value is not ABSENT:
                assert FACTS.read(json.loads(json.dumps(FACTS.write(value)))) == value


@given(base=censuses, theirs=censuses)
def test_nobody_else_changed_anything_so_all_of_it_can_be_made(base, theirs):
    found = merge(base, base, theirs)
    assert found.conflicts == ()
    assert diff(apply(base, (*found.changes, *found.gone)), theirs) == ()


@given(base=censuses, mine=censuses)
def test_a_workbook_that_changes_nothing_brings_nothing(base, mine):
    assert merge(base, mine, base).is_nothing


@given(base=censuses, mine=censuses, theirs=censuses)
def test_what_is_made_without_asking_touches_nothing_that_the_other_changed(base, mine, theirs):
    found = merge(base, mine, theirs)
    merged = apply(mine, found.changes)
    made = {(change.kind, change.ref, change.path) for change in found.changes}
    for change in diff(base, mine):
        key = (change.kind, change.ref, change.path)
        if key not in made:
            continue
        raise AssertionError(f"{key} was changed on both sides and made without asking")
    assert diff(mine, merged) == tuple(c for c in diff(mine, merged) if any(_within(c, m) for m in found.changes))


@given(base=censuses, mine=censuses, theirs=censuses)
def test_each_conflict_can_be_settled_either_way(base, mine, theirs):
    found = merge(base, mine, theirs)
    whole = (*found.changes, *(conflict.taking_theirs for conflict in found.conflicts), *found.gone)
    assert merge(base, apply(mine, whole), theirs).conflicts == ()


BASE = Census(
    settings=MissionSettings(
        name="Rebond", territory="Ici", epcis=(), committee_on=date(2026, 10, 5), envelope=Envelope(contributions=())
    ),
    firms=(Firm(id="E1", name="Forge"),),
    interviews=(),
    projects=(
        Project(
            id="P1",
            firm_id="E1",
            title="Four",
            costs=(
                CostLine(id="L1", nature="equipement", amount=Decimal(100), year=2026),
                CostLine(id="L2", nature="etude", amount=Decimal(10), year=2026),
            ),
        ),
    ),
)
P1 = BASE.projects[0]


def with_project(**fields):
    return replace(BASE, projects=(replace(P1, **fields),))


def with_amount(line, amount):
    return with_project(costs=tuple(replace(c, amount=Decimal(amount)) if c.id == line else c for c in P1.costs))


def test_two_people_on_two_cost_lines_do_not_clash():
    found = merge(BASE, with_amount("L1", 120), with_amount("L2", 20))
    assert found.conflicts == ()
    (project,) = apply(with_amount("L1", 120), found.changes).projects
    assert [line.amount for line in project.costs] == [120, 20]


def test_two_people_on_one_cost_line_clash_with_both_versions_said():
    (conflict,) = merge(BASE, with_amount("L1", 120), with_amount("L1", 130)).conflicts
    assert (conflict.change.before, conflict.mine, conflict.change.after) == (100, 120, 130)
    assert conflict.change.path == ("costs", "L1", "amount")


def test_a_line_deleted_here_and_changed_there_is_asked_about_as_a_whole():
    mine = with_project(costs=P1.costs[1:])
    (conflict,) = merge(BASE, mine, with_amount("L1", 130)).conflicts
    assert conflict.mine is ABSENT
    assert conflict.change.after == CostLine(id="L1", nature="equipement", amount=Decimal(130), year=2026)
    (project,) = apply(mine, [conflict.taking_theirs]).projects
    assert {line.id: line.amount for line in project.costs} == {"L2": 10, "L1": 130}


def test_a_project_missing_from_a_workbook_is_kept_by_default():
    found = merge(BASE, BASE, replace(BASE, projects=()))
    assert found.changes == ()
    assert [(change.kind, change.ref) for change in found.gone] == [(Kind.PROJECT, "P1")]


def test_unknown_said_is_not_the_same_as_zero_nor_as_no():
    changes = diff(
        with_project(own_financing=UNKNOWN, works_started=UNKNOWN),
        with_project(own_financing=Decimal(0), works_started=False),
    )
    assert {change.path: (change.before, change.after) for change in changes} == {
        ("own_financing",): (UNKNOWN, 0),
        ("works_started",): (UNKNOWN, False),
    }


def test_the_same_answer_on_both_sides_is_no_conflict():
    assert merge(BASE, with_amount("L1", 120), with_amount("L1", 120)).is_nothing


def _within(change, made):
    return (change.kind, change.ref) == (made.kind, made.ref) and (
        change.path[: len(made.path)] == made.path or made.path[: len(change.path)] == change.path
    )
