"""Amounts in euros and rates: ``250 000 €``, ``1,5 M€``, ``200 000 EUR HT``, ``35 %``."""

from __future__ import annotations

import re
from datetime import date, time, timedelta
from decimal import ROUND_HALF_UP, Decimal

from rebond.facts import UNKNOWN
from rebond.reading.bounds import AMOUNT_DECIMALS, LARGEST_AMOUNT, LONGEST_VALUE
from rebond.reading.numbers import is_approximate, is_range, numeral, plain, rounded, within
from rebond.reading.problem import Reading, Unreadable
from rebond.reading.words import is_absent, one_line, text_of
from rebond.units import Euros, Rate

_UNIT = re.compile(
    r"\s*(?P<multiple>k|md|mds|mrd|mrds|milliards?|m|millions?|milliers?)?\s*(?:d['’]\s?)?(?:€|eur|euros?)?\s*"
    r"(?:h\.?\s?t\.?|hors taxes?)?$",
    re.IGNORECASE,
)
_BEFORE = re.compile(r"^(?:€|eur|euros?)\s*", re.IGNORECASE)
_TAXED = re.compile(r"\b(?:t\.?\s?t\.?\s?c\.?|toutes taxes(?: comprises)?)$", re.IGNORECASE)
_OTHER_MONEY = re.compile(r"[$£¥]|\b(?:usd|gbp|chf|dollars?|francs?|livres?|f)$", re.IGNORECASE)
_MULTIPLES = {"": 1, "k": 10**3, "millier": 10**3, "m": 10**6, "million": 10**6} | dict.fromkeys(
    ("md", "mrd", "milliard"), 10**9
)
_THREE_DECIMALS = re.compile(r"^[-+\u2212]?\s*[1-9][0-9]{0,2}[.,][0-9]{3}$")
_CENT = Decimal(1).scaleb(-AMOUNT_DECIMALS)
_AMOUNT = ("ce n'est pas un montant", "écrire un nombre en euros, par exemple 250000 ou « 1,5 M€ »")
_EXACT = "écrire un seul montant, sans mot autour, par exemple 250000 ; ou laisser vide s'il n'est pas connu"
_DATE = ("une date, au lieu d'un montant", "écrire le montant en euros, cellule au format nombre")
_CENTS = ("un montant s'arrête au centime", "arrondir au centime")
_RATE = ("ce n'est pas un taux", "écrire par exemple 35 %")
_PERCENT = re.compile(r"\s*(?:%|pour ?cents?|points?)$", re.IGNORECASE)
_BARE = re.compile(r"^[-+\u2212]?\s*[0-9]+(?:[.,][0-9]+)?$")
_FRACTION = re.compile(r"^[0-9]{1,6}(?:[.,][0-9]{1,30})?$")
_LARGEST_RATE = Decimal(10**6)
_UNKNOWN = ("une valeur connue est nécessaire ici", "écrire la valeur, ou retirer la clé si elle est facultative")


def read_euros(raw: object, *, negative: bool = False) -> Reading[Euros]:
    """An amount in euros, exact to the cent: a number of a spreadsheet is rounded, a text must stop there.

    >>> read_euros("1,5 M€").value, read_euros("200 000 EUR HT").value
    (Decimal('1500000'), Decimal('200000'))
    """
    if is_absent(raw):
        return Reading(UNKNOWN)
    if isinstance(raw, date | time | timedelta):
        raise Unreadable(*_DATE)
    amount = _of_text(raw) if isinstance(raw, str) else _of_number(raw)
    return Reading(plain(within(amount, LARGEST_AMOUNT, negative=negative)))


def require_euros(raw: object, *, negative: bool = False) -> Euros:
    """An amount that may not be unknown; raises ``Unreadable``."""
    return _known(read_euros(raw, negative=negative))


def _of_number(raw: object) -> Euros:
    amount = numeral(raw, *_AMOUNT)
    return amount.quantize(_CENT, ROUND_HALF_UP) if amount else Decimal(0)


