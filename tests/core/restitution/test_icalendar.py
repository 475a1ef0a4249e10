"""A calendar that other programs read: RFC 5545 read back by the rules of its own text."""

import re
from datetime import UTC, date, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from rebond.restitution.icalendar import DayEvent, calendar

STAMP = datetime(2026, 11, 29, 10, 5, tzinfo=timezone(timedelta(hours=1)))
texts = st.text(st.characters(codec="utf-8"), max_size=200)
events = st.lists(
    st.builds(DayEvent, uid=texts, on=st.dates(), summary=texts, description=texts, url=st.just("https://x.fr/a,b;c"))
)


def unfolded(source: str) -> list[str]:
    """The lines of a file, put together again (3.1)."""
    assert source.endswith("\r\n")
    return re.sub("\r\n[ \t]", "", source).removesuffix("\r\n").split("\r\n")


def plain(value: str) -> str:
    """A text without its escapes (3.3.11)."""
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], value)


def seen(value: str) -> str:
    """What a line may hold of a text: letters, and one kind of line break."""
    lines = value.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join("".join(c if c.isprintable() or c in "\u00a0\u202f" else " " for c in line) for line in lines)


@given(events)
def test_any_event_is_read_back_whole_from_lines_of_75_octets(given_events):
    source = calendar("Agenda ; Chaumont, Langres", given_events, stamp=STAMP)
    physical = source.split("\r\n")
    assert all(len(line.encode()) <= 75 for line in physical)
    assert "\n" not in source.replace("\r\n", "")
    assert "\r" not in source.replace("\r\n", "")
    lines = unfolded(source)
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-1] == "END:VCALENDAR"
    found = [line.partition(":")[::2] for line in lines]
    assert [plain(value) for name, value in found if name == "SUMMARY"] == [seen(e.summary) for e in given_events]
    assert [plain(value) for name, value in found if name == "UID"] == [seen(e.uid) for e in given_events]
    told = [plain(value) for name, value in found if name == "DESCRIPTION"]
    assert told == [seen(e.description) for e in given_events if e.description]
    starts = [value for name, value in found if name == "DTSTART;VALUE=DATE"]
    assert starts == [f"{e.on.year:04}{e.on.month:02}{e.on.day:02}" for e in given_events]


def test_an_event_takes_its_whole_day_and_no_time_zone_moves_it():
    event = DayEvent(uid="a@b", on=date(2026, 12, 31), summary="Rappeler : A, B ; C\\D\nE")
    lines = unfolded(calendar("Agenda", [event], stamp=STAMP))
    assert lines[lines.index("BEGIN:VEVENT") :] == [
        "BEGIN:VEVENT",
        "UID:a@b",
        "DTSTAMP:20261129T090500Z",
        "DTSTART;VALUE=DATE:20261231",
        "DTEND;VALUE=DATE:20270101",
        r"SUMMARY:Rappeler : A\, B \; C\\D\nE",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    assert STAMP.astimezone(UTC).hour == 9
