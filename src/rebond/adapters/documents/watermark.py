"""« Projet » as a drawing, not as words: behind each page of a draft, and never in what a reader hears or copies."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from typing import Final
from urllib.parse import quote

from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.pens.transformPen import TransformPen
from fontTools.ttLib import TTFont
from PIL import Image, ImageDraw

from rebond.adapters.documents.raster import FONT_FILE, text_font
from rebond.restitution import identity

_BOLD = 700
_WIDE = 200.0
"""Of the word, on a page of 210 by 297."""


_PICTURE: Final = (1190, 1190)
"""Pixels: 16.8 cm at 180 an inch, within the margins of a page."""


@cache
def watermark_picture() -> bytes:
    """The same as a picture, for Writer: the word aslant on paper."""
    image = Image.new("RGB", _PICTURE, identity.PAPER)
    font = text_font(430, _BOLD)
    word = Image.new("RGB", (1500, 520), identity.PAPER)
    ImageDraw.Draw(word).text((750, 400), identity.DRAFT_MARK, font=font, fill=identity.WATERMARK, anchor="ms")
    slanted = word.rotate(45, resample=Image.Resampling.BICUBIC, expand=True, fillcolor=identity.PAPER)
    corner = ((_PICTURE[0] - slanted.width) // 2, (_PICTURE[1] - slanted.height) // 2)
    image.paste(slanted, corner)
    made = BytesIO()
    image.save(made, "PNG", optimize=True, dpi=(180, 180))
    return made.getvalue()


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
