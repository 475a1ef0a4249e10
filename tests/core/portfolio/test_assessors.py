"""Several assessors, each in his or her own name: what is aggregated, who never counts, what stays open."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rebond.data import data_folder
from rebond.facts import UNKNOWN, AssessorScore, CostLine, Mark, Maybe, Project, Recusal
from rebond.facts.marks import aside_of, person
from rebond.maturity import Maturity, assess, load_grid
from rebond.portfolio.assessors import counted
from rebond.portfolio.scoring import Score, load_selection_grid, score_project

GRID = load_selection_grid(data_folder() / "referentiels" / "selection.yaml")
STEPS = load_grid(data_folder() / "referentiels" / "maturite.yaml")
MARKED = [criterion.code for criterion in GRID.marked]
PEOPLE = ["anne", "Bruno", "chloé"]


def mark(score: Maybe[int], *, by: str = "anne", number: int = 1, criterion: str = "ancrage") -> Mark:
    return Mark(project_id="P", criterion=criterion, assessor=by, number=number, score=score, reason="vu")


def says(aside: bool, *, of: str = "anne", number: int = 1, firm: str = "E") -> Recusal:
    return Recusal(firm_id=firm, assessor=of, number=number, aside=aside, reason="parent", by=of)


def project(**known: Any) -> Project:
    costs = (CostLine(id="P-1", nature="materiel", amount=Decimal(1000), year=2027),)
    return Project(id="P", firm_id="E", title="Essai", costs=costs, **known)


def at_mean(mean: Decimal | None) -> Maturity:
    return replace(assess(project(), STEPS), mean=UNKNOWN if mean is None else mean)


def ancrage(score: Score) -> tuple[Decimal | int, Decimal | int]:
    found = next(each for each in score.criteria if each.criterion == "ancrage")
    return found.low, found.high


def scored(*marks: Mark, aside: tuple[str, ...] = (), of: Project | None = None) -> Score:
    stand = frozenset(map(person, aside))
    return score_project(of or project(), GRID, maturity=None, marks=marks, aside=stand)


def test_every_mark_has_its_words_and_every_computed_score_its_data() -> None:
    assert {criterion.code for criterion in GRID.criteria if criterion.measured} == {"emplois", "maturite", "levier"}
    assert all(len(criterion.anchors) == GRID.top_score + 1 for criterion in GRID.marked)
    assert "proposition de Rebond" in GRID.source


def test_the_score_is_the_mean_of_the_last_mark_of_each_assessor() -> None:
    marks = mark(0), mark(4, number=2), mark(1, by="Bruno")
    assert ancrage(scored(*marks)) == (Decimal("2.5"), Decimal("2.5"))
    assert scored(*marks) == scored(*reversed(marks)), "the order of rows is no fact"


def test_assessors_who_differ_by_the_threshold_of_the_data_diverge() -> None:
    near, far = (scored(mark(1), mark(1 + gap, by="Bruno")) for gap in (GRID.diverging_from - 1, GRID.diverging_from))
    assert not near.diverging
    (found,) = far.diverging
    assert (found.criterion, found.spread, found.marks) == ("ancrage", GRID.diverging_from, 2)
    assert "anne" not in found.explanation.casefold(), "the committee reads no name"


def test_an_unknown_mark_is_an_interval_and_never_zero() -> None:
    assert ancrage(scored()) == (0, GRID.top_score)
    assert ancrage(scored(mark(4), mark(UNKNOWN, by="Bruno"))) == (2, Decimal("4.5"))
    nothing = score_project(project(), GRID, maturity=None)
    assert (str(nothing.low), str(nothing.high), nothing.is_known) == ("0.00", "100.00", False)


def test_a_mark_nobody_signed_gives_way_to_signed_ones_and_counts_no_more_once_someone_stands_aside() -> None:
    sheet = project(scores=(AssessorScore(criterion="ancrage", score=5, reason="filière"),))
    assert ancrage(scored(of=sheet)) == (5, 5)
    assert ancrage(scored(mark(1), of=sheet)) == (1, 1)
    assert ancrage(scored(of=sheet, aside=("anne",))) == (0, GRID.top_score), "it may be hers"


def test_who_stands_aside_is_who_said_so_last_whatever_the_case_of_the_name() -> None:
    told = says(True), says(False, number=3), says(True, of="ANNE ", number=2), says(True, of="Bruno", firm="F")
    assert aside_of(told) == {"F": frozenset({"bruno"})}
    assert aside_of(told[2:]) == {"E": frozenset({"anne"}), "F": frozenset({"bruno"})}


marks = st.lists(
    st.builds(
        mark,
        st.one_of(st.integers(0, GRID.top_score), st.just(UNKNOWN)),
        by=st.sampled_from(PEOPLE),
        number=st.integers(1, 3),
        criterion=st.sampled_from(MARKED),
    ),
    max_size=8,
    unique_by=lambda each: (each.criterion, each.assessor, each.number),
)


@given(marks, st.sampled_from(PEOPLE))
def test_the_marks_of_who_stands_aside_never_enter(given_marks: list[Mark], who: str) -> None:
    """Before or after, high or low: the score is the one that it would be had he or she never marked."""
    without = [each for each in given_marks if each.assessor != who]
    assert scored(*given_marks, aside=(who.upper(),)) == scored(*without, aside=(who,))


@given(
    marks,
    st.integers(0, 30),
    st.decimals(0, 1500, places=0),
    st.one_of(st.none(), st.decimals(0, 3, places=2)),
    st.data(),
)
def test_no_answer_that_is_emptied_raises_the_value_announced(
    given_marks: list[Mark], jobs: int, own: Decimal, mean: Decimal | None, data: st.DataObject
) -> None:
    """The value is the least that it can be; and the truth stays within the interval that the emptied answer leaves."""
    whole = project(jobs_created=jobs, own_financing=own)
    full = score_project(whole, GRID, maturity=at_mean(mean), marks=given_marks)
    emptied, left, grid_mean = whole, list(given_marks), mean
    what = data.draw(st.sampled_from(["emplois", "financement", "maturité", *(["note"] if left else [])]))
    if what == "emplois":
        emptied = replace(whole, jobs_created=UNKNOWN)
    elif what == "financement":
        emptied = replace(whole, own_financing=UNKNOWN)
    elif what == "maturité":
        grid_mean = None
    else:
        rank = data.draw(st.integers(0, len(left) - 1))
        left[rank] = replace(left[rank], score=UNKNOWN)
    less = score_project(emptied, GRID, maturity=at_mean(grid_mean), marks=left)
    assert less.low <= full.low
    assert less.high >= full.high
    assert less.low == less.value


@pytest.mark.parametrize("people", [("anne",), ("anne", "bruno")])
def test_only_the_last_marks_of_who_may_mark_are_counted(people: tuple[str, ...]) -> None:
    held = (mark(0), mark(3, number=2), mark(5, by="Bruno"), mark(1, by="chloé", criterion="innovation"))
    left = counted(held, frozenset(people))
    assert {each.assessor for each in left} == {name for name in PEOPLE if name.casefold() not in people}
