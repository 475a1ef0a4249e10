"""The committee deck as a PowerPoint file: native charts, titles that say what is found, notes that define each figure.

It is poured into a template (``deck_template``), or that of a mission: a layout is found by its name, a place by its
number. The same contents in the same template give the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from copy import deepcopy
from datetime import datetime, time
from io import BytesIO
from pathlib import Path
from typing import Any

from pptx import Presentation
from pptx.chart.chart import Chart
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION, XL_TICK_LABEL_POSITION, XL_TICK_MARK
from pptx.enum.dml import MSO_PATTERN
from pptx.oxml.ns import qn
from pptx.oxml.xmlchemy import OxmlElement
from pptx.presentation import Presentation as PresentationFile
from pptx.slide import Slide as SlideFile
from pptx.slide import SlideLayout
from pptx.util import Emu, Pt

from rebond.adapters.documents import deck_template as places
from rebond.adapters.documents.fitting import clipped, lines_needed, size_that_fits
from rebond.adapters.documents.plain_words import plain_words
from rebond.adapters.documents.stable_zip import rewritten
from rebond.restitution import identity
from rebond.restitution.contents import Table
from rebond.restitution.deck import Deck, Kind, NativeChart, Slide
from rebond.restitution.edition_rows import rows_words
from rebond.restitution.svg import Tone, text_width
from rebond.restitution.typography import french_date, typeset

LANGUAGE = "fr-FR"
_LONGEST_PROPERTY = 255
_NUMBERS = '[>=1000000]#"\u202f"000"\u202f"000;[>=1000]#"\u202f"000;0'
_EUROS = '[>=1000000000]#"\u202f"000"\u202f"000,"\u00a0k€";[>=1000000]#"\u202f"000,"\u00a0k€";0,"\u00a0k€"'
_GAP, _GAP_ALONE = 45, 220
_WIDEST_GAP, _USUAL_BARS = 500, 6
_CLIPPED = (4, 3, 2, 1)
"""Lines of a cell, when whole names do not hold on a slide."""
_TITLE_SIZES = (28, 26, 24, 22, 20, 18, 16, 14)
_BODY_SIZES = (20, 18, 16, 15, 14, 13, 12, 11)
_SMALL_SIZES = (12, 11, 10, 9)
_TABLE_SIZES = (16, 14, 13, 12, 11, 10, 9)
_TILE_LABEL, _TILE_FIGURE = 15, (34, 30, 26, 22, 18)
_NEARER = 1.15
"""How much narrower figures are than words, by whose width they are measured."""
_MARGIN = Pt(7)
"""Of a cell, on its left and right."""


def write_deck(path: Path, deck: Deck, template: bytes | None = None) -> None:
    """Write the deck, in Rebond's template when the mission has none."""
    path.write_bytes(deck_bytes(deck, template))


def deck_bytes(deck: Deck, template: bytes | None = None) -> bytes:
    """The deck as a file. A template of a mission was checked before (``stationery``)."""
    file = Presentation(BytesIO(template or places.default_template()))
    _empty(file)
    layouts = {layout.name: layout for layout in file.slide_layouts}
    _cover(file, layouts, deck)
    for slide in deck.slides:
        _slide(file, layouts, deck, slide)
    _properties(file, deck)
    held = BytesIO()
    file.save(held)
    return rewritten(held.getvalue(), lambda name, member: _still(name, member, deck))


def _empty(file: PresentationFile) -> None:
    """A template may hold slides of its own, as an example: they go."""
    ids = file.slides._sldIdLst  # noqa: SLF001 - python-pptx removes no slide
    for each in list(ids):
        file.part.drop_rel(each.rId)
        ids.remove(each)


def _properties(file: PresentationFile, deck: Deck) -> None:
    properties = file.core_properties
    properties.title = typeset(f"{deck.subtitle} — {deck.title}")[:_LONGEST_PROPERTY]
    properties.author = properties.last_modified_by = "Rebond"
    properties.language = LANGUAGE
    properties.comments = typeset(" ".join(deck.warnings))[:_LONGEST_PROPERTY]
    properties.subject = typeset(deck.place)[:_LONGEST_PROPERTY]
    properties.created = properties.modified = datetime.combine(deck.dated, time())
    properties.revision = 1


