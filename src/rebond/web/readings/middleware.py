"""Every page of a mission that was opened, against the table of confidential ones."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import cast

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from rebond.web.accounts.models import User
from rebond.web.desk.lists import EXPORT
from rebond.web.missions.access import Part, parts_in
from rebond.web.missions.models import Mission, Role
from rebond.web.readings.models import Kind, Reading, What
from rebond.web.readings.places import CONFIDENTIAL, LISTS, Place
from rebond.web.readings.writing import hour_of, write

_DONE = 200
_MOST_NAME, _MOST_PART, _MOST_REF = 200, 80, 64


def note(request: HttpRequest, kind: Kind, ref: str, part: str, what: What = What.READ) -> None:
    """A view says what it shows, when its address does not; written once the page is sent."""
    said = getattr(request, "readings", [])
    request.readings = [*said, (Place(kind, part, what), ref)]  # type: ignore[attr-defined]  # told to the middleware


def note_of(request: HttpRequest, mission: Mission, place: Place) -> None:
    """As ``note``, for a file that is of several missions at once: each is told of its own."""
    said = getattr(request, "missions_taken", [])
    request.missions_taken = [*said, (mission, place)]  # type: ignore[attr-defined]  # told to the middleware


class Readings:
    """Tells the journal of readings, after the answer left, who read what."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The answer, with what is left to write once it is sent."""
        response = self._get_response(request)
        mission = getattr(request, "mission_read", None)
        shown = response.status_code == _DONE and request.method in {"GET", "POST"}
        rows: list[Reading] = []
        # A change refused shows what the sheet holds, when its view says so.
        if mission is not None and (shown or request.method == "PATCH"):
            rows = [_reading(request, mission, place, ref) for place, ref in _shown(request)]
        elif shown:
            rows = [_reading(request, each, place, "") for each, place in getattr(request, "missions_taken", ())]
        if rows:
            # WSGI closes the answer after its last byte, whatever thread sent it.
            response.close = partial(_close, response.close, rows)  # type: ignore[method-assign]  # this answer's
        return response


def _close(close: Callable[[], None], rows: list[Reading]) -> None:
    try:
        write(rows)
    finally:
        close()


def _shown(request: HttpRequest) -> list[tuple[Place, str]]:
    match = request.resolver_match
    said: list[tuple[Place, str]] = list(getattr(request, "readings", []))
    if match is None:
        return said
    place, export = CONFIDENTIAL.get(match.view_name), request.GET.get(EXPORT, "")
    if export and match.view_name in LISTS:
        said.append((Place(Kind.MISSION, LISTS[match.view_name], What.TAKEN), ""))
    elif place is not None:
        said.append((place, "" if place.kind is Kind.MISSION else str(match.kwargs.get("ref", ""))))
    return said


def _reading(request: HttpRequest, mission: Mission, place: Place, ref: str) -> Reading:
    user, now = cast(User, request.user), timezone.now()
    part = next(iter(parts_in(mission)), Part(role=Role.OBSERVER))
    support = user.supported_by
    by, name, on_behalf = user, str(user), part.named
    if support is not None:
        by, name = support.administrator, f"{support.administrator} (assistance)"
        on_behalf = f"à la place de {user}"
    return Reading(
        mission=mission,
        mission_slug=mission.slug,
        hour=hour_of(now),
        at=now,
        by=by,
        by_name=name[:_MOST_NAME],
        role=part.role,
        on_behalf=on_behalf[:_MOST_NAME],
        what=place.what,
        kind=place.kind,
        ref=ref[:_MOST_REF],
        part=place.part[:_MOST_PART],
    )
