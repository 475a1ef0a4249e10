"""The value of a project: each score explained, an unknown one never hidden."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from rebond.data import data_folder
from rebond.facts import (
    UNKNOWN,
    AssessorScore,
    CallCriterion,
    CostLine,
    Envelope,
    Evidence,
    Mark,
    MissionSettings,
    Project,
)
from rebond.maturity import Grid, Maturity, assess, load_grid
from rebond.portfolio.criteria import mission_grid
from rebond.portfolio.scoring import SelectionGrid, load_selection_grid, score_project


@pytest.fixture(scope="module")
def grid() -> SelectionGrid:
    return load_selection_grid(data_folder() / "referentiels" / "selection.yaml")


def project(**known: Any) -> Project:
    costs = (CostLine(id="P-1", nature="materiel", amount=Decimal(1000), year=2027),)
    return Project(id="P", firm_id="E", title="Essai", costs=costs, **known)


def settings(**said: Any) -> MissionSettings:
    envelope = Envelope(contributions=())
    return MissionSettings(name="M", territory="T", epcis=(), committee_on=date(2027, 1, 1), envelope=envelope, **said)


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
    score = score_project(half, mission_grid(grid, settings(weights=tuple(weights.items()))), maturity=ripe())
    assert {entry.criterion: entry.weight for entry in score.criteria if entry.weight} == {
        "emplois": Decimal("0.75"),
        "ancrage": Decimal("0.25"),
    }
    assert score.value == 75


def test_without_weights_of_its_own_the_mission_has_those_of_the_grid(grid: SelectionGrid) -> None:
    score = score_project(project(), mission_grid(grid, settings()), maturity=None)
    assert {entry.criterion: entry.weight for entry in score.criteria} == {c.code: c.weight for c in grid.criteria}


def test_weights_that_weigh_nothing_are_refused(grid: SelectionGrid) -> None:
    with pytest.raises(ValueError, match="aucun critère"):
        mission_grid(grid, settings(weights=(("emplois", Decimal(0)),)))


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


def test_a_mission_sets_its_own_criteria_scale_and_anchors(grid: SelectionGrid) -> None:
    """One criterion of the call goes, one comes, one is worded anew; what comes from data is computed as before."""
    own = (
        CallCriterion(code="emplois", label="Emplois durables", weight=Decimal(2), computed="emplois_crees"),
        CallCriterion(code="ancrage", label="Ancrage", weight=Decimal(1), anchors=("non", "un peu", "oui")),
        CallCriterion(code="eau", label="Sobriété en eau", weight=Decimal(1), anchors=("non", "un peu", "oui")),
    )
    found = mission_grid(grid, settings(criteria=own, weights=(("innovation", Decimal(9)),)))
    assert (found.top_score, [each.code for each in found.marked]) == (2, ["ancrage", "eau"])
    marks = [
        Mark(project_id="P", criterion=code, assessor="a", number=1, score=score, reason="vu")
        for code, score in (("eau", 2), ("innovation", 5), ("ancrage", 1))
    ]
    score = score_project(project(jobs_created=grid.jobs_at_top), found, maturity=None, marks=marks)
    assert [(each.label, each.weight, each.score) for each in score.criteria] == [
        ("Emplois durables", Decimal("0.5"), Decimal(2)),
        ("Ancrage", Decimal("0.25"), Decimal(1)),
        ("Sobriété en eau", Decimal("0.25"), Decimal(2)),
    ]
    assert score.value == Decimal("87.5"), "the mark of a criterion that no longer exists counts for nothing"


@pytest.mark.parametrize("top", [1, 2, 3, 5, 10])
def test_assessors_diverge_from_the_same_share_of_any_scale(grid: SelectionGrid, top: int) -> None:
    """Two points of five are four of ten, and one whole point of two."""
    own = (CallCriterion(code="eau", label="Eau", weight=Decimal(1), anchors=("repère",) * (top + 1)),)
    found = mission_grid(grid, settings(criteria=own))
    for gap in range(1, top + 1):
        marks = [
            Mark(project_id="P", criterion="eau", assessor=who, number=1, score=score, reason="vu")
            for who, score in (("a", 0), ("b", gap))
        ]
        diverging = score_project(project(), found, maturity=None, marks=marks).diverging
        assert bool(diverging) == (gap * grid.top_score >= grid.diverging_from * top)


def test_a_mark_given_on_a_longer_scale_is_to_be_given_again(grid: SelectionGrid) -> None:
    """From 0 to 2 now: a 5 of before is anywhere on the scale, signed or not."""
    own = (CallCriterion(code="ancrage", label="Ancrage", weight=Decimal(1), anchors=("non", "un peu", "oui")),)
    found = mission_grid(grid, settings(criteria=own))
    five = Mark(project_id="P", criterion="ancrage", assessor="a", number=1, score=5, reason="vu")
    for score in (
        score_project(project(), found, maturity=None, marks=[five]),
        score_project(project(scores=given(ancrage=5)), found, maturity=None),
    ):
        assert (score.low, score.high) == (Decimal(0), Decimal(100))
