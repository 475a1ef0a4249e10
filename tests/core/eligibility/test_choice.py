"""A dated value under conditions: its bounds hold whatever the unknown facts turn out to be."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from rebond.eligibility.choice import DatedValue, choose
from rebond.facts import UNKNOWN, FactValue
from tests.core.eligibility.trees import FACTS, NODES, complete, parse

ON = date(2026, 6, 15)
DAYS = st.none() | st.integers(-30, 30).map(lambda offset: ON + timedelta(days=offset))


@st.composite
def rows(draw: st.DrawFn) -> DatedValue:
    node: dict[str, Any] | None = draw(st.none() | NODES)
    return DatedValue(
        value=Decimal(draw(st.integers(0, 100))),
        condition=parse(node) if node else None,
        valid_from=draw(DAYS),
        valid_to=draw(DAYS),
    )


@given(st.lists(rows(), max_size=4), FACTS, st.data())
def test_the_bounds_hold_in_every_completion(
    values: list[DatedValue], facts: dict[str, FactValue], data: st.DataObject
) -> None:
    bounds = choose(values, facts, ON)
    settled = choose(values, complete(data, facts), ON)
    assert settled.settled
    if settled.high is None:
        assert bounds.low is None
    else:
        assert bounds.high is not None
        assert (bounds.low if bounds.low is not None else 0) <= settled.high <= bounds.high


@given(st.lists(rows(), max_size=4), FACTS)
def test_only_unknown_facts_are_missing(values: list[DatedValue], facts: dict[str, FactValue]) -> None:
    bounds = choose(values, facts, ON)
    assert all(facts[name] is UNKNOWN for name in bounds.missing)
    if not bounds.missing:
        assert bounds.settled


def test_the_first_row_in_force_wins() -> None:
    old = DatedValue(value=Decimal(1), valid_to=date(2026, 6, 14))
    new = DatedValue(value=Decimal(2), valid_from=date(2026, 6, 15))
    assert choose([old, new], {}, date(2026, 6, 14)).low == 1
    assert choose([old, new], {}, date(2026, 6, 15)).low == 2


def test_without_any_row_in_force_there_is_no_value() -> None:
    bounds = choose([DatedValue(value=Decimal(1), valid_to=date(2020, 1, 1))], {}, ON)
    assert (bounds.low, bounds.high) == (None, None)