def _still(name: str, member: bytes, deck: Deck) -> bytes:
    """The workbook behind a chart, without the moment it was written."""
    if not name.endswith(".xlsx"):
        return member
    moment = f"{deck.dated.isoformat()}T00:00:00Z".encode()
    return rewritten(
        member,
        lambda inner, content: (
            re.sub(rb"(<dcterms:\w+[^>]*>)[^<]*", rb"\g<1>" + moment, content)
            if inner == "docProps/core.xml"
            else content
        ),
    )


def _cover(file: PresentationFile, layouts: dict[str, SlideLayout], deck: Deck) -> None:
    slide = file.slides.add_slide(layouts[places.COVER])
    _fill(slide, 0, [deck.title], (40, 36, 32, 28, 24, 20))
    _fill(slide, places.UNDER, [f"{deck.subtitle} du {french_date(deck.dated)} — {deck.place}"], (22, 20, 18, 16, 14))
    _fill(slide, places.WARNING, deck.warnings, (14, 13, 12, 11, 10))
    _drop_unused(slide)
    _notes(slide, ["Présentation faite par Rebond à partir de l'étude de la mission.", *deck.warnings])


def _slide(file: PresentationFile, layouts: dict[str, SlideLayout], deck: Deck, said: Slide) -> None:
    layout = layouts[_layout_of(said)]
    slide = file.slides.add_slide(layout)
    _fill(slide, 0, [plain_words(said.title)], _TITLE_SIZES)
    if said.drawn is not None and places.OBJECT in _numbers(slide):
        _chart(slide, said.drawn)
    if said.table is not None and places.OBJECT in _numbers(slide):
        _table(slide, said.table)
    for rank, (figure, label) in enumerate(said.tiles[: places.TILES]):
        _tile(slide, places.FIRST_TILE + rank, figure.text, label)
    sizes = _BODY_SIZES if said.drawn or said.table else (24, 22, *_BODY_SIZES)
    _fill(slide, places.BODY, [plain_words(text) for text in said.bullets], sizes)
    _fill(slide, places.SOURCE, [plain_words(said.source)], _SMALL_SIZES)
    _foot(slide, layout, deck)
    _drop_unused(slide)
    _notes(slide, [plain_words(note) for note in said.notes] + list(_definitions(said)))


def _layout_of(said: Slide) -> str:
    if said.tiles:
        return places.KEYS
    if said.table is not None:
        return places.TABLE
    if said.drawn is not None:
        return places.CHART_POINTS if said.bullets else places.CHART
    return places.POINTS


def _definitions(said: Slide) -> Iterator[str]:
    """Each figure of the slide, with what it means and what it rests on."""
    for indicator in said.indicators:
        yield f"{indicator.label} : {indicator.told}. {indicator.definition}{rows_words(indicator)}"


def _numbers(slide: Any) -> dict[int, Any]:
    return {shape.placeholder_format.idx: shape for shape in slide.placeholders}


def _fill(slide: SlideFile, number: int, texts: Sequence[str], sizes: Sequence[int]) -> None:
    """Paragraphs in a place, their size brought down until they hold; a place without words is taken away."""
    shape = _numbers(slide).get(number)
    told = [typeset(text) for text in texts if text]
    if shape is None or not told:
        return
    size = size_that_fits(told, _points(shape.width), _points(shape.height), sizes, bullets=number == places.BODY)
    _write(shape, [(text, size if size != sizes[0] else None, False) for text in told])


def _write(shape: Any, paragraphs: Sequence[tuple[str, int | None, bool]]) -> None:
    frame = shape.text_frame
    for rank, (text, size, bold) in enumerate(paragraphs):
        paragraph = frame.paragraphs[0] if rank == 0 else frame.add_paragraph()
        run = paragraph.add_run()
        run.text = text
        run.font.size = Pt(size) if size else None
        run.font.bold = bold or None
        run._r.get_or_add_rPr().set("lang", LANGUAGE)  # noqa: SLF001 - python-pptx knows too few languages


def _tile(slide: SlideFile, number: int, figure: str, label: str) -> None:
    shape = _numbers(slide).get(number)
    if shape is None:
        return
    width, height = _points(shape.width), _points(shape.height)
    label = typeset(label)
    room = height - lines_needed(label, width, _TILE_LABEL) * _TILE_LABEL * 1.2
    # A figure is not cut in two, as long as a smaller one can be read from the back of a room.
    whole = [each for each in _TILE_FIGURE if lines_needed(typeset(figure), width * _NEARER, each) == 1]
    size = size_that_fits([typeset(figure)], width, room, whole or _TILE_FIGURE)
    _write(shape, [(typeset(figure), size, True), (label, _TILE_LABEL, False)])


