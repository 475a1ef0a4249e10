"""A calendar as RFC 5545 writes it: whole days, which no time zone moves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

_PRODUCT = "-//Rebond//Agenda de mission//FR"
_WIDTH = 75
"""Octets of a line, its end left out (RFC 5545, 3.1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayEvent:
    """Something of a day. ``uid``: the same each time it is written, so that a calendar moves it, not doubles it."""

    uid: str
    on: date
    summary: str
    description: str = ""
    url: str = ""
    categories: tuple[str, ...] = ()


def calendar(name: str, events: Iterable[DayEvent], *, stamp: datetime, again: timedelta | None = None) -> str:
    """The file. ``stamp``: when it is made, with its zone; ``again``: when to look at its address again."""
    at = f"{stamp.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    head = ("BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{_PRODUCT}", "CALSCALE:GREGORIAN", "METHOD:PUBLISH")
    lines = [*head, f"X-WR-CALNAME:{_text(name)}"]
    if again is not None:
        hours = f"PT{max(1, again // timedelta(hours=1))}H"
        lines += (f"REFRESH-INTERVAL;VALUE=DURATION:{hours}", f"X-PUBLISHED-TTL:{hours}")
    for event in events:
        lines += _event(event, at)
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line))


def _event(event: DayEvent, at: str) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{_text(event.uid)}"
    yield f"DTSTAMP:{at}"
    yield f"DTSTART;VALUE=DATE:{_day(event.on)}"
    # The end is the day after (3.6.1). The last day that a date can say has none: the event is then of its day alone.
    if event.on < date.max:
        yield f"DTEND;VALUE=DATE:{_day(event.on + timedelta(days=1))}"
    yield f"SUMMARY:{_text(event.summary)}"
    if event.description:
        yield f"DESCRIPTION:{_text(event.description)}"
    if event.categories:
        yield f"CATEGORIES:{','.join(map(_text, event.categories))}"
    if event.url:
        yield f"URL:{_plain(event.url)}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _day(on: date) -> str:
    return on.isoformat().replace("-", "")


def _text(value: str) -> str:
    """A text, its separators escaped (3.3.11); a control character would end the file early."""
    escaped = value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    lines = escaped.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\\n".join(map(_plain, lines))


def _plain(value: str) -> str:
    return "".join(letter if letter.isprintable() or letter in _SPACES else " " for letter in value)


_SPACES = "\u00a0\u202f"


def _folded(line: str) -> Iterator[str]:
    """Lines of 75 octets at most, a letter never cut; those that follow begin with a space (3.1)."""
    part, size = "", 0
    for letter in line:
        width = len(letter.encode())
        if size + width > _WIDTH:
            yield part
            part, size = " ", 1
        part += letter
        size += width
    yield part
