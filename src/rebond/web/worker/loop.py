"""The life of a worker: look, work, rest, until it is told to stop or left alone."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from types import FrameType
from typing import NoReturn

from django.db import DatabaseError, close_old_connections, connection

from rebond.web.readings.keeping import keep as keep_readings
from rebond.web.reminders import clock
from rebond.web.reminders.scheduling import Reminders
from rebond.web.reminders.sending import forget_old
from rebond.web.worker.documents import documents_are_wanted, make_next
from rebond.web.worker.studying import Studies

_LOGGER = logging.getLogger("rebond.incidents")
REST = 0.25
_LONGEST_REST = 30.0
_LOOK_AT_DOCUMENTS = 2.0
_KEEP_READINGS = 3_600.0
_KINDER = 2
"""How much the pages come before the studies on a busy machine (``nice``): at 5, a crowd leaves them no time."""
_END = 5.0


def run(*, parent: int = 0) -> None:
    """Study missions and send what is due for ever; documents are printed beside, so that studies do not wait.

    ``parent``: the process without which this one has nothing left to do.
    """
    _settle(_KINDER)
    studies, reminders, printing, rest, looked = Studies(), Reminders(), None, REST, 0.0
    kept = time.monotonic() - _KEEP_READINGS + _LONGEST_REST
    try:
        while not _alone(parent):
            try:
                close_old_connections()
                worked = studies.turn() is not None or studies.previews()
                worked = reminders.turn() or worked
                if time.monotonic() - looked > _LOOK_AT_DOCUMENTS:
                    looked = time.monotonic()
                    printing = _print(printing)
                if time.monotonic() - kept > _KEEP_READINGS:
                    kept = time.monotonic()
                    keep_readings()
                    forget_old(clock.now())
                rest = 0.0 if worked else REST
            except DatabaseError as error:
                rest = _after_failure(error, rest)
            time.sleep(rest)
    finally:
        _end(printing)


def run_documents(*, parent: int = 0) -> None:
    """Make the documents that are asked, then end: their libraries do not stay in memory."""
    _settle(2 * _KINDER)
    while not _alone(parent) and make_next():
        pass


def _print(printing: subprocess.Popen[bytes] | None) -> subprocess.Popen[bytes] | None:
    if printing is not None and printing.poll() is None:
        return printing
    if not documents_are_wanted():
        return None
    command = [sys.executable, "-m", "rebond.web.worker", "documents", str(os.getpid())]
    return subprocess.Popen(command, stdin=subprocess.DEVNULL)  # noqa: S603 - our own module


def _end(printing: subprocess.Popen[bytes] | None) -> None:
    if printing is not None and printing.poll() is None:
        printing.terminate()
        with suppress(subprocess.TimeoutExpired):
            printing.wait(timeout=_END)


def _after_failure(error: DatabaseError, rest: float) -> float:
    """The database did not answer, or was too busy: nothing is lost, look again later and later."""
    _LOGGER.error("La base n’a pas répondu au calcul en arrière-plan", exc_info=error)
    connection.close()
    return min(max(2 * rest, 1.0), _LONGEST_REST)


def _alone(parent: int) -> bool:
    return bool(parent) and os.getppid() != parent


def _settle(niceness: int) -> None:
    """Stop at once when told to: the lease is given back on the way out, and nothing half made was stored."""
    signal.signal(signal.SIGTERM, _stop)
    with suppress(OSError):
        os.nice(niceness)


def _stop(_: int, __: FrameType | None) -> NoReturn:
    raise SystemExit(0)
