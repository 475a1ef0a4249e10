"""The look that every document shares with the site: one typeface, a few colours, told once.

The site's own home is ``web/static/rebond/tokens.css``; a test keeps the two equal. A colour is written ``#rrggbb``:
``bare`` gives what Word, PowerPoint and Excel want of it.
"""

from __future__ import annotations

from typing import Final

FONT: Final = "Source Sans 3"
"""Embedded in the PDF and shipped with the site; a Word file or a deck names it, and falls back on the next."""
FALLBACK_FONT: Final = "Arial"
FONT_STACK: Final = f"'{FONT}', 'Liberation Sans', {FALLBACK_FONT}, sans-serif"

INK: Final = "#1e2530"
"""Text."""
QUIET_INK: Final = "#56606e"
"""Captions, sources, running heads."""
PAPER: Final = "#ffffff"
RULE: Final = "#b9c2cc"
"""Lines of tables."""
NAVY: Final = "#1d3f66"
"""Titles, and the first tone of a chart; white reads on it."""
NAVY_DEEP: Final = "#122c49"
BLUE: Final = "#5b93bd"
AMBER: Final = "#e3a83b"
"""What calls for attention; ink reads on it."""
AMBER_WASH: Final = "#fdf3df"
"""Behind a warning."""
SKY: Final = "#e8eff5"
"""Behind the head of a table, a key figure."""
NEUTRAL: Final = "#aeb8c4"
PALE: Final = "#dde4ec"
GREEN: Final = "#1d6a4b"
BRICK: Final = "#9c3328"

WATERMARK: Final = "#eef1f5"
"""Behind the text of a draft: seen, and read over without effort."""
DRAFT_MARK: Final = "Projet"
"""Across each page of what no committee decided."""


def bare(colour: str) -> str:
    """A colour as office files write it.

    >>> bare("#1d3f66")
    '1D3F66'
    """
    return colour.removeprefix("#").upper()


def parts(colour: str) -> tuple[int, int, int]:
    """Red, green and blue, from 0 to 255.

    >>> parts("#1d3f66")
    (29, 63, 102)
    """
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return red, green, blue
