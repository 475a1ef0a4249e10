"""The weights that a mission gives to the criteria of the call reach the value of its projects."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from rebond.portfolio.criteria import mission_grid
from rebond.portfolio.scoring import score_project
from rebond.results import MissionResult
from tests.mission.conftest import Bench


def test_a_mission_that_only_weighs_jobs_ranks_its_projects_by_jobs(bench: Bench, sample: MissionResult) -> None:
    grid = bench.rulebook.selection
    weights = tuple((each.code, Decimal(each.code == "emplois")) for each in grid.criteria)
    few = tuple(sorted({project.project.firm_id for project in sample.projects})[:3])
    census = replace(
        bench.census,
        settings=replace(bench.census.settings, weights=weights),
        projects=tuple(project for project in bench.census.projects if project.firm_id in few),
    )
    weighed = mission_grid(grid, census.settings)
    for project in bench.play(census).projects:
        alone = score_project(project.project, weighed, maturity=None)
        assert project.score.value == alone.value
        assert {entry.criterion for entry in project.score.criteria if entry.weight} == {"emplois"}
