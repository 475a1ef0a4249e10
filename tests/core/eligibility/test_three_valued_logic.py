"""UNKNOWN stays UNKNOWN until an answer settles it, and an answer never takes a verdict back."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rebond.eligibility.truth import Truth, all_of, any_of
from rebond.facts import UNKNOWN, FactValue
from tests.core.eligibility.trees import FACTS, KNOWN, NODES, VALUES, complete, parse, write

TRUTHS = st.sampled_from(list(Truth))


@given(TRUTHS, TRUTHS, TRUTHS)
def test_and_and_or_follow_kleene(a: Truth, b: Truth, c: Truth) -> None:
    assert all_of([a, b]) is all_of([b, a])
    assert all_of([a, all_of([b, c])]) is all_of([a, b, c])
    assert any_of([a, any_of([b, c])]) is any_of([a, b, c])
    assert all_of([a, any_of([b, c])]) is any_of([all_of([a, b]), all_of([a, c])])
    assert all_of([a, any_of([a, b])]) is a
    assert ~all_of([a, b]) is any_of([~a, ~b])
    assert ~~a is a


@pytest.mark.parametrize(
    ("group", "absorbing", "neutral"), [(all_of, Truth.NO, Truth.YES), (any_of, Truth.YES, Truth.NO)]
)
def test_unknown_gives_way_only_to_what_decides(
    group: Callable[[list[Truth]], Truth], absorbing: Truth, neutral: Truth
) -> None:
    assert group([Truth.UNKNOWN, absorbing]) is absorbing
    assert group([Truth.UNKNOWN, neutral]) is Truth.UNKNOWN
    assert group([]) is neutral


def test_a_verdict_is_never_taken_for_a_boolean() -> None:
    with pytest.raises(TypeError, match="trois valeurs"):
        bool(Truth.UNKNOWN)


@given(NODES, FACTS, st.data())
def test_a_settled_verdict_holds_in_every_completion(
    node: dict[str, Any], facts: dict[str, FactValue], data: st.DataObject
) -> None:
    criterion = parse(node)
    truth = criterion.truth(facts)
    if truth is not Truth.UNKNOWN:
        assert criterion.truth(complete(data, facts)) is truth


@given(NODES, FACTS, st.data())
def test_a_fact_added_never_takes_a_verdict_back(
    node: dict[str, Any], facts: dict[str, FactValue], data: st.DataObject
) -> None:
    criterion = parse(node)
    truth = criterion.truth(facts)
    for name in sorted(name for name, value in facts.items() if value is UNKNOWN):
        facts = {**facts, name: data.draw(VALUES[name])}
        then = criterion.truth(facts)
        assert truth is Truth.UNKNOWN or then is truth
        truth = then


@given(NODES, KNOWN)
def test_nothing_is_unknown_when_every_fact_is_known(node: dict[str, Any], facts: dict[str, FactValue]) -> None:
    assert parse(node).truth(facts) is not Truth.UNKNOWN


@given(NODES, FACTS)
def test_the_words_and_the_verdict_alone_agree(node: dict[str, Any], facts: dict[str, FactValue]) -> None:
    criterion = parse(node)
    outcome = criterion.judge(facts)
    assert outcome.truth is criterion.truth(facts)
    assert bool(outcome.missing) is (outcome.truth is Truth.UNKNOWN)
    assert all(facts.get(name, UNKNOWN) is UNKNOWN for name in outcome.missing)
    assert bool(outcome.change) is (outcome.truth is Truth.NO)


@given(NODES)
def test_a_condition_written_again_is_the_same_condition(node: dict[str, Any]) -> None:
    criterion = parse(node)
    assert parse(write(criterion)) == criterion
