"""Exact money and rates, the way they are written in French, and lengths of time on the calendar.

Money is ``Euros`` (a ``Decimal``, never a float outside the solver); a rate is a ``Decimal`` where
``Decimal("0.35")`` means 35 %.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal, InvalidOperation
from typing import TypeAlias

Euros: TypeAlias = Decimal
Rate: TypeAlias = Decimal

NARROW_SPACE = "\u202f"
"""The thousands separator of French typography."""
NO_BREAK_SPACE = "\u00a0"
_FIRST_PLURAL = 2

_MULTIPLES = {"": Decimal(1), "k": Decimal(1_000), "m": Decimal(1_000_000), "md": Decimal(1_000_000_000)}
_AMOUNT = re.compile(r"^(-?[\d\s\u00a0\u202f]+(?:[.,]\d+)?)\s*(k|m|md)?\s*(?:€|eur|euros?)?$", re.IGNORECASE)
_RATE = re.compile(r"^(-?\d+(?:[.,]\d+)?)\s*(?:%|points?)$")


def parse_euros(value: object) -> Euros:
    """Read an amount as people write it: ``200000``, ``"200 000 €"``, ``"1,5 M€"``, ``"250000 EUR"``.

    Raises ``ValueError`` when the text is no amount. A float is refused unless it is a whole number of cents.

    >>> parse_euros("1,5 M€")
    Decimal('1500000.0')
    """
    if isinstance(value, bool):
        raise ValueError(f"« {value} » n'est pas un montant")  # noqa: TRY004 - callers catch one error
    if isinstance(value, int | Decimal):
        return Decimal(value)
    if isinstance(value, float):
        return _from_float(value)
    match = _AMOUNT.match(str(value).strip())
    if match is None:
        raise ValueError(f"« {value} » n'est pas un montant")
    digits = re.sub(r"[\s\u00a0\u202f]", "", match[1]).replace(",", ".")
    try:
        return Decimal(digits) * _MULTIPLES[(match[2] or "").lower()]
    except InvalidOperation as error:
        raise ValueError(f"« {value} » n'est pas un montant") from error


def _from_float(value: float) -> Euros:
    """A spreadsheet stores every number as a float: keep the cents it meant, refuse what has none."""
    exact = Decimal(repr(value)) if value == value and abs(value) != float("inf") else None  # noqa: PLR0124 - NaN
    if exact is None:
        raise ValueError(f"« {value} » n'est pas un montant")
    return exact.quantize(Decimal("0.01"), ROUND_HALF_UP).normalize() if exact else Decimal(0)


def parse_rate(value: object) -> Rate:
    """Read ``"35 %"`` or ``"10 points"`` as ``Decimal("0.35")``; bare numbers are refused as ambiguous.

    >>> parse_rate("12,5 %")
    Decimal('0.125')
    """
    match = _RATE.match(str(value).strip().replace(NARROW_SPACE, " ").replace(NO_BREAK_SPACE, " "))
    if match is None:
        raise ValueError(f"« {value} » n'est pas un taux : écrire par exemple « 35 % »")
    return Decimal(match[1].replace(",", ".")) / 100


def floor_euros(amount: Euros) -> int:
    """Whole euros, rounded down: what a legal ceiling allows."""
    return int(amount.to_integral_value(ROUND_FLOOR))


def format_number(value: Decimal | float, decimals: int = 0) -> str:
    """``1234567.5`` → ``1 234 567,5`` with narrow no-break spaces."""
    rounded = Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return f"{rounded:,f}".replace(",", NARROW_SPACE).replace(".", ",")


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
