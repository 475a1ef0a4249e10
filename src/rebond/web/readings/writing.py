"""Write readings after the page was sent: one insert, never waited for, kept aside while the database is busy.

What this process wrote within the hour is remembered, so that opening a page again asks nothing of the database.
"""

from __future__ import annotations

import atexit
import logging
from collections import deque
from collections.abc import Iterable
from contextlib import contextmanager, suppress
from datetime import datetime
from threading import Lock
from typing import TYPE_CHECKING, Any

from django.db import Error, connection

from rebond.web.readings.models import Reading

if TYPE_CHECKING:
    from collections.abc import Iterator

_LOGGER = logging.getLogger("rebond.incidents")
_MOST_ASIDE, _MOST_SEEN, _BATCH = 10_000, 20_000, 200
_PATIENCE = 100
"""Milliseconds that a thread waits for the one writer of SQLite; the page is already sent."""
_aside: deque[Reading] = deque(maxlen=_MOST_ASIDE)
_seen: set[tuple[object, ...]] = set()
_lock = Lock()


def write(rows: Iterable[Reading]) -> None:
    """Add readings, and those that were kept aside; a database that cannot take them now will later."""
    with _lock:
        if len(_seen) > _MOST_SEEN:
            _seen.clear()
        fresh = {key: row for row in rows if (key := _key(row)) not in _seen}
        _seen.update(fresh)
        waiting = [*_aside, *fresh.values()] if fresh else []
        if fresh:
            _aside.clear()
    if waiting:
        _insert(waiting)


def flush() -> None:
    """Write what was kept aside."""
    with _lock:
        waiting = list(_aside)
        _aside.clear()
    if waiting:
        _insert(waiting)


def forget() -> None:
    """Remember nothing of what was written: for tests, whose database goes back."""
    with _lock:
        _seen.clear()
        _aside.clear()


def aside() -> int:
    """How many wait for the database."""
    return len(_aside)


def hour_of(moment: datetime) -> datetime:
    """The hour in which readings of one sheet are one."""
    return moment.replace(minute=0, second=0, microsecond=0)


def _key(row: Reading) -> tuple[object, ...]:
    return (row.mission_id, row.by_id, row.role, row.what, row.kind, row.ref, row.part, row.on_behalf, row.hour)


def _insert(rows: list[Reading]) -> None:
    try:
        with _impatient():
            Reading.objects.bulk_create(rows, batch_size=_BATCH, ignore_conflicts=True)
    except Error as error:  # a connection that was lost is an ``InterfaceError``
        _LOGGER.warning("%d consultations attendent que la base réponde : %s", len(rows), error)
        with _lock:
            _aside.extend(rows)


@contextmanager
def _impatient() -> Iterator[None]:
    """SQLite waits twenty seconds for another writer: too long for what nobody asked."""
    if connection.vendor != "sqlite":
        yield
        return
    connection.ensure_connection()
    base: Any = connection.connection
    (before,) = base.execute("PRAGMA busy_timeout").fetchone()
    base.execute(f"PRAGMA busy_timeout = {_PATIENCE}")
    try:
        yield
    finally:
        base.execute(f"PRAGMA busy_timeout = {int(before)}")


def _last() -> None:
    with suppress(Exception):
        flush()


atexit.register(_last)
