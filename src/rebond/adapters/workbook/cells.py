"""Read one cell by the type of its column: a value, a note of what was repaired, or a ``Unreadable``.

Nothing is guessed: a text that may be read in two ways (``200.000``, ``01/02/26``) is a problem.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from rebond.adapters.workbook.amounts import (
    read_euros,
    read_integer,
    read_number,
    read_rate,
    require_within,
)
from rebond.adapters.workbook.communes import CommuneFinder
from rebond.adapters.workbook.layout import Column, ColumnType
from rebond.adapters.workbook.marks import is_error_text
from rebond.adapters.workbook.opening import RawCell
from rebond.adapters.workbook.wording import clean, fold, nearest
from rebond.eligibility.naf import compact, is_code, nearest_codes
from rebond.facts import UNKNOWN
from rebond.identifiers import read_siren, read_siret
from rebond.reading.problem import Unreadable

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffd]|_x00[01][0-9A-Fa-f]_")
_DATE = re.compile(r"^(\d{1,2})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{4})$")
_SHORT_YEAR = re.compile(r"^\d{1,2}[/.\-]\d{1,2}[/.\-]\d{2}$")
_ISO_DATE = re.compile(r"^(\d{4})-(\d{2})-(\d{2})(?:[T ].*)?$")
_UNKNOWN_WORDS = frozenset({"", "?", "inconnu", "inconnue", "nc", "n.c.", "non connu", "à préciser"})
_EARLIEST, _LATEST = 1800, 2100
_SERIAL_DATES = range(20_000, 75_000)
_FIRST_TYPED_YEAR, _LAST_TYPED_YEAR = date(1905, 6, 22), date(1905, 9, 30)
"""What 2000 and 2100 become in a cell of dates: days counted from 1900."""
_NAF_DIVISION = 2


@dataclass(frozen=True, slots=True)
class CellReader:
    """Reads the cells of one mission's workbook."""

    communes: CommuneFinder
    activities: Mapping[str, str]
    """Code of the nomenclature → label."""

    def read(self, raw: RawCell, column: Column) -> tuple[object, str]:
        """The value and the note of a repair; ``UNKNOWN`` for an empty cell. Raises ``Unreadable``.

        Values by type: text as ``str``, ``int``, ``Decimal`` (number, euros, rate), ``date``, ``bool``, a
        code as ``str``, several codes as ``frozenset``.
        """
        if isinstance(raw, str):
            _refuse_broken_text(raw)
        if is_empty(raw, column):
            if column.required:
                raise Unreadable("cellule obligatoire vide", f"écrire « {column.title} »")
            return UNKNOWN, ""
        if column.type is ColumnType.COMMUNE:
            return self.communes.find(text_of(raw))
        if column.type is ColumnType.NAF:
            return _read_naf(raw, self.activities), ""
        if column.type in _IDENTIFIERS:
            return _read_identifier(raw, column)
        value = _READERS[column.type](raw, column)
        if isinstance(value, int | Decimal) and not isinstance(value, bool):
            require_within(value, column)
        return value, ""


def is_empty(raw: RawCell, column: Column | None = None) -> bool:
    """Whether a cell holds nothing, or a word for « unknown » where the column is not free text."""
    if raw is None:
        return True
    if not isinstance(raw, str):
        return False
    text = clean(raw)
    free = column is None or column.type in {ColumnType.TEXT, ColumnType.LONG_TEXT}
    return not text or (not free and text.casefold() in _UNKNOWN_WORDS)


def text_of(raw: RawCell) -> str:
    """A cell as text: a whole number without ``.0``, a date as 31/12/2026, one line."""
    return " ".join(_lines_of(raw).split())


def _lines_of(raw: RawCell) -> str:
    match raw:
        case bool():
            return "oui" if raw else "non"
        case float() if raw.is_integer():
            return str(int(raw))
        case datetime() | date():
            return raw.strftime("%d/%m/%Y")
        case _:
            return clean(str(raw)).replace("\r\n", "\n").replace("\r", "\n")


def _refuse_broken_text(raw: str) -> None:
    if is_error_text(raw):
        raise Unreadable("valeur d'erreur du tableur", "corriger le calcul d'où elle vient, puis coller la valeur")
    if _CONTROL.search(raw):
        raise Unreadable("caractère de contrôle invisible", "effacer la cellule et retaper le texte au clavier")


def _read_identifier(raw: RawCell, column: Column) -> tuple[object, str]:
    if isinstance(raw, date | time | timedelta):
        raise Unreadable(
            "une date, au lieu d'un numéro",
            f"écrire le {column.type.value.upper()} dans une cellule au format texte",
        )
    try:
        return _IDENTIFIERS[column.type](raw)
    except ValueError as error:
        message = str(error).removeprefix(f"« {raw} » : ").removeprefix(f"« {raw} » ")
        mend = "reprendre le numéro de l'annuaire des entreprises, en cellule texte ; vide s'il est inconnu"
        raise Unreadable(message, mend) from error


