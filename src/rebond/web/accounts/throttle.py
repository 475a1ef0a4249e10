"""Sign-in after failures: each one makes the next wait longer, and a wait is no lock-out.

Failures are counted by name and address, by address, and by name: one machine that tries many names waits, many
machines that try one name wait, and neither keeps its owner out for long. Only digests are kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from rebond.web.accounts.models import SignInFailure

FORGOTTEN_AFTER = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Patience:
    """How a count of failures becomes a wait: ``first`` seconds past ``free`` failures, doubled each time."""

    kind: str
    free: int
    first: int
    most: int

    def wait(self, failures: int) -> int:
        """Seconds to wait after the last of so many failures."""
        beyond = failures - self.free
        if beyond < 0:
            return 0
        return min(self.most, self.first << min(beyond, 20))


_PATIENCES = (
    Patience(kind="nom et adresse", free=3, first=5, most=900),
    Patience(kind="adresse", free=20, first=5, most=900),
    Patience(kind="nom", free=20, first=5, most=60),
)


def seconds_to_wait(name: str, address: str) -> int:
    """How long before this person may try again; 0 when it is now."""
    now = timezone.now()
    keys = dict(_keys(name, address))
    rows = {row.key: row for row in SignInFailure.objects.filter(key__in=keys)}
    return max((_left(rows[key], patience, now) for key, patience in keys.items() if key in rows), default=0)


def record_failure(name: str, address: str) -> None:
    """One more failure; those of yesterday are forgotten."""
    now = timezone.now()
    with transaction.atomic():
        SignInFailure.objects.filter(last_at__lt=now - FORGOTTEN_AFTER).delete()
        for key, _ in _keys(name, address):
            row, _ = SignInFailure.objects.select_for_update().get_or_create(key=key, defaults={"last_at": now})
            row.count += 1
            row.last_at = now
            row.save()


def forget_failures(name: str, address: str) -> None:
    """The person signed in: what was counted against this name is forgotten, not what the address tried elsewhere."""
    kept = _PATIENCES[1].kind
    keys = [key for key, patience in _keys(name, address) if patience.kind != kept]
    SignInFailure.objects.filter(key__in=keys).delete()


def _keys(name: str, address: str) -> Iterator[tuple[str, Patience]]:
    person = name.strip().casefold()
    for patience, parts in zip(_PATIENCES, ((person, address), ("", address), (person, "")), strict=True):
        yield hashlib.sha256("\x00".join((patience.kind, *parts)).encode()).hexdigest(), patience


def _left(row: SignInFailure, patience: Patience, now: datetime) -> int:
    until = row.last_at + timedelta(seconds=patience.wait(row.count))
    return max(0, -int((now - until).total_seconds() // 1))
