"""The site meanwhile: failures found again, absurd requests answered, slow clients, floods, heavy work in turn."""

import logging
import stat
import threading
import time
from pathlib import Path

import pytest
from django.test import Client, override_settings
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from rebond.web import environment
from rebond.web.environment import SettingError
from rebond.web.guard.heavy import AT_ONCE, BusyError, turn
from rebond.web.guard.requests import LONGEST_QUERY, Buckets
from rebond.web.instance import keep_private
from tests.web.addresses import address

HOSTILE = (
    "a\x00b",
    "9" * 30,
    f"-{'9' * 400}",
    "1e400",
    "1e99999999",
    "NaN",
    "-inf",
    "9" * 6_000,
    "٣٤",
    "mot " * 2_000,
    "x" * 20_000,
    "'; DROP TABLE projets; --",
    "9223372036854775808",
    "2026-13-45",
    "99999-01-01",
    "\r\nX: y",
    "\u202e",
)


@pytest.fixture
def outspoken(pilot: Client) -> Client:
    """The pilot, who is shown error pages as people are."""
    pilot.raise_request_exception = False
    return pilot


LISTS = ("firms:list", "projects:list", "interviews:list", "catalogue:list")
FORMS = ("screening:start", "screening:results", "screening:data", "screening:communes", "projects:sheet")


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("parameter", ["q", "page", "tri", "commune"])
def test_absurd_searches_pages_and_sorts_are_answered(name: str, parameter: str, outspoken: Client) -> None:
    for value in HOSTILE if parameter == "q" else HOSTILE[::3]:
        assert outspoken.get(address(name), {parameter: value}).status_code < 500, value[:20]


@pytest.mark.parametrize("name", FORMS)
def test_absurd_answers_to_a_form_are_answered(name: str, outspoken: Client) -> None:
    for rank, value in enumerate(HOSTILE):
        parameter = ("effectif", "cout_total", "code_commune", "siren", "code_naf", "date_debut")[rank % 6]
        assert outspoken.get(address(name), {parameter: value}).status_code < 500, (parameter, value[:20])


@pytest.mark.parametrize("value", ["9" * 30, "1e99999999", "NaN", "a\x00b", "-1e400"])
@pytest.mark.parametrize("parameter", ["emplois_crees", "autofinancement", "date_debut"])
def test_absurd_numbers_in_the_simulator_are_answered(parameter: str, value: str, outspoken: Client) -> None:
    response = outspoken.get(address("financing:simulation"), {parameter: value})
    assert response.status_code < 500


