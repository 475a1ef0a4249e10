"""The sheets and columns of the census workbook, read from ``classeur.yaml``.

Template, check, reading and documentation all derive from a ``Layout``: a column is described in the YAML and
nowhere else.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

from rebond.adapters.workbook.choices import (
    choices_from_csv,
    maturity_criteria,
    plain_choices,
    regime_choices,
)
from rebond.data.yamlfile import YamlFile, read_yaml
from rebond.eligibility.dictionary import FactDefinition, FactDictionary, load_dictionary
from rebond.eligibility.naf import Nomenclatures, load_nomenclatures
from rebond.eligibility.places import ZONE_FACTS
from rebond.errors import CatalogueError, Fault
from rebond.portfolio.scoring import COMPUTED, SelectionGrid, load_selection_grid
from rebond.reading.choices import Choice
from rebond.regimes.model import Regime
from rebond.restitution.audiences import Audience, load_audiences
from rebond.units import format_rate

_NO_REGIMES: Mapping[str, str] = MappingProxyType({})


class ColumnType(enum.StrEnum):
    """How a cell is written."""

    TEXT = "texte"
    LONG_TEXT = "texte_long"
    INTEGER = "entier"
    NUMBER = "nombre"
    HEADCOUNT = "effectif"
    EUROS = "euros"
    RATE = "taux"
    DATE = "date"
    BOOLEAN = "booleen"
    SIREN = "siren"
    SIRET = "siret"
    COMMUNE = "commune"
    NAF = "naf"
    ONE_OF = "liste"
    SOME_OF = "choix"
    REFERENCE = "reference"
    AMOUNT_OR_BAND = "euros_ou_tranche"
    CONFIRMATION = "verification"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a sheet, or one parameter of a form."""

    key: str
    title: str
    type: ColumnType
    audience: Audience
    """Who reads it outside the team."""
    required: bool = False
    help: str = ""
    choices: tuple[Choice, ...] = ()
    target: str = ""
    """For a reference: the key of the sheet whose identifiers it takes."""
    fact: FactDefinition | None = None
    axis: str = ""
    """For a need heard in an interview: the key of the roadmap's axis."""
    criterion: str = ""
    """For a weight of the call: the code of the criterion that it weighs."""
    default: str = ""
    free: bool = False
    """For a text: « NC » is one, such as the initials of a person, and not « unknown »."""
    hidden: bool = False
    """A mark that spreadsheets do not show: what Rebond wrote to know the row again."""
    minimum: int | None = None
    maximum: int | None = None
    """For a text: of its characters."""
    open: bool = False
    """For a list: whether a code that is not of it is one too, which another sheet may give."""
    suggests: bool = True
    """Whether a value out of the list is answered by the one that is written most like it: never for a legal choice."""

    def choice(self, code: str) -> Choice | None:
        """The allowed value of that code, ``None`` when there is none."""
        return next((choice for choice in self.choices if choice.code == code), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One sheet: a table with a header row, or a form of two columns (parameter, value)."""

    key: str
    title: str
    columns: tuple[Column, ...]
    is_form: bool = False
    required: bool = False
    identifier: str = ""
    """Key of the column that identifies a row; empty when rows have no identifier."""
    unique: tuple[str, ...] = ()
    """Keys of the columns that together must not be repeated."""

    def column(self, key: str) -> Column:
        """The column of that key; ``KeyError`` when there is none."""
        for column in self.columns:
            if column.key == key:
                return column
        raise KeyError(key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The whole workbook."""

    sheets: tuple[Sheet, ...]
    criteria: tuple[Choice, ...] = ()
    """The criteria of the maturity grid."""
    activities: Nomenclatures = field(default=Nomenclatures(rev2={}, naf2025={}, changes=()))
    """The French nomenclatures of activities."""
    zones: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Zonage that a mission may assume → the values that it takes; none for one that takes any text."""
    dispositifs: frozenset[str] = frozenset()
    """The dispositifs of the catalogue, by identifier; empty when no catalogue was read: none is then refused."""

    def sheet(self, key: str) -> Sheet:
        """The sheet of that key; ``KeyError`` when there is none."""
        for sheet in self.sheets:
            if sheet.key == key:
                return sheet
        raise KeyError(key)


def regime_codes(folder: Path) -> dict[str, str]:
    """The regimes of a catalogue (``data/regimes``): code, which is the file name → label."""
    files = {path.stem: read_yaml(path).data for path in sorted(folder.glob("*.yaml"))}
    return {code: f"{data['article']} : {data['intitule']}" if data else code for code, data in files.items()}


def regime_labels(regimes: Mapping[str, Regime]) -> dict[str, str]:
    """The same, of regimes that were read."""
    return {code: f"{regime.article} : {regime.title}" for code, regime in regimes.items()}


def load_layout(
    folder: Path,
    *,
    regimes: Mapping[str, str] = _NO_REGIMES,
    organisations: Sequence[Choice] | None = None,
    dispositifs: Iterable[str] = (),
) -> Layout:
    """Read ``classeur.yaml`` of the folder of referentials, with the lists that its columns name.

    ``regimes`` (code → label) are those allowed for past aid; the de minimis regulations are always added.
    ``organisations`` are those of the catalogue and of the territory; by default, those of the folder alone.
    ``dispositifs``: those that the call may be of, by identifier.
    Raises ``CatalogueError`` with every fault of the file.
    """
    file = read_yaml(folder / "classeur.yaml")
    if file.faults:
        raise CatalogueError(file.faults)
    reader = _Reader(file, folder, load_dictionary(folder / "faits.csv"), regimes, organisations)
    sheets = tuple(reader.sheet(data, ("feuilles", index)) for index, data in enumerate(file.data["feuilles"]))
    reader.check_weights(sheets)
    if reader.faults:
        raise CatalogueError(reader.faults)
    return Layout(
        sheets=sheets,
        criteria=maturity_criteria(folder),
        activities=load_nomenclatures(folder),
        zones={zone: reader.dictionary[fact].values for zone, fact in ZONE_FACTS.items()},
        dispositifs=frozenset(dispositifs),
    )


class _Reader:
    """Reads one ``classeur.yaml``; faults gather in ``faults`` and reading goes on."""

    def __init__(
        self,
        file: YamlFile,
        folder: Path,
        dictionary: FactDictionary,
        regimes: Mapping[str, str],
        organisations: Sequence[Choice] | None,
    ) -> None:
        self.faults: list[Fault] = []
        self._file = file
        self._folder = folder
        self.dictionary = dictionary
        self._audiences = load_audiences(folder).audiences
        self._lists: dict[str, Callable[[], tuple[Choice, ...]]] = {
            "natures": lambda: choices_from_csv(folder / "natures.csv"),
            "organisations": lambda: (
                choices_from_csv(folder / "organisations.csv") if organisations is None else tuple(organisations)
            ),
            "regimes": lambda: regime_choices(regimes),
            "criteres_notes": self._marked_criteria,
            "axes": lambda: choices_from_csv(folder / "axes.csv"),
            "criteres_maturite": lambda: maturity_criteria(folder),
            "calculs": lambda: tuple(Choice(code=code, label=COMPUTED[code]) for code in COMPUTED),
            "criteres": lambda: tuple(Choice(code=each.code, label=each.label) for each in self._grid.criteria),
        }

    def sheet(self, data: Mapping[str, Any], path: tuple[str | int, ...]) -> Sheet:
        columns = [self._column(row, (*path, "colonnes", index)) for index, row in enumerate(data["colonnes"])]
        return Sheet(
            key=data["cle"],
            title=data["titre"],
            columns=tuple(column for column in columns if column),
            is_form=data.get("forme") == "parametres",
            required=data.get("obligatoire") == "oui",
            identifier=data.get("identifiant", ""),
            unique=tuple(data.get("unique", ())),
        )

    def _column(self, row: Mapping[str, Any], path: tuple[str | int, ...]) -> Column | None:
        try:
            fact = self.dictionary[row["fait"]] if "fait" in row else None
            return Column(
                key=row["cle"],
                title=row["titre"],
                type=ColumnType(row["type"]),
                audience=self._audiences[row["audience"]],
                required=row.get("obligatoire") == "oui",
                help=row.get("aide", "") or self._weight_help(row.get("critere", "")),
                choices=self._choices(row, fact),
                target=row.get("vers", ""),
                fact=fact or self.dictionary.get(row["cle"]),
                axis=row.get("axe", ""),
                criterion=row.get("critere", ""),
                default=str(row.get("defaut", "")),
                free=row.get("libre") == "oui",
                open=row.get("ouverte") == "oui",
                hidden=row.get("cache") == "oui",
                minimum=row.get("min"),
                maximum=row.get("max"),
                suggests=row.get("suggere", "oui") == "oui" and (fact is None or fact.suggests),
            )
        except (KeyError, ValueError) as error:
            mend = "suivre l'en-tête du fichier (types, audience, listes) et faits.csv (faits)"
            self.faults.append(self._file.fault(path, str(error), "colonne illisible", mend))
            return None

    def _weight_help(self, criterion: str) -> str:
        """What a weight is, and the one that holds when the mission gives none."""
        if not criterion:
            return ""
        usual = {each.code: each.weight for each in self._grid.criteria}[criterion]
        return (
            "Poids relatif, 0 ou plus, à donner à tous les critères ou à aucun ; "
            f"s'ils sont tous vides : {format_rate(usual)} pour celui-ci"
        )

    def _marked_criteria(self) -> tuple[Choice, ...]:
        """The criteria of the call that assessors mark: the others are found from the data."""
        return tuple(
            Choice(code=each.code, label=each.label) for each in self._grid.criteria if each.computed == "note"
        )

    @cached_property
    def _grid(self) -> SelectionGrid:
        return load_selection_grid(self._folder / "selection.yaml")

    def check_weights(self, sheets: Iterable[Sheet]) -> None:
        """A workbook that weighs some criteria of the call weighs each of them."""
        given = {column.criterion for sheet in sheets for column in sheet.columns if column.criterion}
        lacking = [each.code for each in self._grid.criteria if each.code not in given] if given else []
        for code in lacking:
            mend = f"ajouter une colonne « critere: {code} » à la feuille « mission »"
            self.faults.append(self._file.fault(("feuilles",), code, "critère de selection.yaml sans poids", mend))

    def _choices(self, row: Mapping[str, Any], fact: FactDefinition | None) -> tuple[Choice, ...]:
        if "valeurs_de" in row:
            return self._lists[row["valeurs_de"]]()
        if "valeurs" in row:
            return plain_choices(str(value) for value in row["valeurs"])
        return fact.choices if fact else ()
