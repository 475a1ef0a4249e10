"""Amounts, dates and numbers as partners write them.

The only place of this package that reads a value: when ``rebond.reading`` has the reader of a kind, it takes over here.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation

from rebond.adapters.partner_lists.fields import UNITS, DateOrder, Numbers
from rebond.adapters.partner_lists.mojibake import mended
from rebond.adapters.workbook.marks import is_error_text
from rebond.adapters.workbook.opening import RawCell
from rebond.adapters.workbook.wording import clean, fold
from rebond.facts import UNKNOWN
from rebond.identifiers import read_siren, read_siret
from rebond.reading.problem import Reading, Unreadable

MOST_EUROS = Decimal(10) ** 12
"""No firm's project costs more; the site's database holds it too."""
LONGEST_TEXT = 5_000
UNREADABLE_NUMBER = "numéro illisible, gardé tel qu'écrit"
_UNKNOWN = frozenset(
    (
        "nd",
        "n d",
        "nc",
        "n c",
        "nr",
        "n r",
        "nn",
        "na",
        "n a",
        "ns",
        "so",
        "inconnu",
        "inconnue",
        "inconnus",
        "non connu",
        "non connue",
        "non communique",
        "non communiquee",
        "non renseigne",
        "non renseignee",
        "non disponible",
        "non precise",
        "non precisee",
        "non diffuse",
        "non diffusee",
        "non diffusible",
        "non determine",
        "a preciser",
        "a definir",
        "a determiner",
        "a renseigner",
        "confidentiel",
        "sans objet",
        "null",
        "none",
        "nan",
        "unknown",
        "not available",
        "en attente",
        "en cours",
    )
)
"""Folded words that say « not known » or « not disclosed »."""
_LONGEST_UNKNOWN = 30
"""Characters, spaces and brackets included: longer texts need not be compared."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffd]")
_BAND = re.compile(
    r"^\s*(?:[<>≤≥].*|(?:moins|plus) d[e'’].*|entre\b.*\bet\b.*|de\b.*\bà\b.*|[\d\s.,€]+\s*(?:-|–|à)\s*[\d\s.,€]+.*)$",
    re.IGNORECASE,
)
_AMOUNT = re.compile(
    r"^(?P<sign>[-−(])?\s*(?P<digits>\d[\d .,]*)\s*(?P<unit>k|m|md|milliers?|millions?)?\s*"
    r"(?:d['’]\s?)?(?:€|eur|euros?)?\s*(?:ht|ttc)?\s*\)?$",
    re.IGNORECASE,
)
_UNITS = {"k": "milliers", "millier": "milliers", "m": "millions", "million": "millions"}
_MILLIARD = Decimal(1_000_000_000)
_MONTHS = (
    ("janvier", "janv", "jan"),
    ("fevrier", "fevr", "fev"),
    ("mars", "mar"),
    ("avril", "avr"),
    ("mai",),
    ("juin",),
    ("juillet", "juil"),
    ("aout",),
    ("septembre", "sept", "sep"),
    ("octobre", "oct"),
    ("novembre", "nov"),
    ("decembre", "dec"),
)
_MONTH_NUMBERS = {name: number for number, names in enumerate(_MONTHS, start=1) for name in names}
_IN_WORDS = re.compile(rf"\b(\d{{1,2}})(?:er)? ({'|'.join(_MONTH_NUMBERS)}) (\d{{4}})\b")
_MONTH_ONLY = re.compile(rf"^(?:(?:{'|'.join(_MONTH_NUMBERS)}) )?\d{{4}}$|^\d{{4}} \d{{1,2}}$|^\d{{1,2}} \d{{4}}$")
_NUMERIC = re.compile(r"^(\d{1,4})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{1,4})(?:[T ]\d{1,2}:\d{2}.*)?$")
_ISO = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?$")
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
_EARLIEST, _LATEST = 1950, 2100
_FIRST_TYPED_YEAR, _LAST_TYPED_YEAR = date(1905, 6, 22), date(1905, 9, 30)
_FULL_YEAR = 4
_DATE_MEND = "écrire le jour, le mois et l'année sur quatre chiffres : 31/12/2026"
_AMOUNT_MEND = "écrire un nombre en euros, par exemple 250000"


