"""An edition as open data: a CSV, its Table Schema, its DCAT record. What is silent of it was settled before.

Nothing is computed here, and nothing is silenced a second time: the cells are those of an edition (docs/adr/0054). The
files are read back against their own schema and compared with the edition before anybody gets them.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from rebond.data import data_folder
from rebond.data.csvfile import inert
from rebond.data.shapes import TEXT, YES_NO, block, by_key, read_shaped
from rebond.errors import DataError, Fault
from rebond.publication.cells import Key
from rebond.publication.edition import Edition, Figures
from rebond.publication.table_schema import read_against
from rebond.restitution.embargo import Embargo

DATA, SCHEMA, RECORD, README = "chiffres.csv", "schema.json", "dcat.jsonld", "LISEZMOI.txt"
NAMES = (DATA, SCHEMA, RECORD, README)
ALL = "ensemble"
"""Stands for a dimension that a cell sums over: a primary key has no empty part."""
SECRET, MINIMUM, TOLD = "secret", "minimum", "publie"
_SIDES = (1, 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Licence:
    """Under what an edition goes out."""

    code: str
    title: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What an edition is of."""

    mission: str
    territory: str
    epcis: tuple[tuple[str, str], ...]
    """SIREN and name."""
    on: date
    """The day that its figures are of."""
    fictitious: bool
    publisher: str = ""
    """Who answers for it; the mission when nobody is named."""
    number: int | None = None
    published_on: date | None = None
    embargo: Embargo | None = None
    """Until its end these figures are the team's alone."""

    def as_data(self) -> dict[str, Any]:
        """As JSON-ready data."""
        return {
            "mission": self.mission,
            "territoire": self.territory,
            "epci": [list(each) for each in self.epcis],
            "date_examen": self.on.isoformat(),
            "fictif": self.fictitious,
            **({"embargo": self.embargo.as_data()} if self.embargo else {}),
        }

    @classmethod
    def from_data(cls, data: Any) -> About:
        """What ``as_data`` wrote; raises ``KeyError``, ``TypeError`` or ``ValueError`` on anything else."""
        words = data["mission"], data["territoire"]
        if not all(isinstance(word, str) for word in words):
            raise TypeError
        return cls(
            mission=words[0],
            territory=words[1],
            epcis=tuple((str(siren), str(name)) for siren, name in data["epci"]),
            on=date.fromisoformat(data["date_examen"]),
            fictitious=bool(data["fictif"]),
            embargo=Embargo.from_data(data["embargo"]) if "embargo" in data else None,
        )

    @property
    def title(self) -> str:
        """Of the data set."""
        return f"{self.mission} : chiffres publiés au {self.on:%d/%m/%Y}"


@cache
def licences() -> Mapping[str, Licence]:
    """Those that a publication may take, the default one first."""
    data: dict[str, Any] = read_shaped(data_folder() / "referentiels" / "donnees_ouvertes.yaml", _SHAPE).data
    found = {
        code: Licence(code=code, title=each["titre"], address=each["adresse"])
        for code, each in data["licences"].items()
    }
    default = data["defaut"]
    return {default: found[default], **found}


def open_data(edition: Edition, about: About, licence: Licence) -> dict[str, bytes]:
    """The files of an edition by name, read back; raises ``DataError`` if they would not say what it says."""
    schema = table_schema(edition, about, licence)
    text = _as_csv(edition)
    files = {
        DATA: text.encode("utf-8"),
        SCHEMA: _as_json(schema),
        RECORD: _as_json(record(edition, about, licence)),
        README: _readme(about, licence).encode("utf-8"),
    }
    if read_back(files) != _told(edition):
        raise DataError([Fault(where=DATA, problem="le fichier ne dit pas ce que dit l'édition", mend="le signaler")])
    return files


