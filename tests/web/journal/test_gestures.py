"""Two people on one sheet: neither loses what he or she typed, and everything can be undone."""

from dataclasses import replace
from decimal import Decimal

import pytest

from rebond.errors import FactsError
from rebond.facts import UNKNOWN
from rebond.history import ABSENT, Kind, diff, rows_of
from rebond.web.accounts.models import User
from rebond.web.editing.gestures import ClashError, journal_position, restore, save, save_census, undo
from rebond.web.journal.checking import check_chain
from rebond.web.journal.models import Act, Entry
from rebond.web.journal.writing import author_of
from rebond.web.missions.facts import census_of
from rebond.web.missions.models import Mission

P = (Kind.PROJECT, "P001")


@pytest.fixture
def mission(db):
    return Mission.objects.get()


@pytest.fixture
def one(mission):
    return author_of(User.objects.get(username="pilote"))


@pytest.fixture
def other(mission):
    return author_of(User.objects.get(username="consultant"))


def held(mission):
    return rows_of(census_of(mission))[P]


def made(done):
    assert done.gesture is not None
    return done.gesture


def test_two_people_change_two_fields_of_one_project_and_both_hold(mission, one, other):
    seen, start = journal_position(mission), held(mission)
    save(mission, {P: replace(start, title="Four neuf")}, by=one, since=seen)
    save(mission, {P: replace(start, jobs_created=42)}, by=other, since=seen)
    assert (held(mission).title, held(mission).jobs_created) == ("Four neuf", 42)


def test_two_people_change_one_field_and_the_second_is_shown_both_versions(mission, one, other):
    seen, start = journal_position(mission), held(mission)
    save(mission, {P: replace(start, title="Four neuf")}, by=one, since=seen)
    with pytest.raises(ClashError) as refused:
        save(mission, {P: replace(start, title="Four d'occasion", jobs_created=42)}, by=other, since=seen)
    (conflict,) = refused.value.conflicts
    assert (conflict.change.before, conflict.mine, conflict.change.after) == (
        start.title,
        "Four neuf",
        "Four d'occasion",
    )
    assert held(mission).jobs_created == start.jobs_created
    save(
        mission,
        {P: replace(start, title="Four d'occasion", jobs_created=42)},
        by=other,
        since=seen,
        taking=lambda _: True,
    )
    assert (held(mission).title, held(mission).jobs_created) == ("Four d'occasion", 42)


def test_a_gesture_is_undone_and_the_undoing_too(mission, one):
    before = census_of(mission)
    done = save(mission, {P: replace(held(mission), own_financing=UNKNOWN, title="Autre")}, by=one)
    after = census_of(mission)
    undone = undo(mission, made(done), by=one)
    assert diff(census_of(mission), before) == ()
    undo(mission, made(undone), by=one)
    assert diff(census_of(mission), after) == ()


def test_what_someone_changed_since_is_not_undone_over_his_head(mission, one, other):
    done = save(mission, {P: replace(held(mission), title="Autre")}, by=one)
    save(mission, {P: replace(held(mission), title="Encore autre")}, by=other)
    with pytest.raises(ClashError):
        undo(mission, made(done), by=one)
    assert held(mission).title == "Encore autre"


def test_an_earlier_value_of_a_field_is_restored(mission, one):
    first = held(mission).title
    save(mission, {P: replace(held(mission), title="Autre")}, by=one)
    save(mission, {P: replace(held(mission), title="Encore autre")}, by=one)
    entry = Entry.objects.of(mission).filter(act=Act.ENTERED).order_by("position")[0]
    restore(mission, entry, by=one)
    assert held(mission).title == first


def test_a_firm_with_projects_is_not_withdrawn(mission, one):
    firm = held(mission).firm_id
    with pytest.raises(FactsError) as refused:
        save(mission, {(Kind.FIRM, firm): ABSENT}, by=one)
    assert "projet P001" in str(refused.value)
    assert (Kind.FIRM, firm) in rows_of(census_of(mission))


def test_a_project_is_withdrawn_and_comes_back_the_same(mission, one):
    start = held(mission)
    decisions = {key for key in rows_of(census_of(mission)) if key[1] == "P001" and key[0] is Kind.DECISION}
    aids = {
        key: replace(row, project_id="")
        for key, row in rows_of(census_of(mission)).items()
        if key[0] is Kind.AID and row.project_id == "P001"
    }
    done = save(mission, {P: ABSENT, **dict.fromkeys(decisions, ABSENT), **aids}, by=one, reason="abandonné")
    assert P not in rows_of(census_of(mission))
    undo(mission, made(done), by=one)
    assert held(mission) == start


def test_nothing_changed_is_no_gesture(mission, one):
    assert save(mission, {P: held(mission)}, by=one).gesture is None
    assert not Entry.objects.of(mission).exists()


def test_a_whole_census_is_one_gesture_that_can_be_undone(mission, one):
    before = census_of(mission)
    projects = tuple(replace(p, jobs_created=1, own_financing=Decimal(5)) for p in before.projects)
    done = save_census(mission, replace(before, projects=projects), by=one, reason="classeur du 12")
    assert census_of(mission).projects[3].jobs_created == 1
    undo(mission, made(done), by=one)
    assert diff(census_of(mission), before) == ()
    assert check_chain(mission).broken_at == 0
