"""Outlines of communes read from an open set (GeoJSON, TopoJSON, shapefile), kept with their source and licence."""

from __future__ import annotations

import hashlib
import json
import math
import zipfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rebond.data import catalogue_parts
from rebond.data.unreadable import system_reason
from rebond.errors import CatalogueError, Fault
from rebond.restitution.geometry import Point
from rebond.restitution.outlines import Outlines, Ring, simplified

FOLDER, SCHEMA = "contours", "contours/v1"
DECIMALS = 4
"""About ten metres: finer than any map that we draw."""
_COARSER = (4, 3)
_MOST_POINTS = 60
"""Points of a commune beyond which a coarser grid is tried."""
_LEAST_POINTS = 3
_LONGEST_NAME = 120
_MOST_BYTES = 400_000_000
_CODES = ("code", "code_insee", "insee_com", "INSEE_COM", "codgeo", "CODGEO", "code_commune", "insee", "com")
_FRANCE = (-63.2, 55.9, -21.5, 51.3)
"""West, east, south and north of France with its overseas departments, in degrees."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What a file gives of the communes that are wanted."""

    of: Mapping[str, tuple[Ring, ...]]
    other: int
    """Communes of the file that nobody asked for."""
    missing: tuple[str, ...]
    """Communes that the file does not have."""


def load_outlines(folder: Path) -> Outlines:
    """Those that come with Rebond and those that an instance imported; raises ``CatalogueError`` for a wrong file."""
    found: dict[str, tuple[Ring, ...]] = {}
    credited: dict[str, str] = {}
    for part in catalogue_parts(folder, FOLDER):
        for path in sorted(part.glob("*.json")):
            told = _data(path)
            try:
                if told["schema"] != SCHEMA:
                    raise _refused(path, "ce n'est pas un fichier de contours de Rebond", _AGAIN)
                mine = {
                    str(code): tuple(tuple((float(y), float(x)) for y, x in ring) for ring in rings)
                    for code, rings in told["communes"].items()
                }
                credit = f"{told['source']}, {told['licence']}"
            except (KeyError, TypeError, ValueError, AttributeError):
                raise _refused(path, "contours illisibles", _AGAIN) from None
            found |= mine
            credited |= dict.fromkeys(mine, credit)
    return Outlines(of=found, credits=credited)


_AGAIN = "l'importer de nouveau : rebond geo import"


def read_outlines(path: Path, wanted: Collection[str]) -> Read:
    """The outlines of some communes; raises ``CatalogueError`` with every fault of the file."""
    if path.suffix.lower() in {".zip", ".shp"} or zipfile.is_zipfile(path):
        return _kept(path, list(_of_shapefile(path)), set(wanted))
    data = _data(path)
    kind = data.get("type") if isinstance(data, dict) else None
    if kind not in ("FeatureCollection", "Topology"):  # A tuple: what a hostile file puts there may have no hash.
        mend = "donner une FeatureCollection GeoJSON, ou un TopoJSON, de communes"
        raise _refused(path, "ce n'est ni un GeoJSON ni un TopoJSON", mend)
    try:
        features = [
            (code, [[(float(point[1]), float(point[0])) for point in ring] for ring in rings])
            for code, rings in (_features(data) if kind == "FeatureCollection" else _of_topology(data))
        ]
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError, RecursionError):
        raise _refused(path, "géométrie illisible", "vérifier le fichier, ou le télécharger de nouveau") from None
    return _kept(path, features, set(wanted))


def name_of(epcis: Collection[str]) -> str:
    """The file of a territory: the same for the same intercommunalities, however many they are."""
    told = "-".join(sorted(epcis))
    return f"{told if len(told) <= _LONGEST_NAME else hashlib.sha256(told.encode()).hexdigest()[:32]}.json"


def written(read: Read, *, source: str, licence: str, year: str) -> str:
    """The file that ``load_outlines`` reads: one commune a line, the same bytes for the same set."""
    lines = [
        f"  {json.dumps(code)}: {json.dumps(rings, separators=(',', ':'))}" for code, rings in sorted(read.of.items())
    ]
    head = {"schema": SCHEMA, "source": source, "licence": licence, "millesime": year}
    top = "\n".join(f" {json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}," for key, value in head.items())
    return "{\n" + top + '\n "communes": {\n' + ",\n".join(lines) + "\n }\n}\n"


