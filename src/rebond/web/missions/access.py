"""How a view gets the mission of its address: only one that the person may read."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db.models import F
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render

from rebond.web.missions.models import Mission

View = Callable[..., HttpResponseBase]


def of_mission(view: View) -> View:
    """Give the view the mission named in the address; 404 when it does not exist for this person."""

    @wraps(view)
    def wrapped(request: HttpRequest, mission: str, **kwargs: Any) -> HttpResponseBase:
        rows = Mission.objects.visible_to(request.user).annotate(role=F("memberships__role"))
        found = get_object_or_404(rows, slug=mission)
        return view(request, found, **kwargs)

    return wrapped


def role_in(mission: Mission) -> str:
    """The part that the person who asks has in the mission that a view was given (``of_mission``)."""
    return str(getattr(mission, "role", ""))


def page(
    request: HttpRequest, mission: Mission, template: str, section: str, context: dict[str, object]
) -> HttpResponse:
    """A page of a mission, with the study it shows; ``section`` is the entry of the menu it belongs to."""
    shown = {"mission": mission, "study": mission.current_study, "section": section, **context}
    return render(request, template, shown)


def without_study(request: HttpRequest, mission: Mission, section: str, title: str) -> HttpResponse:
    """In place of a page that has nothing to show before the first study."""
    return page(request, mission, "studies/none.html", section, {"title": title})
