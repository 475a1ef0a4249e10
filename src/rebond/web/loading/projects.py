"""Projects with their costs and maturity grid."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from rebond.eligibility.places import ZONE_FACTS
from rebond.facts import UNKNOWN
from rebond.maturity import Grid
from rebond.restitution.typography import typeset
from rebond.results import MissionResult, ProjectResult
from rebond.web.catalogue.reading import current_catalogue, labels, maturity_grid, organisation_name, zone_label
from rebond.web.loading.ceilings import line_ceiling
from rebond.web.loading.firms import Firms
from rebond.web.loading.values import column, declared_facts, place, words
from rebond.web.missions.models import Mission
from rebond.web.projects.models import CostLine, MaturityCriterion, Project
from rebond.web.search_text import searchable
from rebond.web.wording import sentence

Projects = dict[str, Project]


def load_projects(result: MissionResult, mission: Mission, firms: Firms) -> Projects:
    """Projects by reference."""
    grid = maturity_grid()
    rows = [_project(found, mission, firms, grid) for found in result.projects]
    projects = {row.ref: row for row in Project.objects.bulk_create(rows)}
    CostLine.objects.bulk_create(
        line for found in result.projects for line in _costs(found, projects[found.project.id], result)
    )
    MaturityCriterion.objects.bulk_create(
        row for found in result.projects for row in _criteria(found, projects[found.project.id])
    )
    _attach_aids(result, projects)
    return projects


def _project(found: ProjectResult, mission: Mission, firms: Firms, grid: Grid) -> Project:
    project, maturity = found.project, found.maturity
    kinds, dictionary = labels("types_projet"), current_catalogue().dictionary
    kind = words(project.kind)
    return Project(
        mission=mission,
        firm=firms[found.firm.id],
        ref=project.id,
        title=typeset(project.title),
        description=typeset(project.description),
        **place(found.commune),
        zones=[
            {
                "name": zone_label(name),
                "value": "" if zone.value is UNKNOWN else dictionary[ZONE_FACTS[name]].show(zone.value),
                "source": typeset(zone.source),
                "assumed": zone.assumed,
            }
            for name, zone in found.zones.items()
        ],
        kind=kind,
        kind_label=typeset(kinds.get(kind, kind)),
        objectives=[dictionary["objectifs"].show(code) for code in sorted(project.objectives)],
        declared=declared_facts(project.declared),
        cost=project.total_cost,
        own_financing=column(project.own_financing),
        need=found.built.problem.need,
        jobs_created=column(project.jobs_created),
        jobs_kept=column(project.jobs_kept),
        starts_on=column(project.starts_on),
        ends_on=column(project.ends_on),
        works_started=column(project.works_started),
        first_order_on=column(project.first_order_on),
        applied_on=column(project.applied_on),
        known=found.known.known.value,
        known_by=[organisation_name(code) for code in found.known.by],
        maybe_known_by=[organisation_name(code) for code in found.known.maybe_by],
        maturity=words(maturity.level),
        maturity_label="" if maturity.level is UNKNOWN else typeset(grid.level(maturity.level).label),
        maturity_derived_label="" if maturity.derived is UNKNOWN else typeset(grid.level(maturity.derived).label),
        maturity_mean=None if maturity.mean is UNKNOWN else maturity.mean.quantize(Decimal("0.01")),
        maturity_reason=typeset(maturity.reason),
        maturity_remarks=[typeset(remark) for remark in maturity.remarks],
        ripe=maturity.ripe.value,
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


def _costs(found: ProjectResult, project: Project, result: MissionResult) -> Iterable[CostLine]:
    natures = current_catalogue().natures
    for line in found.project.costs:
        aid, ceiling = line_ceiling(found, line, result)
        yield CostLine(
            project=project,
            ref=line.id,
            nature=line.nature,
            nature_label=typeset(natures.get(line.nature, line.nature)),
            label=typeset(line.label),
            year=line.year,
            amount=line.amount,
            aid=aid,
            ceiling=ceiling,
        )


def _criteria(found: ProjectResult, project: Project) -> Iterable[MaturityCriterion]:
    for position, row in enumerate(found.maturity.criteria):
        level = column(row.used)
        yield MaturityCriterion(
            project=project,
            position=position,
            label=typeset(row.criterion.label),
            best=row.criterion.best,
            level=level,
            level_label="" if level is None else sentence(row.criterion.levels[level]),
            proof=sentence(row.proof),
            remark=sentence(row.remark),
            next_step=sentence(row.next_label),
        )


def _attach_aids(result: MissionResult, projects: Projects) -> None:
    from rebond.web.firms.models import AidObtained

    for aid in result.census.aids:
        if aid.project_id in projects:
            project = projects[aid.project_id]
            AidObtained.objects.filter(firm=project.firm, ref=aid.id).update(project=project)
