"""The list of projects with its filters."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from rebond.web.missions.access import of_mission, page
from rebond.web.missions.models import Mission
from rebond.web.paging import Heading, Sort, page_of
from rebond.web.projects.filters import filtered, project_filters
from rebond.web.projects.models import Project

COLUMNS = {
    "ref": "ref",
    "projet": "title",
    "commune": "commune",
    "cout": "finding__cost",
    "besoin": "finding__need",
    "emplois": "jobs_created",
    "soutien": "finding__support",
    "valeur": "finding__score",
}
_HEADINGS = {
    "projet": "Projet",
    "commune": "Commune",
    "cout": "Coût",
    "besoin": "Besoin",
    "soutien": "Soutiens",
    "emplois": "Emplois",
}
_NUMERIC = {"cout", "besoin", "soutien", "emplois"}


@of_mission
def project_list(request: HttpRequest, mission: Mission) -> HttpResponse:
    """Projects that the filters of the address keep."""
    study = mission.current_study
    every = Project.objects.visible_to(request.user).of(mission).with_finding(study)
    text = request.GET.get("q", "").strip()
    filters = project_filters(every, study, request.GET)
    rows = filtered(every.matching(text), filters, study).select_related("firm", "mission")
    sort = Sort.asked(request, COLUMNS, "ref")
    return page(
        request,
        mission,
        "projects/list.html",
        "projects",
        {
            "page": page_of(request, sort.apply(rows, COLUMNS)),
            "q": text,
            "filters": filters,
            "active": [one for one in filters if one.value],
            "sort": request.GET.get("tri", ""),
            "headings": [
                Heading(label, sort.state(key), sort.other(key), key in _NUMERIC) for key, label in _HEADINGS.items()
            ],
        },
    )
