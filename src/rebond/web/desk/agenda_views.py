"""The agenda of a mission, and the same days for other calendars."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from rebond.restitution.icalendar import calendar
from rebond.web.accounts.models import User
from rebond.web.desk.agenda import KINDS, Entry, entries, event_of, weeks
from rebond.web.desk.filters import UNKNOWN, Filter, counted
from rebond.web.desk.lists import kept_query
from rebond.web.editing.gestures import journal_position
from rebond.web.journal.models import Act
from rebond.web.journal.writing import LONGEST_REASON, Note, author_of, record
from rebond.web.missions.access import SITTING, for_roles, page, roles_in
from rebond.web.missions.models import Mission

_WHEN = {"retard": "En retard", "semaine": "Cette semaine", "mois": "Quatre semaines"}
_DAYS = {"semaine": 7, "mois": 28}


@for_roles(*SITTING)
def agenda(request: HttpRequest, mission: Mission) -> HttpResponse:
    """Week by week, what is late first; ``?genre=``, ``?qui=`` and ``?quand=`` keep a part of it."""
    kept, filters = _kept(request, mission)
    found = weeks(kept, timezone.localdate())
    context: dict[str, object] = {
        "weeks": [week for week in found if not week.is_far],
        "far": [week for week in found if week.is_far],
        "count": len(kept),
        "filters": filters,
        "active": [one for one in filters if one.value],
        "here": kept_query(request),
        "position": journal_position(mission),
        "longest": LONGEST_REASON,
    }
    return page(request, mission, "desk/agenda.html", "agenda", context)


@for_roles(*SITTING)
def calendar_file(request: HttpRequest, mission: Mission) -> HttpResponse:
    """The days that the filters of the address keep, as calendars read them; the export is in the journal."""
    kept, _ = _kept(request, mission)
    site = f"{request.scheme}://{request.get_host()}"
    events = [event for each in kept if (event := event_of(mission, each, site)) is not None]
    said = Note(kind="liste", ref="agenda", label=f"Agenda, {len(events)} jours (ics)")
    record(mission, [said], by=author_of(cast(User, request.user)), act=Act.EXPORTED)
    body = calendar(f"Rebond, {mission.territory}", events, stamp=timezone.now())
    name = f"{mission.slug}-agenda.ics"
    return HttpResponse(
        body,
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _kept(request: HttpRequest, mission: Mission) -> tuple[list[Entry], list[Filter]]:
    on = timezone.localdate()
    every = entries(cast(User, request.user), mission, roles_in(mission), on)
    kind, who, when = (request.GET.get(key, "") for key in ("genre", "qui", "quand"))

    def is_when(entry: Entry, asked: str) -> bool:
        days = None if entry.on is None else (entry.on - on).days
        if asked == "retard":
            return days is not None and days < 0
        return days is not None and 0 <= days < _DAYS[asked]

    people = [(name, name) for each in every for name in each.people or ("",)]
    whens = [(key, label) for key, label in _WHEN.items() for each in every if is_when(each, key)]
    filters = [
        counted("genre", "Genre", ((each.kind, each.kind_label) for each in every), kind),
        counted("qui", "Personne ou organisation", people, who),
        counted("quand", "Quand", whens, when),
    ]
    kept = [
        each
        for each in every
        if (kind not in KINDS or each.kind == kind)
        and (not who or (who in each.people if who != UNKNOWN else not each.people))
        and (when not in _WHEN or is_when(each, when))
    ]
    return kept, filters
