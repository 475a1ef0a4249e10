import itertools
import math
from decimal import Decimal
from xml.etree import ElementTree as ET

import pytest

from rebond.data import data_folder
from rebond.eligibility.places import load_gazetteer
from rebond.restitution.charts import Chart
from rebond.restitution.geometry import Box, cells, fitted_frame
from rebond.restitution.map_labels import Named, label_places
from rebond.restitution.outlines import centre, simplified
from rebond.restitution.svg import text_width
from rebond.restitution.territory_map import Place, territory_map, territory_places
from rebond.units import format_millions
from tests.greys import contrast

_SVG = "{http://www.w3.org/2000/svg}"
_POINTS = {"A": (48.1, 5.1), "B": (47.9, 5.3), "C": (48.0, 5.2)}
_PLACES = (
    Place(code="A", name="Amont", group="Nord", population=900),
    Place(code="B", name="Aval", group="Sud", population=100),
    Place(code="C", name="Centre", group="Sud", population=20_000),
)


def _drawn(values: dict[str, int], points: dict[str, tuple[float, float]] | None = None) -> Chart:
    return territory_map(
        _PLACES,
        {code: Decimal(value) for code, value in values.items()},
        _POINTS if points is None else points,
        key="carte",
        title="Carte",
        measure="Investissement",
        write=format_millions,
    )


def _circles(chart: Chart, css: str) -> list[ET.Element]:
    return [c for c in ET.fromstring(chart.svg).iter(f"{_SVG}circle") if c.attrib.get("class") == css]


def test_the_area_of_a_circle_follows_the_amount() -> None:
    radii = [float(circle.attrib["r"]) for circle in _circles(_drawn({"A": 8_000_000, "B": 2_000_000}), "rb-symbole")]
    assert radii[0] == pytest.approx(2 * radii[1], abs=0.02)


def test_north_is_up_and_east_is_right() -> None:
    north, south = _circles(_drawn({"A": 2_000_000, "B": 1_000_000}), "rb-symbole")
    assert float(north.attrib["cy"]) < float(south.attrib["cy"])
    assert float(north.attrib["cx"]) < float(south.attrib["cx"])


def test_a_kilometre_is_as_long_both_ways() -> None:
    frame = fitted_frame([(48.0, 5.0), (48.2, 5.4)], 500, 600)
    origin, up, right = frame.project(48.1, 5.2), frame.project(48.11, 5.2), frame.project(48.1, 5.21)
    shrink = math.cos(math.radians(48.1))
    assert right[0] - origin[0] == pytest.approx((origin[1] - up[1]) * shrink, rel=1e-6)


def test_a_commune_without_coordinates_is_listed_beside_the_map() -> None:
    chart = _drawn({"A": 2_000_000, "B": 1_000_000}, {"A": (48.1, 5.1), "C": (48.0, 5.2)})
    words = " ".join(text.text or "" for text in ET.fromstring(chart.svg).iter(f"{_SVG}text"))
    assert "Sans coordonnées, hors de la carte\u00a0: Aval" in words
    assert ("Aval", "Sud", format_millions(Decimal(1_000_000))) in chart.rows
    assert len(_circles(chart, "rb-symbole")) == 1


def test_without_any_coordinates_bars_take_the_place_of_the_map() -> None:
    chart = _drawn({"A": 2_000_000, "B": 1_000_000}, {})
    assert not _circles(chart, "rb-symbole")
    assert [row[0] for row in chart.rows] == ["Nord", "Sud", "Amont", "Aval"]


def test_a_territory_without_projects_is_still_drawn() -> None:
    chart = _drawn({})
    assert len(_circles(chart, "rb-population")) == len(_PLACES) + 1  # and the one of the legend
    assert "aucune valeur" in chart.description


def test_the_legend_shows_at_most_three_sizes_within_the_data() -> None:
    chart = _drawn({"A": 17_000_000})
    rings = [c for c in ET.fromstring(chart.svg).iter(f"{_SVG}circle") if c.attrib.get("fill") == "none"]
    symbol = float(_circles(chart, "rb-symbole")[0].attrib["r"])
    assert len(rings) == 3
    assert all(float(ring.attrib["r"]) <= symbol for ring in rings)


def test_each_commune_owns_the_paper_nearest_to_it() -> None:
    points = [(0.0, 0.0), (10.0, 0.0), (0.0, 12.0), (9.0, 9.0)]
    for point, shape in zip(points, cells(points, 30), strict=True):
        for corner in shape:
            assert all(math.dist(corner, point) <= math.dist(corner, other) + 1e-6 for other in points)


