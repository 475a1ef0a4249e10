"""Numbers, amounts and rates as people type them; what may be read in two ways (``200.000``) is a problem."""

from __future__ import annotations

import re
from datetime import date, time, timedelta
from decimal import Decimal, InvalidOperation

from rebond.adapters.workbook.layout import Column
from rebond.adapters.workbook.opening import RawCell
from rebond.adapters.workbook.wording import clean
from rebond.reading.problem import Unreadable
from rebond.units import parse_euros, parse_rate

_NUMBER = re.compile(r"^-?\d+(?:[.,]\d+)?$")
_THOUSANDS_OR_DECIMALS = re.compile(r"^-?[1-9]\d{0,2}[.,]\d{3}(?!\d)\s*(?:€|eur|euros?)?$", re.IGNORECASE)
_DECIMALS = 9
"""A spreadsheet computes in binary: 0,1 + 0,2 is not 0,3 at the seventeenth digit."""


def _number(raw: RawCell, expected: str) -> Decimal:
    if isinstance(raw, bool | date | time | timedelta):
        raise Unreadable(f"{expected} attendu", "écrire un nombre, cellule au format nombre")
    text = re.sub(r"\s", "", clean(str(raw)))
    if isinstance(raw, str):
        _refuse_ambiguous(text)
        if not _NUMBER.match(text):
            raise Unreadable(f"{expected} attendu, ceci est un texte", "écrire seulement le nombre, sans unité ni mot")
    try:
        return round(Decimal(text.replace(",", ".")), _DECIMALS)
    except InvalidOperation as error:
        raise Unreadable(f"{expected} démesuré", "vérifier le nombre") from error


def _refuse_ambiguous(text: str) -> None:
    if _THOUSANDS_OR_DECIMALS.match(text):
        raise Unreadable(
            "nombre ambigu : milliers ou décimales ?", "écrire le nombre sans point ni virgule de milliers"
        )


def read_integer(raw: RawCell, _: Column) -> int:
    """A whole number."""
    number = _number(raw, "nombre entier")
    if number != number.to_integral_value():
        raise Unreadable("nombre entier attendu", "arrondir à l'unité")
    return int(number)


def read_number(raw: RawCell, _: Column) -> Decimal:
    """A number, to nine decimals."""
    return _plain(_number(raw, "nombre"))


def read_euros(raw: RawCell, _: Column) -> Decimal:
    """An amount in euros: ``250000``, ``250 000 €``, ``1,5 M€``."""
    if isinstance(raw, date | time | timedelta):
        raise Unreadable("une date, au lieu d'un montant", "écrire le montant en euros, cellule au format nombre")
    if isinstance(raw, str):
        _refuse_ambiguous(clean(raw))
    try:
        return _plain(parse_euros(clean(raw) if isinstance(raw, str) else raw))
    except (ValueError, InvalidOperation) as error:
        raise Unreadable("ce n'est pas un montant", "écrire un nombre en euros, par exemple 250000") from error


def read_rate(raw: RawCell, _: Column) -> Decimal:
    """A rate as a fraction: ``35 %``, or 0,35 in a cell of numbers."""
    try:
        rate = parse_rate(clean(raw)) if isinstance(raw, str) else _number(raw, "taux")
    except ValueError as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable("ce n'est pas un taux", "écrire par exemple 35 %") from error
    if rate > 1:
        raise Unreadable(
            "taux supérieur à 100 %", "écrire par exemple 35 % (ou 0,35 dans une cellule au format nombre)"
        )
    if rate < 0:
        raise Unreadable("taux négatif", "écrire un taux de 0 à 100 %")
    return _plain(rate)


def require_within(value: int | Decimal, column: Column) -> None:
    """Raise ``Unreadable`` when a number is out of the limits of its column."""
    low, high = column.minimum, column.maximum
    if low is not None and value < low:
        problem = "valeur négative" if value < 0 and low == 0 else f"valeur inférieure à {low}"
        raise Unreadable(
            problem, f"écrire une valeur de {low} à {high}" if high is not None else f"écrire {low} ou plus"
        )
    if high is not None and value > high:
        raise Unreadable(f"valeur supérieure à {high}", f"écrire une valeur de {low or 0} à {high}")


def _plain(number: Decimal) -> Decimal:
    """Without trailing zeros nor exponent, so that equal values are written alike."""
    return number.quantize(Decimal(1)) if number == number.to_integral_value() else number.normalize()
