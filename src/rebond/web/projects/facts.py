"""Projects and partners' lists, from rows to the core and back: a field added to one way goes to the other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from rebond import facts as core
from rebond.history import Kind
from rebond.web.firms.models import Firm
from rebond.web.missions.columns import column, columns, field, fields
from rebond.web.missions.data import MissionData
from rebond.web.missions.extract import Extract, place, within
from rebond.web.missions.models import Mission
from rebond.web.missions.syncing import Changes, sync
from rebond.web.missions.tagged import asked_as_data, asked_from_data, declared_as_data, declared_from_data
from rebond.web.projects.models import AssessorScore, CostLine, Evidence, FunderRequest, PartnerEntry, Project

PROJECT = (
    "title",
    "description",
    "kind",
    "jobs_created",
    "jobs_kept",
    "starts_on",
    "ends_on",
    "works_started",
    "first_order_on",
    "applied_on",
    "first_order_document",
    "own_financing",
    "borrowing_capacity",
)
COST = ("nature", "amount", "year", "label")
EVIDENCE = ("criterion", "level", "proof")
REQUEST = ("funder", "letter_on", "applied_on")
SCORE = ("criterion", "score", "reason")
ENTRY = (
    "partner",
    "firm_name",
    "siren",
    "commune",
    "project_title",
    "amount",
    "dated",
    "amount_is",
    "siret",
    "source",
)
T = TypeVar("T")
C = TypeVar("C", CostLine, Evidence, FunderRequest, AssessorScore)


# ---- From rows to the core


def projects_of(mission: Mission, extract: Extract | None = None) -> tuple[core.Project, ...]:
    """The projects of a mission, in the order of the census; five queries."""
    costs = _by_project(mission, extract, CostLine, lambda row: core.CostLine(id=row.ref, **fields(row, COST)))
    evidence = _by_project(mission, extract, Evidence, lambda row: core.Evidence(**fields(row, EVIDENCE)))
    requests = _by_project(mission, extract, FunderRequest, lambda row: core.FunderRequest(**fields(row, REQUEST)))
    scores = _by_project(mission, extract, AssessorScore, lambda row: core.AssessorScore(**fields(row, SCORE)))
    found = within(Project.objects.of(mission), extract, Kind.PROJECT)
    rows = found.select_related("firm").order_by("position", "pk")
    return tuple(
        core.Project(
            id=row.ref,
            firm_id=row.firm.ref,
            **fields(row, PROJECT),
            commune=field(row.insee_code),
            objectives=frozenset(row.objectives),
            declared=declared_from_data(row.declared),
            asked=asked_from_data(row.asked),
            maturity_override=field(row.imposed_maturity),
            maturity_reason=row.imposed_reason,
            costs=costs[row.pk],
            evidence=evidence[row.pk],
            requests=requests[row.pk],
            scores=scores[row.pk],
        )
        for row in rows
    )


def _by_project(
    mission: Mission, extract: Extract | None, model: type[C], made: Callable[[C], T]
) -> defaultdict[int, tuple[T, ...]]:
    found: dict[int, list[T]] = defaultdict(list)
    for row in within(model.objects.of(mission), extract, Kind.PROJECT, "project__ref").order_by("position", "pk"):
        found[row.project_id].append(made(row))
    return defaultdict(tuple, {pk: tuple(rows) for pk, rows in found.items()})


def partner_entries_of(mission: Mission, extract: Extract | None = None) -> tuple[core.PartnerEntry, ...]:
    """The lines of the partners' lists, in the order of the census; one query."""
    rows = within(PartnerEntry.objects.of(mission), extract, Kind.PARTNER_ENTRY).order_by("position", "pk")
    return tuple(core.PartnerEntry(id=row.ref, **fields(row, ENTRY)) for row in rows)


# ---- From the core to rows


def write_projects(
    mission: Mission, projects: tuple[core.Project, ...], firms: Changes[Firm], extract: Extract | None = None
) -> Changes[Project]:
    """Projects with costs, evidence, requests and scores; what hangs on a project changes the project."""
    found = sync(
        Project,
        within(Project.ever.of(mission), extract, Kind.PROJECT),
        {
            project.id: _project_columns(
                project, mission, firms.rows[project.firm_id].pk, place(extract, Kind.PROJECT, project.id, rank)
            )
            for rank, project in enumerate(projects)
        },
        key=lambda row: row.ref,
        quiet=("position",),
    )
    pks = {project.id: found.rows[project.id].pk for project in projects}
    found.hang(
        sync(
            CostLine,
            within(CostLine.ever.of(mission), extract, Kind.PROJECT, "project__ref"),
            {
                (pks[project.id], line.id): {
                    "project_id": pks[project.id],
                    "ref": line.id,
                    "position": position,
                    **columns(line, COST),
                }
                for project in projects
                for position, line in enumerate(project.costs)
            },
            key=lambda row: (row.project_id, row.ref),
            owner="project_id",
            kept=found.withdrawn,
        )
    )
    listed: tuple[tuple[type[Any], Callable[[core.Project], Iterable[dict[str, Any]]]], ...] = (
        (Evidence, lambda project: (columns(row, EVIDENCE) for row in project.evidence)),
        (FunderRequest, lambda project: (columns(row, REQUEST) for row in project.requests)),
        (AssessorScore, lambda project: (columns(row, SCORE) for row in project.scores)),
    )
    for model, rows_of in listed:
        found.hang(_write_list(mission, model, projects, pks, rows_of, found, extract))
    return found


def _write_list(
    mission: Mission,
    model: type[MissionData],
    projects: Sequence[core.Project],
    pks: dict[str, int],
    rows_of: Callable[[core.Project], Iterable[dict[str, Any]]],
    found: Changes[Project],
    extract: Extract | None,
) -> Changes[Any]:
    """Rows of projects that have no reference: their rank names them."""
    return sync(
        model,
        within(model.ever.of(mission), extract, Kind.PROJECT, "project__ref"),
        {
            (pks[project.id], position): {"project_id": pks[project.id], "position": position, **row}
            for project in projects
            for position, row in enumerate(rows_of(project))
        },
        key=lambda row: (row.project_id, row.position),
        owner="project_id",
        kept=found.withdrawn,
    )


def _project_columns(project: core.Project, mission: Mission, firm: int, position: int) -> dict[str, Any]:
    return {
        "mission_id": mission.pk,
        "firm_id": firm,
        "ref": project.id,
        "position": position,
        **columns(project, PROJECT),
        "insee_code": column(project.commune),
        "objectives": sorted(project.objectives),
        "declared": declared_as_data(project.declared),
        "asked": asked_as_data(project.asked),
        "imposed_maturity": column(project.maturity_override),
        "imposed_reason": project.maturity_reason,
    }


def write_partner_entries(
    mission: Mission, entries: tuple[core.PartnerEntry, ...], extract: Extract | None = None
) -> Changes[PartnerEntry]:
    """The lines of the partners' lists, as the partners wrote them."""
    return sync(
        PartnerEntry,
        within(PartnerEntry.ever.of(mission), extract, Kind.PARTNER_ENTRY),
        {
            entry.id: {
                "mission_id": mission.pk,
                "ref": entry.id,
                "position": place(extract, Kind.PARTNER_ENTRY, entry.id, position),
                **columns(entry, ENTRY),
            }
            for position, entry in enumerate(entries)
        },
        key=lambda row: row.ref,
        quiet=("position",),
    )
