import re
from datetime import date
from decimal import Decimal
from itertools import combinations
from xml.etree import ElementTree as ET

import pytest

from rebond.restitution.charts import Bar, Chart, Level, Part, StackedBar, funnel, horizontal_bars, stacked_bars
from rebond.restitution.flows import Flow, Pair, before_after, flow_chart
from rebond.restitution.svg import Tone, rectangle, text_width, wrapped
from rebond.restitution.timeline import FLAT, Span, timeline
from rebond.units import format_millions
from tests.greys import contrast

_SVG = "{http://www.w3.org/2000/svg}"


def _bars() -> Chart:
    return horizontal_bars(
        [Bar(label="Équipements & outils", value=Decimal(62_000_000)), Bar(label="Terrain", value=Decimal(31_000_000))],
        key="natures",
        title="Investissement <par nature>",
        header=("Nature", "Montant"),
        write=format_millions,
    )


def _stack() -> Chart:
    parts = (
        Part(label="Prêts", value=Decimal(3), tone=Tone.STRONG),
        Part(label="Dons", value=Decimal(1), tone=Tone.PALE),
    )
    return stacked_bars([StackedBar(label="Plans", parts=parts)], key="formes", title="Formes", head="Ensemble")


def _funnel() -> Chart:
    return funnel(
        [
            Level(label="Entreprises", parts=(Part(label="rencontrées", value=Decimal(50), tone=Tone.NEUTRAL),)),
            Level(
                label="Projets",
                parts=(
                    Part(label="connus", value=Decimal(76), tone=Tone.STRONG),
                    Part(label="inconnus de tous les partenaires", value=Decimal(1), tone=Tone.ACCENT),
                ),
            ),
        ],
        key="entonnoir",
        title="Entonnoir",
    )


@pytest.fixture(params=[_bars, _stack, _funnel], ids=["bars", "stack", "funnel"])
def chart(request: pytest.FixtureRequest) -> Chart:
    made: Chart = request.param()
    return made


def test_a_chart_is_one_image_with_a_name_and_a_description(chart: Chart) -> None:
    root = ET.fromstring(chart.svg)
    ids = [element.attrib["id"] for element in root.iter() if "id" in element.attrib]
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-labelledby"].split() == ids
    assert root.findtext(f"{_SVG}title") == chart.title
    assert root.findtext(f"{_SVG}desc") == chart.description


def test_a_strict_content_policy_lets_a_chart_through(chart: Chart) -> None:
    root = ET.fromstring(chart.svg)
    assert not [element for element in root.iter() if "style" in element.attrib or element.tag == f"{_SVG}style"]
    assert not re.search(r"(javascript:|<script|\son\w+=|url\()", chart.svg)


def test_coordinates_have_no_french_comma(chart: Chart) -> None:
    for element in ET.fromstring(chart.svg).iter():
        for name in ("x", "y", "width", "height", "x1", "x2", "y1", "y2"):
            if name in element.attrib:
                float(element.attrib[name])


def test_nothing_is_drawn_outside_the_view_box(chart: Chart) -> None:
    root = ET.fromstring(chart.svg)
    _, _, width, height = map(float, root.attrib["viewBox"].split())
    for text in root.iter(f"{_SVG}text"):
        x, long = float(text.attrib["x"]), text_width(text.text or "", float(text.attrib["font-size"]))
        start = {"start": x, "middle": x - long / 2, "end": x - long}[text.attrib["text-anchor"]]
        assert start >= -0.5
        assert start + long <= width + 0.5
        assert 0 <= float(text.attrib["y"]) <= height
    for bar in root.iter(f"{_SVG}rect"):
        assert float(bar.attrib["x"]) + float(bar.attrib["width"]) <= width + 0.5