def _foot(slide: Any, layout: Any, deck: Deck) -> None:
    """The running foot and the number: python-pptx leaves them on the layout."""
    for shape in layout.placeholders:
        if shape.placeholder_format.idx not in {places.FOOT, places.NUMBER}:
            continue
        copied = deepcopy(shape._element)  # noqa: SLF001 - python-pptx copies no shape
        slide.shapes._spTree.append(copied)  # noqa: SLF001 - nor does it add a copy
        copied.nvSpPr.cNvPr.set("id", str(900 + shape.placeholder_format.idx))
        if shape.placeholder_format.idx == places.FOOT:
            foot = slide.shapes[-1]
            room, told = _points(foot.width), " — ".join(filter(None, (deck.title, deck.running)))
            foot.text_frame.clear()
            size = size_that_fits([typeset(told)], room, _points(foot.height), (10, 9, 8, 7, 6))
            _write(foot, [(typeset(told), size, False)])


def _drop_unused(slide: SlideFile) -> None:
    """A place that says nothing would read « Cliquez pour ajouter du texte »."""
    for shape in list(slide.placeholders):
        if shape.has_text_frame and not shape.text_frame.text.strip():
            slide.shapes._spTree.remove(shape._element)  # noqa: SLF001 - it removes no shape


def _notes(slide: SlideFile, paragraphs: Sequence[str]) -> None:
    frame = slide.notes_slide.notes_text_frame
    if frame is None:
        return
    for rank, words in enumerate(filter(None, paragraphs)):
        run = (frame.paragraphs[0] if rank == 0 else frame.add_paragraph()).add_run()
        run.text = typeset(words)
        run._r.get_or_add_rPr().set("lang", LANGUAGE)  # noqa: SLF001 - python-pptx knows too few languages


def _chart(slide: SlideFile, said: NativeChart) -> None:
    """The values themselves, in euros or in number: PowerPoint rounds what it shows."""
    data = CategoryChartData(number_format=_format(said))
    data.categories = [typeset(each) for each in said.categories]
    for series in said.series:
        data.add_series(
            _series_name(said, series.name, series.values),
            [None if figure is None else float(figure.indicator.value) for figure in series.values],
        )
    kind = XL_CHART_TYPE.BAR_CLUSTERED if said.kind is Kind.BARS else XL_CHART_TYPE.BAR_STACKED
    frame = _numbers(slide)[places.OBJECT].insert_chart(kind, data)
    _described(frame, said.title, said.described)
    chart: Chart = frame.chart
    chart.has_title = False
    chart.font.size = Pt(14)
    chart.font.color.rgb = _rgb(identity.INK)
    chart.has_legend = said.kind is Kind.STACK
    value, category = chart.value_axis, chart.category_axis
    value.has_major_gridlines = value.visible = False
    value.minimum_scale = 0
    category.reverse_order = True
    category.major_tick_mark = XL_TICK_MARK.NONE
    category.format.line.color.rgb = _rgb(identity.RULE)
    plot = chart.plots[0]
    plot.gap_width = _gap(len(said.categories)) if said.kind is Kind.BARS else _GAP_ALONE
    _name_all(category)
    if len(said.categories) > _USUAL_BARS:
        category.tick_labels.font.size = Pt(11)
    if said.kind is Kind.STACK:
        plot.overlap = 100
        category.tick_label_position = XL_TICK_LABEL_POSITION.NONE
        chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
    else:
        plot.has_data_labels = True
        plot.data_labels.number_format, plot.data_labels.number_format_is_linked = _format(said), False
        plot.data_labels.show_value = True
    for series, told in zip(plot.series, said.series, strict=True):
        _painted(series.format, told.tone)
        for rank, tone in enumerate(said.tones):
            _painted(series.points[rank].format, tone)


