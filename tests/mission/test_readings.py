"""The committee on five dates around the end of the block exemption: what each reading of the law gives, and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache

import pytest

from rebond.eligibility.truth import Truth
from rebond.facts import Census
from rebond.financing.law_readings import ReadingOutcome
from rebond.regimes.model import RegimeKind
from rebond.regimes.readings import Reading
from rebond.restitution.contents import texts
from rebond.restitution.press_release import collect_press_release
from rebond.restitution.result import result_as_data
from rebond.results import MissionResult
from tests.mission.conftest import Bench

SEPTEMBER, OCTOBER, DECEMBER = date(2026, 9, 15), date(2026, 10, 5), date(2026, 12, 15)
JANUARY, JULY = date(2027, 1, 20), date(2027, 7, 15)
COMMITTEES = (SEPTEMBER, OCTOBER, DECEMBER, JANUARY, JULY)
FEW = 18
"""Projects of the sample that are enough to tell the readings apart."""


@pytest.fixture(scope="module")
def committees(bench: Bench) -> dict[date, MissionResult]:
    return {day: bench.play(some(bench.census), on=day) for day in COMMITTEES}


@cache
def some(census: Census) -> Census:
    return replace(census, projects=census.projects[:FEW])


def of(result: MissionResult, reading: Reading) -> ReadingOutcome:
    return next(found for found in result.readings if found.reading is reading)


def euros(result: MissionResult, reading: Reading) -> int:
    return of(result, reading).stack.useful


def test_before_the_end_both_readings_leave_the_aid_possible(committees: dict[date, MissionResult]) -> None:
    """Unknown delays make a question of it, never a refusal: the texts in force lose nearly nothing before the end."""
    for day in (SEPTEMBER, OCTOBER, DECEMBER):
        texts_in_force, adjusted = (euros(committees[day], each) for each in (Reading.TEXTS, Reading.ADJUSTMENT))
        assert texts_in_force > adjusted * 0.9


def test_in_january_the_texts_in_force_lose_what_the_adjustment_period_keeps_possible(
    committees: dict[date, MissionResult],
) -> None:
    result = committees[JANUARY]
    assert euros(result, Reading.TEXTS) < euros(result, Reading.ADJUSTMENT)
    assert of(result, Reading.ADJUSTMENT).after_end > 0
    assert of(result, Reading.TEXTS).after_end == 0


def test_in_july_both_readings_are_one(committees: dict[date, MissionResult]) -> None:
    result = committees[JULY]
    assert of(result, Reading.TEXTS).stack == of(result, Reading.ADJUSTMENT).stack
    assert not result.readings_differ


def test_nothing_that_waits_for_a_text_is_firm(committees: dict[date, MissionResult]) -> None:
    for result in committees.values():
        for found in result.readings:
            for plan in found.plans:
                assert not any(line.law_question for line in plan.firm.lines)


def test_under_the_texts_in_force_january_rests_on_de_minimis_and_market_support_alone(
    bench: Bench, committees: dict[date, MissionResult]
) -> None:
    regimes = bench.rulebook.catalogue.regimes
    plans = of(committees[JANUARY], Reading.TEXTS).plans
    kinds = {regimes[line.regime].kind for plan in plans for line in plan.lines}
    assert RegimeKind.EXEMPTION not in kinds


def test_from_october_the_awards_of_ademe_fall_after_the_end(committees: dict[date, MissionResult]) -> None:
    """Three months of instruction: its lines wait for the text, those of a funder of unknown delay for the delay."""
    waiting = [line for p in committees[OCTOBER].projects for line in p.plan.lines if line.law_question]
    assert waiting
    assert {line.funder for line in waiting} == {"ademe"}
    assert all("05/01/2027" in line.award for line in waiting)


def test_the_proposal_follows_the_reading_that_is_asked(bench: Bench) -> None:
    strict = bench.play(some(bench.census), on=JANUARY, reading=Reading.TEXTS)
    assert strict.reading is not None
    assert strict.reading.reading is Reading.TEXTS
    assert strict.stack == strict.reading.stack
    assert not any(line.law_question for project in strict.projects for line in project.plan.lines)


def test_a_framework_said_prolonged_makes_the_aid_a_matter_of_texts_in_force(bench: Bench) -> None:
    """One answer in lectures.yaml, « prorogé », and January finds again what the regulation gave."""
    known = bench.rulebook.catalogue
    told = {
        key: replace(each, prolonged=Truth.YES, prolonged_until=date(2028, 12, 31))
        for key, each in known.readings.frameworks.items()
    }
    catalogue = replace(known, readings=replace(known.readings, frameworks=told))
    result = bench.play(some(bench.census), on=JANUARY, rulebook=replace(bench.rulebook, catalogue=catalogue))
    assert of(result, Reading.TEXTS).after_end == 0
    assert euros(result, Reading.TEXTS) == euros(result, Reading.ADJUSTMENT)


@pytest.mark.parametrize("day", COMMITTEES)
def test_the_end_is_told_once_from_90_days_before(committees: dict[date, MissionResult], day: date) -> None:
    told = [alert for alert in committees[day].alerts if "651/2014" in alert]
    assert len(told) == (0 if day is SEPTEMBER else 1)


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (SEPTEMBER, ""),
        (OCTOBER, "prorogé ou remplacé"),
        (JANUARY, "prorogé ou remplacé"),
        (JULY, "ne sont pas comptées"),
    ],
)
def test_the_press_release_says_it_in_one_sentence(committees: dict[date, MissionResult], day: date, said: str) -> None:
    document = collect_press_release(committees[day])
    words = ["".join(piece for piece in text if isinstance(piece, str)) for text in texts(document)]
    told = [each for each in words if "règlement européen" in each]
    assert len(told) == bool(said)
    assert all(said in each for each in told)


def test_the_published_result_gives_the_readings_side_by_side(committees: dict[date, MissionResult]) -> None:
    rows = {row["code"]: row for row in result_as_data(committees[JANUARY])["lectures"]}
    assert [code for code, row in rows.items() if row["retenue"]] == ["adaptation"]
    assert rows["successeur"]["publiee"] is False
    assert rows["successeur"]["possible"] is None
    assert rows["textes"]["possible"] < rows["adaptation"]["possible"]
    assert rows["adaptation"]["apres_la_fin"] > 0
