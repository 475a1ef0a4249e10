"""Money and rates as people write them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from rebond.units import (
    floor_euros,
    format_millions,
    months_later,
)


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
