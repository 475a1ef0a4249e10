"""The dictionary of facts: every fact that a condition may name, with its type, unit and the question that asks it.

The dictionary is data (``data/referentiels/faits.csv``); forms, workbook, bulk columns and messages derive from it.
The French names of the values come from the referentials beside it.
"""

from __future__ import annotations

import enum
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from rebond.data.csvfile import csv_rows
from rebond.eligibility.naf import compact, is_code
from rebond.errors import CatalogueError, Fault
from rebond.facts import UNKNOWN, FactValue
from rebond.units import format_euros, format_number, parse_euros


class FactType(enum.Enum):
    """How a fact is written and compared."""

    NUMBER = "nombre"
    EUROS = "euros"
    DATE = "date"
    BOOLEAN = "booleen"
    TEXT = "texte"
    NAF = "naf"
    SET = "liste"


_NAF_LENGTH = 5
_PLURAL = 2
"""French plurals begin at two: « 1,5 an »."""
_MAY_BE_NEGATIVE = {"capitaux_propres"}
_LABELLED = {
    "departement": "departements.csv",
    "region": "regions.csv",
    "epci": "epci.csv",
    "type_projet": "types_projet.csv",
    "taille_ue": "tailles.csv",
}
"""Facts whose values have a referential of their own: code in the first column, French name in the second."""
_COMMON_NOUNS = {"type_projet", "taille_ue"}
"""Those whose names take no capital inside a sentence."""

_TRUE = {"oui", "vrai", "true", "1", "o", "x"}
_FALSE = {"non", "faux", "false", "0", "n"}


@dataclass(frozen=True, slots=True, kw_only=True)
class FactDefinition:
    """One line of the dictionary."""

    name: str
    label: str
    type: FactType
    unit: str = ""
    subject: str = "entreprise"
    question: str = ""
    help: str = ""
    values: tuple[str, ...] = ()
    """For a text or a set: the closed list of allowed values, empty when any text is."""
    fixed: str = ""
    """Why neither the firm nor the project can change this fact to fit a condition; empty when they can."""
    ends_on: str = ""
    """For a yes that time ends: the fact that holds the day on which it no longer holds; empty for the others."""
    labels: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)
    """Value → its French name, where a referential gives one."""

    @property
    def may_be_negative(self) -> bool:
        """Whether a value below zero has a meaning: own funds, not headcounts nor costs."""
        return self.name in _MAY_BE_NEGATIVE

    def parse(self, raw: object) -> FactValue:  # noqa: PLR0911 - one way out per type reads best
        """Read a value of this fact; empty is UNKNOWN. Raises ``ValueError`` with a French message."""
        if raw is None or raw is UNKNOWN or (isinstance(raw, str) and raw.strip().lower() in {"", "inconnu", "?"}):
            return UNKNOWN
        match self.type:
            case FactType.EUROS:
                return parse_euros(raw)
            case FactType.NUMBER:
                return _parse_number(raw)
            case FactType.DATE:
                return _parse_date(raw)
            case FactType.BOOLEAN:
                return _parse_boolean(raw)
            case FactType.SET:
                items = raw if isinstance(raw, list | tuple | set | frozenset) else str(raw).split(",")
                return frozenset(self._value(str(item).strip()) for item in items if str(item).strip())
            case FactType.NAF:
                return _parse_naf(raw)
            case _:
                return self._value(str(raw).strip())

    def _value(self, text: str) -> str:
        """The code of a value written as its code or as its French name."""
        if text in self.labels or text in self.values:
            return text
        wanted = fold(text)
        named = next((code for code, label in self.labels.items() if fold(label) == wanted), None)
        if named is not None:
            return named
        if self.values:
            raise ValueError(f"« {text} » n'est pas une valeur de « {self.label} » ({', '.join(self.values)})")
        return text

    def show(self, value: FactValue) -> str:  # noqa: PLR0911 - one way out per type reads best
        """A value as French text, with its unit."""
        match value:
            case _ if value is UNKNOWN:
                return "inconnu"
            case bool():
                return "oui" if value else "non"
            case frozenset():
                return ", ".join(self.show(item) for item in self.in_order(value)) or "aucun"
            case date():
                return value.strftime("%d/%m/%Y")
            case int() | Decimal() if self.type is FactType.EUROS:
                return format_euros(value)
            case int() | Decimal():
                singular = abs(Decimal(value)) < _PLURAL and self.unit != "mois"
                unit = self.unit.removesuffix("s") if singular else self.unit
                return f"{self.show_number(value)} {unit}".strip()
            case _:
                return self.labels.get(str(value), str(value))

    def show_number(self, value: int | Decimal) -> str:
        """A number or an amount without its unit, unless it is euros."""
        if self.type is FactType.EUROS:
            return format_euros(value)
        number = Decimal(value).normalize()
        decimals = max(0, -int(number.as_tuple().exponent))
        return format_number(number, min(decimals, 2))

    def show_choice(self, values: Iterable[str]) -> str:
        """Several allowed values as French text: « microentreprise, petite entreprise ou entreprise moyenne »."""
        *first, last = [self.show(value) for value in self.in_order(values)] or ["aucune valeur"]
        return f"{', '.join(first)} ou {last}" if first else last

    def in_order(self, values: Iterable[str]) -> list[str]:
        """In the order of the closed list, then of the alphabet."""
        rank = {value: index for index, value in enumerate(self.values)}
        return sorted(values, key=lambda value: (rank.get(value, len(rank)), value))