def _read_text(raw: RawCell, _: Column) -> str:
    return text_of(raw)


def _read_long_text(raw: RawCell, _: Column) -> str:
    return _lines_of(raw)


def _read_date(raw: RawCell, _: Column) -> date:
    if isinstance(raw, date):
        found = date(raw.year, raw.month, raw.day)
        if _FIRST_TYPED_YEAR <= found <= _LAST_TYPED_YEAR:
            problem = f"une année seule, que le tableur a prise pour le {found:%d/%m/%Y}"
            raise Unreadable(problem, "écrire une date complète, par exemple 31/12/2026")
    elif isinstance(raw, str):
        found = _date_of_text(clean(raw))
    else:
        is_serial = isinstance(raw, int | float) and raw in _SERIAL_DATES
        mend = "mettre la cellule au format date" if is_serial else "écrire une date complète, par exemple 31/12/2026"
        raise Unreadable("un nombre, au lieu d'une date", mend)
    if not _EARLIEST <= found.year <= _LATEST:
        raise Unreadable(f"année {found.year} invraisemblable", f"écrire une année de {_EARLIEST} à {_LATEST}")
    return found


def _date_of_text(text: str) -> date:
    match = _DATE.match(text)
    parts = (match[3], match[2], match[1]) if match else ()
    iso = _ISO_DATE.match(text)
    if iso:
        parts = (iso[1], iso[2], iso[3])
    if not parts:
        problem = "année sur deux chiffres" if _SHORT_YEAR.match(text) else "ce n'est pas une date"
        raise Unreadable(problem, "écrire le jour, le mois et l'année sur quatre chiffres : 31/12/2026")
    try:
        return date(int(parts[0]), int(parts[1]), int(parts[2]))
    except ValueError as error:
        raise Unreadable(
            "cette date n'existe pas", "vérifier le jour et le mois (31/12/2026 : jour, mois, année)"
        ) from error


_BOOLEANS = dict.fromkeys(("oui", "o", "vrai", "true", "x", "1"), True) | dict.fromkeys(
    ("non", "n", "faux", "false", "0"), False
)


def _read_boolean(raw: RawCell, _: Column) -> bool:
    word = fold(text_of(raw))
    if word not in _BOOLEANS:
        raise Unreadable("ni oui ni non", "écrire « oui » ou « non », ou laisser vide si c'est inconnu")
    return _BOOLEANS[word]


def _read_naf(raw: RawCell, activities: Mapping[str, str]) -> str:
    text = text_of(raw).upper()
    if not is_code(text):
        raise Unreadable("ce n'est pas un code NAF", "écrire le code APE de l'entreprise, par exemple 25.73A")
    bare = compact(text)
    code = bare if len(bare) == _NAF_DIVISION else f"{bare[:_NAF_DIVISION]}.{bare[_NAF_DIVISION:]}"
    if code not in activities:
        likely = " ou ".join(f"{near} « {activities[near]} »" for near in nearest_codes(code, activities))
        mend = f"peut-être {likely} ? reprendre le code APE de l'avis de situation de l'INSEE"
        raise Unreadable("aucune activité n'a ce code dans la nomenclature (NAF rév. 2)", mend)
    return code


def _read_choice(raw: RawCell, column: Column) -> str:
    return _code_of(text_of(raw), column)


def _read_choices(raw: RawCell, column: Column) -> frozenset[str]:
    return frozenset(_code_of(item, column) for item in re.split("[,;]", text_of(raw)) if item.strip())


def _code_of(text: str, column: Column) -> str:
    folded = fold(text)
    for choice in column.choices:
        if choice.is_written(folded):
            return choice.code
    parts = [choice.label for choice in column.choices if folded in choice.former]
    if parts:
        raise Unreadable("valeur partagée en plusieurs", f"choisir ce dont il s'agit : {' ; '.join(parts)}")
    labels = [choice.label for choice in column.choices]
    likely = nearest(text, labels)
    advice = f"peut-être « {likely} » ? " if likely else ""
    item = f" : « {text.strip()} »" if column.type is ColumnType.SOME_OF else ""
    raise Unreadable(f"valeur hors de la liste{item}", f"{advice}choisir parmi : {' ; '.join(labels)}")


_READERS: dict[ColumnType, Callable[[RawCell, Column], object]] = {
    ColumnType.TEXT: _read_text,
    ColumnType.LONG_TEXT: _read_long_text,
    ColumnType.INTEGER: read_integer,
    ColumnType.NUMBER: read_number,
    ColumnType.EUROS: read_euros,
    ColumnType.RATE: read_rate,
    ColumnType.DATE: _read_date,
    ColumnType.BOOLEAN: _read_boolean,
    ColumnType.ONE_OF: _read_choice,
    ColumnType.SOME_OF: _read_choices,
    ColumnType.REFERENCE: _read_text,
}
_IDENTIFIERS: dict[ColumnType, Callable[[object], tuple[object, str]]] = {
    ColumnType.SIREN: read_siren,
    ColumnType.SIRET: read_siret,
}
