"""The map of a mission's territory: every commune, and a circle where projects are.

With the outlines of an open set, the map draws them and names their source. Without, the paper is shared among the
communes, each taking what is nearest to its own point: the map says so; it is not the official boundary.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from rebond.eligibility.places import Gazetteer
from rebond.facts import DecisionOutcome
from rebond.portfolio.call import CallStatus
from rebond.restitution.charts import WIDTH, Bar, Chart, horizontal_bars
from rebond.restitution.geometry import Frame, Point, cells, fitted_frame
from rebond.restitution.map_borders import borders
from rebond.restitution.map_labels import Named, label_places
from rebond.restitution.map_legend import DOT, GROUND, LARGEST_SYMBOL, diamond, legend
from rebond.restitution.outlines import Outlines, Ring, centre
from rebond.restitution.svg import (
    INK,
    PAPER,
    QUIET_INK,
    Tone,
    coordinate,
    drawing,
    element,
    haloed_text,
    line,
    polygon,
    text,
    text_width,
)
from rebond.restitution.typography import typeset
from rebond.results import MissionResult
from rebond.units import format_number

__all__ = ["Place", "map_credits", "marked_communes", "territory_map", "territory_places"]

_MAP_WIDTH = 500.0
_MAP_HEIGHT = 600.0
_LARGEST_DOT = 13.0
_BORDER = "#8a95a3"
_LABEL_SIZE = 13.0
_CREDIT = 20.0
"""Paper under the map for the source of its outlines."""
_EDGE = 0.01
"""Degrees left around outlines."""
_MOST_LABELS = 16
_TOWNS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A commune of the territory."""

    code: str
    name: str
    group: str
    """Name of its intercommunality."""
    population: int = 0
    outline: tuple[Ring, ...] = ()
    """Empty: nobody imported it."""
    credit: str = ""
    """Whom the outline comes from, and its licence."""


