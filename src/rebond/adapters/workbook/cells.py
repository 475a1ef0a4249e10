"""Read one cell by the type of its column: a value, a note of what was repaired, or a ``Unreadable``.

What a text, a number or a date means is said by ``rebond.reading``, for every entry alike; here, only which reader
goes with which column, and the limits that ``classeur.yaml`` gives it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from rebond.adapters.workbook.layout import Column, ColumnType
from rebond.adapters.workbook.opening import RawCell
from rebond.facts import UNKNOWN
from rebond.reading.amounts import read_euros, read_rate
from rebond.reading.band import read_amount_or_band
from rebond.reading.choices import read_choice, read_choices, read_name, read_story, read_text, read_yes_no
from rebond.reading.communes import CommuneFinder
from rebond.reading.confirmation import read_confirmation
from rebond.reading.dates import read_date
from rebond.reading.firm_numbers import read_siren, read_siret
from rebond.reading.naf import NafReader
from rebond.reading.numbers import read_headcount, read_integer, read_number
from rebond.reading.problem import Reading, Unreadable
from rebond.reading.words import clean, is_absent, text_of

_NOTHING: Reading[object] = Reading(UNKNOWN)
"""Of an empty cell, whatever its column: half of a census."""


@dataclass(frozen=True, slots=True)
class CellReader:
    """Reads the cells of one mission's workbook."""

    communes: CommuneFinder
    activities: NafReader

    def read(self, raw: RawCell, column: Column) -> tuple[object, str]:
        """The value and the note of a repair; ``UNKNOWN`` for an empty cell. Raises ``Unreadable``.

        Values by type: text as ``str``, ``int``, ``Decimal`` (number, euros, rate), ``date``, ``bool``, a
        code as ``str``, several codes as ``frozenset``, a band as ``Band``, answers as a tuple of ``Answer``.
        """
        found = _NOTHING if raw is None or raw == "" else self._reading(raw, column)
        if found.value is UNKNOWN and column.required:
            raise Unreadable("cellule obligatoire vide", f"écrire « {column.title} »")
        if isinstance(found.value, int | Decimal) and not isinstance(found.value, bool):
            require_within(found.value, column)
        return found.value, found.note

    def _reading(self, raw: RawCell, column: Column) -> Reading[object]:
        if column.type is ColumnType.COMMUNE:
            return Reading(UNKNOWN) if is_absent(raw) else self.communes.read(text_of(raw))
        if column.type is ColumnType.NAF:
            return Reading(UNKNOWN) if is_absent(raw) else self.activities.read(text_of(raw))
        found = _READERS[column.type](raw, column)
        return Reading(found.value, found.note)


def is_empty(raw: RawCell) -> bool:
    """Whether a cell holds nothing at all: a word for « unknown » is something."""
    return raw is None or (isinstance(raw, str) and not clean(raw))


def require_within(value: int | Decimal, column: Column) -> None:
    """Raise ``Unreadable`` when a number is out of the limits of its column."""
    low, high = column.minimum, column.maximum
    if low is not None and value < low:
        raise Unreadable(
            f"valeur inférieure à {low}",
            f"écrire une valeur de {low} à {high}" if high is not None else f"écrire {low} ou plus",
        )
    if high is not None and value > high:
        raise Unreadable(f"valeur supérieure à {high}", f"écrire une valeur de {low or 0} à {high}")


def _may_be_negative(column: Column) -> bool:
    return column.minimum is None and (column.fact is None or column.fact.may_be_negative)


def _read_short_text(raw: RawCell, column: Column) -> Reading[str]:
    """What a line must have is kept as written; elsewhere, « n. c. » is no text, unless the column says that it is."""
    read = read_text if column.required or column.free else read_name
    return read(raw) if column.maximum is None else read(raw, longest=column.maximum)


def _read_one_of(raw: RawCell, column: Column) -> Reading[str]:
    """A value of the list; of an open one, also what is written as a code."""
    try:
        return read_choice(raw, column.choices, suggests=column.suggests)
    except Unreadable:
        if column.open and CODE.match(text := clean(text_of(raw))):
            return Reading(text)
        raise


CODE = re.compile(r"^[a-z][a-z0-9_]{0,39}$")
"""How a code is written that people choose."""
_READERS: dict[ColumnType, Callable[[RawCell, Column], Reading[object]]] = {
    ColumnType.TEXT: _read_short_text,
    ColumnType.LONG_TEXT: lambda raw, _: read_story(raw),
    ColumnType.INTEGER: lambda raw, _: read_integer(raw),
    ColumnType.NUMBER: lambda raw, column: read_number(raw, unit=column.fact.unit if column.fact else ""),
    ColumnType.HEADCOUNT: lambda raw, _: read_headcount(raw),
    ColumnType.EUROS: lambda raw, column: read_euros(raw, negative=_may_be_negative(column)),
    ColumnType.RATE: lambda raw, _: read_rate(raw),
    ColumnType.DATE: lambda raw, _: read_date(raw),
    ColumnType.BOOLEAN: lambda raw, _: read_yes_no(raw),
    ColumnType.ONE_OF: _read_one_of,
    ColumnType.SOME_OF: lambda raw, column: read_choices(raw, column.choices),
    ColumnType.REFERENCE: lambda raw, _: read_name(raw),
    ColumnType.SIREN: lambda raw, _: read_siren(raw),
    ColumnType.SIRET: lambda raw, _: read_siret(raw),
    ColumnType.AMOUNT_OR_BAND: lambda raw, _: read_amount_or_band(raw),
    ColumnType.CONFIRMATION: lambda raw, _: read_confirmation(raw),
}
