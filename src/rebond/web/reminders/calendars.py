"""The address of a person's calendar, and what it reads: the days of every mission that the person may read."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.crypto import constant_time_compare

from rebond.restitution.confidences import confidences
from rebond.restitution.icalendar import DayEvent, calendar
from rebond.web.accounts.models import User
from rebond.web.accounts.second_factor import device_of, must_have
from rebond.web.desk.agenda import PUBLIC_KINDS, entries, event_of, reviews_of_adviser
from rebond.web.desk.waiting import awaiting
from rebond.web.missions.access import SITTING, TEAM, missions_of, roles_in
from rebond.web.missions.models import Mission, Role
from rebond.web.reminders.choosing import matter_of
from rebond.web.reminders.models import CalendarAddress
from rebond.web.reminders.rule import rule

_BYTES, _LENGTH = 32, 43
_NOTED_EVERY = timedelta(hours=1)
"""The last reading is not written each time."""
_EVERY = timedelta(hours=4)
"""How often calendars are asked to come again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """The file, and the missions whose firms it names."""

    body: str
    digest: str
    changed_at: datetime
    naming: tuple[Mission, ...]


def renew(user: User, now: datetime) -> str:
    """A new address, said once; the one before ends."""
    text = secrets.token_urlsafe(_BYTES)
    told = {
        "token": _digest(text),
        "account_digest": _account_digest(user),
        "made_at": now,
        "read_at": None,
        "content": "",
        "changed_at": None,
    }
    CalendarAddress.objects.update_or_create(user=user, defaults=told)
    return text


def revoke(user: User) -> bool:
    """Whether there was one."""
    return bool(CalendarAddress.objects.filter(user=user).delete()[0])


def address_of(user: User) -> CalendarAddress | None:
    """The address of a person that still opens; one that another password ended is none."""
    row = CalendarAddress.objects.filter(user=user).first()
    return row if row is not None and _is_good(row) else None


def opened_by(text: str) -> CalendarAddress | None:
    """The address of an open account, with the password of then, and its second factor where one is asked for."""
    if len(text) != _LENGTH:
        return None
    row = CalendarAddress.objects.select_related("user").filter(token=_digest(text)).first()
    return row if row is not None and _is_good(row) else None


def days_of(address: CalendarAddress, site: str, now: datetime) -> Days | None:
    """What a calendar is given now; ``None`` when the person takes part in no mission that goes on.

    The stamp of the events is when they last changed, so that a file that says the same is the same file.
    """
    user, on = address.user, timezone.localdate(now)
    missions = [each for each in missions_of(user) if each.archived_at is None]
    if not missions:
        return None
    events: list[DayEvent] = []
    naming: list[Mission] = []
    for mission in missions:
        found = list(_events(user, mission, site, on))
        events += (event for event, _ in found)
        if any(names for _, names in found):
            naming.append(mission)
    digest = hashlib.sha256(repr(events).encode()).hexdigest()
    same = digest == address.content and address.changed_at is not None
    changed = address.changed_at if same and address.changed_at else now.replace(microsecond=0)
    if not same or address.read_at is None or now - address.read_at > _NOTED_EVERY:
        CalendarAddress.objects.filter(pk=address.pk).update(read_at=now, content=digest, changed_at=changed)
    body = calendar("Rebond", events, stamp=changed, again=_EVERY)
    return Days(body=body, digest=digest, changed_at=changed, naming=tuple(naming))


def _events(user: User, mission: Mission, site: str, on: date) -> Iterator[tuple[DayEvent, bool]]:
    """Each event, and whether it may name a firm: the agenda of who sits, and what awaits the other parts."""
    roles = roles_in(mission)
    days = [] if SITTING.isdisjoint(roles) else entries(user, mission, roles, on)
    if Role.PARTNER in roles and TEAM.isdisjoint(roles):
        days += reviews_of_adviser(user, mission, on)
    for entry in days:
        event = event_of(mission, entry, site)
        if event is not None:
            told = "\n".join(filter(None, (event.description, mission.name)))
            yield replace(event, description=told), entry.kind not in PUBLIC_KINDS
    seen: set[str] = set()
    others = roles - SITTING
    for task in awaiting(user, mission, others, on) if others else ():
        matter = matter_of(task, rule())
        uid = f"{matter.kind}-{matter.key[:32]}@{mission.slug}.rebond"
        if task.due is None or uid in seen:
            continue
        seen.add(uid)
        label = rule().kinds[matter.kind].label
        summary = f"{task.verb} : {confidences().discreet(task.subject)}"
        url = f"{site}{task.url}"
        event = DayEvent(uid=uid, on=task.due, summary=summary, description=mission.name, url=url, categories=(label,))
        yield event, True


def _is_good(row: CalendarAddress) -> bool:
    user = row.user
    if not user.is_active or not constant_time_compare(row.account_digest, _account_digest(user)):
        return False
    return not must_have(user) or device_of(user) is not None


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _account_digest(user: User) -> str:
    return hashlib.sha256(user.password.encode()).hexdigest()
