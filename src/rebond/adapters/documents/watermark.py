"""« Projet » as a drawing, not as words: behind each page of a draft, and never in what a reader hears or copies."""

from __future__ import annotations

from functools import cache
from urllib.parse import quote

from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.pens.transformPen import TransformPen
from fontTools.ttLib import TTFont

from rebond.adapters.documents.raster import FONT_FILE
from rebond.restitution import identity

_BOLD = 700
_WIDE = 200.0
"""Of the word, on a page of 210 by 297."""


@cache
def watermark() -> str:
    """The rule of a style sheet that puts it behind every page."""
    font = TTFont(FONT_FILE)
    glyphs, names = font.getGlyphSet(location={"wght": _BOLD}), font.getBestCmap()
    pen, across = SVGPathPen(glyphs, ntos=lambda number: f"{number:.0f}"), 0.0
    for letter in identity.DRAFT_MARK:
        glyph = glyphs[names[ord(letter)]]
        glyph.draw(TransformPen(pen, (1, 0, 0, -1, across, 0)))
        across += glyph.width
    scale = _WIDE / across
    drawn = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 210 297">'
        f'<g transform="translate(105 148) rotate(-45) scale({scale:.4f}) translate({-across / 2:.0f} 250)">'
        f'<path fill="{identity.WATERMARK}" d="{pen.getCommands()}"/></g></svg>'
    )
    return f'@page {{ background: url("data:image/svg+xml,{quote(drawn)}") center / 100% auto no-repeat; }}\n'
