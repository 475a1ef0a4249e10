"""What came of advice, counted: each figure is its rows, and a mission without adviser has none."""

from datetime import date
from types import SimpleNamespace
from typing import Any

from rebond.eligibility.truth import Truth
from rebond.facts import UNKNOWN, Accompaniment, AccompanimentOutcome
from rebond.indicators.advice import advice_indicators

ON = date(2026, 11, 29)
RIPE, GIVEN_UP, PASSED = AccompanimentOutcome.RIPE, AccompanimentOutcome.ABANDONED, AccompanimentOutcome.PASSED_ON


def figures(ripe, *accompaniments):
    """Code → value and the projects of its rows; ``ripe``: what the evidence says of each project."""
    projects = [
        SimpleNamespace(
            project=SimpleNamespace(id=ref, title=ref),
            firm=SimpleNamespace(name="Forge"),
            maturity=SimpleNamespace(ripe=truth),
        )
        for ref, truth in ripe.items()
    ]
    result: Any = SimpleNamespace(census=SimpleNamespace(accompaniments=accompaniments), projects=projects, on=ON)
    return {each.code.removeprefix("conseil_"): each for each in advice_indicators(result)}


def one(ref, project, **said):
    return Accompaniment(id=ref, project_id=project, adviser="cci", **said)


def refs(figure):
    return [row.id for row in figure.rows]


def test_each_project_is_counted_where_its_advisers_left_it() -> None:
    truths = {"P1": Truth.NO, "P2": Truth.YES, "P3": Truth.NO, "P4": Truth.UNKNOWN, "P5": Truth.YES, "P6": Truth.NO}
    found = figures(
        truths,
        one("C1", "P1", opened_on=date(2026, 1, 1), review_on=ON),
        one("C2", "P2", opened_on=date(2026, 1, 1), outcome=PASSED, closed_on=date(2026, 2, 1)),
        one("C3", "P2", opened_on=date(2026, 2, 1), outcome=RIPE, closed_on=date(2026, 4, 11)),
        one("C4", "P3", outcome=GIVEN_UP, closed_on=date(2026, 5, 1)),
        one("C5", "P5", opened_on=date(2026, 1, 1), outcome=RIPE),
        one("C6", "P6", outcome=GIVEN_UP, closed_on=date(2026, 5, 1)),
        one("C7", "P6", review_on=date(2026, 6, 1)),
    )
    assert refs(found["accompagnes"]) == ["P1", "P6"]
    assert refs(found["points_tenus"]) == ["P1"], "a review that is due today is in time"
    assert refs(found["muris"]) == ["P2", "P5"]
    assert refs(found["abandonnes"]) == ["P3"], "P6 was taken up again"
    assert refs(found["sans"]) == ["P4"]
    delay = found["delai_jours"]
    assert (delay.value, refs(delay)) == (100, ["P2"]), "of P5 nobody wrote the end"


def test_what_ripened_and_is_ripe_no_more_waits_for_an_adviser_again() -> None:
    closed = one("C1", "P1", opened_on=date(2026, 1, 1), outcome=RIPE, closed_on=date(2026, 2, 1))
    found = figures({"P1": Truth.NO}, closed)
    assert (refs(found["muris"]), refs(found["sans"])) == ([], ["P1"])
    assert found["delai_jours"].value == 31, "it did ripen once"


def test_two_supports_that_ended_undated_are_told_in_the_same_way_whatever_the_order_of_rows() -> None:
    rows = [one("C1", "P1", outcome=PASSED), one("C2", "P1", outcome=GIVEN_UP)]
    for each in (rows, rows[::-1]):
        assert refs(figures({"P1": Truth.NO}, *each)["abandonnes"]) == ["P1"]


def test_without_any_adviser_nothing_is_told_and_without_any_end_no_delay() -> None:
    assert figures({"P1": Truth.NO}) == {}
    assert figures({"P1": Truth.NO}, one("C1", "P1", opened_on=UNKNOWN))["delai_jours"].absent