def is_unknown(cell: RawCell) -> bool:
    """Whether a cell is empty or says, in any of the trade's ways, that the value is not known or not disclosed.

    >>> [is_unknown(text) for text in ("[ND]", "n.c.", "—", "", "NC Industrie")]
    [True, True, True, True, False]
    """
    if cell is None:
        return True
    if not isinstance(cell, str) or len(cell) > _LONGEST_UNKNOWN or cell[:1].isdigit():
        return False
    return not (folded := fold(cell)) or folded in _UNKNOWN


def text_of(cell: RawCell) -> str:
    """A cell as one line of text; raises ``Unreadable`` for a spreadsheet's error or a lost character."""
    match cell:
        case None:
            return ""
        case bool():
            return "oui" if cell else "non"
        case float() if cell.is_integer():
            return str(int(cell))
        case datetime() | date():
            return cell.strftime("%d/%m/%Y")
        case str():
            text = " ".join((cell if cell.isascii() else clean(mended(cell))).split())
        case _:
            text = str(cell)
    if is_error_text(text):
        raise Unreadable("valeur d'erreur du tableur", "corriger le calcul d'où elle vient, puis coller la valeur")
    if _CONTROL.search(text):
        raise Unreadable("caractère perdu ou invisible", "redemander la liste en UTF-8, ou retaper le texte")
    if len(text) > LONGEST_TEXT:
        raise Unreadable(f"texte de plus de {LONGEST_TEXT} caractères", "le raccourcir")
    return text


def read_number(text: str) -> tuple[str, str]:
    """A SIREN or a SIRET as digits and a note of what was repaired; what is no number stays as it is written."""
    for read in (read_siret, read_siren):
        try:
            return read(text)
        except ValueError:
            continue
    return text, UNREADABLE_NUMBER


def is_number(cell: RawCell) -> bool:
    """Whether a cell holds a sound SIREN or SIRET."""
    for read in (read_siret, read_siren):
        try:
            read(cell)
        except ValueError:
            continue
        return True
    return False


def read_amount(cell: RawCell, numbers: Numbers, unit: Decimal) -> Reading[Decimal]:
    """An amount in euros; a band is UNKNOWN, with a note. ``unit``: how many euros one is, unless the cell says it."""
    if isinstance(cell, bool | date | time | timedelta):
        raise Unreadable("ce n'est pas un montant", _AMOUNT_MEND)
    if isinstance(cell, int | float):
        return Reading(_bounded(_decimal(repr(cell)) * unit))
    if is_unknown(cell):
        return Reading(UNKNOWN)
    text = text_of(cell)
    found = _AMOUNT.match(text)
    if found is None:
        if _BAND.match(text) and any(char.isdigit() for char in text):
            return Reading(UNKNOWN, f"« {text} » est une tranche : montant inconnu")
        raise Unreadable("ce n'est pas un montant", _AMOUNT_MEND)
    if found["sign"] or text.endswith("-"):
        raise Unreadable(
            "montant négatif : une reprise ou un désengagement n'est pas un projet",
            "retirer la ligne, ou écrire le montant du projet",
        )
    own = (found["unit"] or "").casefold().removesuffix("s")
    scale = _MILLIARD if own == "md" else UNITS[_UNITS[own]] if own else unit
    return Reading(_bounded(_digits(found["digits"].strip(), numbers) * scale))


