"""One site, one database, one size: what ``bench.site`` runs in a process of its own."""

from __future__ import annotations

import http.client
import json
import random
import resource
import socket
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from threading import Thread
from typing import Any

from bench._missions import sample_census, times
from rebond.data import data_folder
from rebond.mission import load_rulebook

SLUG, PEOPLE, SAVES, LOOKS = "banc", 40, 5, 20
ONE_WRITE_IN = 10
PATIENCE = 600.0
PAGES = {
    "projets": "projets/",
    "projets cherchés": "projets/?q=atelier&tri=-besoin",
    "entreprises": "entreprises/",
    "appel": "appel/",
    "orientations": "orientations/",
    "feuille de route": "feuille-de-route/",
    "indicateurs": "indicateurs/",
    "études": "etudes/",
    "fiche projet": "projets/P001/",
    "fiche entreprise": "entreprises/E001/",
}
"""A sheet of a project is read, its plan is not: that one is computed, and waits its turn."""


def run(home: Path, copies: int, seconds: int) -> dict[str, Any]:
    """Prepare, serve, measure."""
    from rebond.web.instance import open_instance

    open_instance(home / "rebond.sqlite3", documents=home, demo=True)
    projects, cookies = _prepare(copies)
    with _Served(home) as port:
        reader = _Reader(port, cookies[0])
        studies = [_study_after_a_save(rank) for rank in range(SAVES)]
        pages = {}
        for name, path in PAGES.items():
            looks = [_shown(reader, path) for _ in range(LOOKS)]
            pages[name] = (_percentile(looks, 0.5), _percentile(looks, 0.95))
        crowd = _crowd(port, cookies, seconds)
    crowd["processeur"] = _spent()
    return {
        "projets": projects,
        "etudes": studies,
        "etude": statistics.median(studies),
        "pages": pages,
        "foule": crowd,
    }


