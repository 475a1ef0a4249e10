"""What lists have of their own: a unit in the title, English figures, bands, a date inside a sentence.

The rest is ``rebond.reading``'s: the same value has the same answer and the same sentence as anywhere else.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from rebond import identifiers
from rebond.adapters.partner_lists.fields import UNITS, DateOrder, Numbers
from rebond.adapters.partner_lists.mojibake import mended
from rebond.adapters.workbook.opening import RawCell
from rebond.facts import UNKNOWN, Maybe
from rebond.reading import amounts, dates, words
from rebond.reading.bounds import LONGEST_STORY
from rebond.reading.problem import Reading, Unreadable

UNREADABLE_NUMBER = "numéro illisible, gardé tel qu'écrit"
_WAITING = frozenset({"en cours", "en attente"})
"""Words of a decision that is not taken."""
_BAND = re.compile(
    r"^(?:[<>≤≥].*|(?:moins|plus) d[e'’].*|entre\b.*\bet\b.*|de\b.*\bà\b.*"
    r"|>?\s*[\d ][\d .,€kKmM]*(?:-|–|à)\s*[\d ].*)$",
    re.IGNORECASE,
)
_OWN_UNIT = re.compile(r"\d\s*(?:k|m|md|mds|milliers?|millions?|milliards?)\b", re.IGNORECASE)
_UNIT_MARKS = {UNITS["milliers"]: "k€", UNITS["millions"]: "M€"}
_MONEY = re.compile(r"\s*(?:€|eur|euros?)$", re.IGNORECASE)
_ENGLISH = re.compile(r"^\d{1,3}(?:,\d{3})+(?:\.\d+)?$")
_YEAR = re.compile(r"^\d{4}$")
_MONTH_FIRST = re.compile(r"^(\d{1,2})([/.\-])(\d{1,2})\2(\d{4})$")
_COMPACT_DATE = re.compile(r"^((?:19|20)\d{2})(\d{2})(\d{2})$")
_INSIDE = re.compile(
    r"\b(\d{1,2}(?:er)? (?:janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre)"
    r" \d{4})\b"
)
_INSIDE_FIGURES = re.compile(r"(?<![\d/])(\d{1,2}/\d{1,2}/\d{4})(?![\d/])")
_EARLIEST = 1950
"""No list of today holds a decision older than this."""
_REFUND = (
    "montant négatif : une reprise ou un désengagement n'est pas un projet",
    "retirer la ligne, ou écrire le montant du projet",
)


def is_unknown(cell: RawCell) -> bool:
    """Whether a cell is empty or says, in any of the trade's ways, that the value is not known or not disclosed.

    >>> [is_unknown(text) for text in ("[ND]", "n.c.", "—", "", "NC Industrie")]
    [True, True, True, True, False]
    """
    if cell is None:
        return True
    if not isinstance(cell, str) or cell[:1].isdigit():
        return False
    return words.is_unknown(cell) or words.fold(cell[:20]) in _WAITING


def text_of(cell: RawCell) -> str:
    """A cell as one line of text, empty when it names nothing; raises ``Unreadable`` for one that is broken."""
    if cell is None:
        return ""
    text = words.text_of(cell if not isinstance(cell, str) or cell.isascii() else mended(cell))
    words.refuse_broken(text[:LONGEST_STORY])
    return "" if words.says_nothing(text) else text


def read_number(text: str) -> tuple[str, str]:
    """A SIREN or a SIRET as digits and a note of what was repaired; what is no number stays as it is written."""
    for read in (identifiers.read_siret, identifiers.read_siren):
        try:
            return read(text)
        except ValueError:
            continue
    return text, UNREADABLE_NUMBER


def is_number(cell: RawCell) -> bool:
    """Whether a cell holds a sound SIREN or SIRET."""
    for read in (identifiers.read_siret, identifiers.read_siren):
        try:
            read(cell)
        except ValueError:
            continue
        return True
    return False


def read_amount(cell: RawCell, numbers: Numbers, unit: Decimal) -> Reading[Decimal]:
    """An amount in euros; a band is UNKNOWN, with a note. ``unit``: how many euros one is, unless the cell says it."""
    if is_unknown(cell):
        return Reading(UNKNOWN)
    if not isinstance(cell, str):
        return _positive(amounts.read_euros(cell, negative=True).value, unit)
    text = words.one_line(cell)
    if text[:1] in "-−(":
        raise Unreadable(*_REFUND)
    if _BAND.match(text[:200]) and any(char.isdigit() for char in text):
        return Reading(UNKNOWN, f"« {text} » est une tranche : montant inconnu")
    bare = _MONEY.sub("", text)
    if numbers is Numbers.ENGLISH and _ENGLISH.match(bare):
        text = bare.replace(",", "")
    if unit in _UNIT_MARKS and not _OWN_UNIT.search(text):
        text = f"{_MONEY.sub('', text)} {_UNIT_MARKS[unit]}"
    return _positive(amounts.read_euros(text, negative=True).value, Decimal(1))


def _positive(amount: Maybe[Decimal], unit: Decimal) -> Reading[Decimal]:
    if amount is UNKNOWN:
        return Reading(UNKNOWN)
    if amount < 0:
        raise Unreadable(*_REFUND)
    return amounts.read_euros(amount * unit)


def read_date(cell: RawCell, order: DateOrder) -> Reading[date]:
    """A day; the first of a month that is written alone, with a note; a year alone is UNKNOWN, with a note."""
    if is_unknown(cell):
        return Reading(UNKNOWN)
    text = words.one_line(words.text_of(cell)[:200]) if isinstance(cell, str | int | float) else ""
    if _YEAR.match(text):
        return Reading(UNKNOWN, f"« {text} » est une année seule : date inconnue")
    note = ""
    if isinstance(cell, str):
        cell, note = _plain_date(text, order)
    reading = dates.read_date_or_month(cell)
    if reading.value is not UNKNOWN and reading.value.year < _EARLIEST:
        raise Unreadable(f"année {reading.value.year} invraisemblable", f"écrire une année depuis {_EARLIEST}")
    return Reading(reading.value, note or (f"« {text} » : {reading.note}" if reading.note else ""))


def _plain_date(text: str, order: DateOrder) -> tuple[str, str]:
    """A date as the reader of dates knows it, and what was done for it."""
    compact = _COMPACT_DATE.match(text)
    if compact:
        return "-".join(compact.groups()), ""
    american = _MONTH_FIRST.match(text) if order is DateOrder.MONTH_FIRST else None
    if american:
        return f"{american[3]}/{american[1]}/{american[4]}", ""
    inside = _INSIDE.findall(words.fold(text)) or _INSIDE_FIGURES.findall(text)
    if len(inside) == 1 and words.fold(inside[0]) != words.fold(text):
        return inside[0], f"« {text} » : date tirée du texte"
    return text, ""
