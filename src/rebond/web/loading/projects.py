"""What a run finds of projects, of their costs and of their maturity."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from rebond import facts as core
from rebond.eligibility.places import ZONE_FACTS
from rebond.facts import UNKNOWN
from rebond.maturity import Grid
from rebond.restitution.typography import typeset
from rebond.results import MissionResult, ProjectResult
from rebond.web.catalogue.reading import current_catalogue, labels, maturity_grid, organisation_name, zone_label
from rebond.web.loading.ceilings import line_ceiling
from rebond.web.loading.values import PLACE, column, place, save_computed, set_all, words
from rebond.web.missions.models import Mission
from rebond.web.projects.models import CostLine, MaturityCriterion, Project
from rebond.web.search_text import searchable
from rebond.web.wording import sentence

COMPUTED = (
    *PLACE,
    "zones",
    "kind_label",
    "cost",
    "need",
    "known",
    "known_by",
    "maybe_known_by",
    "maturity",
    "maturity_label",
    "maturity_derived_label",
    "maturity_mean",
    "maturity_reason",
    "maturity_remarks",
    "ripe",
    "search",
)
"""What a run finds of a project."""
Projects = dict[str, Project]


def load_projects(result: MissionResult, mission: Mission) -> Projects:
    """Projects by reference, with what was found of them and of their costs."""
    grid = maturity_grid()
    projects = {row.ref: row for row in Project.objects.of(mission)}
    lines = {(row.project_id, row.ref): row for row in CostLine.objects.of(mission)}
    for found in result.projects:
        row = projects[found.project.id]
        _find(row, found, grid)
        for line in found.project.costs:
            _find_line(lines[row.pk, line.id], line, found, result)
    save_computed(Project, projects.values(), COMPUTED)
    save_computed(CostLine, lines.values(), ("nature_label", "aid", "ceiling"))
    MaturityCriterion.objects.bulk_create(
        row for found in result.projects for row in _criteria(found, projects[found.project.id])
    )
    return projects


def _find(row: Project, found: ProjectResult, grid: Grid) -> None:
    project, maturity = found.project, found.maturity
    kinds, dictionary = labels("types_projet"), current_catalogue().dictionary
    kind = words(project.kind)
    place_name = found.commune.name if found.commune else ""
    set_all(
        row,
        {
            **place(found.commune),
            "zones": [
                {
                    "name": zone_label(name),
                    "value": "" if zone.value is UNKNOWN else dictionary[ZONE_FACTS[name]].show(zone.value),
                    "source": typeset(zone.source),
                    "assumed": zone.assumed,
                }
                for name, zone in found.zones.items()
            ],
            "kind_label": typeset(kinds.get(kind, kind)),
            "cost": project.total_cost,
            "need": found.built.problem.need,
            "known": found.known.known.value,
            "known_by": [organisation_name(code) for code in found.known.by],
            "maybe_known_by": [organisation_name(code) for code in found.known.maybe_by],
            "maturity": words(maturity.level),
            "maturity_label": "" if maturity.level is UNKNOWN else typeset(grid.level(maturity.level).label),
            "maturity_derived_label": (
                "" if maturity.derived is UNKNOWN else typeset(grid.level(maturity.derived).label)
            ),
            "maturity_mean": None if maturity.mean is UNKNOWN else maturity.mean.quantize(Decimal("0.01")),
            "maturity_reason": typeset(maturity.reason),
            "maturity_remarks": [typeset(remark) for remark in maturity.remarks],
            "ripe": maturity.ripe.value,
            "search": searchable([project.id, project.title, project.description, found.firm.name, place_name]),
        },
    )


def _find_line(row: CostLine, line: core.CostLine, found: ProjectResult, result: MissionResult) -> None:
    natures = current_catalogue().natures
    row.nature_label = typeset(natures.get(line.nature, line.nature))
    row.aid, row.ceiling = line_ceiling(found, line, result)


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