def _prepare(copies: int) -> tuple[int, list[str]]:
    """A mission with its first study, and one session a person."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from rebond.web.accounts.models import User
    from rebond.web.editing.gestures import save_census
    from rebond.web.journal.writing import Author
    from rebond.web.missions.models import Membership, Mission, Role
    from rebond.web.worker.studying import study_now

    rulebook = load_rulebook(data_folder())
    census = times(sample_census(rulebook), copies)
    told = census.settings
    mission = Mission.objects.create(
        slug=SLUG, name=told.name, territory=told.territory, committee_on=told.committee_on
    )
    save_census(mission, census, by=Author(user=None))
    study_now(mission, why="Banc d’essai")
    cookies = []
    for rank in range(PEOPLE):
        user = User.objects.create_user(username=f"personne{rank}")
        Membership.objects.create(user=user, mission=mission, role=Role.CONSULTANT)
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.save()
        cookies.append(f"sessionid={session.session_key}")
    return len(census.projects), cookies


class _Served:
    """The real server, with its worker."""

    def __init__(self, home: Path) -> None:
        self._home = home

    def __enter__(self) -> int:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port: int = free.getsockname()[1]
        command = ["serve", "--db", str(self._home / "rebond.sqlite3"), "--port", str(port)]
        self._process = subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "-c", "from rebond.cli import main; main()", *command], stdout=subprocess.DEVNULL
        )
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            with socket.socket() as attempt:
                if attempt.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.2)
        # The worker and the pages have read the catalogue before anything is measured.
        time.sleep(10)
        return port

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(timeout=60)


class _Reader:
    """One person who reads."""

    def __init__(self, port: int, cookie: str) -> None:
        self._port, self._cookie = port, cookie
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def read(self, path: str) -> tuple[float, int]:
        """Milliseconds and status of a page."""
        started = time.perf_counter()
        try:
            self._connection.request("GET", f"/missions/{SLUG}/{path}", headers={"Cookie": self._cookie})
            answer = self._connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            self._connection.close()
            raise
        return (time.perf_counter() - started) * 1000, answer.status


def _shown(reader: _Reader, path: str) -> float:
    """Milliseconds of a page; one that is not shown is measured by nobody."""
    milliseconds, status = reader.read(path)
    if status != http.client.OK:
        raise RuntimeError(f"{path} : {status}")
    return milliseconds


def _spent() -> list[float]:
    """Seconds of processor: this process (readers and writers), then the site that ended, its worker included."""
    spent = (resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return [each.ru_utime + each.ru_stime for each in spent]


def _save(rank: int, jobs: int) -> None:
    """A person corrects a project, read as a form reads it; each writer has projects of his or her own."""
    from rebond.history import Kind, rows_of
    from rebond.web.editing.gestures import save
    from rebond.web.journal.writing import Author
    from rebond.web.missions.extract import extract_of
    from rebond.web.missions.facts import census_of
    from rebond.web.missions.models import Mission
    from rebond.web.projects.models import Project

    mission = Mission.objects.get(slug=SLUG)
    refs = list(Project.objects.of(mission).order_by("position", "pk").values_list("ref", flat=True))
    key = Kind.PROJECT, refs[rank % len(refs)]
    row = rows_of(census_of(mission, extract_of(mission, [key], {})))[key]
    save(mission, {key: replace(row, jobs_created=jobs)}, by=Author(user=None))


def _study_after_a_save(rank: int) -> float:
    """Seconds from a save to the study that has it, shown."""
    from rebond.web.missions.models import Mission
    from rebond.web.studies.models import Study

    _save(rank, 500 + rank)
    started = time.perf_counter()
    state = Mission.objects.get(slug=SLUG).facts_state
    while not Study.objects.filter(is_current=True, facts_state=state).exists():
        if time.perf_counter() - started > PATIENCE:
            raise TimeoutError("l’étude ne vient pas")
        time.sleep(0.05)
    return time.perf_counter() - started


@dataclass
class _Seen:
    reads: list[float] = field(default_factory=list)
    writes: list[float] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)


def _crowd(port: int, cookies: Sequence[str], seconds: int) -> dict[str, Any]:
    """Forty people who read, and save once in ten; each counts what it met."""
    from django.utils import timezone

    from rebond.web.studies.models import Study

    failures = Study.objects.filter(status=Study.Status.FAILED)
    failed = failures.count()
    first = Study.objects.order_by("-number").values_list("number", flat=True)[0]
    seen = [_Seen() for _ in cookies]
    began, deadline = timezone.now(), time.monotonic() + seconds
    people = [
        Thread(target=_person, args=(rank, port, cookie, deadline, seen[rank])) for rank, cookie in enumerate(cookies)
    ]
    for each in people:
        each.start()
    for each in people:
        each.join()
    # The last page asked may have come long after the end.
    new = Study.objects.filter(number__gt=first, finished_at__gt=began).order_by("number")
    ends = [(at - began).total_seconds() for at in new.values_list("finished_at", flat=True)]
    ends = [end for end in ends if end <= seconds]
    reads = [value for each in seen for value in each.reads]
    writes = [value for each in seen for value in each.writes]
    errors: Counter[str] = sum((each.errors for each in seen), Counter())
    return {
        "secondes": seconds,
        "lectures": len(reads),
        "debit": len(reads) / seconds,
        "p50": _percentile(reads, 0.5),
        "p95": _percentile(reads, 0.95),
        "ecritures": len(writes),
        "e50": _percentile(writes, 0.5),
        "e95": _percentile(writes, 0.95),
        "erreurs": errors.total(),
        "dites": [f"{count} × {words}" for words, count in errors.most_common(5)],
        "etudes": len(ends),
        "attente": max(after - before for before, after in pairwise([0.0, *ends, float(seconds)])),
        "echecs": failures.count() - failed,
    }


def _person(rank: int, port: int, cookie: str, deadline: float, seen: _Seen) -> None:
    from django.db import connection

    choose = random.Random(rank)
    reader, paths, jobs = _Reader(port, cookie), list(PAGES.values()), 1000
    while time.monotonic() < deadline:
        if choose.randrange(ONE_WRITE_IN):
            _counted(lambda: _read(reader, choose.choice(paths), seen), seen)
        else:
            jobs += 1
            started = time.perf_counter()
            if _counted(lambda: _save(rank, jobs), seen):  # noqa: B023 - called at once
                seen.writes.append((time.perf_counter() - started) * 1000)
        # People read what they opened.
        time.sleep(choose.uniform(0.2, 1.0))
    connection.close()


def _read(reader: _Reader, path: str, seen: _Seen) -> None:
    milliseconds, status = reader.read(path)
    seen.reads.append(milliseconds)
    if status != http.client.OK:
        seen.errors[f"{status} {path}"] += 1


def _counted(work: Callable[[], None], seen: _Seen) -> bool:
    try:
        work()
    except Exception as error:  # noqa: BLE001 - whatever a person meets is an error
        seen.errors[f"{type(error).__name__} : {error}"[:120]] += 1
        return False
    return True


def _percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values) or [0.0]
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


if __name__ == "__main__":
    with suppress(BrokenPipeError):
        print(json.dumps(run(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))))