def read_back(files: Mapping[str, bytes]) -> dict[tuple[str, str, Key], tuple[int | None, str]]:
    """The cells of the files; raises ``DataError`` with every fault of theirs."""
    faults = [Fault(where=name, problem="fichier absent", mend=_MEND) for name in (DATA, SCHEMA) if name not in files]
    if faults:
        raise DataError(faults)
    try:
        schema = json.loads(files[SCHEMA].decode("utf-8"))
        text = files[DATA].decode("utf-8")
    except (ValueError, RecursionError):
        raise DataError([Fault(where=f"{SCHEMA}, {DATA}", problem="fichier illisible", mend=_MEND)]) from None
    rows = read_against(text, schema, DATA)
    cells: dict[tuple[str, str, Key], tuple[int | None, str]] = {}
    try:
        for line, row in enumerate(rows, start=2):
            value, state = row["nombre"], row["etat"]
            if (value is None) != (state == SECRET):
                problem = "une case secrète porte un nombre" if value is not None else "un nombre manque"
                faults.append(Fault(where=f"{DATA}, ligne {line}", problem=problem, mend=_MEND))
            sides = ((row[f"dimension_{side}"], row[f"code_{side}"]) for side in _SIDES)
            key = tuple(sorted((name, code) for name, code in sides if name != ALL))
            cells[row["famille"], row["mesure"], key] = (value, state)
    except KeyError as error:
        raise DataError([Fault(where=SCHEMA, problem=f"champ absent : {error}", mend=_MEND)]) from None
    if faults:
        raise DataError(faults)
    return cells


_MEND = "reprendre le dossier que « rebond export opendata » a écrit"


def _told(edition: Edition) -> dict[tuple[str, str, Key], tuple[int | None, str]]:
    return {
        (each.family, each.measure.code, tuple(sorted(key))): (value, _state(each, value))
        for each in edition.figures
        for key, value in each.cells.items()
    }


def _state(figures: Figures, value: int | None) -> str:
    return SECRET if value is None else MINIMUM if figures.partial else TOLD


def _as_csv(edition: Edition) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([name for name, *_ in _FIELDS])
    for each in edition.figures:
        for key, value in each.cells.items():
            places = [_place(name, code, edition) for name, code in key]
            places += [(ALL, ALL, "Ensemble")] * (len(_SIDES) - len(places))
            number = "" if value is None else str(value)
            words = (each.family, each.title, each.measure.code, each.measure.label, each.measure.unit)
            cells = (*words, *places[0], *places[1], number, _state(each, value))
            writer.writerow([inert(cell) for cell in cells])
    return stream.getvalue()


def _place(dimension: str, code: str, edition: Edition) -> tuple[str, str, str]:
    return dimension, code, edition.labels.get(dimension, {}).get(code, code)


_FIELDS: tuple[tuple[str, str, str], ...] = (
    ("famille", "string", "Code de la famille de chiffres."),
    ("titre", "string", "La famille, en clair."),
    ("mesure", "string", "Code de ce qui est compté."),
    ("libelle", "string", "Ce qui est compté, en clair."),
    ("unite", "string", "Unité : « € » ou un nom au pluriel."),
    ("dimension_1", "string", "Ce selon quoi le chiffre est réparti ; « ensemble » : il ne l'est pas."),
    ("code_1", "string", "Code dans cette dimension : SIREN d'une intercommunalité, section et division de la NAF…"),
    ("valeur_1", "string", "Ce code, en clair."),
    ("dimension_2", "string", "Seconde répartition, comme la première."),
    ("code_2", "string", "Code dans cette dimension."),
    ("valeur_2", "string", "Ce code, en clair."),
    ("nombre", "integer", "Le chiffre ; vide quand il est secret. Les montants sont arrondis."),
    ("etat", "string", "« publie », « minimum » (des réponses manquent) ou « secret » (trop peu d'entreprises)."),
)


def table_schema(edition: Edition, about: About, licence: Licence) -> dict[str, Any]:
    """The Table Schema of the CSV; the lists are those of the edition."""
    enums = {
        "famille": sorted({each.family for each in edition.figures}),
        "mesure": sorted({each.measure.code for each in edition.figures}),
        "etat": [TOLD, MINIMUM, SECRET],
        "dimension_1": sorted({ALL, *edition.labels}),
        "dimension_2": sorted({ALL, *edition.labels}),
    }
    fields = []
    for name, kind, words in _FIELDS:
        bounds: dict[str, Any] = {"required": True} if name != "nombre" else {"minimum": 0}
        if name in enums:
            bounds["enum"] = enums[name]
        fields.append({"name": name, "type": kind, "description": words, "constraints": bounds})
    return {
        "$schema": "https://specs.frictionlessdata.io/schemas/table-schema.json",
        "name": "rebond-chiffres-publies",
        "title": about.title,
        "description": "Chiffres publiés d'une mission de rebond industriel, petites cases tues.",
        "version": "1.0.0",
        "licenses": [{"title": licence.title, "path": licence.address}],
        "fields": fields,
        "primaryKey": ["famille", "mesure", "dimension_1", "code_1", "dimension_2", "code_2"],
        "missingValues": [""],
    }


