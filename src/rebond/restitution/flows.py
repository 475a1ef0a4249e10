"""Where things go: bands from what they are to what becomes of them (a Sankey diagram), and values before and after.

Bands are told apart by where they begin and end and by their width, each end bears its name and number: the drawing
reads in grey, and its table says the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from rebond.eligibility.truth import Truth
from rebond.portfolio.call import CallStatus
from rebond.referrals.orient import ReferralKind
from rebond.restitution.charts import WIDTH, Chart
from rebond.restitution.svg import INK, QUIET_INK, Tone, coordinate, drawing, element, rectangle, text, wrapped
from rebond.restitution.typography import typeset
from rebond.results import MissionResult, ProjectResult
from rebond.units import agreed, format_number

_SIDE = 190.0
"""Paper for the names, on each side."""
_BAR, _GAP, _HEIGHT, _LEADING = 14.0, 22.0, 300.0, 16.0
_PAIR, _LABELS = 14.0, 250.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """So many things that go from one group to another."""

    source: str
    target: str
    value: int
    tone: Tone


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A value that two studies give, with its words."""

    label: str
    before: Decimal
    after: Decimal
    told: tuple[str, str]


@dataclass(slots=True)
class _Node:
    y: float
    height: float
    used: float = 0.0


def flow_chart(flows: Sequence[Flow], *, key: str, title: str, header: tuple[str, str, str]) -> Chart:
    """Bands from left to right; groups come in the order in which flows name them."""
    kept = [flow for flow in flows if flow.value > 0]
    sources = _totals((flow.source, flow.value) for flow in kept)
    targets = _totals((flow.target, flow.value) for flow in kept)
    most = max(sum(sources.values()), 1)
    left, right = (_nodes(side, most) for side in (sources, targets))
    marks = []
    for flow in kept:
        start, end = left[flow.source], right[flow.target]
        marks.append(_band(start, end, flow.value / most * _HEIGHT, flow.tone))
    tones = {flow.source: flow.tone for flow in kept}
    for name, node in left.items():
        marks.append(rectangle(_SIDE, node.y, _BAR, node.height, tones[name]))
        marks += _name(name, sources[name], node, _SIDE - 8, "end")
    for name, node in right.items():
        marks.append(element("rect", x=WIDTH - _SIDE - _BAR, y=node.y, width=_BAR, height=node.height, fill=INK))
        marks += _name(name, targets[name], node, WIDTH - _SIDE + 8, "start")
    rows = tuple((flow.source, flow.target, format_number(flow.value)) for flow in kept)
    every = (*left.values(), *right.values())
    bottom = max((node.y + max(node.height, 2 * _LEADING) for node in every), default=24.0)
    return _chart(marks, key=key, title=title, header=header, rows=rows, height=bottom + 8)


