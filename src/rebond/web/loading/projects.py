"""Projects with their costs."""

from __future__ import annotations

from collections.abc import Iterable

from rebond.restitution.typography import typeset
from rebond.results import MissionResult, ProjectResult
from rebond.web.catalogue.reading import current_catalogue, labels
from rebond.web.loading.firms import Firms
from rebond.web.loading.values import column, declared_facts, place, words
from rebond.web.missions.models import Mission
from rebond.web.projects.models import CostLine, Project
from rebond.web.search_text import searchable

Projects = dict[str, Project]


def load_projects(result: MissionResult, mission: Mission, firms: Firms) -> Projects:
    """Projects by reference."""
    rows = [_project(found, mission, firms) for found in result.projects]
    projects = {row.ref: row for row in Project.objects.bulk_create(rows)}
    CostLine.objects.bulk_create(
        line for found in result.projects for line in _costs(found, projects[found.project.id])
    )
    _attach_aids(result, projects)
    return projects


def _project(found: ProjectResult, mission: Mission, firms: Firms) -> Project:
    project = found.project
    kinds, dictionary = labels("types_projet"), current_catalogue().dictionary
    kind = words(project.kind)
    return Project(
        mission=mission,
        firm=firms[found.firm.id],
        ref=project.id,
        title=typeset(project.title),
        description=typeset(project.description),
        **place(found.commune),
        kind=kind,
        kind_label=typeset(kinds.get(kind, kind)),
        objectives=[dictionary["objectifs"].show(code) for code in sorted(project.objectives)],
        declared=declared_facts(project.declared),
        own_financing=column(project.own_financing),
        jobs_created=column(project.jobs_created),
        jobs_kept=column(project.jobs_kept),
        starts_on=column(project.starts_on),
        ends_on=column(project.ends_on),
        works_started=column(project.works_started),
        first_order_on=column(project.first_order_on),
        applied_on=column(project.applied_on),
        search=searchable(
            [
                project.id,
                project.title,
                project.description,
                found.firm.name,
                found.commune.name if found.commune else "",
            ]
        ),
    )


def _costs(found: ProjectResult, project: Project) -> Iterable[CostLine]:
    natures = current_catalogue().natures
    for line in found.project.costs:
        yield CostLine(
            project=project,
            ref=line.id,
            nature=line.nature,
            nature_label=typeset(natures.get(line.nature, line.nature)),
            label=typeset(line.label),
            year=line.year,
            amount=line.amount,
        )


def _attach_aids(result: MissionResult, projects: Projects) -> None:
    from rebond.web.firms.models import AidObtained

    for aid in result.census.aids:
        if aid.project_id in projects:
            project = projects[aid.project_id]
            AidObtained.objects.filter(firm=project.firm, ref=aid.id).update(project=project)
