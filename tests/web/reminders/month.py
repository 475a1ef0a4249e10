"""Thirty days in which things come due, people come and go: one clock, one post office, mortal workers."""

import random
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from unittest.mock import patch

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from rebond.web.reminders import clock, sending
from rebond.web.reminders.models import Told
from rebond.web.reminders.scheduling import Reminders
from rebond.web.worker import processes

FIRST = date(2027, 3, 15)
"""A Monday; the clocks go forward on the night of the thirteenth day to come."""
HOURS = (time(7, 30), time(8, 30), time(14, 30))
_MOST = 500


class KilledError(BaseException):
    """A worker is no more: nothing of it catches this."""


@dataclass
class Post:
    """The server of letters, and the boxes of people: what comes again under its own name is the same letter."""

    wire: list[EmailMessage] = field(default_factory=list)
    boxes: dict[str, dict[str, EmailMessage]] = field(default_factory=dict)
    is_down: bool = False

    def take(self, message: EmailMessage) -> None:
        """What ``Backend`` is asked to send."""
        if self.is_down:
            raise ConnectionRefusedError("le serveur ne répond pas")
        self.wire.append(message)
        box = self.boxes.setdefault(message.to[0].partition("@")[0], {})
        first = box.setdefault(message.extra_headers["Message-ID"], message)
        assert first.message().as_bytes() == message.message().as_bytes()

    def read(self, who: str) -> dict[int, str]:
        """Day of the month → letter of a person, each one once; two on one day would be a fault."""
        letters = self.boxes.get(who, {}).values()
        found = {(_dated(each) - FIRST).days: str(each.body) for each in letters}
        assert len(found) == len(letters)
        return found


def _dated(message: EmailMessage) -> date:
    return datetime.strptime(message.extra_headers["Date"], "%a, %d %b %Y %H:%M:%S %z").date()


@dataclass
class Fate:
    """What happens at the points that matter: nothing, the death of the worker, or another one that comes by."""

    drawn: random.Random | None = None
    met: Counter[str] = field(default_factory=Counter)

    def at(self, point: str, *, apart: bool = True) -> None:
        """``apart``: out of any transaction, another worker may come by."""
        if self.drawn is None:
            return
        chance = self.drawn.random()
        if chance < 0.15:
            self.met[f"mort {point}"] += 1
            raise KilledError(point)
        if chance < 0.25 and apart and len(WORLD.alive) == 1:
            self.met[f"rival {point}"] += 1
            worker()


@dataclass
class World:
    """What the tests hold of it."""

    now: datetime = datetime(2027, 3, 1, tzinfo=UTC)
    post: Post = field(default_factory=Post)
    fate: Fate = field(default_factory=Fate)
    alive: list[str] = field(default_factory=list)
    born: int = 0


WORLD = World()


class Backend(BaseEmailBackend):
    """The way to the post; a worker may die before or after."""

    def send_messages(self, messages: Any) -> int:
        """As Django asks."""
        for message in messages:
            WORLD.fate.at("avant l’envoi")
            WORLD.post.take(message)
            WORLD.fate.at("après l’envoi")
        return len(messages)


def worker() -> bool:
    """A worker is born, works until there is nothing to do, and whether it lived that long."""
    WORLD.born += 1
    WORLD.alive.append(str(WORLD.born))
    reminders = Reminders(rest=0.0)
    try:
        while reminders.turn():
            pass
    except KilledError:
        return False
    finally:
        WORLD.alive.pop()
    return True


def work_at(moment: datetime) -> None:
    """Workers follow each other until one finds nothing more to do."""
    WORLD.now = moment
    assert any(worker() for _ in range(_MOST))


def at(rank: int, hour: time) -> datetime:
    """A moment of the month, on the clocks of the day."""
    return datetime.combine(FIRST + timedelta(days=rank), hour, timezone.get_default_timezone())


def lived(days: int, acts: Mapping[int, Callable[[], object]], *, drawn: random.Random | None = None) -> Post:
    """Each day what people do in the night, then the work at some hours."""
    with opened(drawn):
        for rank in range(days):
            if rank in acts:
                acts[rank]()
            for hour in HOURS[bool(drawn) :]:
                work_at(at(rank, hour))
        return WORLD.post


def opened(drawn: random.Random | None = None) -> ExitStack:
    """The world begins: its clock, its post, its fate."""
    WORLD.post, WORLD.fate = Post(), Fate(drawn)
    real = {name: getattr(sending, name) for name in ("found_for", "hand_over", "still_found", "note_sent")}
    told: Any = Told
    write = told.objects.bulk_create

    def found_for(*args: Any) -> Any:
        found = real["found_for"](*args)
        WORLD.fate.at("une fois composé")
        return found

    def bulk_create(rows: Any) -> Any:
        found = write(rows)
        WORLD.fate.at("avant la fin de l’inscription", apart=False)
        return found

    def hand_over(*args: Any) -> Any:
        WORLD.fate.at("une fois inscrit")
        return real["hand_over"](*args)

    def still_found(*args: Any) -> Any:
        WORLD.fate.at("à la reprise")
        return real["still_found"](*args)

    def note_sent(*args: Any) -> None:
        real["note_sent"](*args)
        WORLD.fate.at("une fois noté")

    stack = ExitStack()
    stack.enter_context(patch.object(clock, "now", lambda: WORLD.now))
    stack.enter_context(patch.object(processes, "started", lambda _: WORLD.alive[-1]))
    stack.enter_context(patch.object(processes, "is_gone", lambda _, __, since: since not in WORLD.alive))
    stack.enter_context(patch.object(told.objects, "bulk_create", bulk_create))
    for replaced in (found_for, hand_over, still_found, note_sent):
        stack.enter_context(patch.object(sending, replaced.__name__, replaced))
    return stack
