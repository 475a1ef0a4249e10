"""What a reduced result is made of: a result, a census, a project, each without what its reader is not given."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from rebond.facts import UNKNOWN, Census, Project
from rebond.financing.building.build import BuiltProject
from rebond.financing.problem.model import ProjectProblem
from rebond.linkage import LinkageResult
from rebond.restitution.audiences import Reader, audiences
from rebond.results import MissionResult, ProjectResult

ZERO = Decimal(0)


def emptied(result: MissionResult) -> MissionResult:
    """The result without any figure nor row: what is published comes from elsewhere."""
    roadmap = tuple(replace(action, needs=(), asked_by=0) for action in result.roadmap)
    return replace(
        result,
        firms=(),
        linkage=no_linkage(result),
        envelope_spent=0,
        roadmap=roadmap,
        adopted=(),
        alerts=(),
        readings=(),
        indicators=(),
        studies=(),
        selection_reports=(),
        calls=(),
        robustness=None,
        robustness_by_call={},
    )


def bare_census(result: MissionResult) -> Census:
    """The census without any line: whatever else a census comes to hold is left out too."""
    return Census(settings=result.census.settings, firms=(), interviews=(), projects=())


def no_linkage(result: MissionResult) -> LinkageResult:
    """Nothing of what partners' lists say of anybody."""
    return replace(
        result.linkage,
        projects=(),
        firms=(),
        firm_links=(),
        project_links=(),
        unmatched_entries=(),
        questions=(),
        unused_decisions=(),
    )


def without_assessment(p: ProjectResult) -> ProjectResult:
    """Without what the team alone thinks of it: marks, reasons of a level, partners' lists, the place in the call."""
    project = replace(p.project, scores=(), evidence=(), maturity_override=UNKNOWN, maturity_reason="")
    return replace(
        p,
        project=project,
        known=replace(p.known, by=(), maybe_by=(), links=()),
        maturity=replace(p.maturity, criteria=(), reason="", missing=(), remarks=()),
        score=replace(p.score, value=ZERO, criteria=()),
        decision=replace(p.decision, reasons=(), uncovered=ZERO, envelope=0),
        calls={},
    )


_PROJECT_FIELDS = {
    "title": "intitule",
    "description": "description",
    "commune": "commune",
    "kind": "type_projet",
    "starts_on": "debut",
    "ends_on": "fin",
    "jobs_created": "emplois_crees",
    "jobs_kept": "emplois_maintenus",
    "objectives": "objectifs",
    "works_started": "travaux_commences",
    "first_order_on": "date_premiere_commande",
    "first_order_document": "piece_premiere_commande",
    "applied_on": "date_demande",
    "own_financing": "financement_acquis",
    "borrowing_capacity": "capacite_emprunt",
}
"""Field of a record → its column: what a reader is not given of it goes back to what nobody said."""


def project_for(project: Project, reader: Reader) -> Project:
    """A project with the columns and answers that are for a reader."""
    declared = audiences()
    kept = {
        name: getattr(project, name)
        for name, key in _PROJECT_FIELDS.items()
        if declared.admits(declared.fields[f"projets.{key}"], reader)
    }
    answers = tuple(
        (name, value) for name, value in project.declared if declared.admits(declared.facts.get(name, "equipe"), reader)
    )
    return Project(id=project.id, firm_id=project.firm_id, costs=project.costs, declared=answers, **kept)


def no_problem(code: str) -> BuiltProject:
    """No offer was looked for."""
    problem = ProjectProblem(id=code, undertaking=code, lines=(), offers=(), need=ZERO)
    return BuiltProject(problem=problem, unquantified=())
