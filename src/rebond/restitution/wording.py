"""Numbers as a press release writes them: « sept projets », « plus de 100 millions d'euros », « près d'un tiers »."""

from __future__ import annotations

from decimal import ROUND_FLOOR, Decimal
from fractions import Fraction

from rebond.indicators.model import Indicator, agreed
from rebond.units import NO_BREAK_SPACE, format_euros, format_number, format_rate

_WORDS = (
    "zéro",
    "un",
    "deux",
    "trois",
    "quatre",
    "cinq",
    "six",
    "sept",
    "huit",
    "neuf",
    "dix",
    "onze",
    "douze",
    "treize",
    "quatorze",
    "quinze",
    "seize",
)
"""Beyond sixteen, French press usage writes figures."""
_FEMININE = frozenset({"actions", "entreprises"})
_MILLION = Decimal(1_000_000)
_FRACTIONS = (
    (Fraction(1, 10), "un dixième", "d'un dixième"),
    (Fraction(1, 5), "un cinquième", "d'un cinquième"),
    (Fraction(1, 4), "un quart", "d'un quart"),
    (Fraction(1, 3), "un tiers", "d'un tiers"),
    (Fraction(2, 5), "deux cinquièmes", "de deux cinquièmes"),
    (Fraction(1, 2), "la moitié", "de la moitié"),
    (Fraction(3, 5), "trois cinquièmes", "de trois cinquièmes"),
    (Fraction(2, 3), "deux tiers", "de deux tiers"),
    (Fraction(3, 4), "trois quarts", "de trois quarts"),
    (Fraction(9, 10), "neuf dixièmes", "de neuf dixièmes"),
)
_SAME = Fraction(1, 200)
"""Half a point: a share that near is said to be the fraction."""
_NEAR = Fraction(1, 40)
"""Two and a half points: farther, the percentage is given."""


def counted(indicator: Indicator) -> str:
    """A count in words up to sixteen, with its noun: ``sept projets``, ``aucune action``, ``135 emplois``."""
    value = indicator.value
    noun = agreed(indicator.unit, value)
    feminine = indicator.unit in _FEMININE
    if value == 0:
        return f"{'aucune' if feminine else 'aucun'} {noun}"
    if value == 1:
        return f"{'une' if feminine else 'un'} {noun}"
    return f"{number_word(value)}{NO_BREAK_SPACE}{noun}"


def number_word(value: Decimal) -> str:
    """A whole number, in words up to sixteen.

    >>> number_word(Decimal(7)), number_word(Decimal(50))
    ('sept', '50')
    """
    if value == int(value) and 0 <= value < len(_WORDS):
        return _WORDS[int(value)]
    return format_number(value)


def in_millions(amount: Decimal) -> str:
    r"""``2 millions d'euros``; below a million, and for what a decimal cannot say, the exact amount.

    >>> in_millions(Decimal(2_000_000)).replace("\xa0", " ")
    "2 millions d'euros"
    """
    if amount < _MILLION or amount % (_MILLION / 10):
        return format_euros(amount)
    return _millions(amount)


def more_than(amount: Decimal) -> str:
    r"""An amount brought down to its first two digits, and said so when it was not round.

    >>> more_than(Decimal(106_115_500)).replace("\xa0", " ")
    "plus de 100 millions d'euros"
    """
    if amount < _MILLION:
        return format_euros(amount)
    step = Decimal(10) ** (amount.adjusted() - 1)
    floor = (amount / step).to_integral_value(ROUND_FLOOR) * step
    return _millions(floor) if floor == amount else f"plus de {_millions(floor)}"


def about(share: Decimal) -> str:
    r"""A share as the fraction it is near to, else as a percentage.

    >>> about(Decimal("0.338")), about(Decimal("0.32")), about(Decimal("0.345")), about(Decimal("0.44"))
    ('un tiers', "près d'un tiers", "plus d'un tiers", '44\xa0%')
    """
    exact = Fraction(share)
    fraction, plain, after_de = min(_FRACTIONS, key=lambda row: abs(row[0] - exact))
    away = exact - fraction
    if abs(away) <= _SAME:
        return plain
    if abs(away) > _NEAR:
        return format_rate(share)
    return f"près {after_de}" if away < 0 else f"plus {after_de}"


def _millions(amount: Decimal) -> str:
    millions = amount / _MILLION
    whole = millions == millions.to_integral_value()
    noun = agreed("millions", millions)
    return f"{format_number(millions, 0 if whole else 1)}{NO_BREAK_SPACE}{noun} d'euros"
