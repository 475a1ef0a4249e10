"""The catalogue: dispositifs, regimes, zonages and the dictionary of facts, loaded and checked as one whole."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path

from rebond.data import NEVER_ADDED, TERRITORY_FILE, catalogue_part, catalogue_parts, is_territory
from rebond.data.csvfile import csv_rows
from rebond.data.yamlfile import load_schema
from rebond.dispositifs.awards import NO_DELAYS, InstructionDelays, expected_award, load_instruction_delays
from rebond.dispositifs.loader import load_dispositifs
from rebond.dispositifs.model import Dispositif
from rebond.dispositifs.organisations import FILE as ORGANISATIONS
from rebond.dispositifs.organisations import Organisation, load_organisations, unknown_places
from rebond.dispositifs.plan_settings import NO_SETTINGS, PlanSettings, load_plan_settings
from rebond.dispositifs.redirects import load_redirects
from rebond.dispositifs.territory_file import load_territory_file, unknown_epcis
from rebond.eligibility.dictionary import FactDictionary, load_dictionary
from rebond.eligibility.naf import Nomenclatures, load_nomenclatures
from rebond.eligibility.places import Gazetteer, Zonages, load_gazetteer, load_zonages
from rebond.eligibility.waits import Wait, load_waits
from rebond.errors import CatalogueError, Fault, gathered
from rebond.facts import Project
from rebond.regimes.loader import load_regimes
from rebond.regimes.model import Regime
from rebond.regimes.readings import NO_READINGS, Award, Readings, load_readings
from rebond.units import Euros

_HASHED = (
    ("dispositifs", "**/*.yaml"),
    ("regimes", "*.yaml"),
    ("zonages", "*.csv"),
    ("referentiels", "*.yaml"),
    ("referentiels", "faits.csv"),
    ("referentiels", "natures.csv"),
    ("referentiels", "organisations.csv"),
)


@dataclass(frozen=True, kw_only=True)
class Catalogue:
    """Everything that a plan rests on; ``version`` is the digest of its files."""

    version: str
    dispositifs: Mapping[str, Dispositif]
    regimes: Mapping[str, Regime]
    zonages: Zonages
    dictionary: FactDictionary
    gazetteer: Gazetteer
    organisations: Mapping[str, Organisation]
    natures: Mapping[str, str]
    """Nature of a cost line → its label."""
    tangible: frozenset[str]
    """Natures that are assets, tangible or not."""
    folder: Path
    waits: tuple[Wait, ...] = ()
    """What funders ask firms to wait between two of their aids."""
    activities: Nomenclatures = field(default=Nomenclatures(rev2={}, naf2025={}, changes=()))
    """The nomenclatures of activities: conditions speak the NAF rév. 2."""
    plan_settings: PlanSettings = NO_SETTINGS
    """What no text fixes of a plan: least useful file, borrowing of a firm of unknown capacity."""
    readings: Readings = NO_READINGS
    """What the law allows after a text ends, under each reading."""
    delays: InstructionDelays = NO_DELAYS
    """How long funders take to decide: with the application, the date that the law is read at."""
    redirects: Mapping[str, str] = field(default_factory=dict)
    """Former id of a dispositif → its id today."""

    @property
    def budgets(self) -> dict[str, Euros]:
        """What is left of each dispositif whose budget is known, in euros."""
        return {key: item.budget for key, item in self.dispositifs.items() if item.budget is not None}

    def award(self, project: Project, dispositif: Dispositif, on: date) -> Award:
        """When a project examined that day can expect the aid of a dispositif."""
        return expected_award(project, dispositif, self.delays, on, names=self._short_names)

    @cached_property
    def _short_names(self) -> Mapping[str, str]:
        return {code: organisation.short_name for code, organisation in self.organisations.items()}

    def regimes_of(self, dispositif: Dispositif) -> tuple[Regime, ...]:
        """The regimes that a dispositif rests on, then those that take their place."""
        named = [self.regimes[key] for key in dispositif.regimes]
        keys = set(dispositif.regimes)
        heirs = [each for each in self.regimes.values() if each.id not in keys and keys & set(each.replaces)]
        return (*named, *heirs)

    def find(self, identifier: str) -> Dispositif | None:
        """A dispositif by its id or a former one; ``None`` when there never was one."""
        return self.dispositifs.get(self.redirects.get(identifier, identifier))


def load_catalogue(folder: Path) -> Catalogue:
    """Load a catalogue; raises ``CatalogueError`` with every fault of every file.

    The parts that the folder lacks are the shipped ones; a folder with no part at all is not a catalogue.
    """
    if not is_territory(folder) and not any((folder / part).is_dir() for part, _ in _HASHED):
        raise CatalogueError([_not_a_catalogue(folder)])
    referentials = catalogue_part(folder, "referentiels")
    dictionary = load_dictionary(referentials / "faits.csv")
    schemas = catalogue_part(folder, "schemas")
    schema = load_schema(schemas / "dispositif-v1.json")
    faults = list(_parts_that_a_territory_cannot_have(folder))
    found: dict[str, Dispositif] = {}
    for home in catalogue_parts(folder, "dispositifs"):
        read, wrong = load_dispositifs(home, dictionary=dictionary, schema=schema)
        found |= {dispositif.id: dispositif for dispositif in read}
        faults += wrong
    dispositifs = [found[key] for key in sorted(found)]
    regimes, wrong = load_regimes(
        catalogue_part(folder, "regimes"), dictionary=dictionary, schema=load_schema(schemas / "regime-v1.json")
    )
    faults += wrong
    natures = csv_rows(referentials / "natures.csv", "code", "libelle", "actif")
    gazetteer = load_gazetteer(referentials)
    if is_territory(folder):
        with gathered(faults):
            faults += unknown_epcis(load_territory_file(folder), gazetteer)
    organisations: dict[str, Organisation] = {}
    with gathered(faults):
        organisations = load_organisations(folder)
        departements = (row["code"] for row in csv_rows(referentials / "departements.csv", "code"))
        faults += unknown_places(organisations.values(), gazetteer, departements)
        faults += _broken_references(dispositifs, regimes, organisations, {row["code"] for row in natures})
    redirects: dict[str, str] = {}
    for home in catalogue_parts(folder, "dispositifs"):
        steps, wrong = load_redirects(home, found)
        redirects |= steps
        faults += wrong
    with gathered(faults):
        zonages = load_zonages(*catalogue_parts(folder, "zonages"))
    waits, wrong = load_waits(referentials / "attentes.yaml", dictionary=dictionary, organisations=organisations)
    faults += wrong
    plan_settings, wrong = load_plan_settings(referentials / "plan.yaml")
    faults += wrong
    readings, wrong = load_readings(referentials / "lectures.yaml")
    faults += wrong or _broken_frameworks(regimes, readings)
    delays, wrong = load_instruction_delays(referentials / "delais.yaml")
    faults += wrong
    if faults:
        raise CatalogueError(faults)
    return Catalogue(
        version=digest(folder),
        dispositifs={dispositif.id: dispositif for dispositif in dispositifs},
        regimes={regime.id: regime for regime in regimes},
        zonages=zonages,
        dictionary=dictionary,
        gazetteer=gazetteer,
        organisations=organisations,
        natures={row["code"]: row["libelle"] for row in natures},
        tangible=frozenset(row["code"] for row in natures if row["actif"] in {"corporel", "incorporel"}),
        folder=folder,
        waits=waits,
        activities=load_nomenclatures(referentials),
        plan_settings=plan_settings,
        readings=readings,
        delays=delays,
        redirects=redirects,
    )


def _broken_frameworks(regimes: Iterable[Regime], readings: Readings) -> list[Fault]:
    """Umbrella regimes that nobody gave an end, and regimes replaced that do not exist."""
    faults = []
    everything = {regime.id: regime for regime in regimes}
    for regime in everything.values():
        where = f"regimes/{regime.id}.yaml"
        if regime.framework and regime.framework not in readings.frameworks:
            mend = "l'ajouter à regimes_cadres, avec sa fin et sa source, dans referentiels/lectures.yaml"
            faults.append(
                Fault(where=where, found=regime.framework, problem="régime cadre sans date de fin", mend=mend)
            )
        faults.extend(
            Fault(where=where, found=key, problem="« remplace » : régime inconnu", mend="employer le nom d'un fichier")
            for key in regime.replaces
            if key not in everything
        )
    return faults


def _not_a_catalogue(folder: Path) -> Fault:
    parts = ", ".join(dict.fromkeys(part for part, _ in _HASHED))
    return Fault(
        where=f"dossier « {folder} »",
        problem="aucune partie d'un catalogue",
        mend=f"indiquer un dossier qui en a une au moins : {parts}",
    )


def _parts_that_a_territory_cannot_have(folder: Path) -> Iterable[Fault]:
    """Subfolders that a territory does not add to: left unread, they would be lost in silence."""
    for part in NEVER_ADDED if is_territory(folder) else ():
        if (folder / part).is_dir():
            own = "mettre organisations.csv à la racine du dossier" if part == "referentiels" else "le retirer"
            yield Fault(
                where=f"dossier « {folder / part} »",
                problem=f"le dossier d'un territoire ({TERRITORY_FILE}) n'a pas de sous-dossier « {part} »",
                mend=f"{own}, ou retirer {TERRITORY_FILE} pour remplacer cette partie du catalogue tout entière",
            )


def digest(folder: Path) -> str:
    """The version of a catalogue: the first 16 hex digits of the SHA-256 of the files read, names included.

    A part that the folder lacks counts through the shipped files read in its stead.
    """
    read: dict[str, Path] = {}
    for part, pattern in _HASHED:
        for number, home in enumerate(catalogue_parts(folder, part)):
            place = f"{TERRITORY_FILE}/{part}" if number else part
            read |= {f"{place}/{path.relative_to(home).as_posix()}": path for path in home.glob(pattern)}
    for name in (ORGANISATIONS, TERRITORY_FILE):
        if (folder / name).is_file():
            read[name] = folder / name
    total = hashlib.sha256()
    for name in sorted(read):
        total.update(name.encode())
        total.update(read[name].read_bytes())
    return total.hexdigest()[:16]


def _broken_references(
    dispositifs: Iterable[Dispositif],
    regimes: Iterable[Regime],
    organisations: Mapping[str, Organisation],
    natures: set[str],
) -> Iterable[Fault]:
    """Names that point nowhere: funders, regimes, other dispositifs, natures."""
    everything = list(dispositifs)
    known_regimes = {regime.id for regime in regimes}
    known = {dispositif.id for dispositif in everything}
    for dispositif in everything:
        checks = (
            (
                (dispositif.funder, dispositif.instructor),
                set(organisations),
                "organisation",
                "referentiels/organisations.csv",
            ),
            (dispositif.regimes, known_regimes, "régime", "data/regimes"),
            (
                tuple(exclusion.dispositif for exclusion in dispositif.exclusions),
                known,
                "dispositif",
                "data/dispositifs",
            ),
            (
                tuple(sorted(dispositif.advantage.natures - {"tous"})),
                natures,
                "nature de dépense",
                "referentiels/natures.csv",
            ),
        )
        for names, allowed, kind, home in checks:
            for name in names:
                if name not in allowed:
                    yield Fault(
                        where=f"{dispositif.id}.yaml",
                        found=name,
                        problem=f"{kind} inconnu(e)",
                        mend=f"employer un code de {home}, ou l'y ajouter",
                    )
    for regime in regimes:
        for name in sorted(regime.natures - natures - {"tous"}):
            yield Fault(
                where=f"regimes/{regime.id}.yaml",
                found=name,
                problem="nature de dépense inconnue",
                mend="employer un code de referentiels/natures.csv",
            )
