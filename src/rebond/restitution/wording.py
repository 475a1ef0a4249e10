"""Numbers as a press release writes them: « sept projets », « plus de 100 millions d'euros », « près d'un tiers »."""

from __future__ import annotations

from decimal import ROUND_FLOOR, Decimal
from fractions import Fraction

from rebond.indicators.model import Indicator
from rebond.restitution.typography import sentence_case
from rebond.units import NO_BREAK_SPACE, agreed, format_euros, format_millions, format_number, format_rate

_UNITS = (
    *("zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix"),
    *("onze", "douze", "treize", "quatorze", "quinze", "seize", "dix-sept", "dix-huit", "dix-neuf"),
)
_TENS = {2: "vingt", 3: "trente", 4: "quarante", 5: "cinquante", 6: "soixante"}
_LAST_IN_WORDS = 16
"""Beyond it, French press usage writes figures, except to begin a sentence."""
_LAST_SPELLED = 99
_FOURSCORE = 80
_AND = frozenset({1, 11})
"""Vingt et un, soixante et onze."""
_FEMININE = frozenset({"actions", "entreprises", "questions"})
_THOUSAND = Decimal(1_000)
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
    """A count with its noun, in words up to sixteen: ``sept projets``, ``aucune action``, ``135 emplois``."""
    return _counted(indicator, _LAST_IN_WORDS)


def counted_first(indicator: Indicator) -> str:
    """The same to begin a sentence, where a number is spelled: ``Cinquante-quatre projets``."""
    return sentence_case(_counted(indicator, _LAST_SPELLED))


def _counted(indicator: Indicator, last: int) -> str:
    if indicator.high is not None or indicator.absent or indicator.bound:
        return indicator.text
    value, noun = indicator.value, agreed(indicator.unit, indicator.value)
    feminine = indicator.unit in _FEMININE
    if value == 0:
        return f"{'aucune' if feminine else 'aucun'} {noun}"
    if value != int(value) or not 0 < value <= last:
        return f"{format_number(value)}{NO_BREAK_SPACE}{noun}"
    words = spelled(int(value))
    return f"{words}e {noun}" if feminine and words.endswith("un") else f"{words} {noun}"


def spelled(number: int) -> str:
    """A whole number from 0 to 99 in words.

    >>> spelled(7), spelled(54), spelled(71), spelled(80), spelled(91)
    ('sept', 'cinquante-quatre', 'soixante et onze', 'quatre-vingts', 'quatre-vingt-onze')
    """
    if number < len(_UNITS):
        return _UNITS[number]
    if number >= _FOURSCORE:
        rest = number - _FOURSCORE
        return f"quatre-vingt-{_UNITS[rest]}" if rest else "quatre-vingts"
    ten = min(number // 10, max(_TENS))
    rest = number - 10 * ten
    if not rest:
        return _TENS[ten]
    return f"{_TENS[ten]} et {_UNITS[rest]}" if rest in _AND else f"{_TENS[ten]}-{_UNITS[rest]}"


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


def more_than_said(indicator: Indicator) -> str:
    """The same for a figure: « plus de » already says that it is a minimum."""
    words = more_than(indicator.value)
    return words if words.startswith("plus de") and not indicator.absent else indicator.bounded(words)


def short_euros(amount: Decimal) -> str:
    r"""An amount for a chart: ``62,2 M€``, below a million ``246 k€``, below a thousand in euros.

    >>> short_euros(Decimal(62_232_500)), short_euros(Decimal(246_000))
    ('62,2\xa0M€', '246\xa0k€')
    """
    if round(amount, -3) >= _MILLION:
        return format_millions(amount)
    if round(amount) >= _THOUSAND:
        return f"{format_number(amount / _THOUSAND)}{NO_BREAK_SPACE}k€"
    return format_euros(round(amount))


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


def of_about(share: Decimal) -> str:
    """The same after ``de``: ``d'un tiers``, ``de près d'un tiers``."""
    words = about(share)
    return f"d'{words}" if words.startswith("u") else f"de {words}"


def of_span(indicator: Indicator) -> str:
    """A figure with a least and a most after ``de``: ``de 26,0 % à 49,4 %``, ``d'au plus 12 %``."""
    return f"de {indicator.span}" if indicator.value else f"d'{indicator.text}"


def _millions(amount: Decimal) -> str:
    millions = amount / _MILLION
    whole = millions == millions.to_integral_value()
    noun = agreed("millions", millions)
    return f"{format_number(millions, 0 if whole else 1)}{NO_BREAK_SPACE}{noun} d'euros"
