"""A drawing of ours as a picture: Word, Writer and PowerPoint do not all show vector drawings.

Only the marks that ``restitution.svg`` draws with are known; another one is refused rather than left out.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final
from xml.etree.ElementTree import Element, fromstring

from fontTools.ttLib import TTFont
from PIL import Image, ImageDraw, ImageFont

from rebond.restitution.identity import PAPER

FONT_FILE: Final = Path(__file__).parents[2] / "web/static/rebond/fonts/source-sans-3-latin-wght-normal.woff2"
_WIDTH: Final = 1500
"""Pixels across: about 220 a page's inch."""
_FINER: Final = 2
"""Drawn that much larger, then brought down: smooth edges."""
_INK: Final = "black"
"""What SVG draws with when nothing is said."""
_STEPS: Final = 16
"""Straight parts that stand for a curve."""
_NUMBER = re.compile(r"-?\d*\.?\d+")
_COMMAND = re.compile(r"([MLHVCZ])([^MLHVCZ]*)")
_SILENT = frozenset({"title", "desc"})
Point = tuple[float, float]


def as_png(svg: str) -> bytes:
    """The picture; the same drawing gives the same bytes."""
    root = fromstring(svg)  # noqa: S314 - made by us, from escaped words
    _, _, width, height = (float(each) for each in root.attrib["viewBox"].split())
    scale = _WIDTH * _FINER / width
    image = Image.new("RGB", (_WIDTH * _FINER, max(1, round(height * scale))), PAPER)
    pen = _Pen(ImageDraw.Draw(image), scale)
    for mark in root:
        pen.draw(mark)
    small = image.resize((_WIDTH, max(1, image.height // _FINER)), Image.Resampling.LANCZOS)
    made = io.BytesIO()
    small.save(made, "PNG", optimize=True)
    return made.getvalue()


class _Pen:
    def __init__(self, draw: ImageDraw.ImageDraw, scale: float) -> None:
        self._draw = draw
        self._scale = scale

    def draw(self, mark: Element) -> None:
        """One mark, or those of a group."""
        name = mark.tag.rpartition("}")[2]
        match name:
            case "g" | "a":
                for inner in mark:
                    self.draw(inner)
            case "rect":
                x, y, width, height = (self._length(mark, key) for key in ("x", "y", "width", "height"))
                if width > 0 and height > 0:
                    self._shape([(x, y), (x + width, y), (x + width, y + height), (x, y + height)], mark)
            case "line":
                ends = [(self._length(mark, f"x{end}"), self._length(mark, f"y{end}")) for end in "12"]
                self._draw.line(ends, fill=mark.get("stroke"), width=self._thickness(mark))
            case "polygon" | "polyline":
                numbers = [float(each) * self._scale for each in _NUMBER.findall(mark.get("points", ""))]
                self._shape(list(zip(numbers[::2], numbers[1::2], strict=True)), mark)
            case "path":
                for points in self._outlines(mark.get("d", "")):
                    self._shape(points, mark)
            case "circle":
                x, y, radius = (self._length(mark, key) for key in ("cx", "cy", "r"))
                outline = mark.get("stroke")
                box = (x - radius, y - radius, x + radius, y + radius)
                self._draw.ellipse(box, fill=_colour(mark.get("fill")), outline=outline, width=self._thickness(mark))
            case "text":
                self._text(mark)
            case _ if name not in _SILENT:
                raise ValueError(f"« {name} » n'a pas de forme en image")

    def _length(self, mark: Element, key: str) -> float:
        return float(mark.get(key, "0")) * self._scale

    def _thickness(self, mark: Element) -> int:
        return max(1, round(float(mark.get("stroke-width", "1")) * self._scale))

    def _shape(self, points: list[Point], mark: Element) -> None:
        if len(points) < 2:  # noqa: PLR2004 - nothing to see of one point
            return
        fill, stroke = _colour(mark.get("fill", _INK)), _colour(mark.get("stroke"))
        if fill:
            self._draw.polygon(points, fill=fill)
        if stroke:
            self._draw.line([*points, points[0]], fill=stroke, width=self._thickness(mark), joint="curve")

    def _outlines(self, path: str) -> Iterator[list[Point]]:
        points: list[Point] = []
        for command, words in _COMMAND.findall(path.replace(",", " ")):
            numbers = [float(each) * self._scale for each in _NUMBER.findall(words)]
            if command == "M" and points:
                yield points
                points = []
            if command in "ML":
                points += zip(numbers[::2], numbers[1::2], strict=True)
            elif command == "H":
                points += [(x, points[-1][1]) for x in numbers]
            elif command == "V":
                points += [(points[-1][0], y) for y in numbers]
            elif command == "C":
                for rank in range(0, len(numbers), 6):
                    first, second, third, fourth, fifth, sixth = numbers[rank : rank + 6]
                    points += _curve(points[-1], (first, second), (third, fourth), (fifth, sixth))
        if points:
            yield points

    def _text(self, mark: Element) -> None:
        words = "".join(mark.itertext())
        font = text_font(round(self._length(mark, "font-size")), int(mark.get("font-weight", "400")))
        anchor = {"middle": "ms", "end": "rs"}.get(mark.get("text-anchor", ""), "ls")
        halo = self._thickness(mark) // 2 if mark.get("stroke") else 0
        self._draw.text(
            (self._length(mark, "x"), self._length(mark, "y")),
            words,
            font=font,
            fill=mark.get("fill", _INK),
            anchor=anchor,
            stroke_width=halo,
            stroke_fill=mark.get("stroke"),
        )


def _colour(value: str | None) -> str | None:
    return None if value in (None, "none") else value


def _curve(start: Point, one: Point, two: Point, end: Point) -> Iterator[Point]:
    for step in range(1, _STEPS + 1):
        t = step / _STEPS
        u = 1 - t
        weights = (u**3, 3 * u * u * t, 3 * u * t * t, t**3)
        through = (start, one, two, end)
        yield (
            sum(weight * point[0] for weight, point in zip(weights, through, strict=True)),
            sum(weight * point[1] for weight, point in zip(weights, through, strict=True)),
        )


@cache
def _font_bytes() -> bytes:
    font = TTFont(FONT_FILE)
    font.flavor = None
    made = io.BytesIO()
    font.save(made)
    return made.getvalue()


@cache
def text_font(size: int, weight: int) -> ImageFont.FreeTypeFont:
    """The typeface of the site at a size in pixels."""
    font = ImageFont.truetype(io.BytesIO(_font_bytes()), max(size, 1), layout_engine=ImageFont.Layout.BASIC)
    font.set_variation_by_axes([weight])
    return font
