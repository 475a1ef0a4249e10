"""Outlines of communes brought in from an open set, or refused with every fault; the shipped ones."""

import json
import math
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import shapefile
from click.testing import CliRunner

from rebond.adapters.outlines import load_outlines, name_of, read_outlines
from rebond.cli import main
from rebond.data import data_folder
from rebond.errors import CatalogueError

SQUARE = [[5.0, 48.0], [5.1, 48.0], [5.1, 48.1], [5.0, 48.1], [5.0, 48.0]]
HOLE = [[5.02, 48.02], [5.04, 48.02], [5.04, 48.04], [5.02, 48.02]]


def feature(code: Any, *rings: list[list[float]], kind: str = "Polygon", name: str = "code") -> dict[str, Any]:
    coordinates: Any = list(rings) if kind == "Polygon" else [list(rings)]
    return {"type": "Feature", "properties": {name: code}, "geometry": {"type": kind, "coordinates": coordinates}}


def collection(*features: dict[str, Any]) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def geojson(path: Path, *features: dict[str, Any]) -> Path:
    path.write_bytes(collection(*features))
    return path


def test_the_shipped_outlines_cover_the_sample_territory_and_name_their_source() -> None:
    found = load_outlines(data_folder())
    assert len(found.of) == 117
    assert set(found.credits.values()) == {"IGN, ADMIN EXPRESS COG, Licence Ouverte 2.0"}
    assert all(len(ring) >= 3 for rings in found.of.values() for ring in rings)


