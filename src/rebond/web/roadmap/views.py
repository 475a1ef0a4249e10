"""The roadmap, axis by axis."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from rebond.roadmap.build import NO_ACTION
from rebond.web.missions.access import of_mission, page
from rebond.web.missions.models import Mission
from rebond.web.studies.models import Action


@of_mission
def roadmap(request: HttpRequest, mission: Mission) -> HttpResponse:
    """Actions under their axis, each with the needs it answers and the firms that asked."""
    rows = Action.objects.visible_to(request.user).found_by(mission.current_study)
    actions = rows.prefetch_related("needs__interview__firm")
    axes: dict[str, list[Action]] = {}
    for action in actions:
        axes.setdefault(action.axis, []).append(action)
    answering = sum(action.axis != NO_ACTION for action in actions)
    return page(request, mission, "roadmap/roadmap.html", "roadmap", {"axes": axes.values(), "count": answering})
