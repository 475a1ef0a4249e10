"""Charts drawn on the server: bars, stacked bars, the funnel of the mission. The same for the site and the documents.

Each one comes with the table that says the same in words; the caller puts both in a ``<figure role="figure">``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from rebond.restitution.label_rows import Named, label_rows
from rebond.restitution.svg import (
    BODY_SIZE,
    QUIET_INK,
    Tone,
    drawing,
    line,
    plain_rectangle,
    polygon,
    rectangle,
    text,
    text_width,
    wrapped,
)
from rebond.restitution.typography import typeset
from rebond.units import format_number

__all__ = ["Bar", "Chart", "Level", "Part", "StackedBar", "funnel", "horizontal_bars", "stacked_bars"]

Format = Callable[[Decimal], str]
WIDTH = 720.0
_LABELS = 250.0
"""Widest column of labels; longer ones are cut into lines."""
_GAP = 10.0
_THICKNESS = 22.0
_LEADING = 17.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A drawing and the same content as a table, already in French."""

    svg: str
    title: str
    description: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    alone: bool = False
    """It draws one value, or steps of one part each: a sentence says as much."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar."""

    label: str
    value: Decimal
    tone: Tone = Tone.STRONG


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of a whole."""

    label: str
    value: Decimal
    tone: Tone


@dataclass(frozen=True, slots=True, kw_only=True)
class StackedBar:
    """A whole and its parts; the same labels in every bar of a chart."""

    label: str
    parts: tuple[Part, ...]

    @property
    def total(self) -> Decimal:
        """All the parts together."""
        return sum((part.value for part in self.parts), Decimal(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """A step of the funnel: what it counts, in how many parts."""

    label: str
    parts: tuple[Part, ...]


def horizontal_bars(
    bars: Sequence[Bar], *, key: str, title: str, header: tuple[str, str], write: Format = format_number
) -> Chart:
    """Bars in the order given, each with its value at its end."""
    labels = _label_width([bar.label for bar in bars])
    left = labels + _GAP
    room = WIDTH - left - max((text_width(write(bar.value)) for bar in bars), default=0.0) - _GAP
    largest = max((bar.value for bar in bars), default=Decimal(0))
    marks: list[str] = []
    y = 4.0
    for bar in bars:
        lines = wrapped(bar.label, labels)
        height = max(_THICKNESS, len(lines) * _LEADING)
        length = _scaled(bar.value, largest, room)
        marks += _label(lines, left - _GAP, y, height)
        marks.append(rectangle(left, y + (height - _THICKNESS) / 2, length, _THICKNESS, bar.tone))
        marks.append(text(write(bar.value), left + length + 6, y + height / 2 + 5, weight="700"))
        y += height + _GAP
    marks.append(line(left, 0, left, y - _GAP + 4, stroke=QUIET_INK))
    rows = tuple((bar.label, write(bar.value)) for bar in bars)
    return _chart(marks, key=key, title=title, header=header, rows=rows, height=y, alone=len(bars) == 1)


def stacked_bars(
    bars: Sequence[StackedBar], *, key: str, title: str, head: str, write: Format = format_number
) -> Chart:
    """Wholes told apart in parts on one scale, with the legend above and the numbers in the parts."""
    legend, top = _legend([part for bar in bars for part in bar.parts])
    alone = len(bars) == 1
    labels = 0.0 if alone else _label_width([bar.label for bar in bars])
    left = 0.0 if alone else labels + _GAP
    totals = 0.0 if alone else max((text_width(write(bar.total)) for bar in bars), default=0.0) + _GAP
    largest = max((bar.total for bar in bars), default=Decimal(0))
    thickness = _THICKNESS * (1.6 if alone else 1.0)
    marks, y = list(legend), top
    for bar in bars:
        lines = () if alone else wrapped(bar.label, labels)
        height = max(thickness, len(lines) * _LEADING)
        marks += _label(lines, left - _GAP, y, height)
        room = WIDTH - left - totals
        marks += _parts(bar.parts, left, y + (height - thickness) / 2, thickness, largest, room, write)
        if not alone:
            end = left + _scaled(bar.total, largest, room)
            marks.append(text(write(bar.total), end + 6, y + height / 2 + 5, weight="700"))
        y += height + _GAP
    names = _names(bars)
    rows = tuple((bar.label, *(write(_value(bar, name)) for name in names), write(bar.total)) for bar in bars)
    header, one = (head, *names, "Total"), sum(len(bar.parts) for bar in bars) == 1
    return _chart(marks, key=key, title=title, header=header, rows=rows, height=y, alone=one)


def funnel(levels: Sequence[Level], *, key: str, title: str) -> Chart:
    """The way of a mission from firms to outcomes: one bar per level, all on one scale, parts named under their bar."""
    largest = max((_total(level.parts) for level in levels), default=Decimal(0))
    marks: list[str] = []
    y = 0.0
    before: tuple[float, float] | None = None
    for level in levels:
        width = _scaled(_total(level.parts), largest, WIDTH)
        y += 18
        if before is not None:
            bottom, previous = before
            shade = [(0.0, bottom), (previous, bottom), (width, y + 6), (0.0, y + 6)]
            marks.insert(0, polygon(shade, css="rb-ton rb-ton--lien", fill="#f0f3f6"))
        marks.append(text(level.label, 0, y, fill=QUIET_INK, size=13))
        marks += _parts(level.parts, 0, y + 6, 34, largest, WIDTH, format_number, size=17)
        names, used = _names_under(level.parts, largest, y + 6 + 34, 17)
        marks += names
        y += 6 + 34 + used
        before = (y - used, width)
        y += 14
    rows = tuple((level.label, part.label, format_number(part.value)) for level in levels for part in level.parts)
    header, one = ("Étape", "Groupe", "Nombre"), all(len(level.parts) == 1 for level in levels)
    return _chart(marks, key=key, title=title, header=header, rows=rows, height=y, alone=one)


def _chart(
    marks: Sequence[str],
    *,
    key: str,
    title: str,
    header: tuple[str, ...],
    rows: tuple[tuple[str, ...], ...],
    height: float,
    alone: bool,
) -> Chart:
    """The description reads the table aloud: nothing is in the drawing that it does not say."""
    described = " ; ".join(f"{row[0]} : {', '.join(cell for cell in row[1:] if cell)}" for row in rows)
    title, description = typeset(title), typeset(f"{described}." if described else "Aucune donnée.")
    svg = drawing(marks, key=key, title=title, description=description, width=WIDTH, height=max(height, 24.0))
    return Chart(svg=svg, title=title, description=description, header=header, rows=rows, alone=alone)


def _scaled(value: Decimal, largest: Decimal, room: float) -> float:
    return float(value / largest) * room if largest > 0 else 0.0


def _total(parts: Sequence[Part]) -> Decimal:
    return sum((part.value for part in parts), Decimal(0))


def _label_width(labels: Sequence[str]) -> float:
    longest = max((text_width(label) for label in labels), default=0.0)
    if longest <= _LABELS:
        return longest
    return max(text_width(part) for label in labels for part in wrapped(label, _LABELS))


def _label(lines: Sequence[str], right: float, y: float, height: float) -> list[str]:
    """Lines of a label, centred on the bar's height, against its axis."""
    first = y + height / 2 - (len(lines) - 1) * _LEADING / 2 + 5
    return [text(part, right, first + rank * _LEADING, anchor="end") for rank, part in enumerate(lines)]