@pytest.fixture(scope="module")
def whole_territory() -> Chart:
    places = territory_places(load_gazetteer(data_folder() / "referentiels"), ("200068658", "200072999"))
    points = {place.code: (47.7 + (rank % 11) / 15, 4.9 + (rank // 11) / 14) for rank, place in enumerate(places)}
    values = {place.code: Decimal(1_000_000 + 37_000 * (rank % 17)) for rank, place in enumerate(places)}
    return territory_map(
        places, values, points, key="carte", title="Carte", measure="Investissement", write=format_millions
    )


def test_names_on_the_map_never_overlap(whole_territory: Chart) -> None:
    boxes = []
    for text in ET.fromstring(whole_territory.svg).iter(f"{_SVG}text"):
        if text.attrib["class"] == "rb-halo":
            x, y = float(text.attrib["x"]), float(text.attrib["y"])
            width = text_width(text.text or "", float(text.attrib["font-size"]))
            left = {"start": x, "middle": x - width / 2, "end": x - width}[text.attrib["text-anchor"]]
            boxes.append(Box(left, y - 11, left + width, y + 4))
    assert boxes
    assert not any(one.meets(other) for one, other in itertools.combinations(boxes, 2))


def test_the_two_intercommunalities_of_the_sample_have_117_communes(whole_territory: Chart) -> None:
    grounds = [p for p in ET.fromstring(whole_territory.svg).iter(f"{_SVG}polygon") if "rb-fond" in p.get("class", "")]
    assert len(grounds) == 117
    assert len({ground.attrib["fill"] for ground in grounds}) == 2


def test_a_town_hemmed_in_by_circles_is_named_at_the_end_of_a_line() -> None:
    town = Named(x=200, y=200, radius=10, width=60)
    hedge = [(200 + 34 * math.cos(turn / 4), 200 + 34 * math.sin(turn / 4), 6.0) for turn in range(25) if turn % 4]
    (label,) = label_places([town], [(200, 200, 10), *hedge], 400, 400, most=1)
    assert label is not None
    assert label.leader is not None
    assert not any(label.box.covers(*circle) for circle in hedge)


def test_no_leader_line_crosses_a_name() -> None:
    crowd = [Named(x=150 + 14 * (i % 4), y=150 + 14 * (i // 4), radius=6, width=60) for i in range(12)]
    labels = label_places(crowd, [(c.x, c.y, c.radius) for c in crowd], 400, 400, most=12)
    placed = [label for label in labels if label]
    leaders = [label.leader for label in placed if label.leader]
    assert leaders
    assert not any(label.box.is_crossed(*leader) for label in placed for leader in leaders if label.leader != leader)


def test_the_second_industrial_town_is_named_before_the_villages() -> None:
    places = territory_places(load_gazetteer(data_folder() / "referentiels"), ("200068658", "200072999"))
    points = {place.code: (47.7 + (rank % 11) / 15, 4.9 + (rank // 11) / 14) for rank, place in enumerate(places)}
    values = {place.code: Decimal(10 if place.name == "Nogent" else 1) for place in places}
    chart = territory_map(places, values, points, key="carte", title="Carte", measure="Projets")
    assert "Nogent" in {text.text for text in ET.fromstring(chart.svg).iter(f"{_SVG}text")}


def test_outlines_take_the_place_of_cells_and_name_their_source() -> None:
    square = ((48.05, 5.05), (48.15, 5.05), (48.15, 5.15), (48.05, 5.15))
    places = (
        Place(code="A", name="Amont", group="Nord", outline=(square,), credit="IGN, Licence Ouverte 2.0"),
        Place(code="B", name="Aval", group="Sud", population=100),
    )
    drawn = territory_map(
        places,
        {"A": Decimal(2), "B": Decimal(1)},
        {"B": (48.0, 5.1)},
        key="carte",
        title="Carte",
        measure="projets",
        marked={"A": "Projet retenu par le comité", "C": "Projet retenu par le comité"},
    )
    tree = ET.fromstring(drawn.svg)
    assert [path.get("fill-rule") for path in tree.iter(f"{_SVG}path") if path.get("class") != "rb-limite"] == [
        "evenodd"
    ]
    words = [text.text or "" for text in tree.iter(f"{_SVG}text")]
    assert "Contours des communes\u00a0: IGN, Licence Ouverte 2.0." in words
    assert sum(shape.get("class") == "rb-signe" for shape in tree.iter(f"{_SVG}polygon")) == 2, "and one in the legend"
    assert drawn.description.endswith("Projet retenu par le comité\u00a0: Amont.")
    assert not drawn.description.startswith("Carte schématique")
    # Amont has no point of its own: its circle is at the centre of its outline, north of Aval.
    north, south = (float(circle.attrib["cy"]) for circle in _circles(drawn, "rb-symbole"))
    assert north < south


def test_the_centre_of_a_ring_does_not_depend_on_how_it_turns_and_neighbours_keep_one_border() -> None:
    ring = ((0.0, 0.0), (0.0, 3.0), (3.0, 3.0), (3.0, 0.0))
    for each in (ring, ring[::-1], ring[2:] + ring[:2]):
        assert centre([each, ((0.0, 0.0), (0.0, 0.1), (0.1, 0.1))]) == pytest.approx((1.5, 1.5))
    left = [(48.00012, 5.0), (48.1, 5.0), (48.10004, 5.10001), (48.05, 5.10004), (48.0, 5.1)]
    right = [(48.0, 5.1), (48.05, 5.10004), (48.10004, 5.10001), (48.1, 5.2), (48.0, 5.2)]
    assert len(set(simplified(left, 3)) & set(simplified(right, 3))) == 3


def test_two_intercommunalities_are_told_apart_without_colour() -> None:
    """A line goes between them and around, none between two communes of one; neighbours differ in grey."""
    places = tuple(
        Place(code=code, name=code, group=group, outline=(((48, x), (48, x + 1), (49, x + 1), (49, x)),))
        for x, (code, group) in enumerate((("A", "Nord"), ("B", "Nord"), ("C", "Sud")))
    )
    drawn = territory_map(places, {"A": Decimal(1)}, {}, key="carte", title="Carte", measure="projets")
    tree = ET.fromstring(drawn.svg)
    (limit,) = (path for path in tree.iter(f"{_SVG}path") if path.get("class") == "rb-limite")
    assert limit.attrib["d"].count("M") == 4 * 3 - 2 - 1, "the edge of A and B is inside; that of B and C is drawn once"
    fills = list(dict.fromkeys(p.attrib["fill"] for p in tree.iter(f"{_SVG}path") if "rb-fond" in p.get("class", "")))
    assert len(fills) == 2
    assert contrast(*fills) >= 1.3
