"""The list of projects with its filters."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from rebond.web.desk.lists import Column, Listing, Value, export, ordered, tools
from rebond.web.missions.access import of_mission, page
from rebond.web.missions.models import Mission
from rebond.web.paging import page_of
from rebond.web.portfolio.calls import proposing
from rebond.web.projects.filters import KNOWN, filtered, project_filters
from rebond.web.projects.models import Project
from rebond.web.studies.models import ProjectFinding


def _found(read: Callable[[ProjectFinding], Value]) -> Callable[[Project], Value]:
    """A value that only a study gives; unknown for a project that none saw."""
    return lambda row: read(row.finding) if row.finding else None


def _place(row: Project) -> Value:
    """Where it stands before the call, or which of several is proposed to finance it."""
    if row.finding is None:
        return None
    title = proposing(row.mission, row.finding)
    return f"{row.finding.get_status_display()} : {title}" if title else row.finding.get_status_display()


LISTING = Listing(
    name="projets",
    title="Projets",
    view="projects:list",
    default_sort="ref",
    sorts={"ref": "ref", "valeur": "finding__score"},
    columns=(
        Column(key="projet", label="Projet", value=lambda row: row.title, sort="title", fixed=True),
        Column(key="reference", label="Référence", value=lambda row: row.ref, sort="ref", default=False),
        Column(key="entreprise", label="Entreprise", value=lambda row: row.firm.name, sort="firm__name", default=False),
        Column(key="commune", label="Commune", value=lambda row: row.commune or None, sort="commune"),
        Column(key="type", label="Type", value=lambda row: row.kind_label or None, sort="kind", default=False),
        Column(key="cout", label="Coût", value=_found(lambda row: row.cost), sort="finding__cost", numeric=True),
        Column(key="besoin", label="Besoin", value=_found(lambda row: row.need), sort="finding__need", numeric=True),
        Column(
            key="soutien",
            label="Soutiens",
            value=_found(lambda row: row.stack.useful),
            sort="finding__support",
            numeric=True,
        ),
        Column(
            key="ferme",
            label="Soutien ferme",
            value=_found(lambda row: row.firm_support),
            sort="finding__firm_support",
            numeric=True,
            default=False,
        ),
        Column(
            key="reste",
            label="Reste à trouver",
            value=_found(lambda row: row.gap),
            sort="finding__gap",
            numeric=True,
            default=False,
        ),
        Column(key="emplois", label="Emplois", value=lambda row: row.jobs_created, sort="jobs_created", numeric=True),
        Column(key="debut", label="Début", value=lambda row: row.starts_on, sort="starts_on", default=False),
        Column(key="connu", label="Connu", value=_found(lambda row: KNOWN[row.known]), sort="finding__known"),
        Column(
            key="maturite",
            label="Maturité",
            value=_found(lambda row: row.maturity_label or None),
            sort="finding__maturity_mean",
        ),
        Column(key="appel", label="Appel", value=_place, sort="finding__status"),
    ),
)


@of_mission
def project_list(request: HttpRequest, mission: Mission) -> HttpResponse:
    """Projects that the filters of the address keep."""
    study = mission.current_study
    every = Project.objects.visible_to(request.user).of(mission).with_finding(study)
    text = request.GET.get("q", "").strip()
    filters = project_filters(every, study, request.GET, request.user)
    kept = filtered(every.matching(text), filters, study, request.user).select_related("firm", "mission")
    rows = ordered(LISTING, request, kept)
    return export(LISTING, request, mission, rows) or page(
        request,
        mission,
        "projects/list.html",
        "projects",
        {
            "page": page_of(request, rows),
            "q": text,
            "filters": filters,
            "active": [one for one in filters if one.value],
            **tools(LISTING, request, mission),
        },
    )
