"""A site of its own, in another process, on production settings: what browsers and PostgreSQL are tested against."""

import os
import pickle
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from random import SystemRandom

from rebond.results import MissionResult
from tests.once import once

PREPARE = """
import pickle, sys
from pathlib import Path
from rebond.web.demo import prepare_demo
home = Path(sys.argv[1])
prepare_demo(pickle.loads((home / "resultat.pickle").read_bytes()), database=home / "rebond.sqlite3", documents=home)
"""
PATIENCE = 120
"""Seconds before a site that does not answer is given up: a busy machine starts one in twenty."""


def prepare(result: MissionResult, home: Path, environment: dict[str, str]) -> None:
    """Store the sample mission in a new instance: once a run on SQLite, whose files are then copied."""
    if not environment:
        shutil.copytree(
            once("instance", lambda made: _store(result, made, environment), near=home), home, dirs_exist_ok=True
        )
    else:
        _store(result, home, environment)


def _store(result: MissionResult, home: Path, environment: dict[str, str]) -> None:
    home.mkdir(parents=True, exist_ok=True)
    (home / "resultat.pickle").write_bytes(pickle.dumps(result))
    run_python(PREPARE, str(home), environment=environment)


def run_python(code: str, *arguments: str, environment: dict[str, str]) -> str:
    """Run Python in a process of its own, where settings are read anew; what it prints."""
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env=clean_environment() | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def clean_environment() -> dict[str, str]:
    """The environment without what the tests' own Django put in it."""
    return {key: value for key, value in os.environ.items() if not key.startswith(("DJANGO_", "REBOND_", "DATABASE_"))}


def free_port() -> int:
    """A port that nobody will be given before a site takes it: below those that the system lends to connections."""
    for port in SystemRandom().sample(range(20_000, 32_000), 500):
        with socket.socket() as free, suppress(OSError):
            free.bind(("127.0.0.1", port))
            return port
    raise AssertionError("aucun port libre")


@contextmanager
def served(home: Path, environment: Mapping[str, str] | None = None) -> Iterator[str]:
    """The address of the site while it is served."""
    port = free_port()
    command = ["serve", "--db", str(home / "rebond.sqlite3"), "--port", str(port), "--demo"]
    process = subprocess.Popen(
        [sys.executable, "-c", "from rebond.cli import main; main()", *command],
        env=clean_environment() | dict(environment or {}),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(port, process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        assert process.poll() is None, "le site s'est arrêté au démarrage"
        with socket.socket() as attempt:
            if attempt.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise AssertionError("le site ne répond pas")