def _kept(path: Path, features: Sequence[tuple[str, list[list[Point]]]], wanted: set[str]) -> Read:
    found: dict[str, tuple[Ring, ...]] = {}
    faults, other = [], 0
    for rank, (code, rings) in enumerate(features, start=1):
        if code not in wanted:
            other += 1
            continue
        where = f"« {path.name} », commune {code} (objet {rank})"
        points = [point for ring in rings for point in ring]
        if code in found:
            faults.append(Fault(where=where, problem="elle y est deux fois", mend="n'en garder qu'une"))
        elif not all(_is_placed(point) for point in points):
            mend = "reprojeter le fichier en degrés (WGS 84, EPSG:4326)"
            faults.append(Fault(where=where, problem="coordonnées hors de France, ou pas en degrés", mend=mend))
        else:
            simple = _simple(rings)
            if simple:
                found[code] = simple
            else:
                faults.append(Fault(where=where, problem="contour vide", mend="vérifier cette commune"))
    if not found and not faults:
        codes = ", ".join(f"« {name} »" for name in _CODES[:4])
        mend = f"vérifier le territoire, et que le code INSEE est dans une propriété nommée {codes}…"
        faults.append(Fault(where=f"« {path.name} »", problem="aucune commune du territoire n'y est", mend=mend))
    if faults:
        raise CatalogueError(faults)
    return Read(of=found, other=other, missing=tuple(sorted(wanted - found.keys())))


def _is_placed(point: Point) -> bool:
    latitude, longitude = point
    west, east, south, north = _FRANCE
    return math.isfinite(longitude) and west <= longitude <= east and south <= latitude <= north


def _simple(rings: Sequence[Sequence[Point]]) -> tuple[Ring, ...]:
    """Fewer points where there are too many; a ring of which nothing is left goes."""
    for decimals in _COARSER:
        found = tuple(r for r in (simplified(ring, decimals) for ring in rings) if len(r) >= _LEAST_POINTS)
        if sum(map(len, found)) <= _MOST_POINTS:
            break
    return found


def _features(data: Mapping[str, Any]) -> Iterator[tuple[str, list[list[Any]]]]:
    for feature in data["features"]:
        if code := _code(feature["properties"]):
            yield code, list(_rings(feature["geometry"]["type"], feature["geometry"]["coordinates"]))


def _of_shapefile(path: Path) -> Iterator[tuple[str, list[list[Point]]]]:
    from rebond.adapters.shapefiles import shapefile_features  # Its library is for this alone.

    for properties, rings in shapefile_features(path):
        if code := _code(properties):
            yield code, [[(latitude, longitude) for longitude, latitude in ring] for ring in rings]


def _rings(kind: str, coordinates: Any) -> Iterator[list[Any]]:
    match kind:
        case "Polygon":
            yield from coordinates
        case "MultiPolygon":
            for polygon in coordinates:
                yield from polygon
        case _:
            raise ValueError(kind)


def _code(properties: Mapping[str, Any]) -> str:
    return next((str(properties[name]).zfill(5) for name in _CODES if properties.get(name)), "")


def _of_topology(data: Mapping[str, Any]) -> Iterator[tuple[str, list[list[Any]]]]:
    """Arcs put end to end (TopoJSON 1.0: delta-encoded when there is a transform)."""
    arcs = [_arc(arc, data.get("transform")) for arc in data["arcs"]]
    for layer in data["objects"].values():
        for geometry in layer["geometries"]:
            code = _code(geometry.get("properties") or {})
            if code:
                rings = _rings(geometry["type"], geometry["arcs"])
                yield code, [_joined(ring, arcs) for ring in rings]


def _arc(arc: Sequence[Any], transform: Mapping[str, Any] | None) -> list[tuple[float, float]]:
    if not transform:
        return [(float(x), float(y)) for x, y, *_ in arc]
    (scale_x, scale_y), (from_x, from_y) = transform["scale"], transform["translate"]
    found, x, y = [], 0, 0
    for step_x, step_y, *_ in arc:
        x, y = x + step_x, y + step_y
        found.append((x * scale_x + from_x, y * scale_y + from_y))
    return found


def _joined(ring: Sequence[int], arcs: Sequence[list[tuple[float, float]]]) -> list[tuple[float, float]]:
    points: list[tuple[float, float]] = []
    for number in ring:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        points += arc if not points else arc[1:]
    return points


def _data(path: Path) -> Any:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise _refused(path, "fichier démesuré", "n'en garder que le département")
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError):
        raise _refused(path, "JSON illisible", "vérifier le fichier, ou le télécharger de nouveau") from None
    except FileNotFoundError:
        raise _refused(path, "fichier introuvable", "vérifier le chemin") from None
    except OSError as error:
        raise _refused(path, system_reason(error), "vérifier le chemin et les droits") from None


def _refused(path: Path, problem: str, mend: str) -> CatalogueError:
    return CatalogueError([Fault(where=f"« {path.name} »", problem=problem, mend=mend)])
