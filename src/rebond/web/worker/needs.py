"""What is to be done, read from the database as it is now: nothing is ever put in a queue."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import OuterRef, Subquery

from rebond.web.missions.models import Mission
from rebond.web.studies.models import Study
from rebond.web.worker.models import Work

QUIET, MOST = 0.7, 4.0
"""Seconds without a change before a study begins, and seconds after which it begins all the same."""
ASKED, CHANGED, VERSION, FIRST = "Demandée", "Faits changés", "Nouvelle version de Rebond ou du catalogue", "Première"


@dataclass(frozen=True, slots=True)
class Want:
    """A mission that wants a study, and why."""

    mission: int
    state: UUID
    why: str


def wanted(*, catalogue: str, engine: str) -> list[Want]:
    """The missions whose latest study, done or failed, did not read their facts of now with these versions.

    Those that are archived stay as they are.
    """
    latest = Study.objects.filter(mission_id=OuterRef("pk")).order_by("-number")
    asked = Work.objects.filter(mission_id=OuterRef("pk"), kind=Work.Kind.STUDY)
    rows = (
        Mission.objects.current()
        .annotate(
            latest_number=Subquery(latest.values("number")[:1]),
            latest_state=Subquery(latest.values("facts_state")[:1]),
            latest_catalogue=Subquery(latest.values("catalogue_version")[:1]),
            latest_engine=Subquery(latest.values("engine_version")[:1]),
            asked_after=Subquery(asked.values("asked_after")[:1]),
        )
        .order_by("pk")
        .values_list(
            "pk", "facts_state", "latest_number", "latest_state", "latest_catalogue", "latest_engine", "asked_after"
        )
    )
    found = []
    for pk, state, number, read, read_catalogue, read_engine, asked_after in rows:
        if state is None:
            continue
        if number is None:
            why = FIRST
        elif asked_after is not None and number <= asked_after:
            why = ASKED
        elif state != read:
            why = CHANGED
        elif (read_catalogue, read_engine) != (catalogue, engine):
            why = VERSION
        else:
            continue
        found.append(Want(pk, state, why))
    return found


@dataclass(slots=True)
class _Seen:
    state: UUID
    changed: float
    first: float


class Bursts:
    """Groups changes: a mission is due once its facts are quiet, or have waited long enough.

    It only looks at what it sees change, on its own clock: those of two machines need not agree.
    """

    def __init__(
        self, *, quiet: float = QUIET, most: float = MOST, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._quiet, self._most, self._clock = quiet, most, clock
        self._seen: dict[int, _Seen] = {}

    def begun(self, mission: int) -> None:
        """A study of that mission begins: what changes from now on is another burst."""
        self._seen.pop(mission, None)

    def due(self, wants: Iterable[Want]) -> list[Want]:
        """Those to study now, the one that waits longest first."""
        now, found = self._clock(), []
        wants = list(wants)
        # A mission whose study came has no burst any longer.
        self._seen = {want.mission: self._seen[want.mission] for want in wants if want.mission in self._seen}
        for want in wants:
            seen = self._seen.setdefault(want.mission, _Seen(want.state, now, now))
            if seen.state != want.state:
                seen.state, seen.changed = want.state, now
            if want.why == ASKED or now - seen.changed >= self._quiet or now - seen.first >= self._most:
                found.append((seen.first, want))
        return [want for _, want in sorted(found, key=lambda each: (each[0], each[1].mission))]