def fold(text: str) -> str:
    """A text without accents, case, hyphens or apostrophes: what two spellings of a name share.

    >>> fold("Provence-Alpes-Côte d'Azur")
    'provence alpes cote d azur'
    """
    plain = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    return " ".join(re.sub(r"[^a-z0-9]+", " ", plain).split())


def _parse_naf(raw: object) -> str:
    """A whole code: with a division alone, a condition on a class could be neither held nor refused."""
    text = str(raw).strip().upper()
    if not is_code(text) or len(compact(text)) != _NAF_LENGTH:
        raise ValueError(f"« {raw} » n'est pas un code NAF complet (écrire par exemple 25.73A)")
    return text


def _parse_number(raw: object) -> Decimal:
    if isinstance(raw, bool):
        raise ValueError(f"« {raw} » n'est pas un nombre")  # noqa: TRY004 - callers catch one error
    try:
        number = Decimal(str(raw).replace(",", ".").replace(" ", "").replace("\u202f", "").replace("\u00a0", ""))
    except InvalidOperation as error:
        raise ValueError(f"« {raw} » n'est pas un nombre") from error
    if not number.is_finite():
        raise ValueError(f"« {raw} » n'est pas un nombre")
    return number


def _parse_date(raw: object) -> date:
    if isinstance(raw, date):
        return date(raw.year, raw.month, raw.day)
    text = str(raw).strip()
    try:
        if "/" in text:
            day, month, year = (int(part) for part in text.split("/"))
            return date(year, month, day)
        return date.fromisoformat(text[:10])
    except ValueError as error:
        raise ValueError(f"« {raw} » n'est pas une date (écrire 31/12/2026 ou 2026-12-31)") from error


def _parse_boolean(raw: object) -> bool:
    if isinstance(raw, bool):
        return raw
    text = str(raw).strip().lower()
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    raise ValueError(f"« {raw} » n'est ni oui ni non")


@dataclass(frozen=True, slots=True)
class FactDictionary(Mapping[str, FactDefinition]):
    """The facts by name, in the order of the file."""

    by_name: Mapping[str, FactDefinition]

    def __getitem__(self, name: str) -> FactDefinition:
        return self.by_name[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.by_name)

    def __len__(self) -> int:
        return len(self.by_name)


_TYPES = ", ".join(kind.value for kind in FactType)
_COLUMNS = ("nom", "libelle", "type", "unite", "porte_sur", "question", "aide", "valeurs")


def load_dictionary(path: Path) -> FactDictionary:
    """Read ``faits.csv``; raises ``CatalogueError`` with every fault of the file."""
    facts: dict[str, FactDefinition] = {}
    faults: list[Fault] = []
    labels = _labels(path.parent)
    for line, row in enumerate(csv_rows(path, *_COLUMNS), start=2):
        where = f"{path.name}, ligne {line}"
        try:
            fact = FactDefinition(
                name=row["nom"],
                label=row["libelle"],
                type=FactType(row["type"]),
                unit=row["unite"],
                subject=row["porte_sur"],
                question=row["question"],
                help=row["aide"],
                values=tuple(value for value in row["valeurs"].split("|") if value),
                fixed=row.get("fige") or "",
                ends_on=row.get("prend_fin") or "",
                labels=labels.get(row["nom"], {}),
            )
        except ValueError:
            faults.append(
                Fault(
                    where=where,
                    found=row["type"],
                    problem="type de fait inconnu",
                    mend=f"un de : {_TYPES}",
                )
            )
            continue
        if fact.name in facts:
            faults.append(
                Fault(where=where, found=fact.name, problem="fait défini deux fois", mend="n'en garder qu'un")
            )
        facts[fact.name] = fact
    if faults:
        raise CatalogueError(faults)
    return FactDictionary(facts)


def _labels(folder: Path) -> dict[str, dict[str, str]]:
    """The French names of the values, fact by fact, from the referentials that are there."""
    labels = {fact: _pairs(folder / name) for fact, name in _LABELLED.items() if (folder / name).exists()}
    for fact in _COMMON_NOUNS & labels.keys():
        labels[fact] = {code: label[:1].lower() + label[1:] for code, label in labels[fact].items()}
    if (folder / "valeurs.csv").exists():
        for row in csv_rows(folder / "valeurs.csv", "fait", "code", "libelle"):
            labels.setdefault(row["fait"], {})[row["code"]] = row["libelle"]
    return labels


def _pairs(path: Path) -> dict[str, str]:
    return {code: label for code, label, *_ in (tuple(row.values()) for row in csv_rows(path))}
