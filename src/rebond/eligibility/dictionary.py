"""The dictionary of facts: every fact that a condition may name, with its type, unit and the question that asks it.

The dictionary is data (``data/referentiels/faits.csv``); forms, workbook, bulk columns and messages derive from it.
The French names of the values come from the referentials beside it.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from pathlib import Path

from rebond.data.csvfile import csv_rows
from rebond.eligibility.naf import NO_DIVISION, compact, is_code, section_of
from rebond.errors import CatalogueError, Fault
from rebond.facts import UNKNOWN, FactValue
from rebond.reading.amounts import read_euros
from rebond.reading.bounds import LARGEST_AMOUNT, LARGEST_COUNT, LARGEST_NUMBER
from rebond.reading.choices import Choice, read_choice, read_choices, read_name, read_yes_no
from rebond.reading.dates import read_date
from rebond.reading.numbers import read_headcount, read_integer, read_number
from rebond.reading.problem import Reading, Unreadable
from rebond.reading.words import fold, is_absent
from rebond.units import format_euros, format_number


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
_MAY_BE_NEGATIVE = {"capitaux_propres", "capacite_autofinancement"}
_HEADCOUNTS = {"effectif", "effectif_site", "effectif_consolide"}
"""Numbers of employees: with decimals, never a size band."""
_WHOLE = {"emplois_crees", "emplois_maintenus"}
"""Numbers of jobs: whole."""
_LABELLED = {
    "departement": "departements.csv",
    "region": "regions.csv",
    "epci": "epci.csv",
    "type_projet": "types_projet.csv",
    "taille_ue": "tailles.csv",
}
"""Facts whose values have a referential of their own: code in the first column, French name in the second."""
_NOMENCLATURES = {"NAF rév. 2": "naf.csv"}
"""The unit of an activity → the referential of its codes."""
_CHOICES_OF_LAW = {"type_projet", "forme_juridique", "taille_ue", "zone_afr", "zone_frr"}
"""« rénovation » is written like « innovation » and opens other aid: the list is shown, nothing is proposed."""
_COMMON_NOUNS = {"type_projet", "taille_ue"}
"""Those whose names take no capital inside a sentence."""


@dataclass(frozen=True, kw_only=True)
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
    audience: str = ""
    """Who reads its answer outside the team: a key of « audiences » in ``confidentialite.yaml``."""
    ends_on: str = ""
    """For a yes that time ends: the fact that holds the day on which it no longer holds; empty for the others."""
    adds_up: bool = False
    """For a figure about a project: whether its parts have together what the whole has. A rate, a duration, and what
    the law counts over several projects (GBER art. 14(13)) hold of each part."""
    labels: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)
    """Value → its French name, where a referential gives one."""
    codes: frozenset[str] = field(default=frozenset(), compare=False, repr=False)
    """For an activity: every code, compact, of the nomenclature that is its unit, and that conditions speak."""

    @property
    def suggests(self) -> bool:
        """Whether a value out of the list is answered by the one written most like it; never for a choice of law."""
        return self.name not in _CHOICES_OF_LAW

    @property
    def may_be_negative(self) -> bool:
        """Whether a value below zero has a meaning: own funds and cash-flow, not headcounts nor costs."""
        return self.name in _MAY_BE_NEGATIVE

    @property
    def is_whole(self) -> bool:
        """Whether the number has no decimals."""
        return self.name in _WHOLE

    @property
    def largest(self) -> Decimal:
        """The most that a number or an amount of this fact may be."""
        if self.type is FactType.EUROS:
            return LARGEST_AMOUNT
        return LARGEST_COUNT if self.name in _HEADCOUNTS | _WHOLE else LARGEST_NUMBER

    @cached_property
    def choices(self) -> tuple[Choice, ...]:
        """The values of a closed list, with their French names; empty when any text is a value."""
        return tuple(Choice(code=value, label=self.labels.get(value, value)) for value in self.values)

    def parse(self, raw: object) -> FactValue:
        """The value that a text, a number or a date says; empty is UNKNOWN. Raises ``Unreadable``."""
        return self.read(raw).value

    def read(self, raw: object) -> Reading[FactValue]:
        """The same with what was repaired: every entry reads a fact here, and a kind of value in ``rebond.reading``."""
        return _READERS[self.type](self, raw)

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


def _read_number(fact: FactDefinition, raw: object) -> Reading[FactValue]:
    if fact.name in _HEADCOUNTS:
        return _fact(read_headcount(raw))
    if fact.is_whole:
        whole = read_integer(raw)
        return Reading(whole.value if whole.value is UNKNOWN else Decimal(whole.value))
    return _fact(read_number(raw, negative=fact.may_be_negative, unit=fact.unit))


def _read_naf(_: FactDefinition, raw: object) -> Reading[FactValue]:
    """A whole code: with a division alone, a condition on a class could be neither held nor refused."""
    if is_absent(raw):
        return Reading(UNKNOWN)
    text = str(raw).strip().upper()
    if not is_code(text) or len(compact(text)) != _NAF_LENGTH:
        raise Unreadable("ce n'est pas un code NAF complet", "écrire le code complet, par exemple 25.73A")
    return Reading(text) if section_of(text) else Reading(UNKNOWN, NO_DIVISION)


def _read_text(fact: FactDefinition, raw: object) -> Reading[FactValue]:
    """The code of a value of a closed list; elsewhere a name, as its code where it has one."""
    if fact.choices:
        return _fact(read_choice(raw, fact.choices, suggests=fact.suggests))
    name = read_name(raw)
    if name.value is UNKNOWN or not fact.labels or name.value in fact.labels:
        return _fact(name)
    wanted = fold(name.value)
    return Reading(next((code for code, label in fact.labels.items() if fold(label) == wanted), name.value))


def _fact(
    reading: Reading[str] | Reading[Decimal] | Reading[bool] | Reading[date] | Reading[frozenset[str]],
) -> Reading[FactValue]:
    """A value of one type, as a fact."""
    return Reading(reading.value, reading.note)


_READERS: Mapping[FactType, Callable[[FactDefinition, object], Reading[FactValue]]] = {
    FactType.NUMBER: _read_number,
    FactType.EUROS: lambda fact, raw: _fact(read_euros(raw, negative=fact.may_be_negative)),
    FactType.DATE: lambda _, raw: _fact(read_date(raw)),
    FactType.BOOLEAN: lambda _, raw: _fact(read_yes_no(raw)),
    FactType.SET: lambda fact, raw: _fact(read_choices(raw, fact.choices)),
    FactType.NAF: _read_naf,
    FactType.TEXT: _read_text,
}


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
_PROJECT = "projet"
_COLUMNS = ("nom", "libelle", "type", "unite", "porte_sur", "question", "aide", "valeurs")


class UnknownUnitError(ValueError):
    """The unit of a fact is none that its type has."""


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
                audience=row.get("audience") or "",
                ends_on=row.get("prend_fin") or "",
                adds_up=row.get("s_additionne") == "oui",
                labels=labels.get(row["nom"], {}),
                codes=_codes(row, path.parent),
            )
        except UnknownUnitError as error:
            faults.append(Fault(where=where, found=row["unite"], problem="unité inconnue", mend=str(error)))
            continue
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
        is_figure = fact.subject == _PROJECT and fact.type in {FactType.EUROS, FactType.NUMBER}
        if (row.get("s_additionne") or "") not in ({"oui", "non"} if is_figure else {""}):
            faults.append(
                Fault(
                    where=where,
                    found=row.get("s_additionne") or fact.name,
                    problem="on ne sait pas si ce chiffre s'additionne d'une part de projet à l'autre"
                    if is_figure
                    else "seul un chiffre qui porte sur le projet s'additionne d'une part à l'autre",
                    mend=f"{'oui ou non' if is_figure else 'rien'}, dans la colonne « s_additionne »",
                )
            )
        if not fact.audience:
            faults.append(
                Fault(
                    where=where,
                    found=fact.name,
                    problem="on ne sait pas qui lit ce fait hors de l'équipe",
                    mend="une des « audiences » de confidentialite.yaml, dans la colonne « audience »",
                )
            )
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


def _codes(row: Mapping[str, str], folder: Path) -> frozenset[str]:
    """The codes of an activity's nomenclature; raises ``UnknownUnitError`` when its unit is not known."""
    if row["type"] != FactType.NAF.value:
        return frozenset()
    if row["unite"] not in _NOMENCLATURES:
        raise UnknownUnitError(f"unité d'une activité : {' ou '.join(_NOMENCLATURES)}")
    table = folder / _NOMENCLATURES[row["unite"]]
    return frozenset(compact(code) for code in _pairs(table)) if table.is_file() else frozenset()


def _pairs(path: Path) -> dict[str, str]:
    return {code: label for code, label, *_ in (tuple(row.values()) for row in csv_rows(path))}
