"""Numbers, whole numbers and headcounts as people and spreadsheets write them.

What may be read in two ways (``200.000``, ``1,234``) is refused. A number is never built before its length and its
exponent are known: ``Decimal("1e99999999")`` costs nothing, writing it out takes all the memory there is.
"""

from __future__ import annotations

import re
from datetime import date, time, timedelta
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal

from rebond.facts import UNKNOWN
from rebond.reading.bounds import (
    LARGEST_COUNT,
    LARGEST_NUMBER,
    LONGEST_VALUE,
    NUMBER_DECIMALS,
    NUMBER_DIGITS,
)
from rebond.reading.problem import Reading, Unreadable
from rebond.reading.words import fold, is_absent, one_line
from rebond.units import format_number

_PLAIN = re.compile(r"^[0-9]+(?:[.,][0-9]+)?$")
_GROUPED = re.compile(r"^[0-9]{1,3}(?:[ '’_][0-9]{3})+(?:[.,][0-9]+)?$")
_DOTTED = re.compile(r"^[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+$|^[0-9]{1,3}(?:\.[0-9]{3}){2,}$")
_COMMAS = re.compile(r"^[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]+$|^[0-9]{1,3}(?:,[0-9]{3}){2,}$")
_TWO_WAYS = re.compile(r"^[1-9][0-9]{0,2}[.,][0-9]{3}$")
_SPACED = re.compile(r"^[0-9]+(?: [0-9]+)+(?:[.,][0-9]+)?$")
_SCIENTIFIC = re.compile(r"^[0-9]+(?:[.,][0-9]+)?[eE][+-]?[0-9]+$")
_GROUP_MARKS = re.compile("[ '’_]")
_SIGN = re.compile(r"^[-+\u2212]\s*")
_APPROXIMATE = re.compile(
    r"^(?:env\b|environ\b|approx|autour\b|pres de\b|presque\b|plus de\b|moins de\b|jusqu\b|max\b|maxi|mini\b|min\b"
    r"|minimum\b|au moins\b|au plus\b|a peu pres\b|quelque)|\b(?:env|environ|approx|ou plus|et plus|maxi|mini|max|min)$"
)
_RANGE = re.compile(r"[0-9](?: ?(?:k|m|md|eur|euros?|millions?))* (?:a|et|ou) [0-9]")
_DASHED = re.compile(r"^[^0-9]*[0-9][0-9 .,]*(?:k|m|md)? ?€? ?[-–—/] ?[0-9][0-9 .,]*[^0-9]*$", re.IGNORECASE)
_STAFF = re.compile(r"\s*(?:salari[ée]e?s?|personnes?|employ[ée]e?s?|emplois?|etp|uta|eqtp)\.?$", re.IGNORECASE)
_LARGEST_WHOLE = int(LARGEST_NUMBER)
"""Compared as it is: a Decimal of a million digits takes seconds to build."""
_TOO_LARGE = LARGEST_NUMBER * 10
_NOT_DIGITS = "chiffres d'une autre écriture que 0 à 9"

NUMBER = ("ce n'est pas un nombre", "écrire seulement le nombre, sans unité ni mot")
INTEGER = ("ce n'est pas un nombre entier", "écrire seulement le nombre, sans unité ni mot")
HEADCOUNT = (
    "ce n'est pas un nombre de salariés",
    "écrire le nombre de salariés, par exemple 42, ou laisser vide s'il est inconnu",
)
_AMBIGUOUS = ("nombre ambigu : milliers ou décimales ?", "écrire le nombre sans point ni virgule de milliers")
_NEGATIVE = ("valeur négative", "écrire 0 ou plus")
_BAND = (
    "une tranche d'effectif, au lieu d'un nombre",
    "écrire le nombre de salariés (équivalents temps plein), ou laisser vide s'il n'est pas connu",
)


def read_number(raw: object, *, negative: bool = False, unit: str = "") -> Reading[Decimal]:
    """A number, to nine decimals and fifteen digits; its own unit may follow it. Raises ``Unreadable``.

    >>> read_number("1 250,5").value, read_number("12 mois", unit="mois").value, read_number("n. c.").value
    (Decimal('1250.5'), Decimal('12'), UNKNOWN)
    """
    if is_absent(raw):
        return Reading(UNKNOWN)
    number = rounded(numeral(without_unit(raw, unit), *NUMBER))
    return Reading(within(number, LARGEST_NUMBER, negative=negative))


def read_integer(raw: object, *, negative: bool = False) -> Reading[int]:
    """A whole number."""
    if is_absent(raw):
        return Reading(UNKNOWN)
    number = within(rounded(numeral(raw, *INTEGER)), LARGEST_COUNT, negative=negative)
    if number != number.to_integral_value():
        raise Unreadable("un nombre entier est attendu", "arrondir à l'unité")
    return Reading(int(number))


def read_headcount(raw: object) -> Reading[Decimal]:
    """A number of employees, decimals allowed (full-time equivalents); INSEE's size bands are refused.

    A bare code of a band (« 12 » for 20 to 49) cannot be told from a number: that is a question of plausibility.
    """
    if is_absent(raw):
        return Reading(UNKNOWN)
    if isinstance(raw, str):
        text = one_line(raw[: LONGEST_VALUE + 1])
        if is_range(text) or is_approximate(text) or text.endswith("+"):
            raise Unreadable(*_BAND)
        raw = _STAFF.sub("", text) if len(text) <= LONGEST_VALUE else raw
    return Reading(within(rounded(numeral(raw, *HEADCOUNT)), LARGEST_COUNT))