def _parts(
    parts: Sequence[Part],
    left: float,
    y: float,
    thickness: float,
    largest: Decimal,
    room: float,
    write: Format,
    size: float = BODY_SIZE,
) -> list[str]:
    """Side by side, parted by a thread of paper; a number is written only where it fits."""
    marks: list[str] = []
    x = left
    for part in parts:
        width = _scaled(part.value, largest, room)
        if not width:
            continue
        thread = min(2.0, width / 2)
        marks.append(rectangle(x, y, width - thread, thickness, part.tone))
        if _fits(write(part.value), width, size):
            middle, base = x + (width - thread) / 2, y + thickness / 2 + size * 0.36
            css = f"rb-texte rb-texte--sur-{part.tone.word}"
            if part.tone.hatched:
                plate = text_width(write(part.value), size)
                marks.append(plain_rectangle(middle - plate / 2, y + 2, plate, thickness - 4, part.tone))
            marks.append(
                text(
                    write(part.value),
                    middle,
                    base,
                    size=size,
                    anchor="middle",
                    fill=part.tone.ink,
                    weight="700",
                    css=css,
                )
            )
        x += width
    return marks


def _fits(written: str, width: float, size: float) -> bool:
    return text_width(written, size) + 8 <= width


def _names_under(parts: Sequence[Part], largest: Decimal, y: float, size: float) -> tuple[list[str], float]:
    """Each part's name under it, lower where names would touch; it takes the number that found no room. Height used."""
    named: list[Named] = []
    names: list[str] = []
    x = 0.0
    for part in (part for part in parts if part.value):
        width = _scaled(part.value, largest, WIDTH)
        written = format_number(part.value)
        names.append(part.label if _fits(written, width, size) else f"{written} {part.label}")
        named.append(Named(x=x, width=width, name_width=text_width(names[-1], 13)))
        x += width
    marks: list[str] = []
    spots = label_rows(named, WIDTH)
    for name, spot in zip(names, spots, strict=True):
        if spot.row:
            marks.append(line(spot.foot, y + 2, spot.foot, y + 4 + spot.row * 16, stroke=QUIET_INK, width=0.8))
        marks.append(text(name, spot.anchored_at, y + 16 + spot.row * 16, size=13, anchor=spot.anchor))
    return marks, 6.0 + 16 * (1 + max((spot.row for spot in spots), default=-1))


def _legend(parts: Sequence[Part]) -> tuple[list[str], float]:
    """Swatches in rows; the y where bars begin."""
    marks: list[str] = []
    x, y = 0.0, 4.0
    for label, tone in dict.fromkeys((part.label, part.tone) for part in parts):
        width = 18 + text_width(label, 13) + 18
        if x and x + width > WIDTH:
            x, y = 0.0, y + 20
        marks.append(rectangle(x, y, 12, 12, tone))
        marks.append(text(label, x + 18, y + 11, size=13))
        x += width
    return marks, y + 24


def _names(bars: Sequence[StackedBar]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.label for bar in bars for part in bar.parts))


def _value(bar: StackedBar, name: str) -> Decimal:
    return sum((part.value for part in bar.parts if part.label == name), Decimal(0))