def test_geojson_and_topojson_say_the_same(tmp_path: Path) -> None:
    plain = geojson(
        tmp_path / "a.geojson",
        feature(52121, SQUARE, HOLE, name="INSEE_COM"),
        feature("01001", SQUARE, kind="MultiPolygon"),
        feature("75056", SQUARE),
    )
    found = read_outlines(plain, {"52121", "01001", "52269"})
    assert (sorted(found.of), found.other, found.missing) == (["01001", "52121"], 1, ("52269",))
    assert len(found.of["52121"]) == 2
    assert found.of["52121"][0] == ((48.0, 5.0), (48.0, 5.1), (48.1, 5.1), (48.1, 5.0))
    # Two arcs, the second read backwards, on a grid of a tenth of a degree.
    topology = {
        "type": "Topology",
        "transform": {"scale": [0.1, 0.1], "translate": [5.0, 48.0]},
        "arcs": [[[0, 0], [1, 0], [0, 1]], [[0, 0], [0, 1], [1, 0]]],
        "objects": {"c": {"geometries": [{"type": "Polygon", "arcs": [[0, ~1]], "properties": {"codgeo": "52121"}}]}},
    }
    (tmp_path / "b.topojson").write_text(json.dumps(topology), encoding="utf-8")
    assert read_outlines(tmp_path / "b.topojson", {"52121"}).of["52121"] == (found.of["52121"][0],)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"PK\x03\x04", "manque|n'est pas là|illisible"),
        (b"{", "JSON illisible"),
        (b"[" * 100_000, "JSON illisible"),
        (b"[]", "ni un GeoJSON ni un TopoJSON"),
        (collection({"properties": {"code": "52121"}}), "illisible"),
        (collection(feature("1", SQUARE)), "aucune commune"),
        (collection(feature("52121", [[5.0, 48.0]])), "vide"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_outline_is_refused_in_french(body: bytes, told: str, tmp_path: Path) -> None:
    name = "c.zip" if body.startswith(b"PK") else "c.json"
    (tmp_path / name).write_bytes(body)
    with pytest.raises(CatalogueError, match=told):
        read_outlines(tmp_path / name, {"52121"})


def test_every_fault_is_said_at_once_and_nothing_is_written(tmp_path: Path) -> None:
    lambert = [[880_000.0, 6_780_000.0], [880_100.0, 6_780_000.0], [880_100.0, 6_780_100.0]]
    twice = feature("52269", SQUARE)
    file = geojson(tmp_path / "c.json", feature("52121", lambert), twice, twice, feature("9", []))
    out = tmp_path / "catalogue"
    words = ["geo", "import", str(file), "--epci", "200068658", "--epci", "200072999", "--out", str(out)]
    origin = ["--source", "IGN, ADMIN EXPRESS COG", "--licence", "Licence Ouverte 2.0", "--millesime", "2026"]
    refused = CliRunner().invoke(main, [*words, *origin])
    assert refused.exit_code == 2
    assert "pas en degrés" in refused.output
    assert "elle y est deux fois" in refused.output
    assert not (out / "contours").exists()
    unsourced = CliRunner().invoke(main, [*words, *origin[:2], "--licence", " ", "--millesime", "2026"])
    assert "sans origine" in unsourced.output
    geojson(file, feature("52121", SQUARE))
    done = CliRunner().invoke(main, [*words, *origin])
    assert done.exit_code == 0, done.output
    assert "Sans contour (116)" in done.output
    assert load_outlines(out).credits == {"52121": "IGN, ADMIN EXPRESS COG, Licence Ouverte 2.0"}


def test_a_path_through_a_file_is_refused_in_french_and_a_wide_territory_has_a_name(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("{}", encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"chemin"):
        read_outlines(tmp_path / "a.json" / "b.json", {"52269"})
    wide = [f"2000{rank:05}" for rank in range(40)]
    assert name_of(wide) == name_of(wide[::-1])
    assert len(name_of(wide)) < 60
    assert name_of(wide[:2]) == "200000000-200000001.json"


LAMBERT = 'PROJCS["RGF93_v1_Lambert_93",GEOGCS["GCS_RGF93"],PROJECTION["Lambert_Conformal_Conic"]]'
DEGREES = 'GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984"]]'


def lambert_93(longitude: float, latitude: float) -> tuple[float, float]:
    """Metres of a point, by the direct formula (IGN, ALG0001 and ALG0003)."""
    n, c, e, phi = 0.725607765053267, 11754255.426096, 0.0818191910428158, math.radians(latitude)
    bulge = e * math.sin(phi)
    isometric = math.log(math.tan(math.pi / 4 + phi / 2) * ((1 - bulge) / (1 + bulge)) ** (e / 2))
    radius, turn = c * math.exp(-n * isometric), n * math.radians(longitude - 3)
    return 700_000 + radius * math.sin(turn), 12655612.049876 - radius * math.cos(turn)


def written_shapefile(path: Path, ground: str, place: Callable[[float, float], tuple[float, float]]) -> Path:
    with shapefile.Writer(path, shapeType=shapefile.POLYGON) as book:
        book.field("INSEE_COM", "C", 5)
        book.field("NOM", "C", 40)
        for code, rings in (("52121", [SQUARE[::-1], HOLE]), ("75056", [SQUARE[::-1]])):
            book.poly([[place(x, y) for x, y in ring] for ring in rings])
            book.record(code, "Chaumont")
    path.with_suffix(".prj").write_text(ground, encoding="utf-8")
    return path


def test_a_shapefile_in_degrees_or_in_lambert_93_says_what_a_geojson_says(tmp_path: Path) -> None:
    plain = read_outlines(geojson(tmp_path / "a.geojson", feature("52121", SQUARE, HOLE)), {"52121"}).of["52121"]
    flat = written_shapefile(tmp_path / "flat.shp", LAMBERT, lambert_93)
    round_ = written_shapefile(tmp_path / "round.shp", DEGREES, lambda x, y: (x, y))
    packed = tmp_path / "communes.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for part in ("shp", "shx", "dbf", "prj"):
            archive.write(flat.with_suffix(f".{part}"), f"ADE/COMMUNE.{part}")
    for path in (flat, round_, packed):
        found = read_outlines(path, {"52121", "52269"})
        assert (found.other, found.missing) == (1, ("52269",))
        assert [set(ring) for ring in found.of["52121"]] == [set(ring) for ring in plain], path.name


def test_a_shapefile_that_lacks_its_ground_or_has_another_is_refused_with_what_to_do(tmp_path: Path) -> None:
    path = written_shapefile(tmp_path / "a.shp", 'PROJCS["RGAF09_UTM_zone_20N"]', lambda x, y: (x, y))
    with pytest.raises(CatalogueError, match=r"UTM_zone_20N.*ogr2ogr"):
        read_outlines(path, {"52121"})
    path.with_suffix(".prj").write_text(DEGREES, encoding="utf-8")
    path.write_bytes(path.read_bytes()[:150])
    with pytest.raises(CatalogueError, match="illisible"):
        read_outlines(path, {"52121"})
    path.with_suffix(".prj").unlink()
    with pytest.raises(CatalogueError, match=r"\.prj qui va avec"):
        read_outlines(path, {"52121"})
    with zipfile.ZipFile(tmp_path / "two.zip", "w") as archive:
        for name in ("a", "b"):
            archive.writestr(f"{name}.shp", b"")
    with pytest.raises(CatalogueError, match="2 shapefiles"):
        read_outlines(tmp_path / "two.zip", {"52121"})