def territory_places(gazetteer: Gazetteer, epcis: Sequence[str], outlines: Outlines | None = None) -> tuple[Place, ...]:
    """Every commune of the intercommunalities (SIREN numbers), in their order."""
    drawn = outlines or Outlines()
    return tuple(
        Place(
            code=commune.code,
            name=commune.name,
            group=gazetteer.epcis.get(epci, epci),
            population=commune.population,
            outline=drawn.of.get(commune.code, ()),
            credit=drawn.credits.get(commune.code, ""),
        )
        for epci in epcis
        for commune in gazetteer.by_epci.get(epci, ())
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Symbol:
    place: Place
    value: Decimal
    x: float
    y: float
    radius: float


def territory_map(
    places: Sequence[Place],
    values: Mapping[str, Decimal],
    points: Mapping[str, tuple[float, float]],
    *,
    key: str,
    title: str,
    measure: str,
    write: Callable[[Decimal], str] = format_number,
    marked: Mapping[str, str] | None = None,
) -> Chart:
    """Circles whose area follows ``values`` (by commune code) over all the communes of the territory.

    ``marked``: communes whose circle bears a diamond, and what it says of them in the legend and the description.

    ``points``: code → (latitude, longitude) in degrees. A commune with a value and no point is listed beside the map;
    without any point at all, bars by intercommunality and commune take the map's place.
    """
    points = {**{place.code: centre(place.outline) for place in places if place.outline}, **points}
    signs = {code: words for code, words in (marked or {}).items() if values.get(code) and code in points}
    valued = [place for place in places if values.get(place.code)]
    table = sorted(valued, key=lambda place: (-values[place.code], place.name))
    rows = tuple((place.name, place.group, write(values[place.code])) for place in table)
    if not any(place.code in points for place in places):
        return _schematic(table, values, key=key, title=title, measure=measure, write=write)
    located = [place for place in places if place.code in points]
    frame = _frame(located, points)
    at = {place.code: frame.project(*points[place.code]) for place in located}
    symbols = _symbols([place for place in table if place.code in at], values, at)
    groups = tuple(dict.fromkeys(place.group for place in places))
    marks = [*_ground(located, at, groups, frame), *_dots(located, at), *(_circle(symbol) for symbol in symbols)]
    marks += [diamond(symbol.x, symbol.y) for symbol in symbols if symbol.place.code in signs]
    marks += _labels(symbols, located, at, frame)
    absent = [place.name for place in table if place.code not in at]
    largest = symbols[0].value if symbols else None
    marks += legend(groups, largest, frame, measure, write, absent, tuple(dict.fromkeys(signs.values())))
    marks += _credits(located, frame)
    title, description = typeset(title), typeset(_description(places, table, groups, values, measure, write, signs))
    height = frame.height + (_CREDIT if map_credits(located) else 0)
    svg = drawing(marks, key=key, title=title, description=description, width=WIDTH, height=height)
    header = ("Commune", "Intercommunalité", measure)
    return Chart(svg=svg, title=title, description=description, header=header, rows=rows)


def _description(
    places: Sequence[Place],
    table: Sequence[Place],
    groups: Sequence[str],
    values: Mapping[str, Decimal],
    measure: str,
    write: Callable[[Decimal], str],
    signs: Mapping[str, str],
) -> str:
    listed = " ; ".join(f"{place.name} : {write(values[place.code])}" for place in table)
    where = " et ".join((", ".join(groups[:-1]), groups[-1])) if len(groups) > 1 else "".join(groups)
    kind = "Carte" if map_credits(places) else "Carte schématique"
    told = "".join(
        f" {words} : {', '.join(place.name for place in table if signs.get(place.code) == words)}."
        for words in dict.fromkeys(signs.values())
    )
    return (
        f"{kind} de {len(places)} communes ({where}), le nord en haut. "
        f"{measure}, par commune : {listed or 'aucune valeur'}.{told}"
    )


def marked_communes(result: MissionResult) -> dict[str, str]:
    """Communes with a project that the committee retained, or, until it decides, that is proposed to it."""
    decided = {each.project_id for each in result.census.decisions if each.outcome is DecisionOutcome.RETAINED}
    words = "Projet retenu par le comité" if result.decided else "Projet proposé au comité"
    return {
        project.commune.code: words
        for project in result.projects
        if project.commune
        and (project.project.id in decided if result.decided else project.decision.status is CallStatus.RETAINED)
    }


def map_credits(places: Sequence[Place]) -> str:
    """Whom the outlines of a map come from; empty when it draws none."""
    found = dict.fromkeys(place.credit for place in places if place.outline and place.credit)
    return f"Contours des communes : {' ; '.join(found)}." if found else ""


def _credits(places: Sequence[Place], frame: Frame) -> list[str]:
    words = map_credits(places)
    return [text(words, 0, frame.height + _CREDIT - 5, size=11, fill=QUIET_INK)] if words else []


def _frame(places: Sequence[Place], points: Mapping[str, Point]) -> Frame:
    corners = [point for place in places for ring in place.outline for point in ring]
    if not corners:
        return fitted_frame([points[place.code] for place in places], _MAP_WIDTH, _MAP_HEIGHT)
    bare = [points[place.code] for place in places if not place.outline]
    return fitted_frame([*corners, *bare], _MAP_WIDTH, _MAP_HEIGHT, reach=_EDGE)


def _schematic(
    table: Sequence[Place],
    values: Mapping[str, Decimal],
    *,
    key: str,
    title: str,
    measure: str,
    write: Callable[[Decimal], str],
) -> Chart:
    """Bars by intercommunality, then by commune: what can be said without coordinates."""
    groups: dict[str, Decimal] = {}
    for place in table:
        groups[place.group] = groups.get(place.group, Decimal(0)) + values[place.code]
    bars = [Bar(label=name, value=value, tone=Tone.NEUTRAL) for name, value in groups.items()]
    bars += [Bar(label=place.name, value=values[place.code]) for place in table]
    return horizontal_bars(bars, key=key, title=title, header=("Territoire", measure), write=write)


def _symbols(table: Sequence[Place], values: Mapping[str, Decimal], at: Mapping[str, Point]) -> list[_Symbol]:
    """The largest first, so that small circles stay on top."""
    largest = max((values[place.code] for place in table), default=Decimal(1))
    return [
        _Symbol(
            place=place,
            value=values[place.code],
            x=at[place.code][0],
            y=at[place.code][1],
            radius=_radius(values[place.code], largest),
        )
        for place in table
    ]


def _radius(value: Decimal, largest: Decimal) -> float:
    """The area follows the value; below 2.5 a circle could not be seen."""
    return max(2.5, LARGEST_SYMBOL * math.sqrt(float(value / largest)))


def _ground(places: Sequence[Place], at: Mapping[str, Point], groups: Sequence[str], frame: Frame) -> list[str]:
    if any(place.outline for place in places):
        drawn = [place for place in places if place.outline]
        edges = borders(
            (place.group, [frame.project(*point) for point in ring]) for place in drawn for ring in place.outline
        )
        return [*(_outline(place, groups, frame) for place in drawn), edges]
    shapes = cells([at[place.code] for place in places], frame.margin)
    fills = {group: GROUND[rank % len(GROUND)] for rank, group in enumerate(groups)}
    grounds = [
        polygon(
            shape,
            css=f"rb-fond rb-fond--{groups.index(place.group) % len(GROUND)}",
            fill=fills[place.group],
            stroke=PAPER,
            stroke_width=0.8,
        )
        for place, shape in zip(places, shapes, strict=True)
        if shape
    ]
    return [*grounds, borders((place.group, shape) for place, shape in zip(places, shapes, strict=True))]


def _outline(place: Place, groups: Sequence[str], frame: Frame) -> str:
    """A commune as its outline: a hole in it is not painted."""
    rank = groups.index(place.group) % len(GROUND)
    rings = ([frame.project(*point) for point in ring] for ring in place.outline)
    drawn = " ".join("M" + " L".join(f"{coordinate(x)},{coordinate(y)}" for x, y in ring) + " Z" for ring in rings)
    css = f"rb-fond rb-fond--{rank}"
    fill, rule = GROUND[rank], "evenodd"
    return element("path", css=css, d=drawn, fill=fill, fill_rule=rule, stroke=_BORDER, stroke_width=0.6)


def _dots(places: Sequence[Place], at: Mapping[str, Point]) -> list[str]:
    """Inhabitants, in light grey."""
    most = max((place.population for place in places), default=0) or 1
    return [
        element(
            "circle",
            css="rb-population",
            cx=at[place.code][0],
            cy=at[place.code][1],
            r=max(0.9, _LARGEST_DOT * math.sqrt(place.population / most)),
            fill=DOT,
        )
        for place in places
    ]


def _circle(symbol: _Symbol) -> str:
    return element(
        "circle",
        css="rb-symbole",
        cx=symbol.x,
        cy=symbol.y,
        r=symbol.radius,
        fill=Tone.STRONG.fill,
        fill_opacity=0.85,
        stroke=PAPER,
        stroke_width=1.2,
    )


def _labels(symbols: Sequence[_Symbol], places: Sequence[Place], at: Mapping[str, Point], frame: Frame) -> list[str]:
    """Names of the first towns by inhabitants, then of what weighs most by value and inhabitants together."""
    radius = {symbol.place.code: symbol.radius for symbol in symbols}
    wanted = _by_weight(symbols, places)
    named = [
        Named(
            x=at[place.code][0],
            y=at[place.code][1],
            radius=radius.get(place.code, 3.0),
            width=text_width(place.name, _LABEL_SIZE),
        )
        for place in wanted
    ]
    circles = [(symbol.x, symbol.y, symbol.radius) for symbol in symbols]
    marks: list[str] = []
    labels = label_places(named, circles, frame.width, frame.height, most=_MOST_LABELS)
    for place, label in zip(wanted, labels, strict=True):
        if label is None:
            continue
        if label.leader:
            (x1, y1), (x2, y2) = label.leader
            marks.append(line(x1, y1, x2, y2, stroke=INK, width=0.8))
        weight = "700" if place.code in radius else "400"
        at_x, anchor = label.anchored_at, label.anchor
        marks.append(haloed_text(place.name, at_x, label.y, size=_LABEL_SIZE, anchor=anchor, weight=weight))
    return marks


def _by_weight(symbols: Sequence[_Symbol], places: Sequence[Place]) -> list[Place]:
    """The first towns, then the communes with a circle: their share of the largest value and of the largest town."""
    towns = sorted(places, key=lambda place: -place.population)[:_TOWNS]
    most = max((place.population for place in places), default=0) or 1
    largest = max((symbol.value for symbol in symbols), default=Decimal(1))
    weighed = sorted(symbols, key=lambda symbol: -(symbol.value / largest + Decimal(symbol.place.population) / most))
    return [*towns, *(symbol.place for symbol in weighed if symbol.place not in towns)]
