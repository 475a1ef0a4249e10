"""One process at a time has the work of a mission; what dies, moves or fails meanwhile loses and doubles nothing."""

import os
import subprocess
import sys
import uuid
from dataclasses import replace
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.db import IntegrityError, OperationalError
from django.utils import timezone

from rebond.facts import UNKNOWN
from rebond.results import MissionResult
from rebond.web.missions.facts import census_of
from rebond.web.missions.models import Mission
from rebond.web.studies.models import ProjectFinding, Study
from rebond.web.worker import computing, processes
from rebond.web.worker.computing import ReadFacts, read_facts, study_facts
from rebond.web.worker.leases import LostLeaseError, is_held, take
from rebond.web.worker.models import Work
from rebond.web.worker.needs import CHANGED
from rebond.web.worker.standing import standing_of
from tests.web.worker.acts import current, mission, save_jobs, wants


@pytest.mark.django_db
def test_one_process_at_a_time_has_the_work_of_a_mission() -> None:
    lease = take(mission(), Work.Kind.STUDY, on="a")
    assert lease is not None
    assert take(mission(), Work.Kind.STUDY, on="a") is None
    assert take(mission(), Work.Kind.DOCUMENTS, on="a") is not None


@pytest.mark.django_db
def test_a_lease_ends_with_its_time_or_with_its_process() -> None:
    first = take(mission(), Work.Kind.STUDY, on="a")
    assert first is not None
    Work.objects.filter(kind=Work.Kind.STUDY).update(until=timezone.now() - timedelta(seconds=1))
    second = take(mission(), Work.Kind.STUDY, on="a")
    assert second is not None
    with pytest.raises(LostLeaseError):
        first.confirm()
    second.confirm()
    dead = subprocess.Popen([sys.executable, "-c", ""])
    born = processes.started(dead.pid)
    dead.wait()
    Work.objects.filter(kind=Work.Kind.STUDY).update(pid=dead.pid, started=born)
    assert not is_held(Work.objects.get(kind=Work.Kind.STUDY))
    Work.objects.filter(kind=Work.Kind.STUDY).update(machine="ailleurs")
    assert is_held(Work.objects.get(kind=Work.Kind.STUDY))


def test_a_number_taken_by_a_later_process_is_not_the_one_that_died() -> None:
    here = os.getpid()
    assert not processes.is_gone(processes.machine(), here, processes.started(here))
    assert processes.is_gone(processes.machine(), here, "1")


@pytest.mark.django_db
def test_a_worker_that_lost_its_lease_stores_nothing() -> None:
    before = Study.objects.count()
    lease = take(mission(), Work.Kind.STUDY, on="a")
    Work.objects.update(holder=uuid.uuid4())
    facts = read_facts(mission())
    empty = replace(facts, census=replace(facts.census, projects=(), partner_entries=(), interviews=(), aids=()))
    with pytest.raises(LostLeaseError):
        study_facts(empty, lease=lease)
    assert Study.objects.count() == before


@pytest.mark.django_db
def test_facts_that_move_while_they_are_read_are_read_again() -> None:
    real, times = census_of, []

    def moved(held: Mission) -> object:
        times.append(1)
        if len(times) == 1:
            save_jobs("P001", 78)
        return real(held)

    state = mission().facts_state
    with patch.object(computing, "census_of", moved):
        facts = read_facts(mission())
    assert len(times) == 2
    assert facts.mission.facts_state == mission().facts_state != state


@pytest.mark.django_db
def test_facts_that_move_during_the_study_leave_it_stale_and_want_the_next() -> None:
    facts = read_facts(mission())
    empty = replace(facts, census=replace(facts.census, projects=(), partner_entries=(), interviews=(), aids=()))
    save_jobs("P001", 79)
    study = study_facts(empty)
    assert study.status == Study.Status.DONE
    assert Study.objects.get(pk=study.pk).is_stale
    assert wants(study) == [CHANGED]
    assert standing_of(mission(), shown=study.number).pending == 1


@pytest.mark.django_db
def test_a_study_that_cannot_be_stored_is_a_failure_that_is_told_not_a_loop(sample_result: MissionResult) -> None:
    good, count = current(), ProjectFinding.objects.count()
    save_jobs("P001", 76)
    with (
        patch.object(computing, "run_mission", return_value=sample_result),
        patch("rebond.web.studies.storing.store_figures", side_effect=IntegrityError),
    ):
        failed = study_facts(read_facts(mission()))
    assert failed.status == Study.Status.FAILED
    assert (current(), ProjectFinding.objects.count()) == (good, count)
    assert wants(good) == []


@pytest.mark.django_db
def test_a_study_that_meets_a_busy_database_is_stored_a_little_later_not_computed_again(
    sample_result: MissionResult,
) -> None:
    with (
        patch.object(computing, "run_mission", return_value=sample_result) as run,
        patch.object(
            computing, "store_study", side_effect=[OperationalError("database is locked"), current()]
        ) as store,
        patch.object(computing, "connection", in_atomic_block=False),
        patch.object(computing, "_PAUSES", (0.0,)),
    ):
        facts = ReadFacts(mission=mission(), census=sample_result.census, position=0, reading=UNKNOWN)
        assert study_facts(facts) == current()
    assert (run.call_count, store.call_count) == (1, 2)


@pytest.mark.django_db
def test_a_database_out_of_reach_is_no_failure_of_the_study() -> None:
    save_jobs("P001", 75)
    with patch.object(computing, "run_mission", side_effect=OperationalError), pytest.raises(OperationalError):
        study_facts(read_facts(mission()))
    assert wants(current()) == [CHANGED]