def record(edition: Edition, about: About, licence: Licence) -> dict[str, Any]:
    """The DCAT record, in JSON-LD."""
    notes = (
        "Une case est dite « secret » quand elle, ou une case que l'on en déduirait, tient à trop peu de groupes "
        "d'entreprises. Les montants sont arrondis : leurs sommes peuvent différer du total."
    )
    if about.fictitious:
        notes = f"{_FICTITIOUS} {notes}"
    issued = {"dct:issued": _day(about.published_on)} if about.published_on else {}
    found: dict[str, Any] = {
        "@context": {
            "dcat": "http://www.w3.org/ns/dcat#",
            "dct": "http://purl.org/dc/terms/",
            "foaf": "http://xmlns.com/foaf/0.1/",
            "xsd": "http://www.w3.org/2001/XMLSchema#",
        },
        "@type": "dcat:Dataset",
        "dct:title": _french(about.title),
        "dct:description": _french(notes),
        "dct:publisher": {"@type": "foaf:Agent", "foaf:name": about.publisher or about.mission},
        "dct:language": {"@id": "http://publications.europa.eu/resource/authority/language/FRA"},
        "dct:license": _licence(licence),
        "dct:accrualPeriodicity": {"@id": "http://publications.europa.eu/resource/authority/frequency/IRREG"},
        "dct:modified": _day(about.published_on or about.on),
        **issued,
        "dct:temporal": {"@type": "dct:PeriodOfTime", "dcat:endDate": _day(about.on)},
        "dct:spatial": [
            {"@type": "dct:Location", "dct:identifier": siren, "dct:title": name} for siren, name in about.epcis
        ],
        "dcat:theme": {"@id": "http://publications.europa.eu/resource/authority/data-theme/ECON"},
        "dcat:keyword": [_french(word) for word in ("industrie", "investissement", about.territory)],
        "dcat:distribution": [
            {
                "@type": "dcat:Distribution",
                "dct:title": _french("Chiffres, une case par ligne"),
                "dcat:downloadURL": {"@id": DATA},
                "dcat:mediaType": {"@id": "https://www.iana.org/assignments/media-types/text/csv"},
                "dct:conformsTo": {"@id": SCHEMA},
                "dct:license": _licence(licence),
            }
        ],
    }
    if about.number is not None:
        found["dcat:version"] = str(about.number)
    measures = dict.fromkeys(each.measure.label for each in edition.figures if each.tables)
    found["dct:subject"] = [_french(label) for label in measures]
    return found


_FICTITIOUS = "Données fictives : ni ces entreprises ni leurs projets n'existent."


def _licence(licence: Licence) -> dict[str, Any]:
    return {"@id": licence.address, "@type": "dct:LicenseDocument", "dct:title": licence.title}


def _french(text: str) -> dict[str, str]:
    return {"@value": text, "@language": "fr"}


def _day(day: date) -> dict[str, str]:
    return {"@value": day.isoformat(), "@type": "xsd:date"}


def _readme(about: About, licence: Licence) -> str:
    lines = [
        about.title,
        *([_FICTITIOUS] if about.fictitious else []),
        f"Source à citer : {about.publisher or about.mission}, {(about.published_on or about.on):%d/%m/%Y}.",
        f"Licence : {licence.title} ({licence.address}).",
        f"{DATA} : une case par ligne. {SCHEMA} : son schéma (Table Schema). {RECORD} : sa notice (DCAT).",
    ]
    return "\n".join(lines) + "\n"


def _as_json(data: Any) -> bytes:
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


_SHAPE = block(
    schema={"const": "donnees-ouvertes/v1"},
    defaut=TEXT,
    licences=by_key(block(titre=TEXT, adresse=TEXT, source=TEXT, verifie=YES_NO)),
)
