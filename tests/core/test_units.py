"""Money and rates as people write them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rebond.units import (
    floor_euros,
    format_euros,
    format_millions,
    format_rate,
    months_later,
    parse_euros,
    parse_rate,
)


@pytest.mark.parametrize(
    ("written", "euros"),
    [
        ("200 000 €", 200_000),
        ("1,5 M€", 1_500_000),
        ("250000 EUR", 250_000),
        ("80 k€", 80_000),
        ("1\u202f234\u00a0€", 1_234),
        (12.34, Decimal("12.34")),
        (1e6, 1_000_000),
        (-5, -5),
    ],
)
def test_an_amount_is_read_as_people_write_it(written: object, euros: object) -> None:
    assert parse_euros(written) == euros


@pytest.mark.parametrize("written", ["douze", "", "12 $", "1.2.3", True, float("nan"), float("inf"), None])
def test_what_is_no_amount_is_refused(written: object) -> None:
    with pytest.raises(ValueError, match="n'est pas un montant"):
        parse_euros(written)


def test_a_bare_number_is_no_rate() -> None:
    """35 could be 35 % or 3 500 %: the file must say."""
    with pytest.raises(ValueError, match="écrire par exemple"):
        parse_rate("35")
    assert parse_rate("35 %") == Decimal("0.35")
    assert parse_rate("10 points") == Decimal("0.10")


@given(st.integers(-(10**12), 10**12))
def test_a_written_amount_reads_back(euros: int) -> None:
    assert parse_euros(format_euros(euros)) == euros


@given(st.integers(0, 10_000))
def test_a_written_rate_reads_back(hundredths: int) -> None:
    rate = Decimal(hundredths) / 10_000
    assert parse_rate(format_rate(rate)) == rate


def test_euros_of_a_ceiling_are_rounded_down() -> None:
    assert floor_euros(Decimal("1234.99")) == 1234


def test_millions_are_written_as_a_press_release_does() -> None:
    assert format_millions(106_115_500) == "106,1\u00a0M€"


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 10, 5), 0, date(2026, 10, 5)),
        (date(2026, 10, 30), 2, date(2026, 12, 30)),
        (date(2026, 10, 31), 1, date(2026, 11, 30)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
    ],
)
def test_a_delay_in_months_ends_on_the_same_day_or_the_last_of_the_month(day: date, months: int, later: date) -> None:
    assert months_later(day, months) == later
