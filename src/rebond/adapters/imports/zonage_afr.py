"""The official list of regional-aid zones (AFR): from the data.gouv file to ``zonages/afr.csv``."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from rebond.adapters.imports.tables import folded, rows, slug
from rebond.data import catalogue_part
from rebond.data.csvfile import inert, parse_rows
from rebond.data.limits import MOST_TABLE_BYTES
from rebond.data.outfolder import written_file
from rebond.data.texts import read_text
from rebond.data.yamlfile import read_yaml
from rebond.eligibility.places import Gazetteer
from rebond.errors import CatalogueError, DataError, Fault

ZONAGE = "afr.csv"
COLUMNS = ("maille", "code", "valeur", "du", "au", "source")
_COMMUNE = "commune"
_CODE_LENGTH = 5


@dataclass(frozen=True, kw_only=True)
class AfrRules:
    """How the official file is read (``referentiels/import_afr.yaml``)."""

    columns: Mapping[str, tuple[str, ...]]
    """Field → the names that its column may have."""
    values: Mapping[str, str]
    """Classification in the file → value of the zonage."""
    zone_a_regions: frozenset[str]
    zone_a: str
    outside: str


@dataclass(frozen=True, kw_only=True)
class AfrFile:
    """What the file says, commune by commune, and what could not be placed."""

    values: Mapping[str, str]
    unknown: Mapping[str, str]
    """Codes that are no commune of today → the name in the file."""
    repairs: tuple[str, ...]
    faults: tuple[Fault, ...] = ()
    """Lines set aside."""
    nameless: bool = False
    """Whether a line at fault has no readable code."""
    doubtful: frozenset[str] = frozenset()
    """Communes whose lines are at fault: UNKNOWN, whatever the rest of the list says."""


@dataclass(frozen=True, kw_only=True)
class AfrImport:
    """The lines that ``afr.csv`` will hold, and what they change."""

    lines: tuple[Mapping[str, str], ...]
    added: tuple[str, ...]
    changed: tuple[tuple[str, str, str], ...]
    """Commune, value before, value after."""
    removed: tuple[str, ...]
    unknown: Mapping[str, str]
    undecided: tuple[str, ...]
    """With a complete list: communes left UNKNOWN, because a code of their département is not known."""
    repairs: tuple[str, ...]
    counts: Mapping[str, int]
    faults: tuple[Fault, ...] = ()
    """Lines of the file that were set aside."""


def load_afr_rules(folder: Path) -> AfrRules:
    """The rules of a catalogue, or the shipped ones."""
    data = read_yaml(catalogue_part(folder, "referentiels") / "import_afr.yaml").data
    return AfrRules(
        columns={field: tuple(names) for field, names in data["colonnes"].items()},
        values={slug(name): value for name, value in data["valeurs"].items()},
        zone_a_regions=frozenset(data["zone_a"]["regions"]),
        zone_a=data["zone_a"]["valeur"],
        outside=data["hors_zone"],
    )


def read_afr(path: Path, rules: AfrRules, gazetteer: Gazetteer) -> AfrFile:
    """Read the official CSV (``;`` or ``,``; UTF-8 or Windows); lines at fault are set aside.

    Raises ``DataError`` when the file is not that list, or when none of its lines is sound.
    """
    table = _table(path)
    header = {folded(name): name for name in table[0]} if table else {}
    columns = {
        field: next((header[folded(name)] for name in names if folded(name) in header), "")
        for field, names in rules.columns.items()
    }
    missing = [field for field in ("code", "classement") if not columns[field]]
    if missing:
        wanted = " ; ".join(" ou ".join(rules.columns[field]) for field in missing)
        problem = "fichier vide ou colonne absente"
        raise DataError([Fault(where=path.name, found=wanted, problem=problem, mend="donner le fichier de data.gouv")])
    faults: list[Fault] = []
    repairs: list[str] = []
    values: dict[str, str] = {}
    unknown: dict[str, str] = {}
    doubtful: set[str] = set()
    nameless = False
    parts: dict[str, str] = {}
    for number, row in enumerate(table, start=2):
        where = f"{path.name}, ligne {number}"
        raw, name = row[columns["code"]].strip(), row.get(columns["nom"], "").strip()
        code = raw.upper().zfill(_CODE_LENGTH)
        value = _value(row[columns["classement"]], code, rules, gazetteer)
        if not raw or len(code) != _CODE_LENGTH:
            nameless = True
            faults.append(Fault(where=where, found=raw, problem="code INSEE illisible", mend="écrire cinq caractères"))
        elif value is None:
            found, known = row[columns["classement"]], ", ".join(rules.values)
            doubtful.add(code)
            faults.append(Fault(where=where, found=found, problem="classement inconnu", mend=f"un de : {known}"))
        elif values.get(code, value) != value:
            problem = f"la commune {code} a déjà un autre classement plus haut"
            doubtful.add(code)
            faults.append(Fault(where=where, found=name or code, problem=problem, mend="n'en garder qu'un"))
        elif code not in gazetteer.communes:
            unknown[code] = name
            parts[code] = value
        else:
            values[code] = value
            if code != raw.upper():
                repairs.append(f"{where} : code « {raw} » lu {code}")
    # The line of a commune that has merged since leaves its commune of today in doubt.
    doubtful |= {today.code for code in doubtful if (today := gazetteer.present_commune(code)) is not None}
    sound = {code: value for code, value in values.items() if code not in doubtful}
    if faults and not sound:
        raise DataError(faults)
    repairs.extend(_merged(parts, sound, unknown, gazetteer))
    return AfrFile(
        values=sound,
        unknown=unknown,
        repairs=tuple(repairs),
        faults=tuple(faults),
        nameless=nameless,
        doubtful=frozenset(doubtful),
    )


def _merged(
    parts: Mapping[str, str], values: dict[str, str], unknown: dict[str, str], gazetteer: Gazetteer
) -> Iterable[str]:
    """Communes of the list that have merged since: they are known again where their commune of today is classed alike.

    Where it is classed otherwise nobody can say what it is as a whole: it is left out, hence UNKNOWN. Where the list
    does not have it, the code stays unknown.
    """
    torn: dict[str, str] = {}
    for code, value in parts.items():
        today = gazetteer.present_commune(code)
        if today is None or today.code not in values:
            continue
        if values[today.code] == value:
            yield f"{code} ({unknown.pop(code)}) est aujourd'hui dans {today.name} ({today.code}), classée de même"
        else:
            torn[today.code] = today.name
    for code, name in torn.items():
        del values[code]
        yield f"{code} ({name}) : une de ses anciennes communes est classée autrement, zonage laissé inconnu"


def _table(path: Path) -> list[dict[str, str]]:
    text = read_text(path, most=MOST_TABLE_BYTES, windows=True)
    first = text.split("\n", 1)[0]
    return parse_rows(text, path.name, separator=";" if first.count(";") >= first.count(",") else ",")


def _value(raw: str, code: str, rules: AfrRules, gazetteer: Gazetteer) -> str | None:
    """The zone of a commune: the outermost regions are « a » zones, all of them."""
    value = rules.values.get(slug(raw))
    commune = gazetteer.communes.get(code)
    return rules.zone_a if value and commune and commune.region in rules.zone_a_regions else value


def plan_afr(
    found: AfrFile,
    before: Iterable[Mapping[str, str]],
    gazetteer: Gazetteer,
    *,
    rules: AfrRules,
    starts_on: date,
    ends_on: date | None,
    source: str,
    complete: bool,
) -> AfrImport:
    """The lines to write: the new list, and the earlier ones closed the day before it starts.

    With a complete list, a commune that is not in it is outside the zones; but not where a code of the list is no
    commune of today (a merger): the communes of that département then stay UNKNOWN. So do those whose line is at
    fault, and a line whose code cannot be read leaves the absent ones UNKNOWN everywhere: it may be any of them.
    """
    values = dict(found.values)
    undecided: list[str] = sorted(found.doubtful)
    if complete and not found.nameless:
        blurred = {_departement(code) for code in found.unknown}
        for commune in gazetteer.communes.values():
            if commune.code in values or commune.code in found.doubtful:
                continue
            if commune.departement in blurred:
                undecided.append(commune.code)
            else:
                values[commune.code] = rules.outside
    last = (starts_on - timedelta(days=1)).isoformat()
    kept = [_closed(line, last) for line in before if not line["du"] or line["du"] < starts_on.isoformat()]
    replaced = {line["code"]: line["valeur"] for line in before if line["maille"] == _COMMUNE}
    end = ends_on.isoformat() if ends_on else ""
    new = [
        dict(zip(COLUMNS, (_COMMUNE, code, value, starts_on.isoformat(), end, source), strict=True))
        for code, value in values.items()
    ]
    return AfrImport(
        lines=tuple(sorted([*kept, *new], key=lambda line: (line["code"], line["du"]))),
        added=tuple(sorted(values.keys() - replaced.keys())),
        changed=tuple(
            (code, replaced[code], values[code])
            for code in sorted(values.keys() & replaced.keys())
            if replaced[code] != values[code]
        ),
        removed=tuple(sorted(replaced.keys() - values.keys())),
        unknown=found.unknown,
        undecided=tuple(sorted(undecided)),
        repairs=found.repairs,
        counts=Counter(values.values()),
        faults=found.faults,
    )


def _departement(code: str) -> str:
    return code[:3] if code.startswith(("97", "98")) else code[:2]


def _closed(line: Mapping[str, str], last: str) -> Mapping[str, str]:
    return {**line, "au": last} if not line["au"] or line["au"] > last else line


def existing_lines(folder: Path) -> list[dict[str, str]]:
    """The lines of ``afr.csv`` in a catalogue, none when it has no such list; raises ``CatalogueError``."""
    path = catalogue_part(folder, "zonages") / ZONAGE
    if not path.is_file():
        return []
    lines = rows(path)
    if lines and set(lines[0]) != set(COLUMNS):
        mend = f"colonnes : {', '.join(COLUMNS)}"
        raise CatalogueError([Fault(where=f"zonages/{ZONAGE}", problem="colonnes inattendues", mend=mend)])
    return lines


def write_afr(lines: Iterable[Mapping[str, str]], zonages: Path) -> None:
    """Write ``afr.csv``; the file is whole or as it was."""
    path = zonages / ZONAGE
    with written_file(path) as draft, draft.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, fieldnames=COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows({key: inert(cell) for key, cell in line.items()} for line in lines)
