"""Where a project is: communes, intercommunalities, départements, and the zones they are in at a date.

A zonage is a CSV ``maille, code, valeur, du, au, source`` in ``data/zonages``; a place that no line covers is UNKNOWN.
A column ``verifie`` may say ``non`` of a line that nobody read in a source: its value is taken as an assumption.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path

from rebond.data.csvfile import csv_lines, csv_rows
from rebond.errors import CatalogueError, Fault, gathered
from rebond.facts import UNKNOWN, FactValue, Maybe, ZoneAssumption

ZONE_FACTS = {
    "afr": "zone_afr",
    "frr": "zone_frr",
    "ftj": "zone_ftj",
    "territoire_industrie": "territoire_industrie",
    "agence_eau": "agence_eau",
}
"""File name of a zonage → the fact it settles."""
_COLUMNS = ("code", "nom", "departement", "region", "epci", "population")
_POSTCODES = "codes_postaux"
"""The column of ``communes.csv`` that a catalogue's own list of communes may do without."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Commune:
    """A commune: INSEE code, name, the codes it belongs to, its municipal population (0 when not known)."""

    code: str
    name: str
    departement: str
    region: str
    epci: str
    population: int
    postcodes: tuple[str, ...] = ()


class CommuneTable(Mapping[str, Commune]):
    """The communes of a file, each made when it is first asked for: a census names a hundred of thirty-five thousand.

    One commune is always one object, whichever thread asks first.
    """

    def __init__(self, header: Sequence[str], lines: Iterable[Sequence[str]]) -> None:
        self._places = [header.index(column) for column in _COLUMNS]
        self._postcodes = header.index(_POSTCODES) if _POSTCODES in header else None
        code = self._places[0]
        self._lines = {cells[code]: cells for cells in lines}
        self._made: dict[str, Commune] = {}

    def __getitem__(self, code: str) -> Commune:
        """Raises ``KeyError`` for a code of no commune."""
        made = self._made.get(code)
        return made or self._made.setdefault(code, self._commune(self._lines[code]))

    def __contains__(self, code: object) -> bool:
        """Whether it is the code of a commune, which is not made for so little."""
        return code in self._lines

    def __iter__(self) -> Iterator[str]:
        """The codes, in the order of the file."""
        return iter(self._lines)

    def __len__(self) -> int:
        """How many communes the file has."""
        return len(self._lines)

    def codes_by_epci(self) -> dict[str, list[str]]:
        """The codes of the communes of each intercommunality, without making them."""
        epci, groups = self._places[_COLUMNS.index("epci")], dict[str, list[str]]()
        for code, cells in self._lines.items():
            groups.setdefault(cells[epci], []).append(code)
        return groups

    def last_of(self, column: str) -> dict[str, Commune]:
        """The last commune of the file, in an intercommunality, for each value of a column; the others are not made."""
        place, epci = self._places[_COLUMNS.index(column)], self._places[_COLUMNS.index("epci")]
        found = {cells[place]: code for code, cells in self._lines.items() if cells[epci]}
        return {value: self[code] for value, code in found.items()}

    def _commune(self, cells: Sequence[str]) -> Commune:
        code, name, departement, region, epci, population = (cells[place] for place in self._places)
        return Commune(
            code=code,
            name=name,
            departement=departement,
            region=region,
            epci=epci,
            population=_population(population),
            postcodes=() if self._postcodes is None else tuple(filter(None, cells[self._postcodes].split("|"))),
        )


class _Members(Mapping[str, tuple[Commune, ...]]):
    """The communes of each intercommunality, made for those that are asked for."""

    def __init__(self, communes: Mapping[str, Commune], codes: Mapping[str, Sequence[str]]) -> None:
        self._communes, self._codes = communes, codes

    def __getitem__(self, epci: str) -> tuple[Commune, ...]:
        return tuple(self._communes[code] for code in self._codes[epci])

    def __iter__(self) -> Iterator[str]:
        return iter(self._codes)

    def __len__(self) -> int:
        return len(self._codes)


class FormerKind(enum.Enum):
    """What a code or a name that is no commune of today was, or is."""

    MERGED = "ancienne"
    DELEGATED = "deleguee"
    ASSOCIATED = "associee"
    ARRONDISSEMENT = "arrondissement"

    @property
    def words(self) -> str:
        """In French, as said of a place."""
        return _FORMER_WORDS[self]


