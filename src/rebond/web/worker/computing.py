"""Make the study of a mission: read its facts at one moment, run the engine on them, store what it found."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import InterfaceError, OperationalError, connection, transaction

from rebond import __version__
from rebond.errors import DataError, RebondError
from rebond.facts import UNKNOWN, Census, Maybe
from rebond.mission import run_mission
from rebond.portfolio.robust.weights import Opinion
from rebond.regimes.readings import Reading
from rebond.results import MissionResult
from rebond.study.kept import KeptStudies
from rebond.study.project import ProjectStudy
from rebond.study.robust import RobustAsked
from rebond.study.rulebook import Rulebook
from rebond.web.financing.study import current_rulebook
from rebond.web.journal.models import Entry
from rebond.web.missions.facts import census_of
from rebond.web.missions.models import Mission
from rebond.web.studies.models import Study
from rebond.web.studies.storing import Contents, KeptContents, contents_of, store_failure, store_study
from rebond.web.worker.leases import Lease, LostLeaseError
from rebond.web.worker.models import Choices

_LOGGER = logging.getLogger("rebond.incidents")
_TRIES = 5
_PAUSES = (1.0, 5.0)
"""Seconds before a study is stored again when the database was too busy; it already waited as long as it may."""
_MOST_FAULTS = 20
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptMission:
    """What stays in memory between two studies of a mission: what was found of its projects, and how it is written."""

    studies: KeptStudies = field(default_factory=KeptStudies)
    contents: KeptContents = field(default_factory=KeptContents)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadFacts:
    """The facts of a mission at one moment: no change is half in them."""

    mission: Mission
    census: Census
    position: int
    reading: Maybe[Reading]
    """The one that the mission chose; UNKNOWN: the catalogue's own."""


def read_facts(mission: Mission) -> ReadFacts:
    """Read at one moment, keeping no one from writing.

    Within a transaction that is open already, which may see what others write: again when someone wrote meanwhile, a
    few times, then under the mission's lock.
    """
    if not connection.in_atomic_block:
        with _snapshot():
            return _read(mission)
    for _ in range(_TRIES):
        found = _read(mission)
        if Mission.objects.filter(pk=mission.pk, facts_state=found.mission.facts_state).exists():
            return found
    Mission.objects.select_for_update().get(pk=mission.pk)
    return _read(mission)


@contextmanager
def _snapshot() -> Iterator[None]:
    """All that is read within is as it was at the first look; nothing is written within."""
    if connection.vendor == "sqlite":
        # ``atomic`` would take the place of the one writer (``transaction_mode``); a reader of the WAL needs none.
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")
    else:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield


def _read(mission: Mission) -> ReadFacts:
    now = Mission.objects.get(pk=mission.pk)
    position = Entry.objects.of(now).order_by("-position").values_list("position", flat=True).first()
    return ReadFacts(
        mission=now,
        census=census_of(now),
        position=position or 0,
        reading=reading_of(now),
    )


def reading_of(mission: Mission) -> Maybe[Reading]:
    """The reading of the law that a mission chose."""
    chosen = Choices.objects.of(mission).values_list("reading", flat=True).first()
    return Reading(chosen) if chosen in set(Reading) else UNKNOWN


def study_facts(
    facts: ReadFacts,
    *,
    lease: Lease | None = None,
    kept: KeptMission | None = None,
    progress: Progress | None = None,
    why: str = "",
) -> Study:
    """Run the engine and store the study; one that failed is stored too, with the reason, and never shown as a result.

    A study on facts that changed meanwhile is stored as any other: it is stale, and the next one begins. Raises
    ``LostLeaseError`` when another process took the work over, ``OperationalError`` or ``InterfaceError`` when the
    database is out of reach: nothing is then stored, and the mission still wants its study.
    """
    kept = kept or KeptMission()
    try:
        result = _run(facts, current_rulebook(), kept.studies, progress)
        if progress:
            progress("Rangement de l’étude")
        return _stored(facts, result, contents_of(result, kept.contents), lease=lease, why=why)
    except (LostLeaseError, OperationalError, InterfaceError):
        raise
    except Exception as error:  # noqa: BLE001 - whatever fails, people are told, and the last good study stays
        return fail(facts, words_of(error), lease=lease, why=why)


def _stored(facts: ReadFacts, result: MissionResult, contents: Contents, *, lease: Lease | None, why: str) -> Study:
    """A database too busy to store it is asked again: what took long to compute is not thrown away for that."""
    for pause in (*_PAUSES, None):
        try:
            return store_study(
                facts.mission,
                result,
                why=why,
                position=facts.position,
                contents=contents,
                holding=lease.confirm if lease else None,
            )
        except OperationalError:
            if pause is None or connection.in_atomic_block:
                raise
            time.sleep(pause)
            connection.close_if_unusable_or_obsolete()
    raise AssertionError("the last try returns or raises")


def _run(
    facts: ReadFacts, rulebook: Rulebook, kept: Mapping[str, ProjectStudy] | None, progress: Progress | None
) -> MissionResult:
    """On the law of the committee's date, under the reading that the mission chose."""
    on = facts.census.settings.committee_on
    robust = RobustAsked(opinions=tuple(map(Opinion.of, facts.census.opinions)))
    return run_mission(
        facts.census, rulebook, on=on, reading=facts.reading, progress=progress, kept=kept, robust=robust
    )


@transaction.atomic
def fail(facts: ReadFacts, failure: str, *, lease: Lease | None, why: str) -> Study:
    """Store that the facts could not be studied; they are tried again when they change, or when someone asks."""
    if lease:
        lease.confirm()
    return store_failure(
        facts.mission,
        failure,
        why=why,
        position=facts.position,
        catalogue=current_rulebook().catalogue.version,
        engine=__version__,
    )


def words_of(error: Exception) -> str:
    """What people read of a failure, one reason a line; what Rebond did not foresee goes to the log with a number."""
    if isinstance(error, DataError):
        lines = [str(fault) for fault in error.faults[:_MOST_FAULTS]]
        others = len(error.faults) - len(lines)
        return "\n".join([*lines, *([f"et {others} autres défauts"] if others else [])])
    if isinstance(error, RebondError):
        return str(error)
    number = secrets.token_hex(4).upper()
    _LOGGER.error("Incident %s : étude ou documents", number, exc_info=error)
    kind = "la mémoire de la machine n’a pas suffi" if isinstance(error, MemoryError) else "une erreur imprévue"
    return f"{kind[0].upper()}{kind[1:]} (incident {number}, au journal des incidents de l’instance)."