def test_every_number_of_a_drawing_is_in_its_table(chart: Chart) -> None:
    cells = {cell for row in chart.rows for cell in row}
    for text in ET.fromstring(chart.svg).iter(f"{_SVG}text"):
        numbers = re.findall(r"\d[\d\u202f]*(?:,\d+)?", text.text or "")
        assert all(any(number in cell for cell in cells) for number in numbers)


def test_twice_the_value_is_twice_the_length() -> None:
    rects = [float(bar.attrib["width"]) for bar in ET.fromstring(_bars().svg).iter(f"{_SVG}rect")]
    assert rects[0] == pytest.approx(2 * rects[1], abs=0.02)


def test_a_part_too_narrow_for_its_number_says_it_in_its_name() -> None:
    texts = [text.text for text in ET.fromstring(_funnel().svg).iter(f"{_SVG}text")]
    assert "1 inconnus de tous les partenaires" in texts


@pytest.mark.parametrize(
    "chart",
    [
        horizontal_bars([], key="vide", title="Rien", header=("A", "B")),
        stacked_bars([], key="vide", title="Rien", head="Ensemble"),
        funnel([], key="vide", title="Rien"),
    ],
    ids=["barres", "barres empilées", "entonnoir"],
)
def test_a_chart_without_data_says_so(chart: Chart) -> None:
    assert chart.description == "Aucune donnée."
    ET.fromstring(chart.svg)


def test_values_that_are_all_zero_draw_no_bar() -> None:
    chart = horizontal_bars([Bar(label="A", value=Decimal(0))], key="zero", title="Zéro", header=("A", "B"))
    assert [float(bar.attrib["width"]) for bar in ET.fromstring(chart.svg).iter(f"{_SVG}rect")] == [0.0]


def test_a_long_label_is_cut_between_words() -> None:
    lines = wrapped("Recherche industrielle et développement expérimental", 160)
    assert len(lines) > 1
    assert " ".join(lines) == "Recherche industrielle et développement expérimental"


@pytest.mark.parametrize("tone", list(Tone))
def test_text_on_a_fill_can_be_read(tone: Tone) -> None:
    assert contrast(tone.fill, tone.ink) >= 4.5


@pytest.mark.parametrize(("one", "other"), list(combinations(Tone, 2)))
def test_two_fills_are_told_apart_in_black_and_white(one: Tone, other: Tone) -> None:
    """By their grey, or because one alone is striped."""
    assert contrast(one.fill, other.fill) >= 1.5 or one.hatched != other.hatched


@pytest.mark.parametrize(("width", "height"), [(300, 34), (3, 22), (0, 22), (12, 12)])
def test_the_stripes_of_a_bar_stay_within_it(width: float, height: float) -> None:
    drawn = ET.fromstring(f"<g>{rectangle(10, 20, width, height, Tone.ACCENT)}</g>")
    stripes = [path.attrib["d"] for path in drawn.iter("path")]
    assert len(stripes) == (width > 0)
    for x, y in (map(float, point.split(",")) for d in stripes for point in re.findall(r"[\d.]+,[\d.]+", d)):
        assert 10 <= x <= 10 + width
        assert 20 <= y <= 20 + height
    assert "path" not in rectangle(10, 20, width, height, Tone.NEUTRAL)


def test_a_number_on_stripes_has_a_plain_ground() -> None:
    level = Level(label="Projets", parts=(Part(label="inconnus", value=Decimal(20), tone=Tone.ACCENT),))
    marks = list(ET.fromstring(funnel([level], key="k", title="Projets").svg))
    kinds = [(mark.tag.removeprefix(_SVG), mark.get("class", "")) for mark in marks]
    number = next(rank for rank, mark in enumerate(marks) if mark.text == "20")
    assert kinds[number - 1] == ("rect", "rb-ton rb-ton--accent")
    assert kinds[number - 2] == ("path", "rb-hachure")