_FORMER_WORDS = {
    FormerKind.MERGED: "ancienne commune",
    FormerKind.DELEGATED: "commune déléguée",
    FormerKind.ASSOCIATED: "commune associée",
    FormerKind.ARRONDISSEMENT: "arrondissement municipal",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FormerCommune:
    """A commune that merged, a delegated or associated one, an arrondissement; and the commune that it is in today.

    A delegated commune may have the code of the commune that holds it: only its name is then of use.
    """

    code: str
    name: str
    """Empty when no source names it."""
    within: str
    """INSEE code of the commune of today."""
    kind: FormerKind


@dataclass(frozen=True, kw_only=True)
class Gazetteer:
    """Every commune of France and every intercommunality (INSEE COG 2026, DGCL; Licence Ouverte 2.0)."""

    communes: Mapping[str, Commune]
    epcis: Mapping[str, str]
    regions: Mapping[str, str]
    former: tuple[FormerCommune, ...] = ()

    @cached_property
    def by_epci(self) -> Mapping[str, tuple[Commune, ...]]:
        """The communes of each intercommunality."""
        if isinstance(self.communes, CommuneTable):
            return _Members(self.communes, self.communes.codes_by_epci())
        groups: dict[str, list[str]] = {}
        for commune in self.communes.values():
            groups.setdefault(commune.epci, []).append(commune.code)
        return _Members(self.communes, groups)

    @cached_property
    def one_a_region(self) -> tuple[Commune, ...]:
        """A commune of each region, in an intercommunality: enough to know which regions a condition refuses."""
        if isinstance(self.communes, CommuneTable):
            return tuple(self.communes.last_of("region").values())
        return tuple({commune.region: commune for commune in self.communes.values() if commune.epci}.values())

    @cached_property
    def region_of(self) -> Mapping[str, str]:
        """The region of each département."""
        return {commune.departement: commune.region for commune in self.communes.values()}

    @cached_property
    def by_postcode(self) -> Mapping[str, tuple[Commune, ...]]:
        """The communes of each postcode: one postcode has five of them on average."""
        groups: dict[str, list[Commune]] = {}
        for commune in self.communes.values():
            for postcode in commune.postcodes:
                groups.setdefault(postcode, []).append(commune)
        return {postcode: tuple(members) for postcode, members in groups.items()}

    @cached_property
    def former_codes(self) -> Mapping[str, FormerCommune]:
        """Former code → what it was; a code that a commune has today is not one of them."""
        return {former.code: former for former in self.former if former.code not in self.communes}

    def present_commune(self, code: str) -> Commune | None:
        """The commune of today that a code of INSEE means, be it that of a merged, delegated or associated commune.

        So too for the arrondissements of Paris, Lyon and Marseille. ``None`` when INSEE never gave that code.
        """
        former = self.former_codes.get(code)
        return self.communes.get(former.within if former else code)

    def commune(self, code: Maybe[str]) -> Commune | None:
        """The commune of today of an INSEE code; ``None`` when the code is UNKNOWN or is that of no commune."""
        return None if code is UNKNOWN else self.present_commune(code)


def load_gazetteer(folder: Path) -> Gazetteer:
    """Read ``communes.csv``, ``communes_anciennes.csv``, ``epci.csv`` and ``regions.csv``."""
    communes = CommuneTable(*csv_lines(folder / "communes.csv", *_COLUMNS))
    return Gazetteer(
        communes=communes,
        epcis=_names(folder / "epci.csv"),
        regions=_names(folder / "regions.csv"),
        former=tuple(_former(folder / "communes_anciennes.csv")),
    )


def _former(path: Path) -> Iterator[FormerCommune]:
    if not path.is_file():
        return
    for row in csv_rows(path, "code", "nom", "commune", "type"):
        yield FormerCommune(code=row["code"], name=row["nom"], within=row["commune"], kind=FormerKind(row["type"]))


def _names(path: Path) -> dict[str, str]:
    return {code: name for code, name, *_ in (tuple(row.values()) for row in csv_rows(path, "nom"))}


def _population(text: str) -> int:
    """Zero where the official list has no figure, or none that can be read: it only sizes a symbol on a map."""
    return int(text) if len(text) <= _MOST_FIGURES and text.isdecimal() else 0


_MOST_FIGURES = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneLine:
    """One line of a zonage."""

    value: str
    valid_from: date | None
    valid_to: date | None
    source: str
    verified: bool = True
    """Whether someone read it in a source."""

    def in_force(self, on: date) -> bool:
        """Whether the line applies at that date."""
        return (self.valid_from is None or self.valid_from <= on) and (self.valid_to is None or on <= self.valid_to)


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """The zone of a place: its value, where that comes from, and whether it is only an assumption.

    A mission assumes, and so does a line of a zonage that nobody read in a source.
    """

    value: Maybe[str]
    source: str = ""
    assumed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Zonages:
    """All zonages, by name, then by (scale, code)."""

    lines: Mapping[str, Mapping[tuple[str, str], tuple[ZoneLine, ...]]]
    assumptions: tuple[ZoneAssumption, ...] = field(default=())

    def assuming(self, assumptions: Iterable[ZoneAssumption]) -> Zonages:
        """The same zonages with a mission's assumptions, used only where no official line applies.

        One that names communes holds for them before one on the whole territory, whichever comes first.
        """
        return Zonages(lines=self.lines, assumptions=tuple(sorted(assumptions, key=lambda each: not each.communes)))

    def zone_of(self, name: str, commune: Commune, on: date) -> Zone:
        """The zone of a commune at a date; UNKNOWN when neither a line nor an assumption covers it."""
        table = self.lines.get(name, {})
        for key in _scales(commune):
            for line in table.get(key, ()):
                if line.in_force(on):
                    return Zone(value=line.value, source=line.source, assumed=not line.verified)
        for assumption in self.assumptions:
            if assumption.zone == name and (not assumption.communes or commune.code in assumption.communes):
                return Zone(value=assumption.value, source=assumption.source, assumed=True)
        return Zone(value=UNKNOWN)

    def values_of(self, name: str, on: date) -> Callable[[Commune], Maybe[str]]:
        """The value that ``zone_of`` gives, of many communes: nothing is made that only its sources need."""
        table = self.lines.get(name, {})

        def value(commune: Commune) -> Maybe[str]:
            for key in _scales(commune):
                for line in table.get(key, ()):
                    if line.in_force(on):
                        return line.value
            return self.zone_of(name, commune, on).value if self.assumptions else UNKNOWN

        return value

    def facts_of(self, commune: Commune, on: date) -> dict[str, FactValue]:
        """The place facts of a commune: codes and zones."""
        return place_codes(commune) | {fact: self.zone_of(name, commune, on).value for name, fact in ZONE_FACTS.items()}


def _scales(commune: Commune) -> tuple[tuple[str, str], ...]:
    """Where a zonage may say something of a commune, the nearest first."""
    return ("commune", commune.code), ("epci", commune.epci), ("departement", commune.departement)


def place_codes(commune: Commune) -> dict[str, FactValue]:
    """The codes of a commune and of what it belongs to, as facts."""
    return {
        "code_commune": commune.code,
        "departement": commune.departement,
        "region": commune.region,
        "epci": commune.epci or UNKNOWN,
    }


def load_zonages(*folders: Path) -> Zonages:
    """Read every CSV of the folders; raises ``CatalogueError`` with all faults.

    ``code`` may list several places, separated by ``|``. The lines of a later folder go before those of an earlier one.
    """
    faults: list[Fault] = []
    lines: dict[str, dict[tuple[str, str], tuple[ZoneLine, ...]]] = {}
    for path in (path for folder in folders for path in sorted(folder.glob("*.csv"))):
        table = lines.setdefault(path.stem, {})
        for key, found in _zone_lines(path, faults).items():
            table[key] = (*found, *table.get(key, ()))
    if faults:
        raise CatalogueError(faults)
    return Zonages(lines=lines)


def _zone_lines(path: Path, faults: list[Fault]) -> dict[tuple[str, str], tuple[ZoneLine, ...]]:
    table: dict[tuple[str, str], tuple[ZoneLine, ...]] = {}
    rows: list[dict[str, str]] = []
    with gathered(faults):
        rows = csv_rows(path, "maille", "code", "valeur", "du", "au", "source")
    for number, row in enumerate(rows, start=2):
        try:
            line = ZoneLine(
                value=row["valeur"],
                valid_from=_day(row["du"]),
                valid_to=_day(row["au"]),
                source=row["source"],
                verified=row.get("verifie") != "non",
            )
        except ValueError:
            where = f"zonages/{path.name}, ligne {number}"
            found = f"{row['du']} ; {row['au']}"
            mend = "écrire AAAA-MM-JJ, ou laisser vide"
            faults.append(Fault(where=where, found=found, problem="date illisible", mend=mend))
            continue
        if row.get("verifie", "oui") not in {"oui", "non"}:
            where = f"zonages/{path.name}, ligne {number}, colonne verifie"
            mend = "écrire oui (lu dans la source) ou non"
            faults.append(Fault(where=where, found=row["verifie"], problem="ni oui ni non", mend=mend))
        for code in row["code"].split("|"):
            key = (row["maille"], code)
            table[key] = (*table.get(key, ()), line)
    return table


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
