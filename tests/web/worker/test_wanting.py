"""When a mission wants a study, and in which order missions are served."""

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rebond.web.studies.storing import store_study
from rebond.web.worker.asking import ask_study
from rebond.web.worker.needs import ASKED, CHANGED, VERSION, Bursts, Want, wanted
from tests.web.worker.acts import current, mission, replace_result, save_jobs, wants


@pytest.mark.django_db
def test_a_mission_wants_a_study_when_its_facts_are_not_those_of_the_latest() -> None:
    study = current()
    assert wants(study) == []
    save_jobs("P001", 77)
    assert wants(study) == [CHANGED]
    store_study(mission(), replace_result(study))
    assert wants(study) == []


@pytest.mark.django_db
def test_another_catalogue_another_engine_or_a_person_asks_for_a_study_too() -> None:
    study = current()
    assert [want.why for want in wanted(catalogue="autre", engine=study.engine_version)] == [VERSION]
    assert [want.why for want in wanted(catalogue=study.catalogue_version, engine="9")] == [VERSION]
    ask_study(mission(), by=None)
    assert wants(study) == [ASKED]
    store_study(mission(), replace_result(study))
    assert wants(study) == []


@given(
    gaps=st.lists(st.integers(min_value=1, max_value=30), min_size=1, max_size=30),
    quiet=st.integers(min_value=1, max_value=20),
    most=st.integers(min_value=20, max_value=60),
)
def test_a_burst_waits_for_quiet_but_not_for_ever(gaps: list[int], quiet: int, most: int) -> None:
    """Brute force: the clock ticks, facts change after each gap; a study starts when due and clears the want."""
    changes, instant = set(), 0
    for gap in gaps:
        instant += gap
        changes.add(instant)
    clock = [0]
    bursts = Bursts(quiet=quiet, most=most, clock=lambda: float(clock[0]))
    state, first, last = None, None, None
    for tick in range(instant + most + quiet + 2):
        clock[0] = tick
        if tick in changes:
            state, last = uuid.uuid4(), tick
            first = tick if first is None else first
        due = bursts.due([Want(1, state, CHANGED)] if state else [])
        expected = first is not None and last is not None and (tick - last >= quiet or tick - first >= most)
        assert bool(due) is expected
        if due:
            bursts.begun(1)
            state, first, last = None, None, None
    assert state is None


def test_the_mission_that_waits_longest_comes_first() -> None:
    clock = [0.0]
    bursts = Bursts(quiet=1, most=5, clock=lambda: clock[0])
    late, early = Want(1, uuid.uuid4(), CHANGED), Want(2, uuid.uuid4(), CHANGED)
    bursts.due([early])
    clock[0] = 0.5
    bursts.due([early, late])
    clock[0] = 2.0
    assert bursts.due([late, early]) == [early, late]
