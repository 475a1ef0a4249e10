"""Outlines of communes read from a shapefile (.shp with its .dbf and .prj, or a .zip of them), in degrees.

Two grounds are known: degrees (WGS 84, RGF 93) and Lambert 93, the one of metropolitan France. Others are refused: a
map drawn in the wrong place says something false.
"""

from __future__ import annotations

import io
import math
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import shapefile

from rebond.errors import CatalogueError, Fault

_PARTS: Final = ("shp", "dbf", "prj")
_MOST_BYTES: Final = 800_000_000
_MEND: Final = "le convertir en GeoJSON en degrés : ogr2ogr -t_srs EPSG:4326 communes.geojson communes.shp"
_POLYGONS: Final = {shapefile.POLYGON, shapefile.POLYGONM, shapefile.POLYGONZ}
Point = tuple[float, float]
"""Longitude, latitude."""


def shapefile_features(path: Path) -> Iterator[tuple[Mapping[str, Any], list[list[Point]]]]:
    """The attributes of each commune and its rings; raises ``CatalogueError`` for a file that is not read."""
    parts = _zipped(path) if zipfile.is_zipfile(path) else _beside(path)
    place = _ground(path, parts["prj"].decode("latin-1"))
    try:
        with shapefile.Reader(
            shp=io.BytesIO(parts["shp"]), dbf=io.BytesIO(parts["dbf"]), encoding="utf-8", encodingErrors="replace"
        ) as read:
            for each in read.iterShapeRecords():
                if each.shape.shapeType in _POLYGONS:
                    points, starts = each.shape.points, [*each.shape.parts, len(each.shape.points)]
                    rings = [[place(x, y) for x, y, *_ in points[a:b]] for a, b in pairwise(starts)]
                    yield each.record.as_dict(), rings
    except Exception as error:
        raise _refused(path, "shapefile illisible", "prendre une copie entière du jeu") from error


def _beside(path: Path) -> dict[str, bytes]:
    found = {}
    for part in _PARTS:
        cased = (path.with_suffix(f".{part}"), path.with_suffix(f".{part.upper()}"))
        file = next((each for each in cased if each.is_file()), None)
        if file is None:
            raise _refused(path, f"le fichier .{part} qui va avec n'est pas là", "mettre .shp, .dbf et .prj ensemble")
        if file.stat().st_size > _MOST_BYTES:
            raise _refused(path, "fichier démesuré", "n'en garder que le territoire")
        found[part] = file.read_bytes()
    return found


def _zipped(path: Path) -> dict[str, bytes]:
    """The three files of the only shapefile of an archive."""
    try:
        with zipfile.ZipFile(path) as archive:
            layers = [name for name in archive.namelist() if name.lower().endswith(".shp")]
            if len(layers) != 1:
                told = f" ({', '.join(sorted(Path(name).name for name in layers)[:5])})" if layers else ""
                mend = "n'y garder que celui des communes, avec ses .dbf et .prj"
                raise _refused(path, f"{len(layers)} shapefiles dans l'archive{told}, il en faut un", mend)
            names = {name.lower(): name for name in archive.namelist()}
            found = {}
            for part in _PARTS:
                name = names.get(f"{layers[0][:-4]}.{part}".lower())
                if name is None:
                    raise _refused(path, f"le fichier .{part} n'est pas dans l'archive", "y mettre .shp, .dbf et .prj")
                with archive.open(name) as stream:
                    found[part] = stream.read(_MOST_BYTES + 1)
                if len(found[part]) > _MOST_BYTES:
                    raise _refused(path, "fichier démesuré", "n'en garder que le territoire")
            return found
    except (zipfile.BadZipFile, zlib.error, OSError, RuntimeError, NotImplementedError, EOFError) as error:
        raise _refused(path, "archive illisible", "en prendre une copie entière") from error


def _ground(path: Path, told: str) -> Callable[[float, float], Point]:
    """How a point of the file is put in degrees."""
    flat = told.upper().replace("_", " ").replace("-", " ")
    if not flat.strip().startswith("PROJCS"):
        if flat.strip().startswith("GEOGCS"):
            return lambda x, y: (x, y)
        raise _refused(path, "le .prj ne dit pas de système de coordonnées", _MEND)
    if "LAMBERT 93" in flat or '"2154"' in flat:
        return degrees_of_lambert_93
    name = told.split('"')[1] if '"' in told else "inconnue"
    raise _refused(path, f"projection « {name[:60]} » non lue (degrés ou Lambert 93)", _MEND)


# Lambert 93 on the GRS 80 ellipsoid: IGN, NTG 71 and « Projections cartographiques en usage en France » (constants of
# the conic that touches at 44° and 49° N, origin 46°30' N 3° E at 700 000 m, 6 600 000 m).
_N: Final = 0.7256077650532670
_C: Final = 11754255.426096
_X: Final = 700_000.0
_Y: Final = 12655612.049876
_ECCENTRICITY: Final = 0.0818191910428158
_MERIDIAN: Final = math.radians(3)
_ENOUGH: Final = 12
"""Turns of the iteration: each divides the error by three hundred."""


def degrees_of_lambert_93(x: float, y: float) -> Point:
    """Longitude and latitude of a point in metres.

    >>> tuple(round(value, 6) for value in degrees_of_lambert_93(700_000, 6_600_000))
    (3.0, 46.5)
    """
    radius, turn = math.hypot(x - _X, y - _Y), math.atan2(x - _X, _Y - y)
    isometric = math.exp(-math.log(radius / _C) / _N)
    latitude = 2 * math.atan(isometric) - math.pi / 2
    for _ in range(_ENOUGH):
        bulge = _ECCENTRICITY * math.sin(latitude)
        latitude = 2 * math.atan(((1 + bulge) / (1 - bulge)) ** (_ECCENTRICITY / 2) * isometric) - math.pi / 2
    return math.degrees(_MERIDIAN + turn / _N), math.degrees(latitude)


def _refused(path: Path, problem: str, mend: str) -> CatalogueError:
    return CatalogueError([Fault(where=f"« {path.name} »", problem=problem, mend=mend)])
