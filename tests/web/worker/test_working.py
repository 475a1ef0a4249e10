"""How a worker decides, what people see of its work and what they may ask of it."""

import os
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.db import IntegrityError, OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from rebond.facts import UNKNOWN
from rebond.history import Kind, rows_of
from rebond.results import MissionResult
from rebond.web.editing.gestures import save
from rebond.web.financing.study import current_rulebook
from rebond.web.journal.writing import Author
from rebond.web.missions.facts import census_of
from rebond.web.missions.models import Mission
from rebond.web.studies.comparing import compare_studies
from rebond.web.studies.models import Document, DocumentSet, ProjectFinding, Study
from rebond.web.studies.storing import store_study
from rebond.web.worker import computing, documents, processes, studying
from rebond.web.worker.asking import ask_study
from rebond.web.worker.beside import Beside
from rebond.web.worker.computing import ReadFacts, read_facts, study_facts
from rebond.web.worker.leases import LostLeaseError, is_held, take
from rebond.web.worker.models import Choices, Work
from rebond.web.worker.needs import ASKED, CHANGED, VERSION, Bursts, Want, wanted
from rebond.web.worker.standing import standing_of
from tests.web.addresses import MISSION, address
from tests.web.conftest import signed_in
from tests.web.test_pages import text_of

SHELL = Author(user=None)


def said(response: Any) -> str:
    """The words of a page, its spaces plain."""
    return text_of(response.content.decode()).replace("\u00a0", " ").replace("\u202f", " ")


def mission() -> Mission:
    return Mission.objects.get(slug=MISSION)


def current() -> Study:
    found = mission().current_study
    assert found is not None
    return found


def wants(study: Study) -> list[str]:
    """Why the mission wants a study, under the versions of one."""
    return [want.why for want in wanted(catalogue=study.catalogue_version, engine=study.engine_version)]


def save_jobs(ref: str, jobs: int) -> None:
    """A person corrects the jobs of a project."""
    row = rows_of(census_of(mission()))[Kind.PROJECT, ref]
    save(mission(), {(Kind.PROJECT, ref): replace(row, jobs_created=jobs)}, by=SHELL)


# ---- What is wanted


@pytest.mark.django_db
def test_a_mission_wants_a_study_when_its_facts_are_not_those_of_the_latest() -> None:
    study = current()
    assert wants(study) == []
    save_jobs("P001", 77)
    assert wants(study) == [CHANGED]
    store_study(mission(), replace_result(study))
    assert wants(study) == []


def replace_result(study: Study) -> MissionResult:
    """A result that costs nothing: that of no project."""
    census = replace(census_of(study.mission), projects=(), partner_entries=(), interviews=(), firms=(), aids=())
    return computing._run(
        ReadFacts(mission=study.mission, census=census, position=0, reading=study.read_as),
        current_rulebook(),
        None,
        None,
    )


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


# ---- Leases


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


# ---- What people see


@pytest.mark.django_db
def test_a_study_that_fails_leaves_the_last_good_one_and_says_why(pilot: Client, settings: object) -> None:
    settings.CONTACT = "aide@exemple.fr"  # type: ignore[attr-defined]
    good = current()
    save_jobs("P001", 80)
    with patch.object(computing, "run_mission", side_effect=RuntimeError("x")):
        failed = study_facts(read_facts(mission()))
    assert failed.status == Study.Status.FAILED
    assert current() == good
    assert wants(good) == []
    page = said(pilot.get(address("projects:list")))
    assert f"L’étude n° {failed.number} a échoué" in page
    assert "incident" in page
    assert "aide@exemple.fr" in page
    save_jobs("P001", 81)
    assert wants(good) == [CHANGED]


@pytest.mark.django_db
def test_pages_say_how_many_changes_are_not_counted_and_that_a_study_is_being_made(pilot: Client) -> None:
    assert "à jour" in said(pilot.get(address("projects:list")))
    save_jobs("P001", 82)
    save_jobs("P002", 83)
    page = said(pilot.get(address("projects:list")))
    assert "2 changements ne sont pas encore comptés" in page
    lease = take(mission(), Work.Kind.STUDY, on="a")
    assert lease is not None
    lease.step("Rapprochement avec les listes des partenaires")
    lease.beat()
    assert "calcul en cours (Rapprochement avec" in said(pilot.get(address("firms:list")))


@pytest.mark.django_db
def test_the_standing_is_given_again_only_when_it_says_something_else(pilot: Client) -> None:
    first = pilot.get(address("worker:standing"), {"vue": current().number})
    token = first.context["standing"].token
    assert pilot.get(address("worker:standing"), {"vu": token}).status_code == 204
    save_jobs("P001", 84)
    assert pilot.get(address("worker:standing"), {"vu": token}).status_code == 200


