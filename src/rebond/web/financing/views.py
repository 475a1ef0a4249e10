"""The verdict on one dispositif for one project, criterion by criterion."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse

from rebond.web.financing.plan_views import project_of
from rebond.web.missions.access import of_mission, page, without_study
from rebond.web.missions.models import Mission


@of_mission
def verdict_page(request: HttpRequest, mission: Mission, ref: str, dispositif: str) -> HttpResponse:
    """The page, or its criteria alone when the project's sheet opens them in place (htmx)."""
    project = project_of(request, mission, ref)
    if project.finding is None:
        return without_study(request, mission, "projects", "Verdict sur un dispositif")
    found = project.finding.found
    verdict = next((row for row in found.verdicts if row.dispositif == dispositif), None)
    if verdict is None:
        raise Http404
    template = "financing/criteria.html" if request.headers.get("HX-Request") else "financing/verdict.html"
    context = {"verdict": verdict, "reasons": found.reasons(dispositif), "project": project}
    response = page(request, mission, template, "projects", context)
    response["Vary"] = "HX-Request"
    return response
