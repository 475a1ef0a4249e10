"""Projects: the list with its filters and the sheet."""

from __future__ import annotations

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from rebond.web.financing.models import PlanLine, Verdict
from rebond.web.financing.resources import ceilings, plan_groups, resources
from rebond.web.missions.access import of_mission, page
from rebond.web.missions.models import Mission
from rebond.web.missions.truth import Answer
from rebond.web.paging import Heading, Sort, page_of
from rebond.web.projects.costs import cost_table
from rebond.web.projects.filters import filtered, project_filters
from rebond.web.projects.models import KnownLink, Project

COLUMNS = {
    "ref": "ref",
    "projet": "title",
    "commune": "commune",
    "cout": "cost",
    "besoin": "need",
    "emplois": "jobs_created",
    "soutien": "plan__support",
    "valeur": "decision__score",
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
    every = Project.objects.visible_to(request.user).of(mission)
    text = request.GET.get("q", "").strip()
    filters = project_filters(every, request.GET)
    rows = filtered(every.matching(text), filters).select_related("firm", "decision", "plan", "mission")
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


@of_mission
def project_sheet(request: HttpRequest, mission: Mission, ref: str) -> HttpResponse:
    """Everything that the mission found of a project, step by step."""
    projects = (
        Project.objects.visible_to(request.user).of(mission).select_related("firm", "plan", "decision", "mission")
    )
    projects = projects.prefetch_related("costs", "maturity_criteria", "referrals", "aids", "decision__scores")
    lines = Prefetch("plan__lines", queryset=PlanLine.objects.select_related("cost_line"))
    links = Prefetch("known_links", queryset=KnownLink.objects.select_related("entry"))
    projects = projects.prefetch_related(lines).prefetch_related(links)
    project = get_object_or_404(projects, ref=ref)
    verdicts = list(Verdict.objects.visible_to(request.user).filter(project=project).without_reasons())
    return page(
        request,
        mission,
        "projects/sheet.html",
        "projects",
        {
            "project": project,
            "table": cost_table(list(project.costs.all())),
            "resources": resources(project),
            "groups": plan_groups(project.plan.lines.all()),
            "ceilings": ceilings(project),
            "eligible": [row for row in verdicts if row.truth == Answer.YES],
            "to_check": [row for row in verdicts if row.truth == Answer.UNKNOWN],
            "refused": [row for row in verdicts if row.truth == Answer.NO],
            "planned": {line.dispositif for line in project.plan.lines.all()},
        },
    )
