"""What is tried in a process of its own, on a database that several processes share: deaths, rivals, bursts.

Each prints what it found as JSON; the tests judge. Children are forks: they die as a worker that is killed does. Django
is set up before this module is imported.
"""

import json
import os
import pickle
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Thread
from typing import Any
from unittest.mock import patch

from django.conf import settings
from django.db import connection
from django.test import override_settings
from django.utils import timezone

from rebond import __version__
from rebond.data.outfolder import written_folder
from rebond.history import Kind, rows_of
from rebond.mission import run_mission
from rebond.web.accounts.models import User
from rebond.web.editing.gestures import save, save_census
from rebond.web.financing.study import census_read, current_rulebook
from rebond.web.interviews.models import Interview
from rebond.web.journal.writing import Author
from rebond.web.missions.facts import census_of
from rebond.web.missions.models import Membership, Mission, Role
from rebond.web.reminders import sending
from rebond.web.reminders.models import Digest, Preference
from rebond.web.reminders.scheduling import Reminders
from rebond.web.studies import storing
from rebond.web.studies.models import Document, DocumentSet, FirmFinding, ProjectFinding, Study
from rebond.web.tables import bring_up_to_date
from rebond.web.worker import computing, documents
from rebond.web.worker.computing import read_facts, study_facts
from rebond.web.worker.needs import Bursts, wanted
from rebond.web.worker.studying import Studies
from tests.web.worker.letters import taken

SLUG, SHELL = "petite", Author(user=None)
AT_ONCE = {"quiet": 0.0, "most": 0.0}
NAMES = ("rapport.txt", "resultat.txt", "tableau.txt")


def mission() -> Mission:
    return Mission.objects.get(slug=SLUG)


def prepare(home: Path) -> None:
    """A small mission with its first study, and the documents of that one."""
    bring_up_to_date()
    census = pickle.loads((home / "recensement.pickle").read_bytes())
    told = census.settings
    made = Mission.objects.create(slug=SLUG, name=told.name, territory=told.territory, committee_on=told.committee_on)
    save_census(made, census, by=SHELL)
    assert study_facts(read_facts(made), why="Première").status == Study.Status.DONE
    current_rulebook()


def change(amount: int) -> None:
    """A person corrects what a project has already found."""
    held = mission()
    row = next(row for (kind, _), row in rows_of(census_of(held)).items() if kind == Kind.PROJECT)
    save(held, {(Kind.PROJECT, row.id): replace(row, jobs_created=amount)}, by=SHELL)


def forked(work: Callable[[], object]) -> int:
    """Do something in another process."""
    connection.close()
    sys.stdout.flush()
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        work()
        code = 0
    finally:
        connection.close()
        os._exit(code)


