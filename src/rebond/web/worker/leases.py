"""A lease on the work of a mission: one process has it at a time, and loses it by dying or by staying silent."""

from __future__ import annotations

import os
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta

from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from rebond.web.missions.models import Mission
from rebond.web.worker import processes
from rebond.web.worker.models import Work

LEASE = timedelta(seconds=60)
BEAT = 15.0
"""Seconds between two signs of life; several may miss before the lease is over."""


class LostLeaseError(Exception):
    """Another process took the work over: what this one made must not be stored."""


class Lease:
    """The work that this process has on a mission."""

    def __init__(self, work: Work, holder: uuid.UUID) -> None:
        self.work = work
        self._holder = holder
        self._step = ""
        self._told = threading.Event()
        self._over = threading.Event()
        self._beating: threading.Thread | None = None

    @property
    def attempts(self) -> int:
        """How many times in a row this same work was begun, this one included."""
        return self.work.attempts

    def step(self, words: str) -> None:
        """Say where the work stands. It never waits: another thread writes it, and keeps the lease."""
        self._step = words[:200]
        self._told.set()

    def confirm(self) -> None:
        """Within the transaction that stores: raise ``LostLeaseError`` unless the work is still this process's."""
        held = Work.objects.select_for_update().filter(pk=self.work.pk, holder=self._holder)
        if not held.exists():
            raise LostLeaseError(str(self.work.pk))

    def beat(self) -> None:
        """Give a sign of life now."""
        mine = Work.objects.filter(pk=self.work.pk, holder=self._holder)
        mine.update(until=timezone.now() + LEASE, step=self._step)

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Give signs of life from another thread meanwhile; the work is free at the end, however it ends."""
        self._beating = threading.Thread(target=self._keep, name="bail", daemon=True)
        self._beating.start()
        try:
            yield
        finally:
            self._over.set()
            self._told.set()
            self._beating.join(timeout=BEAT)
            with suppress(DatabaseError):
                self._release()

    def _release(self) -> None:
        """Only a process that was killed leaves its attempt counted."""
        free = {"holder": None, "until": None, "since": None, "step": "", "attempts": 0}
        Work.objects.filter(pk=self.work.pk, holder=self._holder).update(**free)

    def _keep(self) -> None:
        try:
            while not self._over.is_set():
                self._told.wait(timeout=BEAT)
                self._told.clear()
                if not self._over.is_set():
                    # A database that is busy for a while: the next sign will do.
                    with suppress(DatabaseError):
                        self.beat()
        finally:
            connection.close()


def take(mission: Mission, kind: Work.Kind, *, on: str) -> Lease | None:
    """The lease on a mission's work, ``None`` when a living process has it. ``on``: what will be worked on."""
    seen = Work.objects.of(mission).filter(kind=kind).first()
    # Most looks end here, and keep no one from writing.
    return None if seen is not None and is_held(seen) else _take(mission, kind, on)


@transaction.atomic
def _take(mission: Mission, kind: Work.Kind, on: str) -> Lease | None:
    work, _ = Work.objects.get_or_create(mission=mission, kind=kind)
    work = Work.objects.select_for_update().get(pk=work.pk)
    if is_held(work):
        return None
    now, pid = timezone.now(), os.getpid()
    work.attempts = work.attempts + 1 if work.on_state == on else 1
    work.holder, work.on_state = uuid.uuid4(), on
    work.machine, work.pid, work.started = processes.machine(), pid, processes.started(pid)
    work.since, work.until, work.step = now, now + LEASE, ""
    work.save()
    return Lease(work, work.holder)


def is_held(work: Work) -> bool:
    """Whether a process that lives, as far as can be known, works on it."""
    if work.holder is None or work.until is None or work.until < timezone.now():
        return False
    return not processes.is_gone(work.machine, work.pid, work.started)