def _of_text(raw: str) -> Euros:
    if len(raw) > LONGEST_VALUE:
        return numeral(raw, *_AMOUNT)
    text = _BEFORE.sub("", one_line(raw))
    if _OTHER_MONEY.search(text):
        raise Unreadable("une autre monnaie que l'euro : ce n'est pas un montant en euros", "convertir en euros")
    if _TAXED.search(text):
        raise Unreadable("un montant toutes taxes comprises", "écrire le montant hors taxes (HT)")
    if is_range(text):
        raise Unreadable("une fourchette : ce n'est pas un montant", _EXACT)
    if is_approximate(text):
        raise Unreadable("une valeur approchée : ce n'est pas un montant", _EXACT)
    unit = _UNIT.search(text)
    bare = text[: unit.start()] if unit else text
    multiple = _MULTIPLES[_singular((unit["multiple"] if unit else None) or "")]
    if multiple >= _MULTIPLES["million"] and _THREE_DECIMALS.match(bare):
        bare += "0"  # « 1,234 M€ » is read with its decimals: nobody writes thousands of millions so
    number = numeral(bare, *_AMOUNT)
    if abs(number) > LARGEST_AMOUNT:
        return number
    amount = number * multiple
    if amount != amount.quantize(_CENT):
        raise Unreadable(*_CENTS)
    return amount


def _singular(word: str) -> str:
    return word.lower().removesuffix("s")


def read_rate(raw: object) -> Reading[Rate]:
    """A share from 0 to 100 %: ``35 %``, or 0,35 in a cell of numbers; a bare text is refused, with both readings.

    >>> read_rate("12,5 %").value, read_rate(0.35).value
    (Decimal('0.125'), Decimal('0.35'))
    """
    if is_absent(raw):
        return Reading(UNKNOWN)
    rate = _rate(raw)
    if rate > 1:
        raise Unreadable(
            "taux supérieur à 100 %", "écrire par exemple 35 % (ou 0,35 dans une cellule au format nombre)"
        )
    if rate < 0:
        raise Unreadable("taux négatif", "écrire un taux de 0 à 100 %")
    return Reading(rate)


def require_rate(raw: object) -> Rate:
    """A rate of the catalogue, of any sign, that may not be unknown and has its unit; raises ``Unreadable``."""
    return _known(Reading(UNKNOWN if is_absent(raw) else within(_rate(text_of(raw)), _LARGEST_RATE, negative=True)))


def require_share(raw: object) -> Rate:
    """A rate of a problem file, « 35 % » or « 0.35 » as its schema says; above 1 is for its checks to tell."""
    if isinstance(raw, str) and _FRACTION.match(raw.strip()):
        return Decimal(raw.strip().replace(",", "."))
    if not isinstance(raw, str):
        raise Unreadable("un nombre nu, au lieu d'un taux", "écrire un texte : « 35 % » ou « 0.35 »")
    return _known(Reading(UNKNOWN if is_absent(raw) else within(_rate(raw), _LARGEST_RATE)))


def _rate(raw: object) -> Rate:
    if not isinstance(raw, str):
        return rounded(numeral(raw, *_RATE))
    text = one_line(raw[: LONGEST_VALUE + 1])
    unit = _PERCENT.search(text)
    if unit is None:
        if _BARE.match(text) and len(text) <= LONGEST_VALUE:
            shown = text.replace(".", ",")
            raise Unreadable(
                f"taux sans unité, ce n'est pas un taux : {shown} % ou {shown} pour 1 ?",
                "écrire le signe %, par exemple 35 %",
            )
        return numeral(text, *_RATE)
    bare = text[: unit.start()]
    if _THREE_DECIMALS.match(bare):
        bare += "0"  # no rate has thousands of points: « 12,125 % » is read with its decimals
    return plain(numeral(bare, *_RATE) / 100)


def _known(reading: Reading[Decimal]) -> Decimal:
    if reading.value is UNKNOWN:
        raise Unreadable(*_UNKNOWN)
    return reading.value
