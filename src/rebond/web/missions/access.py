"""How a view gets the mission of its address: only one that the person may read; and who may change it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render

from rebond.web.missions.models import Mission, Role

TEAM = frozenset({Role.PILOT, Role.CONSULTANT})
"""Those who work on the whole mission: its facts are theirs to enter, partners' lines theirs to read."""
SITTING = TEAM | {Role.COMMITTEE}
"""Those who follow a session of the committee."""
View = Callable[..., HttpResponseBase]


def of_mission(view: View) -> View:
    """Give the view the mission named in the address; 404 when it does not exist for this person."""

    @wraps(view)
    def wrapped(request: HttpRequest, mission: str, **kwargs: Any) -> HttpResponseBase:
        # The role comes in the same query: the join is that of ``visible_to``.
        missions = Mission.objects.visible_to(request.user).annotate(role_of_reader=F("memberships__role"))
        found = get_object_or_404(missions, slug=mission)
        return view(request, found, **kwargs)

    return wrapped


def for_roles(*roles: Role) -> Callable[[View], View]:
    """As ``of_mission``, for people who have one of these parts in the mission: 403 for the others."""

    def decorated(view: View) -> View:
        @wraps(view)
        def wrapped(request: HttpRequest, mission: Mission, **kwargs: Any) -> HttpResponseBase:
            if role_in(mission) not in roles:
                raise PermissionDenied
            return view(request, mission, **kwargs)

        return of_mission(wrapped)

    return decorated


changing = for_roles(*TEAM)
"""Only for those who may change the mission of the address; 403 for its other readers."""


def read_by(roles: Collection[Role]) -> Callable[[View], View]:
    """A page that some roles read and only the pilot acts on; the view is told ``may_decide``."""

    def decorated(view: View) -> View:
        @wraps(view)
        def wrapped(request: HttpRequest, mission: Mission, **kwargs: Any) -> HttpResponseBase:
            is_pilot = role_in(mission) == Role.PILOT
            if request.method == "POST" and not is_pilot:
                raise PermissionDenied
            return view(request, mission, may_decide=is_pilot, **kwargs)

        return for_roles(*roles)(wrapped)

    return decorated


def role_in(mission: Mission) -> str:
    """The part that the person who asks has in the mission that a view was given (``of_mission``)."""
    return str(getattr(mission, "role_of_reader", ""))


def page(
    request: HttpRequest, mission: Mission, template: str, section: str, context: Mapping[str, Any]
) -> HttpResponse:
    """A page of a mission, with the study it shows; ``section`` is the entry of the menu it belongs to."""
    shown = {
        "mission": mission,
        "study": mission.current_study,
        "section": section,
        "may_change": role_in(mission) in TEAM,
        **context,
    }
    return render(request, template, shown)


def without_study(request: HttpRequest, mission: Mission, section: str, title: str) -> HttpResponse:
    """In place of a page that has nothing to show before the first study."""
    return page(request, mission, "studies/none.html", section, {"title": title})
