"""Exact money and rates, the way they are written in French, and lengths of time on the calendar.

Money is ``Euros`` (a ``Decimal``, never a float outside the solver); a rate is a ``Decimal`` where
``Decimal("0.35")`` means 35 %.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import TypeAlias

Euros: TypeAlias = Decimal
Rate: TypeAlias = Decimal

NARROW_SPACE = "\u202f"
"""The thousands separator of French typography."""
NO_BREAK_SPACE = "\u00a0"
_FIRST_PLURAL = 2


def floor_euros(amount: Euros) -> int:
    """Whole euros, rounded down: what a legal ceiling allows."""
    return int(amount.to_integral_value(ROUND_FLOOR))


def format_number(value: Decimal | float, decimals: int = 0) -> str:
    """``1234567.5`` → ``1 234 567,5`` with narrow no-break spaces."""
    rounded = Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return f"{rounded:,f}".replace(",", NARROW_SPACE).replace(".", ",")


def format_measure(value: Decimal) -> str:
    r"""A value that somebody measured: with decimals, two at most, only when it has some.

    >>> format_measure(Decimal("40.000")), format_measure(Decimal("12.5"))
    ('40', '12,50')
    """
    return format_number(value, 2 if value % 1 else 0)


def format_euros(amount: Euros | int) -> str:
    """``1 234 567 €``; cents are shown only when there are some."""
    cents = Decimal(amount) % 1
    return f"{format_number(amount, 2 if cents else 0)}{NO_BREAK_SPACE}€"


def format_millions(amount: Euros | int) -> str:
    """``104,3 M€``: the way a press release gives an amount."""
    return f"{format_number(Decimal(amount) / 1_000_000, 1)}{NO_BREAK_SPACE}M€"


def format_rate(rate: Rate) -> str:
    """``Decimal("0.225")`` → ``22,5 %``."""
    percent = (rate * 100).normalize()
    decimals = max(0, -int(percent.as_tuple().exponent))
    return f"{format_number(percent, min(decimals, 2))}{NO_BREAK_SPACE}%"


def format_rates(low: Rate, high: Rate) -> tuple[str, str]:
    r"""Two rates that are read together, with as many decimals; none and all are exact, and have none.

    >>> format_rates(Decimal("0.26"), Decimal("0.494")), format_rates(Decimal("0.667"), Decimal(1))
    (('26,0\xa0%', '49,4\xa0%'), ('66,7\xa0%', '100\xa0%'))
    """
    percents = [(rate * 100).normalize() for rate in (low, high)]
    decimals = min(2, max(0, *(-int(each.as_tuple().exponent) for each in percents)))
    first, last = (f"{format_number(each, 0 if each in (0, 100) else decimals)}{NO_BREAK_SPACE}%" for each in percents)
    return first, last


def agreed(plural: str, value: Decimal | int) -> str:
    """A plural in ``s`` brought to the singular below two, as French grammar has it (``1,5 emploi``).

    >>> agreed("projets retenus", Decimal(1)), agreed("projets retenus", Decimal(2))
    ('projet retenu', 'projets retenus')
    """
    if -_FIRST_PLURAL < value < _FIRST_PLURAL:
        return " ".join(word.removesuffix("s") for word in plural.split(" "))
    return plural


def months_later(day: date, months: int) -> date:
    """The same day of the month, months later; the last of a shorter month.

    >>> months_later(date(2026, 11, 30), 3), months_later(date(2026, 8, 31), 4)
    (datetime.date(2027, 2, 28), datetime.date(2026, 12, 31))
    """
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def years_later(day: date, years: int) -> date:
    """The same day, years later; 29 February falls on the 28th."""
    return months_later(day, 12 * years)


def between(low: str, high: str, *, none: bool = False) -> str:
    """A figure that is not known to the unit: its least and its most; one figure when they are the same.

    >>> between("33,8 %", "40,3 %"), between("0 %", "12 %", none=True), between("5 %", "5 %")
    ('entre 33,8 % et 40,3 %', 'au plus 12 %', '5 %')
    """
    if low == high:
        return high
    return f"au plus {high}" if none else f"entre {low} et {high}"
