"""The facts and plans kept with a mission come back as they were."""

import json

import pytest

from rebond.facts import UNKNOWN
from rebond.results import MissionResult
from rebond.web.financing.records_json import as_record, digest, from_record, plan_as_record


def test_the_census_of_the_mission_comes_back_as_it_was(sample_result: MissionResult) -> None:
    written = json.dumps(as_record(sample_result.census))
    assert from_record(json.loads(written)) == sample_result.census


def test_every_plan_comes_back_with_its_exact_amounts(sample_result: MissionResult) -> None:
    for found in sample_result.projects:
        again = from_record(json.loads(json.dumps(plan_as_record(found.plan))))
        assert (again.lines, again.benefit, again.aid) == (found.plan.lines, found.plan.benefit, found.plan.aid)


def test_unknown_stays_unknown() -> None:
    assert from_record(as_record((UNKNOWN, 0, "", False))) == (UNKNOWN, 0, "", False)


def test_a_fact_changed_changes_the_digest_and_the_order_of_keys_does_not() -> None:
    assert digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1})
    assert digest({"a": 1}) != digest({"a": 2})


def test_what_is_no_fact_is_refused() -> None:
    with pytest.raises(TypeError, match="ne se garde pas"):
        as_record(object())
