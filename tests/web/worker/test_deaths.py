"""A worker that is killed, or two that meet: no study is lost, none is made twice, no document is offered half made."""

import json
import pickle
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from rebond.facts import Census
from rebond.results import MissionResult
from tests.web.site import run_python

pytestmark = pytest.mark.slow

KILLED = -9
FEW = 3
"""Projects of the mission: what is tried does not depend on their number."""
SCENARIOS = (
    "killed_documents",
    "killed_studies",
    "always_killed",
    "rivals",
    "burst",
    "edited_without_rest",
    "moving_facts",
    "digests",
)


def small(census: Census) -> Census:
    """A mission of a few projects and their firms."""
    projects = census.projects[:FEW]
    firms = {project.firm_id for project in projects}
    return replace(
        census,
        projects=projects,
        firms=tuple(firm for firm in census.firms if firm.id in firms),
        interviews=tuple(each for each in census.interviews if each.firm_id in firms),
        aids=(),
        partner_entries=census.partner_entries[:FEW],
        confirmations=(),
        decisions=(),
    )


def tried(census: Census, home: Path, names: tuple[str, ...], environment: Mapping[str, str]) -> dict[str, Any]:
    """What the scenarios found in a new instance."""
    (home / "recensement.pickle").write_bytes(pickle.dumps(small(census)))
    told = {
        "DATABASE_URL": f"sqlite:///{home / 'rebond.sqlite3'}",
        "DJANGO_SETTINGS_MODULE": "rebond.web.settings",
        "REBOND_DATA_DIR": str(home),
        "REBOND_DOCUMENTS": str(home / "documents"),
        "PYTHONPATH": str(Path(__file__).parents[3]),
    }
    code = "import sys, django; django.setup(); from tests.web.worker.scenarios import main; main(*sys.argv[1:])"
    found: dict[str, Any] = json.loads(run_python(code, str(home), *names, environment={**told, **environment}))
    return found


@pytest.fixture(scope="module")
def found(sample_result: MissionResult, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Every scenario on SQLite, one after the other."""
    return tried(sample_result.census, tmp_path_factory.mktemp("travail"), SCENARIOS, {})


def test_a_study_killed_at_any_moment_is_begun_again_and_leaves_nothing(found: dict[str, Any]) -> None:
    check_killed_studies(found["killed_studies"])


def check_killed_studies(told: dict[str, Any]) -> None:
    assert told["deaths"] == [KILLED, KILLED, KILLED, 0]
    for seen in told["seen"]:
        assert {**seen, "wanted": []} == {**told["before"], "wanted": []}
        assert seen["wanted"] == ["Faits changés"]
    after = told["after"]
    assert len(after["studies"]) == len(told["before"]["studies"]) + 1
    assert [current for _, _, current in after["studies"]] == [False, True]
    assert after["findings"] == 2 * FEW
    assert after["wanted"] == []
    assert told["jobs"] == 15


def test_facts_that_kill_the_worker_each_time_are_given_up_and_people_are_told(found: dict[str, Any]) -> None:
    told = found["always_killed"]
    assert told["deaths"] == [KILLED, KILLED, KILLED, 0, 0]
    status, failure = told["last"]
    assert status == "echouee"
    assert "s’est arrêté trois fois" in failure
    assert told["after"]["studies"][-1][1:] == ["faite", True]
    assert told["after"]["wanted"] == []


def test_two_workers_study_a_mission_once(found: dict[str, Any]) -> None:
    told = found["rivals"]
    assert told["codes"] == [0, 0]
    assert told["more"] == 1
    assert told["after"]["wanted"] == []


def test_twenty_saves_in_a_burst_give_few_studies_and_the_last_one_has_them_all(found: dict[str, Any]) -> None:
    told = found["burst"]
    assert told["codes"] == [0, 0]
    assert 1 <= told["more"] < 10
    assert told["jobs"] == 119
    assert told["after"]["wanted"] == []


def test_a_mission_that_is_never_quiet_is_studied_all_the_same(found: dict[str, Any]) -> None:
    check_edited_without_rest(found["edited_without_rest"])


def check_edited_without_rest(told: dict[str, Any]) -> None:
    """The first study was behind the facts when it ended: it is shown, said stale, and the next one came."""
    assert told["code"] == 0
    assert [status for status, _ in told["made"]] == ["faite", "faite"]
    assert told["made"][0][1] is True
    assert told["saves"] > 2


def test_facts_are_read_as_they_were_at_one_moment_and_keep_no_one_from_writing(found: dict[str, Any]) -> None:
    check_moving_facts(found["moving_facts"])


def check_moving_facts(told: dict[str, Any]) -> None:
    assert told == {"read": 41, "same_state": True, "earlier_journal": True, "now": 42}


def test_a_digest_is_not_lost_by_a_death_nor_doubled_by_two_workers(found: dict[str, Any]) -> None:
    check_digests(found["digests"])


def check_digests(told: dict[str, Any]) -> None:
    """Killed before it left: it leaves once. Killed before its leaving was noted: it comes again under its own name."""
    assert told["deaths"] == [KILLED, KILLED, 0, 0, 0]
    first, again = told["alone"]
    assert first == again
    assert sorted(to for to, _ in told["together"]) == [f"personne{rank}" for rank in range(8)]
    assert told["states"] == ["envoye"]


def test_documents_killed_while_printed_are_begun_again_never_half_offered(found: dict[str, Any]) -> None:
    told = found["killed_documents"]
    whole = ["rapport.txt", "resultat.txt", "tableau.txt"]
    assert told["deaths"] == [KILLED, KILLED, 0]
    written, published, ready = told["seen"]
    assert written == {"offered": [], "on_disk": [], "status": "demandes"}
    assert published == {"offered": [], "on_disk": whole, "status": "demandes"}
    assert ready == {"offered": whole, "on_disk": whole, "status": "prets"}
    assert told["again"] is False
    assert told["left"] == []
