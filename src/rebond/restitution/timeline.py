"""The calendar of a roadmap as a picture: one bar an action, the day, the date of each target.

Bars are told apart by lightness and each says its state in words, so that the picture survives grey printing. It is
drawn at two widths: that of a page, and that of a telephone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from rebond.facts import UNKNOWN, ActionStatus, Maybe, RoadmapAction
from rebond.restitution.charts import WIDTH, Chart
from rebond.restitution.svg import (
    INK,
    PAPER,
    QUIET_INK,
    RULE,
    Tone,
    drawing,
    line,
    polygon,
    rectangle,
    text,
    text_width,
    wrapped,
)
from rebond.restitution.typography import french_date, typeset
from rebond.units import months_later

__all__ = ["FLAT", "NARROW", "Span", "periods", "span_of", "timeline"]

NARROW = 380.0
"""The width of the picture of a telephone, in units that are then about its pixels."""
FLAT = 1080.0
"""The width of the picture of a page that lies flat."""
_SIZE, _BAR, _GAP = 13.0, 12.0, 14.0
_LEADING = 16.0
_BESIDE, _NEARER = 0.4, 1.12
"""The share of a page's width that names the actions; how much narrower small letters are than they are taken to be."""
_EDGE = 3.0
"""Paper left at the sides: a letter is a little wider than it is taken to be."""
_SMALL, _SMALL_LEADING = 11.5, 13.5
_TONES = {
    ActionStatus.TO_START: Tone.NEUTRAL,
    ActionStatus.RUNNING: Tone.MIDDLE,
    ActionStatus.DONE: Tone.STRONG,
    ActionStatus.DROPPED: Tone.PALE,
}
_UNKNOWN = "inconnu"
_QUARTER, _YEAR = 3, 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """An action on the calendar; days may be unknown."""

    label: str
    state: str
    """In words, with what matters of it: « En cours, en retard »; empty when the caption says that of them all."""
    tone: Tone
    start: Maybe[date] = UNKNOWN
    end: Maybe[date] = UNKNOWN
    target: Maybe[date] = UNKNOWN

    @property
    def days(self) -> tuple[date, ...]:
        """Those that are known."""
        return tuple(day for day in (self.start, self.end, self.target) if isinstance(day, date))


def span_of(action: RoadmapAction, on: date) -> Span:
    """An adopted action on the calendar at a date."""
    late = action.is_late(on)
    return Span(
        label=action.title,
        state=f"{action.status.label}, en retard" if late else action.status.label,
        tone=Tone.ACCENT if late else _TONES.get(action.status, Tone.PALE),
        start=action.starts_on,
        end=action.ends_on,
        target=action.target_on,
    )


def timeline(spans: Sequence[Span], *, key: str, title: str, on: date, width: float = WIDTH) -> Chart:
    """The spans in the order given; one without any day is named, without a bar."""
    rows = tuple(
        (typeset(each.label), typeset(each.state), _day(each.start), _day(each.end), _day(each.target))
        for each in spans
    )
    header = ("Action", "État", "Début", "Fin", "Cible pour le")
    described = " ; ".join(f"{row[0]} : {f'{row[1]}, ' if row[1] else ''}du {row[2]} au {row[3]}" for row in rows)
    title, description = typeset(title), typeset(f"{described}." if described else "Aucune donnée.")
    days = [day for each in spans for day in each.days]
    if not days:
        return Chart(svg="", title=title, description=description, header=header, rows=rows)
    ticks = periods(min(days), max(days), most=4 if width < WIDTH else 6)
    left = _BESIDE * width if width >= WIDTH else 0.0
    scale = _Scale(first=ticks[0], last=ticks[-1], left=left, right=width - _EDGE)
    marks, y = _axis(ticks, scale), 26.0
    for each in spans:
        named, y, foot = _label(each, y, scale)
        marks += [*named, *_rules(ticks, on, y, scale), *_bar(each, y, scale)]
        y = foot
    if ticks[0] <= on <= ticks[-1]:
        end = scale.at(on) > (scale.left + scale.right) / 2
        words = "aujourd’hui"
        marks.append(text(words, scale.at(on), y + 12, size=12, anchor="end" if end else "start", weight="700"))
        y += 14
    svg = drawing(marks, key=key, title=title, description=description, width=width, height=y + 4)
    return Chart(svg=svg, title=title, description=description, header=header, rows=rows)