def ended(pid: int) -> int:
    """How a process ended: 0, or minus the signal that killed it."""
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def die(*_: Any, **__: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def dying_at(words: str) -> Callable[..., Any]:
    """The engine, killed at one of its steps."""
    real = run_mission

    def run(*args: Any, progress: Callable[[str], None], **kwargs: Any) -> Any:
        def step(said: str) -> None:
            progress(said)
            if said.startswith(words):
                die()

        return real(*args, progress=step, **kwargs)

    return run


def rows() -> dict[str, Any]:
    """What there is of studies."""
    found = Study.objects.order_by("number")
    return {
        "studies": [(each.number, each.status, each.is_current) for each in found],
        "findings": ProjectFinding.objects.count(),
        "firms": FirmFinding.objects.count(),
        "wanted": [want.why for want in want_now()],
    }


def want_now() -> list[Any]:
    return wanted(catalogue=current_rulebook().catalogue.version, engine=__version__)


def turn() -> None:
    Studies(Bursts(quiet=AT_ONCE["quiet"], most=AT_ONCE["most"])).turn()


def killed_studies() -> Any:
    """Killed while it computes, while it stores, and just before the study is shown."""
    change(11)
    before, seen, deaths = rows(), [], []
    for target, name, killer in (
        (computing, "run_mission", dying_at("Plans de financement")),
        (storing, "store_indicators", die),
        (storing, "make_current", die),
    ):
        with patch.object(target, name, killer):
            deaths.append(ended(forked(turn)))
        seen.append(rows())
        # Three deaths on the same facts are a failure: these are on facts that change meanwhile.
        change(12 + len(seen))
    deaths.append(ended(forked(turn)))
    return {"before": before, "seen": seen, "deaths": deaths, "after": rows(), "jobs": jobs()}


def _jobs(census: Any) -> int:
    return int(census.projects[0].jobs_created)


def jobs() -> int:
    """What the study that is shown read."""
    current = mission().current_study
    assert current is not None
    return _jobs(census_read(current))


def always_killed() -> Any:
    """Killed each time: after three, people are told, and the machine is left in peace."""
    change(21)
    with patch.object(computing, "run_mission", dying_at("Maturité")):
        deaths = [ended(forked(turn)) for _ in range(5)]
    last = Study.objects.order_by("-number").values_list("status", "failure")[0]
    change(22)
    ended(forked(turn))
    return {"deaths": deaths, "last": last, "after": rows()}


def rivals() -> Any:
    """Two workers, one change: the study is slow enough for both to be there."""
    change(31)
    before = Study.objects.count()
    real = run_mission

    def slow(*args: Any, **kwargs: Any) -> Any:
        time.sleep(0.5)
        return real(*args, **kwargs)

    def work() -> None:
        studies = Studies(Bursts(quiet=AT_ONCE["quiet"], most=AT_ONCE["most"]))
        deadline = time.monotonic() + 180
        while want_now() and time.monotonic() < deadline:
            studies.turn()
            time.sleep(0.02)

    with patch.object(computing, "run_mission", slow):
        workers = [forked(work), forked(work)]
        codes = [ended(pid) for pid in workers]
    return {"codes": codes, "more": Study.objects.count() - before, "after": rows()}


def burst() -> Any:
    """Twenty saves while a worker is at work."""
    before = Study.objects.count()

    def write() -> None:
        for rank in range(20):
            change(100 + rank)
            time.sleep(0.03)

    def work() -> None:
        studies = Studies(Bursts(quiet=0.4, most=3.0))
        deadline = time.monotonic() + 180
        while time.monotonic() < deadline and (wants := want_now()) is not None:
            if not wants and jobs() == 119:
                return
            studies.turn()
            time.sleep(0.05)
        raise TimeoutError

    codes = [ended(pid) for pid in (forked(work), forked(write))]
    return {"codes": codes, "more": Study.objects.count() - before, "jobs": jobs(), "after": rows()}


def edited_without_rest() -> Any:
    """A person saves, again and again, until two studies came: facts are never quiet."""
    before, saves = Study.objects.count(), 0
    new = Study.objects.filter(number__gt=before).order_by("number")

    def work() -> None:
        studies = Studies(Bursts(quiet=3600.0, most=0.2))
        while new.count() < 2:
            studies.turn()
            time.sleep(0.02)

    worker = forked(work)
    deadline = time.monotonic() + 180
    while new.count() < 2 and time.monotonic() < deadline:
        saves += 1
        change(200 + saves)
        time.sleep(0.05)
    if new.count() < 2:
        os.kill(worker, signal.SIGKILL)
    code = ended(worker)
    made = [(each.status, each.is_stale) for each in new]
    return {"code": code, "made": made, "saves": saves}


def moving_facts() -> Any:
    """Someone saves between two looks at the facts."""
    change(41)
    state = mission().facts_state

    def save_beside() -> None:
        change(42)
        connection.close()

    def read(held: Mission) -> Any:
        beside = Thread(target=save_beside)
        beside.start()
        beside.join(timeout=180)
        return census_of(held)

    with patch.object(computing, "census_of", read):
        facts = read_facts(mission())
    return {
        "read": _jobs(facts.census),
        "same_state": facts.mission.facts_state == state,
        "earlier_journal": facts.position < read_facts(mission()).position,
        "now": _jobs(census_of(mission())),
    }


def written(_: Any, out: Path, **__: Any) -> None:
    """Documents that cost nothing to print, put in place as the real ones are."""
    with written_folder(out, owned=NAMES) as draft:
        for name in NAMES:
            (draft / name).write_text(name, encoding="utf-8")
            if os.environ.get("MOURIR") == name:
                die()


def killed_documents() -> Any:
    """Killed while they are written, and between their writing and their registration."""
    study = mission().current_study
    assert study is not None
    root = Path(settings.DOCUMENTS_ROOT)

    def found() -> dict[str, Any]:
        home = documents.folder_of(study)
        return {
            "offered": [row.name for row in Document.objects.found_by(study)],
            "on_disk": sorted(path.name for path in home.iterdir()) if home.is_dir() else [],
            "status": DocumentSet.objects.get().status,
        }

    deaths, seen = [], []
    with patch.object(documents, "write_documents", written):
        DocumentSet.objects.create(study=study)
        os.environ["MOURIR"] = NAMES[1]
        deaths.append(ended(forked(documents.make_next)))
        seen.append(found())
        del os.environ["MOURIR"]
        with patch.object(documents, "_ready", die):
            deaths.append(ended(forked(documents.make_next)))
        seen.append(found())
        deaths.append(ended(forked(documents.make_next)))
        seen.append(found())
        again = documents.make_next()
    left = sorted(path.name for path in root.rglob("*") if "brouillon" in path.name)
    return {"deaths": deaths, "seen": seen, "again": again, "left": left}


def digests() -> Any:
    """Killed once the letter is claimed, and once the server has it; then two workers for eight people."""
    now = timezone.now()
    Interview.objects.update(callback_on=timezone.localdate() - timedelta(days=3), callback_by="Claire")
    told = {"days": "0123456", "hour": timezone.localtime().hour, "since": now - timedelta(days=40)}

    def arrive(name: str) -> None:
        user = User.objects.create(username=name, email=name)
        Membership.objects.create(user=user, mission=mission(), role=Role.PILOT)
        Preference.objects.create(user=user, **told)

    def work() -> None:
        reminders = Reminders(rest=0.0)
        while reminders.turn():
            pass

    deaths = []
    with override_settings(EMAIL_BACKEND="tests.web.worker.letters.Backend"):
        arrive("seule")
        for name in ("hand_over", "note_sent"):
            with patch.object(sending, name, die):
                deaths.append(ended(forked(work)))
        deaths.append(ended(forked(work)))
        alone = taken()
        for rank in range(8):
            arrive(f"personne{rank}")
        deaths += [ended(pid) for pid in (forked(work), forked(work))]
    return {
        "deaths": deaths,
        "alone": alone,
        "together": taken()[len(alone) :],
        "states": list(Digest.objects.values_list("state", flat=True).distinct()),
    }


def main(home: str, *names: str) -> None:
    """Prepare, then try each scenario on what the one before left."""
    prepare(Path(home))
    sys.stdout.write(json.dumps({name: globals()[name]() for name in names}))