def test_a_search_of_two_thousand_words_looks_for_the_first_twenty(
    outspoken: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    words = " ".join(f"mot{rank}" for rank in range(2_000))
    with django_assert_max_num_queries(15):
        assert outspoken.get(address("projects:list"), {"q": words}).status_code == 200
    assert outspoken.get(address("projects:list"), {"q": "forge " * 2_000}).status_code == 200


def test_an_address_too_long_and_a_character_that_nothing_keeps_are_refused_in_french(outspoken: Client) -> None:
    long = outspoken.get(address("projects:list"), {"q": "x" * (LONGEST_QUERY + 1)})
    assert long.status_code == 414
    assert "Adresse trop longue" in long.content.decode()
    for response in (
        outspoken.get(address("projects:list"), {"q": "a\x00b"}),
        outspoken.post(address("financing:frozen_list"), {"intitule": "a\x00b"}),
    ):
        assert response.status_code == 400
        assert "Demande illisible" in response.content.decode()


def test_a_failure_has_a_number_that_the_page_and_the_log_share(
    outspoken: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("panne d'essai")

    monkeypatch.setattr("rebond.web.projects.views.project_filters", fail)
    logging.getLogger("rebond.incidents").addHandler(caplog.handler)
    response = outspoken.get(address("projects:list"), {"q": "confidentiel"})
    logging.getLogger("rebond.incidents").removeHandler(caplog.handler)
    assert response.status_code == 500
    (record,) = [row for row in caplog.records if row.name == "rebond.incidents"]
    number = record.getMessage().split()[1]
    assert f">{number}<" in response.content.decode()
    assert record.exc_info
    assert "panne d'essai" in str(record.exc_info[1])
    assert address("projects:list") in record.getMessage()
    assert "confidentiel" not in record.getMessage()


def test_the_log_of_a_failure_has_no_secret_that_opens_something(
    outspoken: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("rebond.web.reminders.calendars.opened_by", lambda _: 1 // 0)
    logging.getLogger("rebond.incidents").addHandler(caplog.handler)
    assert outspoken.get(reverse("reminders:feed", args=["secret"])).status_code == 500
    logging.getLogger("rebond.incidents").removeHandler(caplog.handler)
    (record,) = [row for row in caplog.records if row.name == "rebond.incidents"]
    assert "/agenda/….ics" in record.getMessage()


def test_too_many_requests_of_one_place_wait_and_others_do_not() -> None:
    now = [0.0]
    buckets = Buckets(rate=2, clock=lambda: now[0])
    assert [buckets.take("adresse:a") for _ in range(21)] == [True] * 20 + [False]
    assert buckets.take("adresse:b")
    now[0] = 1.0
    assert [buckets.take("adresse:a") for _ in range(3)] == [True, True, False]
    assert all(Buckets(rate=0).take("adresse:a") for _ in range(1_000))


@override_settings(REQUESTS_PER_SECOND=0.1)
def test_a_flood_is_answered_429(db: None) -> None:
    client = Client()
    answers = [client.get(address("legal")).status_code for _ in range(3)]
    assert answers[0] == 200
    assert answers[-1] == 429


def test_one_person_has_one_heavy_request_at_a_time(tmp_path: Path) -> None:
    with turn("compte:1", folder=tmp_path):
        with pytest.raises(BusyError, match="déjà en cours"), turn("compte:1", folder=tmp_path, patience=0.1):
            pass
        with turn("compte:2", folder=tmp_path, patience=0.1):
            pass
    with turn("compte:1", folder=tmp_path, patience=0.1):
        pass


def test_the_machine_does_a_few_heavy_requests_at_once_and_the_others_wait(tmp_path: Path) -> None:
    done, together, most = [], [0], [0]
    lock = threading.Lock()

    def work(rank: int) -> None:
        with turn(f"compte:{rank}", folder=tmp_path):
            with lock:
                together[0] += 1
                most[0] = max(most[0], together[0])
            time.sleep(0.05)
            with lock:
                together[0] -= 1
            done.append(rank)

    threads = [threading.Thread(target=work, args=(rank,)) for rank in range(AT_ONCE + 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == AT_ONCE + 2
    assert most[0] <= AT_ONCE


@pytest.mark.parametrize(
    "name", ["financing:plan", "financing:plan_document", "financing:simulation", "financing:frozen_list"]
)
def test_what_solves_or_prints_is_done_in_turn(name: str, pilot: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise BusyError("D’autres calculs occupent le site.")

    monkeypatch.setattr("rebond.web.guard.heavy.turn", full)
    response = pilot.get(address(name))
    assert response.status_code == 503
    assert response["Retry-After"]
    assert "occupé" in response.content.decode()


# ---- Signing in


def _sign_in(client: Client, name: str, password: str) -> int:
    return client.post(address("accounts:login"), {"username": name, "password": password}).status_code


def test_each_failed_sign_in_makes_the_next_wait_longer(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    from datetime import timedelta

    from django.utils import timezone

    from rebond.web.accounts.throttle import seconds_to_wait

    client = Client()
    assert [_sign_in(client, "pilote", "faux") for _ in range(4)] == [200, 200, 200, 429]
    first = seconds_to_wait("pilote", "127.0.0.1")
    assert 0 < first <= 5
    later = timezone.now() + timedelta(seconds=first + 1)
    monkeypatch.setattr("rebond.web.accounts.throttle.timezone.now", lambda: later)
    assert _sign_in(client, "pilote", "faux") == 200
    assert first < seconds_to_wait("pilote", "127.0.0.1") <= 10


def test_the_right_password_too_soon_is_not_looked_at_and_other_people_are_not_kept_out(db: None) -> None:
    from rebond.web.accounts.demo import DEMO_PASSWORD

    client = Client()
    for _ in range(3):
        _sign_in(client, "pilote", "faux")
    page = client.post(address("accounts:login"), {"username": "PILOTE ", "password": DEMO_PASSWORD})
    assert page.status_code == 429
    assert "Trop d’essais" in page.content.decode()
    assert _sign_in(Client(), "copil", DEMO_PASSWORD) == 302
    elsewhere = Client(REMOTE_ADDR="192.0.2.7")
    assert _sign_in(elsewhere, "pilote", DEMO_PASSWORD) == 302


def test_signing_in_forgets_the_failures(db: None) -> None:
    from rebond.web.accounts.demo import DEMO_PASSWORD
    from rebond.web.accounts.throttle import seconds_to_wait

    for _ in range(2):
        _sign_in(Client(), "pilote", "faux")
    assert _sign_in(Client(), "pilote", DEMO_PASSWORD) == 302
    for _ in range(2):
        _sign_in(Client(), "pilote", "faux")
    assert seconds_to_wait("pilote", "127.0.0.1") == 0


def test_one_address_that_tries_many_names_waits_too(db: None) -> None:
    from rebond.web.accounts.throttle import record_failure, seconds_to_wait

    for rank in range(20):
        record_failure(f"compte{rank}", "192.0.2.9")
    assert seconds_to_wait("encore-un-autre", "192.0.2.9") > 0
    assert seconds_to_wait("encore-un-autre", "192.0.2.10") == 0


# ---- The instance's files


@pytest.mark.parametrize("key", ["", " ", "court", "é" * 60, "a" * 60, "\x00" * 60])
def test_an_empty_or_torn_secret_key_is_said_at_start(key: str, tmp_path: Path) -> None:
    (tmp_path / environment.SECRET_KEY_FILE).write_text(key, encoding="utf-8")
    with pytest.raises(SettingError) as error:
        environment.secret_key(tmp_path)
    (fault,) = error.value.faults
    assert "clé secrète" in fault.problem
    assert "sauvegarde" in fault.mend


def test_workers_that_start_at_once_keep_one_key(tmp_path: Path) -> None:
    found: list[str] = []
    threads = [
        threading.Thread(target=lambda: found.append(environment.secret_key(tmp_path / "instance"))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1
    assert [file.name for file in (tmp_path / "instance").iterdir()] == [environment.SECRET_KEY_FILE]
    assert stat.S_IMODE((tmp_path / "instance" / environment.SECRET_KEY_FILE).stat().st_mode) == 0o600


@pytest.mark.parametrize("url", ["mysql://a/b", "postgres://a:port/b", "sqlite", "http://[x/"])
def test_a_wrong_database_address_is_told_in_french(url: str) -> None:
    with pytest.raises(SettingError) as error:
        environment.database(url)
    assert "DATABASE_URL" in str(error.value)


def test_a_write_that_waits_too_long_for_another_gives_up_on_postgresql_too() -> None:
    address = "postgres:///rebond?host=/run/postgresql"
    assert environment.database(address)["OPTIONS"] == {"options": "-c lock_timeout=20s"}
    asked = environment.database(f"{address}&options=-c%20lock_timeout%3D5s")["OPTIONS"]
    assert asked == {"options": "-c lock_timeout=20s -c lock_timeout=5s"}


def test_database_files_are_their_owner_s_alone(tmp_path: Path) -> None:
    database = tmp_path / "rebond.sqlite3"
    for file in (database, tmp_path / "rebond.sqlite3-wal"):
        file.write_bytes(b"")
        file.chmod(0o644)
    keep_private(database)
    assert {stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()} == {0o600}
