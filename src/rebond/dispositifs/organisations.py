"""Funders, operators and advisers, and where they work: everywhere, in places that are listed, or nobody said."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from rebond.data import catalogue_part
from rebond.data.csvfile import csv_rows
from rebond.eligibility.places import Commune, Gazetteer
from rebond.eligibility.truth import Truth, any_of
from rebond.errors import CatalogueError, Fault, gathered

FILE = "organisations.csv"
"""In ``referentiels``; and at the root of a catalogue, for the organisations that it adds."""
EVERYWHERE = "partout"
_IN_PART = " en partie"
_TO_COMPLETE = "à compléter"
_PLACE = re.compile(r"(?:(region|epci|departement) )?([0-9AB]+)")
_DEPARTEMENT = "departement"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Where an organisation works. With nothing at all, nobody said it."""

    everywhere: bool = False
    whole: frozenset[tuple[str, str]] = frozenset()
    """(``departement``, ``region`` or ``epci``; its code)."""
    in_part: frozenset[tuple[str, str]] = frozenset()
    """The same, where the organisation works in some communes that no source lists."""
    complete: bool = True
    """Whether the list is whole: elsewhere than in a list « à compléter », nobody knows."""

    @property
    def known(self) -> bool:
        """Whether somebody said where the organisation works."""
        return self.everywhere or bool(self.whole or self.in_part)

    @property
    def sure(self) -> bool:
        """Whether of every commune it is known whether the organisation works there."""
        return self.everywhere or (self.known and self.complete and not self.in_part)

    @property
    def places(self) -> frozenset[tuple[str, str]]:
        """All that is listed, in whole or in part."""
        return self.whole | self.in_part

    def covers(self, commune: Commune) -> Truth:
        """Whether the organisation works in a commune; UNKNOWN when nobody said, or only « in part »."""
        if self.everywhere:
            return Truth.YES
        if not self.known:
            return Truth.UNKNOWN
        mine = {(_DEPARTEMENT, commune.departement), ("region", commune.region), ("epci", commune.epci)}
        if mine & self.whole:
            return Truth.YES
        return Truth.UNKNOWN if mine & self.in_part or not self.complete else Truth.NO


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """A funder, operator or adviser."""

    code: str
    name: str
    short_name: str
    role: str
    fields: tuple[str, ...]
    reach: Reach
    source: str = ""
    other_names: tuple[str, ...] = ()
    """Under which it is also written in workbooks and lists."""

    def covers(self, commune: Commune | None) -> Truth:
        """Whether it works in a commune; of a place that nobody knows, only whoever works everywhere is sure."""
        if commune is None:
            return Truth.YES if self.reach.everywhere else Truth.UNKNOWN
        return self.reach.covers(commune)

    def covers_any(self, communes: Iterable[Commune]) -> Truth:
        """Whether it works in one commune at least; without any, as for a place that nobody knows."""
        found = [self.reach.covers(commune) for commune in communes]
        return any_of(found) if found else self.covers(None)


def named_by(pattern: str, organisations: Mapping[str, Organisation]) -> tuple[str, ...]:
    """The organisations that a name of a referential means: a code, or every code of a family (``cci-*``)."""
    if "*" not in pattern:
        return (pattern,) if pattern in organisations else ()
    return tuple(code for code in organisations if fnmatchcase(code, pattern))


def organisation_files(folder: Path) -> tuple[Path, ...]:
    """The lists of organisations of a catalogue: the referentials', then the one that it adds."""
    return (catalogue_part(folder, "referentiels") / FILE, folder / FILE)


def load_organisations(folder: Path) -> dict[str, Organisation]:
    """The organisations of a catalogue, by code; one that the catalogue adds replaces its namesake.

    Raises ``CatalogueError`` with every fault of both files.
    """
    faults: list[Fault] = []
    found: dict[str, Organisation] = {}
    for path in organisation_files(folder):
        if path.is_file():
            with gathered(faults):
                found |= _read(path)
    if faults:
        raise CatalogueError(faults)
    return found


def _read(path: Path) -> dict[str, Organisation]:
    faults: list[Fault] = []
    found: dict[str, Organisation] = {}
    rows = csv_rows(path, "code", "nom", "sigle", "role", "champs")
    column = next((name for name in ("territoire", "departements") if rows and name in rows[0]), "")
    if rows and not column:
        mend = "ajouter la colonne « territoire » : partout, ou des codes séparés par | ; vide : inconnu"
        raise CatalogueError([Fault(where=f"{path.name}, ligne 1", problem="colonne absente : territoire", mend=mend)])
    for number, row in enumerate(rows, start=2):
        where = f"{path.name}, ligne {number}"
        code = row["code"].strip()
        if not code or not row["nom"].strip():
            faults.append(Fault(where=where, problem="organisation sans code ou sans nom", mend="donner les deux"))
            continue
        if code in found:
            faults.append(Fault(where=where, found=code, problem="code écrit deux fois", mend="n'en garder qu'un"))
        reach, unread = read_reach(row[column])
        faults.extend(
            Fault(where=f"{where}, colonne {column}", found=text, problem="territoire illisible", mend=_MEND)
            for text in unread
        )
        found[code] = Organisation(
            code=code,
            name=row["nom"].strip(),
            short_name=row["sigle"].strip() or row["nom"].strip(),
            role=row["role"].strip(),
            fields=tuple(field for field in row["champs"].split("|") if field),
            reach=reach,
            source=row.get("source", "").strip(),
            other_names=tuple(name for name in row.get("autres_noms", "").split("|") if name),
        )
    if faults:
        raise CatalogueError(faults)
    return found


_MEND = "écrire « partout », ou des codes séparés par | : « 59 », « region 32 », « epci 200068500 », « 80 en partie »"


def read_reach(text: str) -> tuple[Reach, tuple[str, ...]]:
    """Where an organisation works, as a cell says it, and what of the cell could not be read.

    >>> sorted(read_reach("59|region 44|80 en partie")[0].places)
    [('departement', '59'), ('departement', '80'), ('region', '44')]
    """
    parts = [part.strip() for part in text.split("|") if part.strip()]
    if parts == [EVERYWHERE]:
        return Reach(everywhere=True), ()
    whole: set[tuple[str, str]] = set()
    in_part: set[tuple[str, str]] = set()
    unread: list[str] = []
    for part in parts:
        if part == _TO_COMPLETE:
            continue
        place = _PLACE.fullmatch(part.removesuffix(_IN_PART))
        if place is None:
            unread.append(part)
            continue
        (in_part if part.endswith(_IN_PART) else whole).add((place[1] or _DEPARTEMENT, place[2]))
    complete = _TO_COMPLETE not in parts
    return Reach(whole=frozenset(whole), in_part=frozenset(in_part), complete=complete), tuple(unread)


def unknown_places(
    organisations: Iterable[Organisation], gazetteer: Gazetteer, departements: Iterable[str]
) -> Iterator[Fault]:
    """Codes of places that do not exist."""
    known = {
        _DEPARTEMENT: set(departements),
        "region": set(gazetteer.regions),
        "epci": set(gazetteer.epcis),
    }
    for organisation in organisations:
        for kind, code in sorted(organisation.reach.places):
            if code not in known[kind]:
                yield Fault(
                    where=f"{FILE}, organisation « {organisation.code} », colonne territoire",
                    found=code,
                    problem=f"{_KINDS[kind]} qui n'existe pas",
                    mend=f"corriger le code ; {_MEND}",
                )


_KINDS = {_DEPARTEMENT: "département", "region": "région", "epci": "intercommunalité"}