def _label(each: Span, y: float, scale: _Scale) -> tuple[list[str], float, float]:
    """What an action is called: beside its bar, or above it where the paper is narrow; where the bar is, then its foot.

    Beside, a page holds as many actions again, so that the picture is not brought down until nobody can read it.
    """
    said = " — ".join(filter(None, (each.label, each.state)))
    if not scale.left:
        lines = wrapped(said, scale.right, _SIZE)
        marks = [text(words, 0, y + rank * _LEADING, size=_SIZE) for rank, words in enumerate(lines, start=1)]
        top = y + len(lines) * _LEADING + 5
        return marks, top, top + _BAR + _GAP
    flat = scale.right + _EDGE >= FLAT
    size, leading, nearer = (_SIZE, _LEADING, 1.0) if flat else (_SMALL, _SMALL_LEADING, _NEARER)
    lines = wrapped(said, (scale.left - 12) * nearer, size)
    height = max(len(lines) * leading, _BAR)
    first = y + 4 + height / 2 - (len(lines) - 1) * leading / 2 + 4
    marks = [text(words, _EDGE, first + rank * leading, size=size) for rank, words in enumerate(lines)]
    return marks, y + 4 + (height - _BAR) / 2, y + height + 8


def periods(first: date, last: date, *, most: int) -> tuple[date, ...]:
    """First days of periods of three, six or more months that hold both days, at most that many periods."""
    step = _QUARTER
    while True:
        months = 1 if step >= _YEAR else 1 + (first.month - 1) // step * step
        found = [date(first.year, months, 1)]
        while found[-1] <= last:
            found.append(months_later(found[-1], step))
        if len(found) - 1 <= most:
            return tuple(found)
        step = step * 2 if step < _YEAR else step + _YEAR


@dataclass(frozen=True, slots=True)
class _Scale:
    first: date
    last: date
    left: float
    """Where the calendar begins: what names the actions is on its left."""
    right: float

    def at(self, day: date) -> float:
        return self.left + (day - self.first) / (self.last - self.first) * (self.right - self.left)


def _axis(ticks: Sequence[date], scale: _Scale) -> list[str]:
    marks = []
    for rank, tick in enumerate(ticks):
        words = f"{tick:%m/%Y}"
        x = scale.at(tick)
        anchor = "start" if rank == 0 else "end" if rank == len(ticks) - 1 else "middle"
        marks.append(text(words, x, 14, size=12, anchor=anchor, fill=QUIET_INK))
    return marks


def _rules(ticks: Sequence[date], on: date, y: float, scale: _Scale) -> list[str]:
    """The periods and the day, under one bar alone: no rule crosses the words above it."""
    marks = [line(scale.at(tick), y - 2, scale.at(tick), y + _BAR, stroke=RULE) for tick in ticks]
    if ticks[0] <= on <= ticks[-1]:
        marks.append(line(scale.at(on), y - 1, scale.at(on), y + _BAR + 4, stroke=INK, width=2))
    return marks


def _bar(each: Span, y: float, scale: _Scale) -> list[str]:
    """From the start to the end; a side that nobody knows is a small mark at the other, with its words."""
    marks = [line(scale.left, y + _BAR, scale.right, y + _BAR, stroke=RULE, width=0.5)]
    start, end = each.start, each.end
    if isinstance(start, date) and isinstance(end, date) and start <= end:
        left, right = scale.at(start), scale.at(end + timedelta(days=1))
        marks.append(rectangle(left, y, max(right - left, 3.0), _BAR, each.tone))
    else:
        for day, lacks in ((start, "fin inconnue"), (end, "début inconnu")):
            if isinstance(day, date):
                marks += _mark(scale.at(day), y, each.tone, lacks, scale.right)
        if not (isinstance(start, date) or isinstance(end, date)):
            marks.append(text("dates inconnues", scale.left, y + 10, size=12, fill=QUIET_INK))
    if isinstance(each.target, date):
        half = _BAR / 2
        x, middle = min(max(scale.at(each.target), scale.left + half), scale.right - half), y + half
        corners = [(x, middle - half), (x + half, middle), (x, middle + half), (x - half, middle)]
        marks.append(polygon(corners, css="rb-losange", fill=PAPER, stroke=INK, stroke_width=1.5))
    return marks


def _mark(x: float, y: float, tone: Tone, lacks: str, width: float) -> list[str]:
    fits = x + 10 + text_width(lacks, 12) <= width
    words = text(lacks, x + 8 if fits else x - 8, y + 10, size=12, anchor="start" if fits else "end", fill=QUIET_INK)
    return [rectangle(x - 2, y, 4, _BAR, tone), words]


def _day(day: Maybe[date]) -> str:
    return french_date(day) if isinstance(day, date) else _UNKNOWN