def test_a_band_is_as_wide_as_what_goes_through_it_and_every_end_says_its_number() -> None:
    flows = [
        Flow(source="Mûrs", target="Financeurs", value=30, tone=Tone.STRONG),
        Flow(source="Mûrs", target="Enveloppe", value=10, tone=Tone.STRONG),
        Flow(source="À mûrir", target="Financeurs", value=20, tone=Tone.ACCENT),
        Flow(source="À mûrir", target="Personne", value=0, tone=Tone.ACCENT),
    ]
    chart = flow_chart(flows, key="k", title="Suites", header=("Maturité", "Suite", "Projets"))
    tree = ET.fromstring(chart.svg)
    words = [text.text for text in tree.iter("{http://www.w3.org/2000/svg}text")]
    assert {"40", "20", "50", "10"} <= set(words)
    assert "Personne" not in words
    bands = [path for path in tree.iter("{http://www.w3.org/2000/svg}path") if path.get("class") != "rb-hachure"]
    assert len(bands) == 3
    bars = [float(bar.attrib["height"]) for bar in tree.iter("{http://www.w3.org/2000/svg}rect")]
    assert bars == pytest.approx([200, 100, 250, 50])
    assert chart.rows[0] == ("Mûrs", "Financeurs", "30")
    assert not flow_chart([], key="k", title="Suites", header=("", "", "Projets")).rows


def test_before_and_after_are_on_one_scale_and_an_unknown_is_not_a_zero() -> None:
    pairs = [
        Pair(label="Projets", before=Decimal(40), after=Decimal(80), told=("40", "80")),
        Pair(label="Soutien", before=Decimal(0), after=Decimal(5), told=("non renseigné", "5 €")),
    ]
    chart = before_after(pairs, key="k", title="Deux études", header=("Chiffre", "Étude n° 1", "Étude n° 2"))
    bars = [float(b.attrib["width"]) for b in ET.fromstring(chart.svg).iter("{http://www.w3.org/2000/svg}rect")]
    assert bars[1] == pytest.approx(2 * bars[0])
    assert bars[2] == 0
    assert chart.rows[1] == ("Soutien", "non renseigné", "5 €")


def test_a_chart_of_one_value_is_no_drawing_of_a_document() -> None:
    """A bar, a level, a part that stands alone: the sentence before it has said the value."""
    one, two = Bar(label="Grues", value=Decimal(2)), Bar(label="Fours", value=Decimal(1))
    part = Part(label="Ferme", value=Decimal(2), tone=Tone.STRONG)
    levels = [Level(label=name, parts=(part,)) for name in ("Recensés", "Mûrs")]
    header = ("Nature", "Euros")
    assert horizontal_bars([one], key="k", title="T", header=header).alone
    assert not horizontal_bars([one, two], key="k", title="T", header=header).alone
    assert stacked_bars([StackedBar(label="Besoin", parts=(part,))], key="k", title="T", head="Niveau").alone
    assert not stacked_bars([StackedBar(label="Besoin", parts=(part, part))], key="k", title="T", head="N").alone
    assert funnel(levels, key="k", title="T").alone
    assert not funnel([*levels, Level(label="Suites", parts=(part, part))], key="k", title="T").alone


def test_a_calendar_of_a_flat_page_is_wider_than_high_and_names_stand_before_their_bars() -> None:
    """Seventeen actions one above the other made a picture twice as high as wide: the page shrank it."""
    day = date(2026, 10, 5)
    spans = [
        Span(label=f"Action {rank}", state="proposée", tone=Tone.MIDDLE, start=day, end=date(2027, 10, 5))
        for rank in range(17)
    ]
    flat = timeline(spans, key="k", title="T", on=day, width=FLAT).svg
    _, _, width, height = map(float, re.search(r'viewBox="([^"]*)"', flat)[1].split())  # type: ignore[index]
    assert width > 1.5 * height
    bars = [float(x) for x in re.findall(r'<rect[^>]*? x="([\d.]+)"', flat)]
    assert len(bars) == len(spans)
    assert min(bars) > width / 3
