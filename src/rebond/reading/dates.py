"""Dates as people write them: ``31/12/2026``, ``2026-12-31``, « 1er mars 2027 ». A year alone, a month alone are none.

Lists of partners often give a month only: ``read_date_or_month`` takes its first day and says so; nothing else does.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal

from rebond.facts import UNKNOWN
from rebond.reading.bounds import EARLIEST, LATEST, LONGEST_VALUE
from rebond.reading.problem import Reading, Unreadable
from rebond.reading.words import fold, is_absent, one_line

_DATE = re.compile(r"^([0-9]{1,2})\s*[/.\-]\s*([0-9]{1,2})\s*[/.\-]\s*([0-9]{4})$")
_ISO = re.compile(
    r"^([0-9]{4})[-/]([0-9]{1,2})[-/]([0-9]{1,2})"
    r"(?:[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?\s?(?:Z|[+-][0-9:]{4,5})?)?$"
)
_TIMED = re.compile(r"\s+[0-9]{1,2}[:h][0-9]{2}(?::[0-9]{2})?$")
_IN_WORDS = re.compile(r"^([0-9]{1,2})(?:er)? ([a-z]+) ([0-9]{4})$")
_MONTH_IN_WORDS = re.compile(r"^(?:en |debut )?([a-z]+) ([0-9]{4})$")
_MONTH = re.compile(r"^([0-9]{1,2})\s*[/.\-]\s*([0-9]{4})$|^([0-9]{4})-([0-9]{1,2})$")
_SHORT_YEAR = re.compile(r"^[0-9]{1,2}\s*[/.\-]\s*[0-9]{1,2}\s*[/.\-]\s*[0-9]{2}$")
_NUMBER = re.compile(r"^[0-9]{1,6}(?:[.,][0-9]+)?$")
_MONTHS = (
    ("janvier", "janv", "jan"), ("fevrier", "fevr", "fev"), ("mars", "mar"), ("avril", "avr"), ("mai",),
    ("juin",), ("juillet", "juil"), ("aout",), ("septembre", "sept", "sep"), ("octobre", "oct"),
    ("novembre", "nov"), ("decembre", "dec"),
)  # fmt: skip
_MONTH_NUMBERS = {word: number for number, words in enumerate(_MONTHS, start=1) for word in words}
_SERIALS = range(20_000, 75_000)
_SERIAL_DIGITS = 5
_SERIAL_ORIGIN = date(1899, 12, 30)
FIRST_TYPED_YEAR, LAST_TYPED_YEAR = date(1905, 6, 22), date(1905, 9, 30)
"""What 2000 and 2100 become in a cell of dates: days counted from 1900."""
_WHOLE = "écrire une date complète, par exemple 31/12/2026"
_TYPED = f"{_WHOLE} (en texte, si c'est bien ce jour de 1905)"
_NO_DATE = ("ce n'est pas une date", "écrire le jour, le mois et l'année sur quatre chiffres : 31/12/2026")
_NO_DAY = "un mois sans le jour"


def read_date(raw: object) -> Reading[date]:
    """A day; raises ``Unreadable``.

    >>> read_date("1er mars 2027").value, read_date("2026-12-31T08:00:00Z").value
    (datetime.date(2027, 3, 1), datetime.date(2026, 12, 31))
    """
    if is_absent(raw):
        return Reading(UNKNOWN)
    if isinstance(raw, date):
        return Reading(_of_cell(raw))
    if isinstance(raw, str):
        return Reading(_within(_of_text(raw)))
    raise _number_refused(raw)


def read_date_or_month(raw: object) -> Reading[date]:
    """The same, where a month without its day is enough: the first of the month, and a note that says so."""
    if isinstance(raw, str) and not is_absent(raw):
        first = _first_of_month(one_line(raw[:LONGEST_VALUE]))
        if first is not None:
            return Reading(_within(first), "le jour manque : premier du mois")
    return read_date(raw)


def _of_cell(raw: date) -> date:
    found = date(raw.year, raw.month, raw.day)
    if FIRST_TYPED_YEAR <= found <= LAST_TYPED_YEAR:
        raise Unreadable(f"une année seule, que le tableur a prise pour le {found:%d/%m/%Y}", _TYPED)
    return _within(found)


def _of_text(raw: str) -> date:
    text = one_line(raw[: LONGEST_VALUE + 1])
    if len(text) > LONGEST_VALUE:
        raise Unreadable(*_NO_DATE)
    numbers = _numbers(text)
    if numbers is None:
        raise _refused(text)
    try:
        return date(*numbers)
    except ValueError as error:
        raise Unreadable(
            "cette date n'existe pas", "vérifier le jour et le mois (31/12/2026 : jour, mois, année)"
        ) from error


def _numbers(text: str) -> tuple[int, int, int] | None:
    """Year, month and day, when a text is a date in figures or in words."""
    iso = _ISO.match(text)
    if iso:
        return int(iso[1]), int(iso[2]), int(iso[3])
    figures = _DATE.match(_TIMED.sub("", text))
    if figures:
        return int(figures[3]), int(figures[2]), int(figures[1])
    words = _IN_WORDS.match(fold(text))
    if words and words[2] in _MONTH_NUMBERS:
        return int(words[3]), _MONTH_NUMBERS[words[2]], int(words[1])
    return None


def _refused(text: str) -> Unreadable:
    if _SHORT_YEAR.match(text):
        return Unreadable("année sur deux chiffres", _NO_DATE[1])
    if _NUMBER.match(text):
        return _number_refused(Decimal(text.replace(",", ".")))
    if _first_of_month(text) is not None:
        return Unreadable(_NO_DAY, _NO_DATE[1])
    return Unreadable(*_NO_DATE)


def _first_of_month(text: str) -> date | None:
    words = _MONTH_IN_WORDS.match(fold(text))
    figures = _MONTH.match(text)
    if words and words[1] in _MONTH_NUMBERS:
        year, month = int(words[2]), _MONTH_NUMBERS[words[1]]
    elif figures:
        year, month = int(figures[2] or figures[3]), int(figures[1] or figures[4])
    else:
        return None
    return date(year, month, 1) if year and 1 <= month <= len(_MONTHS) else None


def _number_refused(raw: object) -> Unreadable:
    """A number in place of a date: perhaps the days that a spreadsheet counts, which is told and not assumed."""
    days = raw if isinstance(raw, int) and not isinstance(raw, bool) else _whole(raw)
    if days not in _SERIALS:
        return Unreadable("un nombre, au lieu d'une date", _WHOLE)
    day = _SERIAL_ORIGIN + timedelta(days=days)
    mend = f"mettre la cellule au format date (le tableur la montrera au {day:%d/%m/%Y}), ou écrire la date"
    return Unreadable("un nombre, au lieu d'une date", mend)


def _whole(raw: object) -> int:
    """A number of days, of which a spreadsheet may write the hour after the point; 0 for anything else."""
    number = Decimal(repr(raw)) if isinstance(raw, float) else raw
    if not isinstance(number, Decimal) or not number.is_finite() or number.adjusted() > _SERIAL_DIGITS:
        return 0
    return int(number)


def _within(found: date) -> date:
    if not EARLIEST <= found <= LATEST:
        raise Unreadable(f"année {found.year} invraisemblable", f"écrire une année de {EARLIEST.year} à {LATEST.year}")
    return found
