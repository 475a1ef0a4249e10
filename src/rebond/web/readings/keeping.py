"""Readings sealed into the chain of the journal by batches, and deleted when the rule says: the chain tells both.

A seal is a row of the chain that holds the digest of a batch. Deleting whole batches leaves the chain as it was; a row
taken out or changed otherwise no longer gives the digest of its seal.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from rebond.records import digest
from rebond.units import agreed
from rebond.web.journal.models import Act, Entry
from rebond.web.journal.writing import Author, Note, record
from rebond.web.missions.models import Mission
from rebond.web.missions.querysets import MissionDataQuerySet
from rebond.web.readings.models import Reading
from rebond.web.readings.rule import rule

SEAL, PURGE = "consultations", "effacement"
_SETTLED = timedelta(minutes=10)
"""No insert that is under way holds a lower number than a row that old."""
_EVERY = timedelta(hours=20)
"""At least this much between two seals of one mission: about one a day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """A batch: the numbers of its first and last row, and its digest."""

    first: int
    last: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SealCheck:
    """What a check of the readings found; ``problem`` is empty when they are whole."""

    kept: int
    sealed: int
    problem: str = ""


def missions_read() -> tuple[Mission, ...]:
    """Missions of which readings are kept, those that are deleted too."""
    rows = Reading.objects.order_by().values_list("mission_id", "mission_slug").distinct()
    return tuple(Mission(pk=pk, slug=slug) for pk, slug in sorted(rows))


@transaction.atomic
def seal(mission: Mission, *, now: datetime | None = None) -> int:
    """Seal what was read since the last seal; how many rows."""
    moment = now or timezone.now()
    done = max((each.last for each in seals_of(mission)), default=0)
    rows = Reading.objects.of(mission).filter(pk__gt=done)
    last = rows.filter(at__lt=moment - _SETTLED).aggregate(last=Max("pk"))["last"]
    batch = list(rows.filter(pk__lte=last).order_by("pk")) if last else []
    if batch:
        first = batch[0].pk
        note = Note(
            kind=SEAL, ref=f"{first}-{last}", label=_words("consultations scellées", len(batch)), after=_digest(batch)
        )
        record(mission, [note], by=Author(user=None, name="Rebond"), act=Act.READ)
    return len(batch)


@transaction.atomic
def purge(mission: Mission, *, now: datetime | None = None) -> int:
    """Delete the sealed batches that are wholly past the rule, and write it in the journal; how many rows."""
    limit, last = rule().limit(now or timezone.now()), 0
    for each in seals_of(mission):
        if Reading.objects.of(mission).filter(pk__range=(each.first, each.last), at__gte=limit).exists():
            break
        last = each.last
    old = Reading.objects.of(mission).filter(pk__lte=last)
    count = old.count()
    if count:
        old._raw_delete(old.db)  # noqa: SLF001 - nothing hangs on a reading; the chain tells it below
        words = f"Consultations effacées après {rule().months} mois"
        note = Note(kind=SEAL, ref=str(last), label=words, path=(PURGE,), before=_words("consultations", count))
        record(mission, [note], by=Author(user=None, name="Rebond"), act=Act.MANAGED, reason=rule().source)
    return count


def keep() -> int:
    """What the work behind does now and then: seal about once a day, and delete what is too old; how many deleted."""
    now, deleted = timezone.now(), 0
    for mission in missions_read():
        latest = Entry.objects.of(mission).filter(kind=SEAL, act=Act.READ).aggregate(at=Max("at"))["at"]
        if latest is None or now - latest > _EVERY:
            seal(mission, now=now)
        deleted += purge(mission, now=now)
    return deleted


def check(mission: Mission) -> SealCheck:
    """Whether every batch that was not deleted by the rule is as it was sealed."""
    kept, sealed = Reading.objects.of(mission).count(), 0
    purged = max((int(ref) for ref in _purges(mission).values_list("ref", flat=True)), default=0)
    for each in seals_of(mission):
        if each.last <= purged:
            continue
        batch = list(Reading.objects.of(mission).filter(pk__range=(each.first, each.last)).order_by("pk"))
        if _digest(batch) != each.digest:
            words = f"les consultations {each.first} à {each.last} ne sont plus celles qui ont été scellées"
            return SealCheck(kept=kept, sealed=sealed, problem=words)
        sealed += len(batch)
    return SealCheck(kept=kept, sealed=sealed)


def seals_of(mission: Mission) -> Iterator[Seal]:
    """The seals of a mission, the oldest first."""
    rows = Entry.objects.of(mission).filter(kind=SEAL, act=Act.READ).order_by("position")
    for ref, after in rows.values_list("ref", "after"):
        first, _, last = ref.partition("-")
        yield Seal(first=int(first), last=int(last), digest=str(after))


def _purges(mission: Mission) -> MissionDataQuerySet[Entry]:
    return Entry.objects.of(mission).filter(kind=SEAL, act=Act.MANAGED)


def _words(plural: str, count: int) -> str:
    return f"{count} {agreed(plural, count)}"


def _digest(batch: list[Reading]) -> str:
    told = [
        {name: getattr(row, name) for name in Reading.DIGESTED} | {"id": row.pk, "at": row.at.isoformat()}
        for row in batch
    ]
    return digest(told)
