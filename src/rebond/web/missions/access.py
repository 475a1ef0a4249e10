"""How a view gets the mission of its address: only one that the person may read."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render

from rebond.web.missions.models import Mission

View = Callable[..., HttpResponseBase]


def of_mission(view: View) -> View:
    """Give the view the mission named in the address; 404 when it does not exist for this person."""

    @wraps(view)
    def wrapped(request: HttpRequest, mission: str, **kwargs: Any) -> HttpResponseBase:
        found = get_object_or_404(Mission.objects.visible_to(request.user), slug=mission)
        return view(request, found, **kwargs)

    return wrapped


def page(
    request: HttpRequest, mission: Mission, template: str, section: str, context: dict[str, object]
) -> HttpResponse:
    """A page of a mission; ``section`` is the entry of the menu it belongs to."""
    return render(request, template, {"mission": mission, "section": section, **context})
