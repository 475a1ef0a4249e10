"""The value of a project: each score explained, an unknown one never hidden."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from rebond.data import data_folder
from rebond.facts import UNKNOWN, AssessorScore, CostLine, Evidence, Project
from rebond.maturity import Grid, Maturity, assess, load_grid
from rebond.portfolio.scoring import SelectionGrid, load_selection_grid, score_project


@pytest.fixture(scope="module")
def grid() -> SelectionGrid:
    return load_selection_grid(data_folder() / "referentiels" / "selection.yaml")


def project(**known: object) -> Project:
    costs = (CostLine(id="P-1", nature="materiel", amount=Decimal(1000), year=2027),)
    return Project(id="P", firm_id="E", title="Essai", costs=costs, **known)  # type: ignore[arg-type]


def given(**scores: int) -> tuple[AssessorScore, ...]:
    return tuple(AssessorScore(criterion=code, score=score) for code, score in scores.items())


def ripe(level: int = 3, *, on: Grid | None = None) -> Maturity:
    """A project at the same level of every criterion, all proven."""
    steps = on or load_grid(data_folder() / "referentiels" / "maturite.yaml")
    rows = (Evidence(criterion=criterion.code, level=level, proof="vu") for criterion in steps.criteria)
    return assess(project(evidence=tuple(rows)), steps)


def test_the_weights_of_the_shipped_grid_add_up_to_one(grid: SelectionGrid) -> None:
    assert sum(criterion.weight for criterion in grid.criteria) == 1


def test_the_best_answers_everywhere_give_one_hundred(grid: SelectionGrid) -> None:
    best = project(
        jobs_created=grid.jobs_at_top,
        own_financing=Decimal(1000),
        scores=given(decarbonation=5, ancrage=5, innovation=5),
    )
    assert score_project(best, grid, maturity=ripe()).value == 100


def test_jobs_beyond_the_top_bring_no_more(grid: SelectionGrid) -> None:
    at, above = (score_project(project(jobs_created=jobs), grid, maturity=None) for jobs in (grid.jobs_at_top, 500))
    assert at.value == above.value


def test_an_unknown_score_counts_for_nothing_and_says_so(grid: SelectionGrid) -> None:
    score = score_project(project(jobs_created=UNKNOWN), grid, maturity=None)
    assert score.value == 0
    assert all(not criterion.known for criterion in score.criteria)
    assert "inconnus" in next(c.explanation for c in score.criteria if c.criterion == "emplois")


@pytest.mark.parametrize(("jobs", "words"), [(0, "0 emploi créé"), (1, "1 emploi créé"), (2, "2 emplois créés")])
def test_the_number_of_jobs_agrees_with_its_noun(grid: SelectionGrid, jobs: int, words: str) -> None:
    assert score_project(project(jobs_created=jobs), grid, maturity=None).criteria[0].explanation == words


def test_without_costs_the_leverage_asks_for_costs_not_for_financing(grid: SelectionGrid) -> None:
    bare = Project(id="P", firm_id="E", title="Essai", own_financing=Decimal(1000))
    leverage = score_project(bare, grid, maturity=None).criteria[-1]
    assert (leverage.known, leverage.explanation) == (False, "aucun poste de dépense")


def test_the_weights_of_the_mission_are_relative_to_one_another(grid: SelectionGrid) -> None:
    weights = {criterion.code: Decimal(0) for criterion in grid.criteria} | {
        "emplois": Decimal(3),
        "ancrage": Decimal(1),
    }
    half = project(jobs_created=grid.jobs_at_top, scores=given(ancrage=0, innovation=5))
    score = score_project(half, grid, maturity=ripe(), weights=weights)
    assert {entry.criterion: entry.weight for entry in score.criteria if entry.weight} == {
        "emplois": Decimal("0.75"),
        "ancrage": Decimal("0.25"),
    }
    assert score.value == 75


def test_without_weights_of_its_own_the_mission_has_those_of_the_grid(grid: SelectionGrid) -> None:
    score = score_project(project(), grid, maturity=None, weights={})
    assert {entry.criterion: entry.weight for entry in score.criteria} == {c.code: c.weight for c in grid.criteria}


def test_weights_that_weigh_nothing_are_refused(grid: SelectionGrid) -> None:
    with pytest.raises(ValueError, match="aucun critère"):
        score_project(project(), grid, maturity=None, weights={"emplois": Decimal(0)})


def test_the_reason_of_a_mark_is_told_with_it(grid: SelectionGrid) -> None:
    marked = project(scores=(AssessorScore(criterion="ancrage", score=4, reason="fournisseurs du bassin"),))
    ancrage = next(c for c in score_project(marked, grid, maturity=None).criteria if c.criterion == "ancrage")
    assert ancrage.explanation == "note des évaluateurs : fournisseurs du bassin"


def test_maturity_is_measured_against_the_levels_that_its_own_grid_has(grid: SelectionGrid) -> None:
    shipped = load_grid(data_folder() / "referentiels" / "maturite.yaml")
    five = replace(
        shipped, criteria=tuple(replace(each, levels=(*each.levels, "en service")) for each in shipped.criteria)
    )
    for steps, mark, told in ((shipped, "3.33", "2,0 sur 3"), (five, "2.50", "2,0 sur 4")):
        scored = score_project(project(), grid, maturity=ripe(2, on=steps))
        found = next(each for each in scored.criteria if each.criterion == "maturite")
        assert (f"{found.score:.2f}", found.explanation) == (mark, f"moyenne de la grille : {told}")
