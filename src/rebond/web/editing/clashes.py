"""Both versions of a value that two people changed: who wrote the other one, when, and the choice to make."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from rebond.history import ABSENT, Conflict
from rebond.restitution.typography import typeset
from rebond.web.editing.gestures import journal_position, label_of
from rebond.web.journal.models import Entry
from rebond.web.journal.wording import KINDS, NOTHING, field_words, value_words
from rebond.web.missions.models import Mission
from rebond.web.row_numbers import number_in

SEEN = "vu"
_MINE, _THEIRS = "moi", "eux"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """One value in two versions; ``name`` is that of the choice."""

    name: str
    where: str
    theirs: str
    by: str
    at: datetime | None
    mine: str
    chosen: str = ""

    @property
    def id(self) -> str:
        """The id of the choice."""
        return "choix-" + self.name.removeprefix("choix:").replace(":", "-").replace("/", "-").replace(" ", "_")


def clash_rows(mission: Mission, conflicts: Sequence[Conflict], since: int) -> tuple[Clash, ...]:
    """Conflicts in words, with who changed the value last."""
    refs = {conflict.change.ref for conflict in conflicts}
    entries = list(Entry.objects.of(mission).filter(position__gt=since, ref__in=refs).order_by("-position"))
    rows = []
    for conflict in conflicts:
        change = conflict.change
        written = next(
            (
                entry
                for entry in entries
                if (entry.kind, entry.ref) == (change.kind.value, change.ref) and _meet(entry.path, change.path)
            ),
            None,
        )
        field = change.path[-1] if change.path else ""
        whole = KINDS.get(change.kind.value, change.kind.value)
        label = next((label_of(value) for value in (conflict.mine, change.after) if value is not ABSENT), "")
        rows.append(
            Clash(
                name=name_of(conflict),
                where=typeset(field_words(change.path) or " ".join(filter(None, (whole, label)))),
                theirs=typeset(_words(conflict.mine, field)),
                mine=typeset(_words(change.after, field)),
                by=written.by_name if written else "",
                at=written.at if written else None,
            )
        )
    return tuple(rows)


def choices_in(sent: Mapping[str, str], mission: Mission) -> Callable[[Conflict], bool | None]:
    """What a person chose on the page of clashes; nothing for a row that was changed again since that page."""
    seen = number_in(sent.get(SEEN, ""))
    if seen is None:
        return lambda _: None
    later = set(Entry.objects.of(mission).filter(position__gt=seen).values_list("kind", "ref"))

    def taking(conflict: Conflict) -> bool | None:
        if (conflict.change.kind.value, conflict.change.ref) in later:
            return None
        return {_MINE: True, _THEIRS: False}.get(sent.get(name_of(conflict), ""))

    return taking


def name_of(conflict: Conflict) -> str:
    """The name of the choice about a conflict."""
    return f"choix:{conflict.change.kind.value}:{conflict.change.ref}:{'/'.join(conflict.change.path)}"


def position_seen(mission: Mission) -> int:
    """Where the journal is while both versions are shown."""
    return journal_position(mission)


def _meet(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether two paths are on one branch."""
    shared = min(len(one), len(other))
    return list(one[:shared]) == list(other[:shared])


def _words(value: object, field: str) -> str:
    return NOTHING if value is ABSENT else value_words(value, field)
