"""The verdict on one dispositif for one project, criterion by criterion."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from rebond.web.financing.models import Verdict
from rebond.web.missions.access import of_mission, page
from rebond.web.missions.models import Mission


@of_mission
def verdict_page(request: HttpRequest, mission: Mission, ref: str, dispositif: str) -> HttpResponse:
    """The page, or its criteria alone when the project's sheet opens them in place (htmx)."""
    verdict = get_object_or_404(
        Verdict.objects.visible_to(request.user).of(mission).select_related("project__firm", "project__mission"),
        project__ref=ref,
        dispositif=dispositif,
    )
    template = "financing/criteria.html" if request.headers.get("HX-Request") else "financing/verdict.html"
    response = page(request, mission, template, "projects", {"verdict": verdict, "project": verdict.project})
    response["Vary"] = "HX-Request"
    return response