@pytest.mark.django_db
def test_a_page_that_is_older_than_the_study_says_so(pilot: Client) -> None:
    page = said(pilot.get(address("worker:standing"), {"vue": current().number - 1}))
    assert "Cette page est antérieure à cette étude" in page


@pytest.mark.django_db
def test_the_standing_asks_as_much_of_the_database_whatever_changed() -> None:
    counts = []
    for jobs in (90, 91, 92):
        save_jobs("P001", jobs)
        held = mission()
        with CaptureQueriesContext(connection) as captured:
            standing_of(held, shown=1)
        counts.append(len(captured))
    assert len(set(counts)) == 1
    assert counts[0] <= 4


@pytest.mark.django_db
def test_without_a_worker_people_are_told_whom_to_ask(pilot: Client) -> None:
    save_jobs("P001", 85)
    Mission.objects.update(facts_at=timezone.now() - timedelta(minutes=5))
    assert "Aucun calcul n’a commencé" in said(pilot.get(address("projects:list")))


# ---- Two studies


@pytest.mark.django_db
def test_two_studies_are_compared_with_what_was_changed_between(sample_result: MissionResult, pilot: Client) -> None:
    first = current()
    save_jobs("P001", 86)
    found = sample_result.projects[0]
    gone = found.verdicts[1:]
    other = replace(
        sample_result,
        projects=(replace(found, verdicts=gone), *sample_result.projects[1:]),
        envelope_spent=sample_result.envelope_spent + 1,
    )
    second = store_study(mission(), other)
    told = compare_studies(mission(), first, second)
    assert [change.project.ref for change in told.projects] == [found.project.id]
    (change,) = told.projects
    assert [(verdict.after) for verdict in change.verdicts] == ["non examiné"]
    assert [(line.field, line.after) for line in change.causes] == [("emplois créés", "86")]
    assert told.figures == ()
    page = said(pilot.get(address("studies:compare"), {"avant": first.number, "apres": second.number}))
    assert "À cause de" in page
    assert "emplois créés" in page


@pytest.mark.django_db
def test_a_project_withdrawn_since_is_said_gone_and_its_page_is_not_linked(pilot: Client) -> None:
    first = current()
    second = store_study(mission(), replace_result(first))
    told = compare_studies(mission(), first, second)
    assert len(told.went) == ProjectFinding.objects.found_by(first).count()
    assert {row.code for row in told.figures}
    assert pilot.get(address("studies:compare")).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["avant=1&apres=1", "avant=x&apres=²", "avant=99999999999999999999", "apres=-1"])
def test_a_comparison_that_makes_no_sense_asks_for_two_studies(query: str, pilot: Client) -> None:
    response = pilot.get(f"{address('studies:compare')}?{query}")
    assert response.status_code == 200
    assert "deux études différentes" in said(response)


# ---- What people may ask


@pytest.mark.django_db
def test_those_who_may_change_ask_pin_and_choose_and_the_others_only_look(pilot: Client) -> None:
    number = current().number
    posts = {
        f"/missions/{MISSION}/etudes/demander/": {},
        f"/missions/{MISSION}/etudes/lecture/": {"lecture": "textes"},
        f"/missions/{MISSION}/etudes/{number}/garder/": {"garder": "oui"},
        f"/missions/{MISSION}/etudes/{number}/documents/": {},
    }
    for path, data in posts.items():
        assert signed_in("copil").post(path, data).status_code == 403
        assert pilot.get(path).status_code == 405
        assert pilot.post(path, data).status_code == 302
    assert wants(current()) == [ASKED]
    assert current().pinned
    assert Choices.objects.get().reading == "textes"
    assert pilot.post(f"/missions/{MISSION}/etudes/lecture/", {"lecture": "autre"}).status_code == 400


@pytest.mark.django_db
def test_the_reading_chosen_is_the_one_of_the_next_study(pilot: Client) -> None:
    pilot.post(f"/missions/{MISSION}/etudes/lecture/", {"lecture": "textes"})
    assert read_facts(mission()).reading == "textes"
    pilot.post(f"/missions/{MISSION}/etudes/lecture/", {"lecture": ""})
    assert read_facts(mission()).reading != "textes"


# ---- Documents


@pytest.fixture
def instance(settings: object, tmp_path: Path) -> Path:
    """A folder of documents of its own."""
    settings.DOCUMENTS_ROOT = tmp_path  # type: ignore[attr-defined]
    return tmp_path


