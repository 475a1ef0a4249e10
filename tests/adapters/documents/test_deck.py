"""The committee deck, read back from its file: what it says, where, and to whom it can be read aloud."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from lxml import etree
from pptx import Presentation
from pptx.util import Inches, Pt

from rebond.adapters.documents.deck import deck_bytes
from rebond.adapters.documents.deck_template import HEIGHT, LAYOUTS, WIDTH, default_template
from rebond.adapters.documents.fitting import LEADING, lines_needed
from rebond.facts import CommitteeDecision, DecisionOutcome
from rebond.indicators.definitions import compute_indicators
from rebond.portfolio.call import CallStatus
from rebond.restitution.contents import Figure
from rebond.restitution.deck import Kind, collect_deck
from rebond.restitution.svg import text_width
from rebond.results import MissionResult

_EMU = 914_400
_NS = {
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "p": "http://schemas.openxmlformats.org/presentationml/2006/main",
}


@pytest.fixture(scope="module")
def deck(result: MissionResult):
    return collect_deck(result)


@pytest.fixture(scope="module")
def file(folder: Path):
    return Presentation(str(folder / "presentation.pptx"))


def _opened(content: bytes):
    return Presentation(io.BytesIO(content))


def _words(shape) -> str:
    return shape.text_frame.text if shape.has_text_frame else ""


def _decided(result: MissionResult) -> MissionResult:
    """The same mission once its committee decided of everything that was proposed."""
    chosen = [p for p in result.projects if p.decision.status is CallStatus.RETAINED]
    decisions = tuple(
        CommitteeDecision(
            project_id=p.project.id,
            outcome=DecisionOutcome.RETAINED,
            amount=Decimal(150_000),
            decided_on=date(2026, 10, 5),
        )
        for p in chosen
    )
    found = replace(result, census=replace(result.census, decisions=decisions))
    return replace(found, indicators=compute_indicators(found))


def test_each_slide_states_its_finding_and_nothing_stands_outside_it(file, deck) -> None:
    assert 10 <= len(file.slides) <= 13
    assert (file.slide_width, file.slide_height) == (round(WIDTH * _EMU), round(HEIGHT * _EMU))
    titles = [slide.shapes.title.text_frame.text for slide in file.slides]
    assert len(set(titles)) == len(titles) == len(deck.slides) + 1
    # A finding is a sentence with a figure or a verb: never the name of a chapter.
    assert all(len(title.split()) >= 6 for title in titles[1:])
    for slide in file.slides:
        for shape in slide.shapes:
            assert shape.left >= 0
            assert shape.top >= 0
            assert shape.left + shape.width <= file.slide_width + 1, (slide.shapes.title.text_frame.text, shape.name)
            assert shape.top + shape.height <= file.slide_height, (slide.shapes.title.text_frame.text, shape.name)


def _sizes(slide):
    """Each text of a slide with the room that it has and the room that it takes, in points."""
    for shape in slide.shapes:
        if not (shape.has_text_frame and shape.text_frame.text.strip()):
            continue
        of_layout = {each.placeholder_format.idx: each for each in slide.slide_layout.placeholders}
        place = of_layout[shape.placeholder_format.idx]
        base = int(place._element.find(".//a:lvl1pPr/a:defRPr", _NS).get("sz")) / 100
        bullets = bool(place._element.findall(".//a:buChar", _NS))
        width = shape.width / Pt(1) - 24 * bullets
        taken = 9.0 * bullets * (len(shape.text_frame.paragraphs) - 1)
        for paragraph in shape.text_frame.paragraphs:
            own = [run.font.size.pt for run in paragraph.runs if run.font.size]
            size = max(own, default=base)
            taken += lines_needed(paragraph.text, width, size) * size * LEADING
        yield shape, taken, shape.height / Pt(1)


def test_no_text_overflows_its_place_even_when_names_are_very_long(file, result) -> None:
    settings = result.census.settings
    name = "Mission de réindustrialisation du territoire d'industrie " + "de la vallée et des plateaux " * 5
    long_titles = tuple(
        replace(
            p,
            project=replace(p.project, title=f"{p.project.title} {'avec modernisation des ateliers ' * 6}"),
            firm=replace(p.firm, name=f"{'Entreprise-au-nom-interminable-de-fabrication ' * 4} {rank}"),
        )
        for rank, p in enumerate(result.projects)
    )
    long = replace(
        result,
        projects=long_titles,
        census=replace(result.census, settings=replace(settings, name=name, territory=name)),
    )
    checked = 0
    for each in (file, _opened(deck_bytes(collect_deck(replace(long, indicators=compute_indicators(long)))))):
        for slide in each.slides:
            for shape, taken, room in _sizes(slide):
                assert taken <= room * 1.01, (slide.shapes.title.text_frame.text, shape.name, taken, room)
                checked += 1
            for shape in slide.shapes:
                lowest = Inches(6.8) if shape.has_table else each.slide_height
                assert shape.top + shape.height <= lowest, (slide.shapes.title.text_frame.text, shape.name)
    assert checked > 60


def test_charts_are_native_and_hold_the_figures_themselves(file, deck) -> None:
    wanted = [slide.chart for slide in deck.slides if slide.chart]
    charts = [shape for slide in file.slides for shape in slide.shapes if shape.has_chart]
    assert len(charts) == len(wanted) >= 4
    assert {chart.kind for chart in wanted} == {Kind.BARS, Kind.STACK}
    for shape, said in zip(charts, wanted, strict=True):
        drawn = [list(series.values) for series in shape.chart.plots[0].series]
        assert drawn == [[float(f.indicator.value) for f in series.values if f] for series in said.series]
        # What an ear is given: every value that the eye is.
        described = shape._element.nvGraphicFramePr.cNvPr.get("descr").replace("\u00a0", " ")
        assert all(f.text.replace("\u00a0", " ").replace("'", "’") in described for f in said.figures)
        assert shape.chart.part.chart_workbook.xlsx_part is not None


def test_every_amount_of_the_deck_is_a_figure_of_the_mission(folder: Path, result, deck) -> None:
    figures = {f.text for slide in deck.slides for f in _figures(slide)}
    told = {i.text for i in result.indicators} | {i.brief for i in result.indicators} | figures
    known = set(re.findall(r"[\d\u202f,]+", " ".join(told)))
    rows = {int(row.value) for i in result.indicators for row in i.rows} | {int(i.value) for i in result.indicators}
    reasons = " ".join(reason for p in result.projects for reason in p.decision.reasons)
    with zipfile.ZipFile(folder / "presentation.pptx") as parts:
        slides = [parts.read(name).decode() for name in parts.namelist() if re.match(r"ppt/slides/slide\d+\.xml", name)]
    text = re.sub(r"<[^>]*>", " ", " ".join(slides))
    amounts = re.findall(r"([\d\u202f,]+)\u00a0(?:M€|€)", text)
    assert len(amounts) > 15
    for amount in amounts:
        number = amount.replace("\u202f", "")
        plain = re.sub(r"\D", "", reasons)
        assert amount in known or (number.isdecimal() and (int(number) in rows or number in plain)), amount


def _figures(slide):
    cells = [cell for row in (slide.table.rows if slide.table else ()) for cell in row]
    for text in (slide.title, *slide.bullets, slide.source, *cells):
        yield from (piece for piece in text if isinstance(piece, Figure))
    yield from (figure for figure, _ in slide.tiles)


def test_a_screen_reader_is_told_the_language_the_titles_the_tables_and_the_numbers(folder: Path, file) -> None:
    with zipfile.ZipFile(folder / "presentation.pptx") as parts:
        for name in parts.namelist():
            assert not name.endswith((".jpeg", ".bin")), name
            if not name.endswith(".xml"):
                continue
            assert b"2013" not in parts.read(name), name
            if re.match(r"ppt/(slides|slideLayouts)/", name):
                tree = etree.fromstring(parts.read(name))
                for run in tree.iterfind(".//a:r/a:rPr", _NS):
                    assert run.get("lang") == "fr-FR", name
    properties = file.core_properties
    assert (properties.language, properties.created.date()) == ("fr-FR", properties.modified.date())
    assert properties.created.date() == date(2026, 10, 5)
    assert properties.title.startswith("Comité de pilotage")
    for rank, slide in enumerate(file.slides):
        assert slide.has_notes_slide
        assert slide.notes_slide.notes_text_frame.text.strip()
        kinds = [shape.placeholder_format.type for shape in slide.placeholders]
        assert rank == 0 or any("SLIDE_NUMBER" in str(kind) for kind in kinds)
        # Read in the order of the eye: the title comes first.
        assert slide.shapes[0] == slide.shapes.title
        for shape in slide.shapes:
            if shape.has_table:
                assert shape.table.first_row
                assert shape._element.nvGraphicFramePr.cNvPr.get("descr")


def test_the_draft_proposes_and_only_recorded_decisions_say_retained(file, result) -> None:
    said = " ".join(_words(shape) for slide in file.slides for shape in slide.shapes)
    assert "proposé" in said
    assert "retenu" not in said.replace("non retenu", "")
    assert "Propositions non décidées" in said
    decided = _opened(deck_bytes(collect_deck(_decided(result))))
    after = " ".join(_words(shape) for slide in decided.slides for shape in slide.shapes)
    chosen = sum(p.decision.status is CallStatus.RETAINED for p in result.projects)
    amount = f"{150 * chosen}\u202f000\u00a0€"
    assert re.search(rf"Le comité a retenu \w+ projets?, pour {amount}", after)
    assert "non décidées" not in after
    assert "est proposé" not in after


def test_a_mission_without_any_project_keeps_the_slides_that_say_something(result) -> None:
    bare = replace(result, projects=(), roadmap=(), census=replace(result.census, projects=()))
    bare = replace(bare, indicators=compute_indicators(bare))
    keys = [slide.key for slide in collect_deck(bare).slides]
    assert "bref" in keys
    assert not {"financement", "projets-1", "natures"} & set(keys)
    assert len(_opened(deck_bytes(collect_deck(bare))).slides) == len(keys) + 1


def test_the_deck_is_poured_into_the_template_of_a_mission(deck) -> None:
    own = _opened(default_template())
    own.slides.add_slide(own.slide_layouts[0])
    layout = next(each for each in own.slide_layouts if each.name == "Constat et tableau")
    moved = next(each for each in layout.placeholders if each.placeholder_format.idx == 0)
    moved.left, moved.top, moved.width, moved.height = 1_000_000, 200_000, 9_000_000, 900_000
    held = io.BytesIO()
    own.save(held)
    made = _opened(deck_bytes(deck, held.getvalue()))
    assert len(made.slides) == len(deck.slides) + 1
    assert {each.name for each in made.slide_layouts} == set(LAYOUTS)
    page = next(slide for slide in made.slides if slide.slide_layout.name == "Constat et tableau")
    assert (page.shapes.title.left, page.shapes.title.width) == (1_000_000, 9_000_000)


def test_no_title_of_a_column_is_cut_in_a_word_however_few_the_rows(deck) -> None:
    """« Investissemen/t » and « Emploi/s » on the slide of two projects: a size was chosen for its rows alone."""
    few = tuple(
        replace(slide, table=replace(slide.table, rows=slide.table.rows[:1])) if slide.table else slide
        for slide in deck.slides
    )
    seen = 0
    for slide in _opened(deck_bytes(replace(deck, slides=few))).slides:
        for table in (shape.table for shape in slide.shapes if shape.has_table):
            for column, cell in zip(table.columns, table.rows[0].cells, strict=True):
                room = (column.width - cell.margin_left - cell.margin_right) / Pt(1)
                size = cell.text_frame.paragraphs[0].runs[0].font.size.pt
                assert all(text_width(word, size) <= room for word in cell.text.replace("-", "- ").split(" ")), (
                    cell.text
                )
                seen += 1
    assert seen > 3
