"""The value of a project: each score explained, an unknown one never hidden."""

from __future__ import annotations

from decimal import Decimal

import pytest

from rebond.data import data_folder
from rebond.facts import UNKNOWN, CostLine, Project
from rebond.portfolio.scoring import SelectionGrid, load_selection_grid, score_project


@pytest.fixture(scope="module")
def grid() -> SelectionGrid:
    return load_selection_grid(data_folder() / "referentiels" / "selection.yaml")


def project(**known: object) -> Project:
    costs = (CostLine(id="P-1", nature="materiel", amount=Decimal(1000), year=2027),)
    return Project(id="P", firm_id="E", title="Essai", costs=costs, **known)  # type: ignore[arg-type]


def test_the_weights_of_the_shipped_grid_add_up_to_one(grid: SelectionGrid) -> None:
    assert sum(criterion.weight for criterion in grid.criteria) == 1


def test_the_best_answers_everywhere_give_one_hundred(grid: SelectionGrid) -> None:
    best = project(
        jobs_created=grid.jobs_at_top,
        own_financing=Decimal(1000),
        scores=(("decarbonation", 5), ("ancrage", 5), ("innovation", 5)),
    )
    assert score_project(best, grid, maturity_mean=Decimal(3)).value == 100


def test_jobs_beyond_the_top_bring_no_more(grid: SelectionGrid) -> None:
    at, above = (
        score_project(project(jobs_created=jobs), grid, maturity_mean=None) for jobs in (grid.jobs_at_top, 500)
    )
    assert at.value == above.value


def test_an_unknown_score_counts_for_nothing_and_says_so(grid: SelectionGrid) -> None:
    score = score_project(project(jobs_created=UNKNOWN), grid, maturity_mean=None)
    assert score.value == 0
    assert all(not criterion.known for criterion in score.criteria)
    assert "inconnus" in next(c.explanation for c in score.criteria if c.criterion == "emplois")


@pytest.mark.parametrize(("jobs", "words"), [(0, "0 emploi créé"), (1, "1 emploi créé"), (2, "2 emplois créés")])
def test_the_number_of_jobs_agrees_with_its_noun(grid: SelectionGrid, jobs: int, words: str) -> None:
    assert score_project(project(jobs_created=jobs), grid, maturity_mean=None).criteria[0].explanation == words


def test_without_costs_the_leverage_asks_for_costs_not_for_financing(grid: SelectionGrid) -> None:
    bare = Project(id="P", firm_id="E", title="Essai", own_financing=Decimal(1000))
    leverage = score_project(bare, grid, maturity_mean=None).criteria[-1]
    assert (leverage.known, leverage.explanation) == (False, "aucun poste de dépense")
