"""The turn of the reminders in the life of a worker: one letter at a time, between two studies."""

from __future__ import annotations

import logging
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import DatabaseError

from rebond.web.committee import posting
from rebond.web.reminders import clock, sending
from rebond.web.reminders.models import Digest
from rebond.web.reminders.people import people_due
from rebond.web.reminders.writing import Part

_LOGGER = logging.getLogger("rebond.incidents")
_REST = 20.0
"""Seconds between two looks while nobody's hour came."""
_SILENT = timedelta(minutes=1)
"""How long a server that does not answer is left alone."""
_ASIDE = timedelta(hours=1)
"""How long a person is passed over whose tasks cannot be read."""


class Reminders:
    """Several may run, in as many processes: the database says who sends what."""

    def __init__(self, *, rest: float = _REST) -> None:
        self._rest = rest
        self._looked: float | None = None
        self._left_alone: datetime | None = None
        self._aside: dict[int, datetime] = {}
        self._to_note: dict[int, datetime] = {}

    def turn(self) -> bool:
        """Send a letter, or find that there is none to send; whether something was done."""
        if self._looked is not None and time.monotonic() - self._looked < self._rest:
            return False
        worked = self._step(clock.now())
        self._looked = None if worked else time.monotonic()
        return worked

    def _step(self, now: datetime) -> bool:
        for number, at in list(self._to_note.items()):
            sending.note_sent(number, at)
            del self._to_note[number]
        if self._left_alone is not None and now < self._left_alone:
            return False
        return self._convene_again(now) or self._send_left(now) or self._send_due(now)

    def _convene_again(self, now: datetime) -> bool:
        row = posting.waiting(now)
        if row is None:
            return False
        with _unhurried():
            if posting.post_again(row):
                self._left_alone = now + _SILENT
        return True

    def _send_left(self, now: datetime) -> bool:
        digest = sending.left_to_send(now)
        if digest is None:
            return False
        try:
            parts = sending.take_up(digest, now)
        except DatabaseError:
            raise
        except Exception:
            # Nor must it stop the studies, which the same process makes.
            _LOGGER.exception("Rappels impossibles à relire (compte n° %s)", digest.user_id)
            sending.refused(digest, "ce qui attend la personne n’a pas pu être relu", now)
            return True
        if parts:
            self._send(digest, parts, now)
        return True

    def _send_due(self, now: datetime) -> bool:
        for user, due in people_due(now):
            if self._aside.get(user.pk, now) > now:
                continue
            try:
                begun = sending.begin(user, due, now)
            except DatabaseError:
                raise
            except Exception:
                # What one person's tasks hide from us must not keep the others from theirs.
                _LOGGER.exception("Rappels impossibles à lire (compte n° %s)", user.pk)
                self._aside[user.pk] = now + _ASIDE
                continue
            if begun is not None:
                self._send(*begun, now)
            return True
        return False

    def _send(self, digest: Digest, parts: list[Part], now: datetime) -> None:
        try:
            with _unhurried():
                why = sending.hand_over(digest, parts)
        except DatabaseError:
            # It left, and that could not be written: this process knows, and writes it as soon as it can.
            self._to_note[digest.pk] = now
            raise
        if why:
            sending.refused(digest, why, now)
            self._left_alone = now + _SILENT


@contextmanager
def _unhurried() -> Iterator[None]:
    """A worker that is told to stop ends the letter that it began: it is a matter of seconds."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