def _gap(bars: int) -> int:
    """The space between bars, in percent of one: a bar alone is no thicker than those of a full slide."""
    return max(_GAP, min(_WIDEST_GAP, (100 + _GAP) * _USUAL_BARS // max(1, bars) - 100))


def _name_all(category: Any) -> None:
    """Every bar has its name: unless it is told, an office leaves out one in two."""
    skip = OxmlElement("c:tickLblSkip")
    skip.set("val", "1")
    last = category._element.find(qn("c:noMultiLvlLbl"))  # noqa: SLF001 - python-pptx has no such mark
    last.addprevious(skip)


def _series_name(said: NativeChart, name: str, values: Sequence[Any]) -> str:
    """Of a stack of one bar the legend says the amounts: a thin part has no room for its own."""
    if said.kind is Kind.BARS or len(said.categories) > 1 or values[0] is None:
        return typeset(name)
    return typeset(f"{name} : {values[0].indicator.brief.removeprefix(values[0].indicator.bound).strip()}")


def _format(said: NativeChart) -> str:
    """How a value is shown, an amount in thousands of euros.

    Neither comma nor point is left to the office, whose language nobody knows: an English one would write « 21.0 M€ ».
    The spaces between groups are words of the format; a comma after the digits divides by a thousand, in any language.
    """
    return _EUROS if said.unit == "€" else _NUMBERS


def _painted(form: Any, tone: Tone) -> None:
    """A fill, striped as on paper, and a thin edge: two fills alike in black and white are told apart."""
    if tone.hatched:
        form.fill.patterned()
        form.fill.pattern = MSO_PATTERN.DARK_UPWARD_DIAGONAL
        form.fill.fore_color.rgb, form.fill.back_color.rgb = _rgb(tone.fill), _rgb(identity.PAPER)
    else:
        form.fill.solid()
        form.fill.fore_color.rgb = _rgb(tone.fill)
    form.line.color.rgb = _rgb(identity.QUIET_INK)
    form.line.width = Pt(0.5)


def _table(slide: SlideFile, said: Table) -> None:
    place = _numbers(slide)[places.OBJECT]
    width, height = place.width, place.height
    frame = place.insert_table(len(said.rows) + 1, len(said.header))
    frame.width, frame.height = width, height
    rows = [tuple(map(typeset, said.header)), *(tuple(typeset(plain_words(cell)) for cell in row) for row in said.rows)]
    _described(frame, said.caption, f"{said.caption} : {len(said.rows)} lignes, colonnes {', '.join(said.header)}.")
    table = frame.table
    table.first_row, table.horz_banding = True, True
    shares = said.shares or (1 / len(said.header),) * len(said.header)
    for column, share in zip(table.columns, shares, strict=True):
        column.width = Emu(int(width * share))
    inside = [_points(width * share - 2 * _MARGIN) for share in shares]
    size, deep = _table_size(rows, inside, _points(height))
    for most in _CLIPPED:
        if sum(deep) <= _points(height):
            break
        # A name that no slide was made for: its first lines, the report has it whole.
        rows = [
            tuple(clipped(text, width, size, most) for text, width in zip(row, inside, strict=True)) for row in rows
        ]
        size, deep = _table_size(rows, inside, _points(height))
    for row, words, lines in zip(table.rows, rows, deep, strict=True):
        row.height = Pt(lines)
        for rank, (cell, text) in enumerate(zip(row.cells, words, strict=True)):
            cell.margin_left = cell.margin_right = _MARGIN
            cell.margin_top = cell.margin_bottom = Pt(3)
            _write(cell, [(text, size, False)])
            if rank in said.numbers:
                cell.text_frame.paragraphs[0].alignment = 3  # to the right
    frame.height = sum((row.height for row in table.rows), Emu(0))


def _table_size(rows: Sequence[Sequence[str]], widths: Sequence[float], height: float) -> tuple[int, list[float]]:
    """The size at which every row holds, and the height of each."""
    deep: list[float] = []
    for size in _TABLE_SIZES:
        deep = [
            max(lines_needed(text, width, size) for text, width in zip(row, widths, strict=True)) * size * 1.2 + 7
            for row in rows
        ]
        # No title of a column is cut in a word: « Investissemen/t » on a slide of two projects, written large.
        whole = all(
            text_width(word, size) <= width
            for text, width in zip(rows[0], widths, strict=True)
            for word in text.replace("-", "- ").split(" ")
        )
        if whole and sum(deep) <= height:
            return size, deep
    return _TABLE_SIZES[-1], deep


def _described(frame: Any, title: str, words: str) -> None:
    """The alternative text: what it shows, with its values."""
    mark = frame._element.nvGraphicFramePr.cNvPr  # noqa: SLF001 - python-pptx has no alternative text
    mark.set("title", typeset(title))
    mark.set("descr", typeset(words))
    mark.set("name", typeset(title))


def _rgb(colour: str) -> RGBColor:
    return RGBColor(*identity.parts(colour))


def _points(length: float) -> float:
    return float(length) / Pt(1)
