"""Heavy work in turn: plans solved and documents printed, at most one a person, at most a few on the machine.

Turns are kept by locks on files of the instance's folder, so that the processes of the site share them and a process
that dies gives its turn back.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from rebond.web.guard.requests import person_of, refusal

View = Callable[..., HttpResponseBase]

AT_ONCE = 2
"""Heavy requests that the machine does at once: as many as the processes of the site (``serving``)."""
_WAITING = 4
"""Heavy requests of one process, waiting or working: its other threads keep answering pages."""
PATIENCE = 20.0
"""Seconds that a request waits for its turn."""
_BETWEEN = 0.05
_PEOPLE = 256
"""Files that stand for people: two may share one, at worst they wait for each other."""
_inside = BoundedSemaphore(_WAITING)


class BusyError(Exception):
    """No turn came in time."""


def heavy(view: View) -> View:
    """A view that is done in turn; 503 in French when the turn does not come."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            with turn(person_of(request)):
                return view(request, *args, **kwargs)
        except BusyError as busy:
            response = refusal(request, 503, "Le site est occupé", str(busy))
            response["Retry-After"] = "10"
            return response

    return wrapped


@contextmanager
def turn(person: str, *, patience: float = PATIENCE, folder: Path | None = None) -> Iterator[None]:
    """Wait for the person's turn, then for the machine's; raises ``BusyError`` when one does not come in time."""
    home = folder or _folder()
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    deadline = time.monotonic() + patience
    if not _inside.acquire(blocking=False):
        raise BusyError("Plusieurs calculs sont en attente. Réessayez dans quelques secondes.")
    try:
        number = int.from_bytes(hashlib.blake2s(person.encode(), digest_size=2).digest()) % _PEOPLE
        with (
            _locked(
                [home / f"personne-{number:03d}"], deadline, "Un de vos calculs est déjà en cours. Attendez sa fin."
            ),
            _locked(
                [home / f"place-{rank}" for rank in range(AT_ONCE)],
                deadline,
                "D’autres calculs occupent le site. Réessayez dans quelques secondes.",
            ),
        ):
            yield
    finally:
        _inside.release()


@contextmanager
def _locked(files: list[Path], deadline: float, reason: str) -> Iterator[None]:
    """Hold one of the files; raises ``BusyError`` at the deadline."""
    descriptors = [os.open(file, os.O_RDWR | os.O_CREAT, 0o600) for file in files]
    try:
        while not any(_taken(descriptor) for descriptor in descriptors):
            if time.monotonic() >= deadline:
                raise BusyError(reason)
            time.sleep(_BETWEEN)
        yield
    finally:
        for descriptor in descriptors:
            os.close(descriptor)


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _folder() -> Path:
    home = settings.DATA_DIR or Path(tempfile.gettempdir()) / f"rebond-{os.getuid()}"
    return Path(home) / "verrous"
