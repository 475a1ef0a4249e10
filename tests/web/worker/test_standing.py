"""What people see of the studies that are made behind their pages, and what they may ask."""

from datetime import timedelta
from unittest.mock import patch

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from rebond.web.missions.models import Mission
from rebond.web.studies.models import Study
from rebond.web.worker import computing
from rebond.web.worker.computing import read_facts, study_facts
from rebond.web.worker.leases import take
from rebond.web.worker.models import Choices, Work
from rebond.web.worker.needs import ASKED, CHANGED
from rebond.web.worker.standing import standing_of
from tests.web.addresses import MISSION, address
from tests.web.conftest import signed_in
from tests.web.worker.acts import current, mission, said, save_jobs, wants


@pytest.mark.django_db
def test_a_study_that_fails_leaves_the_last_good_one_and_says_why(pilot: Client, settings: Settings) -> None:
    settings.CONTACT = "aide@exemple.fr"
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