def _digits(text: str, numbers: Numbers) -> Decimal:
    """``1 234,5`` or ``1,234.5``; what may be read in two ways is a problem."""
    thousands, decimal = (".", ",") if numbers is Numbers.FRENCH else (",", ".")
    bare = text.replace(" ", "")
    if numbers is Numbers.FRENCH:
        if bare.count(".") == 1 and "," not in bare:
            if re.fullmatch(r"[1-9]\d{0,2}\.\d{3}", bare):
                problem, mend = "nombre ambigu : milliers ou décimales ?", "écrire le nombre sans point de milliers"
                raise Unreadable(problem, mend)
            return _decimal(bare)
        if bare.count(",") > 1 or re.fullmatch(r"[1-9]\d{0,2},\d{3}", bare):
            problem, mend = "nombre ambigu : milliers ou décimales ?", "écrire le nombre sans virgule de milliers"
            raise Unreadable(problem, mend)
    whole, _, rest = bare.partition(decimal)
    groups = whole.split(thousands)
    wrong = thousands in rest or decimal in rest or any(len(group) != 3 for group in groups[1:])  # noqa: PLR2004 - groups of thousands
    if wrong or not groups[0]:
        raise Unreadable("ce n'est pas un montant", _AMOUNT_MEND)
    return _decimal("".join(groups) + (f".{rest}" if rest else ""))


def _decimal(text: str) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation as error:
        raise Unreadable("ce n'est pas un montant", _AMOUNT_MEND) from error
    if not value.is_finite():
        raise Unreadable("ce n'est pas un montant", _AMOUNT_MEND)
    return value


def _bounded(value: Decimal) -> Decimal:
    if value < 0:
        raise Unreadable(
            "montant négatif : une reprise ou un désengagement n'est pas un projet",
            "retirer la ligne, ou écrire le montant du projet",
        )
    if value >= MOST_EUROS:
        raise Unreadable("montant démesuré", "vérifier le nombre et son unité")
    rounded = round(value, 2)
    return rounded.quantize(Decimal(1)) if rounded == rounded.to_integral_value() else rounded


def read_date(cell: RawCell, order: DateOrder) -> Reading[date]:
    """A full date; a month or a year alone is UNKNOWN, with a note."""
    if isinstance(cell, date):
        found = date(cell.year, cell.month, cell.day)
        if _FIRST_TYPED_YEAR <= found <= _LAST_TYPED_YEAR:
            problem = f"une année seule, que le tableur a prise pour le {found:%d/%m/%Y}"
            raise Unreadable(problem, _DATE_MEND)
        return Reading(_plausible(found))
    if is_unknown(cell):
        return Reading(UNKNOWN)
    text = text_of(cell)
    if _MONTH_ONLY.match(fold(text)):
        return Reading(UNKNOWN, f"« {text} » est une date incomplète : date inconnue")
    if isinstance(cell, bool | int | float | time | timedelta):
        raise Unreadable("un nombre, au lieu d'une date", "mettre la cellule au format date")
    in_words = _IN_WORDS.findall(fold(text))
    if in_words:
        if len(in_words) > 1:
            raise Unreadable("plusieurs dates", "n'en garder qu'une")
        day, month, year = in_words[0]
        alone = fold(text).split(" ", 1)[0][:1].isdigit()
        note = "" if alone else f"« {text} » : date tirée du texte"
        return Reading(_made(int(year), _MONTH_NUMBERS[month], int(day)), note)
    return Reading(_numeric(text, order))


def _numeric(text: str, order: DateOrder) -> date:
    iso = _ISO.match(text) or _COMPACT.match(text)
    if iso:
        return _made(int(iso[1]), int(iso[2]), int(iso[3]))
    found = _NUMERIC.match(text)
    if found is None:
        raise Unreadable("ce n'est pas une date", _DATE_MEND)
    first, second, third = found.groups()
    if len(first) == _FULL_YEAR:
        return _made(int(first), int(second), int(third))
    if len(third) != _FULL_YEAR:
        raise Unreadable("année sur deux chiffres", _DATE_MEND)
    if order is DateOrder.MONTH_FIRST:
        first, second = second, first
    return _made(int(third), int(second), int(first))


def _made(year: int, month: int, day: int) -> date:
    try:
        return _plausible(date(year, month, day))
    except ValueError as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable("cette date n'existe pas", "vérifier le jour et le mois, et leur ordre") from error


def _plausible(found: date) -> date:
    if not _EARLIEST <= found.year <= _LATEST:
        raise Unreadable(f"année {found.year} invraisemblable", f"écrire une année de {_EARLIEST} à {_LATEST}")
    return found
