"""Add to the journal of a mission, in the transaction of what is done."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone

from rebond.history import ABSENT, Change
from rebond.records import FACTS, digest
from rebond.web.accounts.models import User
from rebond.web.journal.models import Act, Entry
from rebond.web.missions.models import Membership, Mission

_MOST_LABEL = 300
_MOST_NAMES = 200
_BATCH = 200
"""SQLite takes at most a few thousand values in one statement."""

LONGEST_REASON = 1_000
"""Characters of a reason that a person types for a gesture, unless its screen asks for less."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What one row of the journal says."""

    kind: str
    ref: str = ""
    label: str = ""
    path: tuple[str, ...] = ()
    before: Any = None
    after: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Who acts, and for whom; nobody for what the command line does on the server."""

    user: User | None
    name: str = ""
    on_behalf: str = ""
    said: str = field(init=False, default="")

    def __post_init__(self) -> None:
        object.__setattr__(self, "said", self.name or (str(self.user) if self.user else "ligne de commande"))


def author_of(user: User) -> Author:
    """A signed-in person; for whom, ``record`` reads in the mission. Who helps acts under his or her own name."""
    support = user.supported_by
    if support is not None:
        administrator = support.administrator
        return Author(user=administrator, name=f"{administrator} (assistance)", on_behalf=f"à la place de {user}")
    return Author(user=user)


def note_of(change: Change, label: str = "") -> Note:
    """A change of facts as a note."""
    before, after = (None if value is ABSENT else FACTS.write(value) for value in (change.before, change.after))
    return Note(kind=change.kind.value, ref=change.ref, label=label, path=change.path, before=before, after=after)


@transaction.atomic
def record(mission: Mission, notes: Iterable[Note], *, by: Author, act: Act, reason: str = "") -> uuid.UUID:
    """Add the rows of one gesture, and say its identifier; nothing is written for no note.

    Two writers wait for each other (the mission's row is locked; SQLite has one writer at a time).
    """
    Mission.objects.select_for_update().filter(pk=mission.pk).first()
    last = Entry.objects.of(mission).order_by("-position").values("position", "digest").first()
    position, previous = (last["position"], last["digest"]) if last else (0, "")
    gesture, now = uuid.uuid4(), timezone.now()
    on_behalf = by.on_behalf or _organisations(by.user, mission)
    rows = []
    for note in notes:
        position += 1
        row = Entry(
            mission=mission,
            mission_slug=mission.slug,
            position=position,
            at=now,
            by=by.user,
            by_name=by.said,
            on_behalf=on_behalf,
            act=act,
            gesture=gesture,
            kind=note.kind,
            ref=note.ref,
            label=note.label[:_MOST_LABEL],
            path=list(note.path),
            before=note.before,
            after=note.after,
            reason=reason,
            previous=previous,
        )
        row.digest = previous = digest_of(row)
        rows.append(row)
    Entry.objects.bulk_create(rows, batch_size=_BATCH)
    return gesture


def _organisations(user: User | None, mission: Mission) -> str:
    """Whom a person stands for in a mission: the organisations and firms of his or her parts, else the employers."""
    if user is None:
        return ""
    parts = Membership.objects.of(mission).filter(user=user).select_related("organisation", "firm").order_by("pk")
    names = [str(part.firm or part.organisation) for part in parts if part.firm or part.organisation]
    names = names or [str(row.organisation) for row in user.affiliations.select_related("organisation")]
    return ", ".join(dict.fromkeys(names))[:_MOST_NAMES]


def digest_of(entry: Entry) -> str:
    """SHA-256 of a row and of the digest of the one before it."""
    said = {name: getattr(entry, name) for name in Entry.DIGESTED}
    said |= {"at": entry.at.isoformat(), "gesture": str(entry.gesture), "act": str(entry.act)}
    return digest(said)
