"""Where a project is: communes, intercommunalities, départements, and the zones they are in at a date.

A zonage is a CSV ``maille, code, valeur, du, au, source`` in ``data/zonages``; a place that no line covers is UNKNOWN.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path

from rebond.errors import CatalogueError, Fault
from rebond.facts import UNKNOWN, FactValue, Maybe, ZoneAssumption

ZONE_FACTS = {
    "afr": "zone_afr",
    "frr": "zone_frr",
    "ftj": "zone_ftj",
    "territoire_industrie": "territoire_industrie",
    "agence_eau": "agence_eau",
}
"""File name of a zonage → the fact it settles."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Commune:
    """A commune: INSEE code, name, the codes it belongs to, its municipal population (0 when not known)."""

    code: str
    name: str
    departement: str
    region: str
    epci: str
    population: int


@dataclass(frozen=True, kw_only=True)
class Gazetteer:
    """Every commune of France and every intercommunality (INSEE COG 2026, DGCL; Licence Ouverte 2.0)."""

    communes: Mapping[str, Commune]
    epcis: Mapping[str, str]
    regions: Mapping[str, str]

    @cached_property
    def by_epci(self) -> Mapping[str, tuple[Commune, ...]]:
        """The communes of each intercommunality."""
        groups: dict[str, list[Commune]] = {}
        for commune in self.communes.values():
            groups.setdefault(commune.epci, []).append(commune)
        return {epci: tuple(members) for epci, members in groups.items()}

    def commune(self, code: Maybe[str]) -> Commune | None:
        """The commune of an INSEE code; ``None`` when the code is UNKNOWN or is that of no commune."""
        return None if code is UNKNOWN else self.communes.get(code)


def load_gazetteer(folder: Path) -> Gazetteer:
    """Read ``communes.csv``, ``epci.csv`` and ``regions.csv``."""
    with (folder / "communes.csv").open(encoding="utf-8", newline="") as stream:
        communes = {
            row[0]: Commune(
                code=row[0],
                name=row[1],
                departement=row[2],
                region=row[3],
                epci=row[4],
                population=int(row[5] or 0),
            )
            for row in list(csv.reader(stream))[1:]
        }
    return Gazetteer(communes=communes, epcis=_names(folder / "epci.csv"), regions=_names(folder / "regions.csv"))


def _names(path: Path) -> dict[str, str]:
    with path.open(encoding="utf-8", newline="") as stream:
        return {row[0]: row[1] for row in list(csv.reader(stream))[1:]}


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneLine:
    """One line of a zonage."""

    value: str
    valid_from: date | None
    valid_to: date | None
    source: str

    def in_force(self, on: date) -> bool:
        """Whether the line applies at that date."""
        return (self.valid_from is None or self.valid_from <= on) and (self.valid_to is None or on <= self.valid_to)


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """The zone of a place: its value, where that comes from, and whether it is only a mission's assumption."""

    value: Maybe[str]
    source: str = ""
    assumed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Zonages:
    """All zonages, by name, then by (scale, code)."""

    lines: Mapping[str, Mapping[tuple[str, str], tuple[ZoneLine, ...]]]
    assumptions: tuple[ZoneAssumption, ...] = field(default=())

    def assuming(self, assumptions: Iterable[ZoneAssumption]) -> Zonages:
        """The same zonages with a mission's assumptions, used only where no official line applies."""
        return Zonages(lines=self.lines, assumptions=tuple(assumptions))

    def zone_of(self, name: str, commune: Commune, on: date) -> Zone:
        """The zone of a commune at a date; UNKNOWN when neither a line nor an assumption covers it."""
        table = self.lines.get(name, {})
        for key in (("commune", commune.code), ("epci", commune.epci), ("departement", commune.departement)):
            for line in table.get(key, ()):
                if line.in_force(on):
                    return Zone(value=line.value, source=line.source)
        for assumption in self.assumptions:
            if assumption.zone == name and (not assumption.communes or commune.code in assumption.communes):
                return Zone(value=assumption.value, source=assumption.source, assumed=True)
        return Zone(value=UNKNOWN)

    def facts_of(self, commune: Commune, on: date) -> dict[str, FactValue]:
        """The place facts of a commune: codes and zones."""
        facts: dict[str, FactValue] = {
            "code_commune": commune.code,
            "departement": commune.departement,
            "region": commune.region,
            "epci": commune.epci or UNKNOWN,
        }
        return facts | {fact: self.zone_of(name, commune, on).value for name, fact in ZONE_FACTS.items()}


def load_zonages(folder: Path) -> Zonages:
    """Read every CSV of the folder; raises ``CatalogueError`` with all faults."""
    faults: list[Fault] = []
    lines: dict[str, dict[tuple[str, str], tuple[ZoneLine, ...]]] = {}
    for path in sorted(folder.glob("*.csv")):
        table = lines.setdefault(path.stem, {})
        with path.open(encoding="utf-8", newline="") as stream:
            for number, row in enumerate(csv.DictReader(stream), start=2):
                try:
                    line = ZoneLine(
                        value=row["valeur"],
                        valid_from=_day(row["du"]),
                        valid_to=_day(row["au"]),
                        source=row["source"],
                    )
                    key = (row["maille"], row["code"])
                except (KeyError, ValueError) as error:
                    where = f"zonages/{path.name}, ligne {number}"
                    faults.append(
                        Fault(
                            where=where,
                            problem=f"ligne illisible ({error})",
                            mend="colonnes : maille, code, valeur, du, au, source",
                        )
                    )
                    continue
                table[key] = (*table.get(key, ()), line)
    if faults:
        raise CatalogueError(faults)
    return Zonages(lines=lines)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
