"""Which of the things that await a person are told today: not too early, not again too soon, not for ever."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve

from rebond.web.desk.tasks import Task
from rebond.web.reminders.rule import Rule

_UNDATED = "sans-date"


@dataclass(frozen=True, slots=True)
class Matter:
    """What names a matter of a person in a mission; ``key`` is a digest."""

    kind: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A task to tell, and the period of its matter that it is told for."""

    task: Task
    matter: Matter
    period: str


@dataclass(slots=True)
class Past:
    """What was told of one matter."""

    last: date
    by_occasion: dict[str, int]
    """Times, after the rank of the last one: what was given up before it is not told again under the same name."""


def matter_of(task: Task, rule: Rule) -> Matter:
    """The same each time that the task is found."""
    try:
        namespace = resolve(urlsplit(task.url).path).namespace
    except Resolver404:
        namespace = ""
    kind = rule.kind(task.kind, namespace)
    return Matter(kind=kind, key=hashlib.sha256(task.matter.encode()).hexdigest())


def past_of(rows: Iterable[tuple[Matter, str, date]]) -> dict[Matter, Past]:
    """Rows of what was told (matter, period, day), matter by matter."""
    found: dict[Matter, Past] = {}
    for matter, period, on in rows:
        past = found.setdefault(matter, Past(on, {}))
        past.last = max(past.last, on)
        occasion, _, rank = period.rpartition(".")
        past.by_occasion[occasion] = max(past.by_occasion.get(occasion, 0), int(rank) + 1)
    return found


def due_on(
    on: date, tasks: Iterable[Task], past: Mapping[Matter, Past], *, rule: Rule, silent: Collection[str]
) -> Iterator[Due]:
    """The tasks to tell that day, in their order, each matter once.

    A matter is told first on its last day (or so many days ahead), at once when it has none; then every so many
    days, so many times. Another last day begins anew, but never sooner after what was told.
    """
    seen: set[Matter] = set()
    for task in tasks:
        matter = matter_of(task, rule)
        how = rule.kinds[matter.kind]
        if matter in seen or matter.kind in silent or (task.due is not None and on < task.due - how.ahead):
            continue
        seen.add(matter)
        occasion = task.due.isoformat() if task.due else _UNDATED
        before = past.get(matter)
        times = before.by_occasion.get(occasion, 0) if before else 0
        if times < how.most and (before is None or on >= before.last + how.every):
            yield Due(task=task, matter=matter, period=f"{occasion}.{times}")