def numeral(raw: object, problem: str, mend: str) -> Decimal:
    """A finite number from a number or a text of digits; ``problem`` and ``mend`` tell what is neither."""
    match raw:
        case bool() | date() | time() | timedelta():
            raise Unreadable(problem, mend)
        case int():
            return Decimal(raw) if abs(raw) <= _LARGEST_WHOLE else _beyond(negative=raw < 0)
        case float() | Decimal():
            return _finite(raw, problem, mend)
        case str():
            # Thirty digits are a number as well: they must not reach a rounding that cannot hold them.
            return _finite(_of_text(raw, problem, mend), problem, mend)
        case _:
            raise Unreadable(problem, mend)


def _finite(raw: float | Decimal, problem: str, mend: str) -> Decimal:
    number = Decimal(repr(raw)) if isinstance(raw, float) else raw
    if number.is_nan():
        raise Unreadable(problem, mend)
    if number.is_infinite() or number.adjusted() > LARGEST_NUMBER.adjusted():
        return _beyond(negative=number.is_signed())
    return number if number.adjusted() > -LONGEST_VALUE else Decimal(0)


def _beyond(*, negative: bool) -> Decimal:
    """What stands for a number that is too large to be written out: larger than any bound, its sign kept."""
    return _TOO_LARGE.copy_negate() if negative else _TOO_LARGE


def _of_text(raw: str, problem: str, mend: str) -> Decimal:
    text = one_line(raw[: 10 * LONGEST_VALUE])
    sign = _SIGN.match(text)
    bare = text[sign.end() :] if sign else text
    if len(raw) > LONGEST_VALUE:
        if bare[:LONGEST_VALUE].replace(" ", "").isdigit():
            return _beyond(negative=bool(sign))
        raise Unreadable(problem, mend)
    if _TWO_WAYS.match(bare):
        raise Unreadable(*_AMBIGUOUS)
    number = _written(bare)
    if number is None:
        _explain(bare, problem, mend)
        raise Unreadable(problem, mend)
    return -number if sign and sign[0][0] != "+" else number


def _written(bare: str) -> Decimal | None:
    """The number that a text without sign is, ``None`` when it is none."""
    if _PLAIN.match(bare) or _GROUPED.match(bare):
        return Decimal(_GROUP_MARKS.sub("", bare).replace(",", "."))
    if _DOTTED.match(bare):
        return Decimal(bare.replace(".", "").replace(",", "."))
    if _COMMAS.match(bare):
        return Decimal(bare.replace(",", ""))
    return None


def _explain(bare: str, problem: str, mend: str) -> None:
    """Raise what is wrong, where more can be said than « ce n'est pas un nombre »."""
    if _SCIENTIFIC.match(bare):
        raise Unreadable(
            "notation scientifique : le tableur a pu perdre des chiffres", "écrire tous les chiffres du nombre"
        )
    if _SPACED.match(bare):
        raise Unreadable("des chiffres séparés par des espaces", "écrire un seul nombre, groupé par trois : 250 000")
    if any(char.isdigit() and not char.isascii() for char in bare):
        raise Unreadable(_NOT_DIGITS, "retaper le nombre avec les chiffres 0 à 9")
    if is_range(bare):
        raise Unreadable(f"une fourchette : {problem}", f"écrire un seul nombre ; {mend}")
    if is_approximate(bare):
        raise Unreadable(f"une valeur approchée : {problem}", f"retirer les mots autour du nombre ; {mend}")


def is_range(text: str) -> bool:
    """Whether a text gives two numbers as the ends of a range: « 200 à 300 k€ », « 10-19 salariés »."""
    return _DASHED.search(text) is not None or _RANGE.search(fold(text)) is not None


def is_approximate(text: str) -> bool:
    """Whether a text is a number with a word that makes it vague: « env. 200 000 », « plus de 50 », « ~ 20 »."""
    has_digits = any(char.isdigit() for char in text)
    return has_digits and (text[:1] in "~≈<>≤≥±" or _APPROXIMATE.search(fold(text)) is not None)


def without_unit(raw: object, unit: str) -> object:
    """A text without the unit that is its own, in the singular or the plural; anything else as it is."""
    if not unit or not isinstance(raw, str) or len(raw) > LONGEST_VALUE:
        return raw
    text = one_line(raw)
    for word in (unit, unit.removesuffix("s")):
        if text.casefold().endswith(word.casefold()):
            return text[: -len(word)].rstrip()
    return raw


def rounded(number: Decimal) -> Decimal:
    """Nine decimals and fifteen digits: a spreadsheet counts in binary, 0,1 + 0,2 is not 0,3 at the last one."""
    kept = Context(prec=NUMBER_DIGITS, rounding=ROUND_HALF_EVEN).plus(number)
    least = Decimal(1).scaleb(-NUMBER_DECIMALS)
    return plain(kept.quantize(least, ROUND_HALF_UP) if int(kept.as_tuple().exponent) < -NUMBER_DECIMALS else kept)


def within(number: Decimal, largest: Decimal, *, negative: bool = False) -> Decimal:
    """The number when it is not too large, nor negative where that has no sense; raises ``Unreadable``."""
    if number < 0 and not negative:
        raise Unreadable(*_NEGATIVE)
    if abs(number) > largest:
        raise too_large(largest)
    return number


def too_large(largest: Decimal) -> Unreadable:
    """The refusal of what no later step could hold."""
    return Unreadable("nombre démesuré", f"vérifier le nombre : {format_number(largest)} au plus")


def plain(number: Decimal) -> Decimal:
    """Without trailing zeros nor exponent, so that equal values are written alike."""
    return number.quantize(Decimal(1)) if number == number.to_integral_value() else number.normalize()
