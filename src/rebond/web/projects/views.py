"""Projects: the list with its filters and the sheet."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from rebond.web.financing.resources import ceilings, plan_groups, resources
from rebond.web.missions.access import of_mission, page
from rebond.web.missions.models import Mission
from rebond.web.missions.truth import Answer
from rebond.web.paging import Heading, Sort, page_of
from rebond.web.projects.costs import cost_table
from rebond.web.projects.filters import filtered, project_filters
from rebond.web.projects.models import Project
from rebond.web.studies.models import KnownLink, Referral

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


@of_mission
def project_sheet(request: HttpRequest, mission: Mission, ref: str) -> HttpResponse:
    """Everything that the mission found of a project, step by step."""
    study = mission.current_study
    projects = Project.objects.visible_to(request.user).of(mission).with_finding(study, record=True)
    projects = projects.select_related("firm", "mission", "committee_decision")
    project = get_object_or_404(projects.prefetch_related("costs", "aids"), ref=ref)
    found = project.finding.found if project.finding else None
    verdicts = found.verdicts if found else ()
    lines = found.lines if found else ()
    links = KnownLink.objects.visible_to(request.user).found_by(study).filter(project=project)
    return page(
        request,
        mission,
        "projects/sheet.html",
        "projects",
        {
            "project": project,
            "table": cost_table(list(project.costs.all())),
            "finding": project.finding,
            "found": found,
            "referrals": Referral.objects.visible_to(request.user).found_by(study).filter(project=project),
            "known_links": links.select_related("entry"),
            "resources": resources(project) if found else (),
            "groups": plan_groups(lines),
            "ceilings": ceilings(project) if found else (),
            "eligible": [row for row in verdicts if row.truth == Answer.YES],
            "to_check": [row for row in verdicts if row.truth == Answer.UNKNOWN],
            "refused": [row for row in verdicts if row.truth == Answer.NO],
            "planned": {line.dispositif for line in lines},
        },
    )
