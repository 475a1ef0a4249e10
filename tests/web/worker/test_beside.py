"""A study asked at the command line, and the worker that a site starts beside itself."""

import os
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from unittest.mock import patch

import pytest

from rebond.web.worker import processes, studying
from rebond.web.worker.beside import Beside
from rebond.web.worker.computing import read_facts
from rebond.web.worker.leases import take
from rebond.web.worker.models import Work
from tests.web.worker.acts import current, mission


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
        process = subprocess.Popen(["/bin/sleep", "600"])
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
    deadline = time.monotonic() + 120
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
