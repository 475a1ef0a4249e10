"""French typography: curved apostrophes, spaces that do not break before signs and after « , dates in words."""

from __future__ import annotations

import re
from datetime import date

from rebond.units import NARROW_SPACE, NO_BREAK_SPACE

_MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""What XML, hence a Word file or a spreadsheet, cannot hold."""
_RULES = (
    (UNPRINTABLE, " "),
    (re.compile(r"(?<=\w)'(?=[\w«])"), "’"),
    (re.compile(r"\.\.\."), "…"),
    (re.compile(r" (?=[;!?])"), NARROW_SPACE),
    (re.compile(r" (?=[:»])"), NO_BREAK_SPACE),
    (re.compile(r"(?<=«) "), NO_BREAK_SPACE),
    (re.compile(r"(?<=\d) (?=\d{3}(?!\d))"), NARROW_SPACE),
    (re.compile(r"(?<=\d) (?=[%€]|M€|k€)"), NO_BREAK_SPACE),
    (re.compile(r"(?<=\d) (?=h\b)"), NO_BREAK_SPACE),
    (re.compile(r"(?<=\d\u00a0h) (?=\d\d\b)"), NO_BREAK_SPACE),
    (re.compile(r"\bn° "), f"n°{NO_BREAK_SPACE}"),
    (re.compile(r"\b(art\.|article) (?=\d)"), rf"\1{NO_BREAK_SPACE}"),
)


def typeset(text: str) -> str:
    r"""Text as a French printer sets it. Doing it twice changes nothing.

    >>> typeset("l'aide : 200 000 € ; « oui »")
    'l’aide\xa0: 200\u202f000\xa0€\u202f; «\xa0oui\xa0»'
    """
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return text


def french_date(day: date) -> str:
    r"""``1er octobre 2026``, its spaces not to be broken.

    >>> french_date(date(2026, 10, 1)).replace("\xa0", " ")
    '1er octobre 2026'
    """
    return NO_BREAK_SPACE.join(("1er" if day.day == 1 else str(day.day), _MONTHS[day.month - 1], str(day.year)))


def dateline(place: str, day: date) -> str:
    r"""Where and when a document is made: ``Chaumont, le 1er octobre 2026``, or the day alone.

    >>> dateline("", date(2026, 10, 1)).replace("\xa0", " ")
    'Le 1er octobre 2026'
    """
    return f"{typeset(place)}, le {french_date(day)}" if place else f"Le {french_date(day)}"


def french_period(start: date, end: date) -> str:
    r"""The months between two days, for after a verb: ``en avril 2026``, ``d'avril à juillet 2026``.

    >>> french_period(date(2026, 4, 14), date(2026, 7, 9)).replace("\xa0", " ")
    "d'avril à juillet 2026"
    """
    first, last = _MONTHS[start.month - 1], f"{_MONTHS[end.month - 1]}{NO_BREAK_SPACE}{end.year}"
    if (start.year, start.month) == (end.year, end.month):
        return f"en {last}"
    if start.year != end.year:
        first = f"{first}{NO_BREAK_SPACE}{start.year}"
    of = "d'" if first[0] in "ao" else "de "
    return f"{of}{first} à {last}"


def sentence_case(text: str) -> str:
    """The first letter in upper case, the others as they are."""
    return text[:1].upper() + text[1:]


def listed(items: list[str], *, last: str = "et") -> str:
    """``A, B et C``; empty for no item.

    >>> listed(["A", "B", "C"]), listed(["A"]), listed([])
    ('A, B et C', 'A', '')
    """
    if len(items) <= 1:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"
