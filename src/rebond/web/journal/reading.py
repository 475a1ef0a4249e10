"""Views of the journal: the history of a row or of a field, what changed since a day, the gestures of a mission."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from uuid import UUID

from django.db.models import Q

from rebond.web.catalogue.reading import fact_label
from rebond.web.journal.models import Act, Entry
from rebond.web.journal.wording import KINDS, field_words, stored_words
from rebond.web.missions.models import Mission
from rebond.web.missions.querysets import MissionDataQuerySet
from rebond.web.wording import sentence

OF_NO_FACT = (Act.READ, Act.EXPORTED, Act.MANAGED)
"""What is told in the journal and changes no fact nor decision."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A row of the journal, in words."""

    entry: Entry
    noun: str
    field: str
    before: str
    after: str

    @property
    def is_creation(self) -> bool:
        """Whether a row appeared."""
        return not self.entry.path and self.entry.before is None and self.entry.after is not None

    @property
    def is_removal(self) -> bool:
        """Whether a row was taken out."""
        return not self.entry.path and self.entry.after is None and self.entry.before is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gesture:
    """What one person did at once."""

    id: UUID
    at: datetime
    by_name: str
    on_behalf: str
    act: str
    act_label: str
    reason: str
    lines: tuple[Line, ...]


def line_of(entry: Entry) -> Line:
    """A row in words."""
    return Line(
        entry=entry,
        noun=KINDS.get(entry.kind, entry.kind),
        field=field_words(entry.path),
        before=stored_words(entry.before, entry.path),
        after=stored_words(entry.after, entry.path),
    )


def gestures_of(entries: Iterable[Entry]) -> tuple[Gesture, ...]:
    """Rows in the order of the journal, put together by gesture."""
    found = []
    for gesture, group in groupby(entries, key=lambda entry: entry.gesture):
        rows = list(group)
        first = rows[0]
        found.append(
            Gesture(
                id=gesture,
                at=first.at,
                by_name=first.by_name,
                on_behalf=first.on_behalf,
                act=first.act,
                act_label=first.get_act_display(),
                reason=first.reason,
                lines=tuple(line_of(row) for row in rows),
            )
        )
    return tuple(found)


def history_of(mission: Mission, kind: str, ref: str) -> MissionDataQuerySet[Entry]:
    """Everything that changed on one row, the latest first."""
    return Entry.objects.of(mission).filter(kind=kind, ref=ref).exclude(act=Act.READ)


def changes_since(mission: Mission, when: datetime) -> MissionDataQuerySet[Entry]:
    """What changed in a mission since a moment, readings left out."""
    return Entry.objects.of(mission).filter(at__gt=when).exclude(act__in=(Act.READ, Act.EXPORTED))


def fields_of(entries: MissionDataQuerySet[Entry]) -> dict[str, str]:
    """The fields that changed on a row: how an address names each, and its words."""
    found: dict[str, str] = {}
    for path in entries.order_by().values_list("path", flat=True):
        if path:
            field = path[: _DEPTHS.get(path[0], 1)]
            found.setdefault("/".join(field), sentence(_words_of(field)))
    return found


def on_field(entries: MissionDataQuerySet[Entry], *fields: str) -> MissionDataQuerySet[Entry]:
    """The rows about some fields of ``fields_of``, and those that made or took out the whole row."""
    wanted = Q(path=[])
    for field in fields:
        named = Q()
        for rank, name in enumerate(field.split("/")):
            named &= Q(**{f"path__{rank}": name})
        wanted |= named
    return entries.filter(wanted)


def words_of_field(field: str) -> str:
    """A field of ``fields_of`` in words."""
    return sentence(_words_of(field.split("/")))


_DEPTHS = {"declared": 2, "evidence": 2, "requests": 2, "costs": 2, "accounts": 2, "links": 2, "establishment": 2}
"""Fields that hold many: the history of one is that of the item that it names."""


def _words_of(field: list[str]) -> str:
    return fact_label(field[1]) if field[0] == "declared" and len(field) > 1 else field_words(field)