def _totals(parts: Iterable[tuple[str, int]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for name, value in parts:
        found[name] = found.get(name, 0) + value
    return found


def _nodes(totals: dict[str, int], most: int) -> dict[str, _Node]:
    """One above the other, far enough apart for their names."""
    found, y = {}, 4.0
    for name, value in totals.items():
        height = value / most * _HEIGHT
        found[name] = _Node(y=y, height=height)
        y += max(height, 2 * _LEADING) + _GAP
    return found


def _band(start: _Node, end: _Node, thickness: float, tone: Tone) -> str:
    x1, x2 = _SIDE + _BAR, WIDTH - _SIDE - _BAR
    y1, y2, middle = start.y + start.used, end.y + end.used, (x1 + x2) / 2
    start.used += thickness
    end.used += thickness

    def curve(x: float, y: float, to_x: float, to_y: float) -> str:
        points = ((middle, y), (middle, to_y), (to_x, to_y))
        said = " ".join(f"{coordinate(px)},{coordinate(py)}" for px, py in points)
        return f"{coordinate(x)},{coordinate(y)} C{said}"

    path = f"M{curve(x1, y1, x2, y2)} L{curve(x2, y2 + thickness, x1, y1 + thickness)} Z"
    return element("path", css=tone.css, d=path, fill=tone.fill, fill_opacity=0.55, stroke=QUIET_INK, stroke_width=0.4)


def _name(name: str, total: int, node: _Node, x: float, anchor: str) -> list[str]:
    lines = wrapped(name, _SIDE - 12, 13)
    y = node.y + max(node.height, 2 * _LEADING) / 2 - len(lines) * _LEADING / 2 + 4
    marks = [text(format_number(total), x, y, size=14, anchor=anchor, weight="700")]
    marks += [text(line, x, y + rank * _LEADING, size=13, anchor=anchor) for rank, line in enumerate(lines, start=1)]
    return marks


def before_after(pairs: Sequence[Pair], *, key: str, title: str, header: tuple[str, str, str]) -> Chart:
    """Each figure in two bars on its own scale: pale within a line before, full after."""
    marks, y = [], 4.0
    room = WIDTH - _LABELS - 130
    for pair in pairs:
        largest = max(pair.before, pair.after, Decimal(1))
        lines = wrapped(pair.label, _LABELS - 10)
        height = max(2 * _PAIR + 6, len(lines) * _LEADING)
        first = y + height / 2 - (len(lines) - 1) * _LEADING / 2 + 4
        marks += [text(line, _LABELS - 10, first + rank * _LEADING, anchor="end") for rank, line in enumerate(lines)]
        top = y + (height - 2 * _PAIR - 2) / 2
        for rank, (value, words) in enumerate(zip((pair.before, pair.after), pair.told, strict=True)):
            width, at = float(max(value, Decimal(0)) / largest) * room, top + rank * (_PAIR + 2)
            if rank:
                marks.append(rectangle(_LABELS, at, width, _PAIR, Tone.STRONG))
            else:
                marks.append(_outlined(_LABELS, at, width))
            weight = "700" if rank else "400"
            marks.append(text(words, _LABELS + width + 6, at + _PAIR - 2.5, size=13, weight=weight))
        y += height + 14
    rows = tuple((pair.label, *pair.told) for pair in pairs)
    return _chart(marks, key=key, title=title, header=header, rows=rows, height=y)


def _outlined(x: float, y: float, width: float) -> str:
    tone, edge = Tone.PALE, QUIET_INK
    return element(
        "rect", css=tone.css, x=x, y=y, width=width, height=_PAIR, fill=tone.fill, stroke=edge, stroke_width=0.8
    )


def _chart(
    marks: Sequence[str],
    *,
    key: str,
    title: str,
    header: tuple[str, str, str],
    rows: tuple[tuple[str, ...], ...],
    height: float,
) -> Chart:
    said = " ; ".join(f"{first} → {second} : {third}" for first, second, third in rows)
    title, description = typeset(title), typeset(f"{header[2]}. {said}." if said else "Aucune donnée.")
    svg = drawing(marks, key=key, title=title, description=description, width=WIDTH, height=max(height, 24.0))
    return Chart(svg=svg, title=title, description=description, header=header, rows=rows)


_RIPE = {
    Truth.YES: ("Mûrs", Tone.STRONG),
    Truth.NO: ("À mûrir", Tone.ACCENT),
    Truth.UNKNOWN: ("Maturité à établir", Tone.NEUTRAL),
}
_ENVELOPE, _FUNDERS, _ADVICE, _NOTHING = (
    "Enveloppe de l'appel",
    "Financeurs existants",
    "Conseil, pour mûrir",
    "Sans suite",
)
_ENDS = (_ENVELOPE, _FUNDERS, _ADVICE, _NOTHING)


def way_out(project: ProjectResult) -> str:
    """What becomes of a project first. Prevention of difficulties is told as advice: it is nobody's business."""
    kinds = {referral.kind for referral in project.referrals}
    if project.decision.status is CallStatus.RETAINED:
        return _ENVELOPE
    if ReferralKind.FUNDERS in kinds:
        return _FUNDERS
    return _ADVICE if kinds else _NOTHING


def ways_out(result: MissionResult) -> Chart:
    """From how ripe projects are to what becomes of each of them; its title says what it shows."""
    counts: dict[tuple[Truth, str], int] = {}
    for project in result.projects:
        place = (project.maturity.ripe, way_out(project))
        counts[place] = counts.get(place, 0) + 1
    flows = [
        Flow(source=words, target=end, value=counts[ripe, end], tone=tone)
        for ripe, (words, tone) in _RIPE.items()
        for end in _ENDS
        if (ripe, end) in counts
    ]
    flows.sort(key=lambda flow: _ENDS.index(flow.target))
    flows.sort(key=lambda flow: [words for words, _ in _RIPE.values()].index(flow.source))
    return flow_chart(flows, key="suites", title=_finding(result), header=("Maturité", "Suite", "Projets"))


def _finding(result: MissionResult) -> str:
    whole, lost = len(result.projects), sum(way_out(project) == _NOTHING for project in result.projects)
    if not whole:
        return "Aucun projet recensé"
    if not lost:
        return f"Aucun des {whole} projets n'est sans suite" if whole > 1 else "Le projet recensé a une suite"
    return f"{lost} {agreed('projets', lost)} sur {whole} {'reste' if lost == 1 else 'restent'} sans suite"