@pytest.mark.django_db
def test_documents_are_asked_made_in_the_background_and_the_old_ones_stay(
    pilot: Client, instance: Path, sample_result: MissionResult
) -> None:
    old = current()
    new = store_study(mission(), sample_result)
    page = said(pilot.get(address("restitution:documents")))
    assert "Préparer les documents" in page
    assert f"Ceux-ci sont de l’étude n° {old.number}" in page
    pilot.post(f"/missions/{MISSION}/etudes/{new.number}/documents/")
    assert "en attente" in said(pilot.get(address("restitution:documents")))
    assert documents.documents_are_wanted()

    def written(_: object, out: Path, **__: object) -> None:
        out.mkdir(parents=True)
        (out / "restitution.pdf").write_text("Étude", encoding="utf-8")

    with (
        patch.object(documents, "write_documents", written),
        patch.object(documents, "run_mission", return_value=sample_result),
    ):
        assert documents.make_next()
    assert not documents.documents_are_wanted()
    page = said(pilot.get(address("restitution:documents")))
    assert "Rapport de restitution" in page
    assert f"étude n° {old.number}" in page
    file = pilot.get(f"/missions/{MISSION}/documents/etudes/{MISSION}/{new.number}/restitution.pdf")
    assert file.getvalue().decode() == "Étude"
    assert "communique.txt" in pilot.get(f"{address('restitution:documents')}?etude={old.number}").content.decode()


@pytest.mark.django_db
def test_documents_that_would_not_say_what_the_site_says_are_refused(
    pilot: Client, instance: Path, sample_result: MissionResult
) -> None:
    study = store_study(mission(), sample_result)
    DocumentSet.objects.create(study=study)
    other = replace(sample_result, envelope_spent=sample_result.envelope_spent + 1)
    with patch.object(documents, "run_mission", return_value=other):
        assert documents.make_next()
    found = DocumentSet.objects.get(study=study)
    assert found.status == DocumentSet.Status.FAILED
    assert not Document.objects.found_by(study).exists()
    page = said(pilot.get(address("restitution:documents")))
    assert "ne donne pas les chiffres de cette étude" in page
    assert "Essayer de nouveau" in page


@pytest.mark.django_db
def test_documents_are_asked_by_themselves_after_a_quiet_time_only_when_the_instance_says_so(
    settings: object, sample_result: MissionResult
) -> None:
    study = store_study(mission(), sample_result)
    Study.objects.filter(pk=study.pk).update(finished_at=timezone.now() - timedelta(hours=1))
    assert not documents.documents_are_wanted()
    settings.DOCUMENTS_AFTER = 30  # type: ignore[attr-defined]
    assert documents.documents_are_wanted()
    assert DocumentSet.objects.get(study=study).status == DocumentSet.Status.ASKED


@pytest.mark.django_db
def test_the_folder_of_a_study_that_was_forgotten_goes(instance: Path) -> None:
    home = instance / "etudes" / MISSION
    for name in (str(current().number), "999", "notes"):
        (home / name).mkdir(parents=True)
    documents.sweep(mission())
    assert sorted(path.name for path in home.iterdir()) == sorted([str(current().number), "notes"])


# ---- The command line, and the worker beside the site


@pytest.mark.django_db
def test_a_study_asked_at_the_command_line_waits_for_no_change() -> None:
    before = current()
    facts = read_facts(mission())
    empty = replace(facts, census=replace(facts.census, projects=(), partner_entries=(), interviews=(), aids=()))
    with patch.object(studying, "read_facts", return_value=empty):
        made = studying.study_now(mission(), why="Ligne de commande")
    assert made is not None
    assert (made.number, made.why) == (before.number + 1, "Ligne de commande")
    take(mission(), Work.Kind.STUDY, on="a")
    assert studying.study_now(mission(), why="") is None


class Sleeper(Beside):
    """A worker that only sleeps."""

    pids: list[int]

    def _started(self) -> "subprocess.Popen[bytes]":
        process = subprocess.Popen(["/bin/sleep", "60"])
        self.pids.append(process.pid)
        return process


@pytest.fixture
def sleeper() -> Iterator[Sleeper]:
    """Beside nothing, watched closely."""
    with patch("rebond.web.worker.beside._LOOK", 0.02), patch("rebond.web.worker.beside._LEAST", 0.05):
        beside = Sleeper()
        beside.pids = []
        yield beside
        beside.stop()


def wait_for(count: int, beside: Sleeper) -> int:
    deadline = time.monotonic() + 20
    while len(beside.pids) < count:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return beside.pids[-1]


def test_a_worker_that_dies_is_started_again_and_stops_with_the_site(sleeper: Sleeper) -> None:
    sleeper.start()
    first = wait_for(1, sleeper)
    os.kill(first, 9)
    second = wait_for(2, sleeper)
    assert processes.started(second)
    sleeper.stop()
    assert not processes.started(second)
    assert len(sleeper.pids) == 2
