"""The few SVG marks that charts and the map are drawn with: no style attribute, no script, dots as decimal separator.

Colours are presentation attributes, so that a page's CSS classes win over them and a strict CSP lets them through.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape, quoteattr

from rebond.restitution import identity
from rebond.restitution.typography import typeset

INK, QUIET_INK, PAPER, RULE = identity.INK, identity.QUIET_INK, identity.PAPER, identity.RULE
FONTS = identity.FONT_STACK
"""Those of the documents: a PDF renderer does not pass the page's fonts on to its drawings."""
BODY_SIZE = 14.0
"""Height of the text of charts, in units of the view box."""


class Tone(enum.Enum):
    """Fills told apart by lightness first, so that they survive grey printing and colour blindness."""

    STRONG = ("fort", identity.NAVY, PAPER)
    MIDDLE = ("moyen", identity.BLUE, INK)
    ACCENT = ("accent", identity.AMBER, INK)
    NEUTRAL = ("neutre", identity.NEUTRAL, INK)
    PALE = ("pale", identity.PALE, INK)

    """Two of them differ by half in luminance, or one alone is hatched: amber is as light as the neutral grey."""

    def __init__(self, word: str, fill: str, ink: str) -> None:
        self.word = word
        self.fill = fill
        self.ink = ink
        """What can be read on the fill (contrast above 4.5)."""

    @property
    def hatched(self) -> bool:
        """Whether stripes of paper go across it."""
        return self.word == "accent"

    @property
    def css(self) -> str:
        """The class a page may restyle."""
        return f"rb-ton rb-ton--{self.word}"


def coordinate(value: float) -> str:
    """A coordinate with at most two decimals and a dot, whatever the language of the page.

    >>> coordinate(12.3456), coordinate(-0.001), coordinate(8.0)
    ('12.35', '0', '8')
    """
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


_NAMES = {"css": "class", "view_box": "viewBox"}


def _quoted(value: str | float) -> str:
    return quoteattr(value if isinstance(value, str) else coordinate(value))


def element(name: str, content: str = "", **attributes: str | float) -> str:
    """An element; ``css`` is its class, ``_`` in a name is a dash, numbers are written as coordinates."""
    written = "".join(
        f" {_NAMES.get(key, key.replace('_', '-'))}={_quoted(value)}" for key, value in attributes.items()
    )
    return f"<{name}{written}>{content}</{name}>" if content else f"<{name}{written}/>"


def text(
    content: str,
    x: float,
    y: float,
    *,
    size: float = BODY_SIZE,
    anchor: str = "start",
    fill: str = INK,
    weight: str = "400",
    css: str = "rb-texte",
) -> str:
    """A line of text on its baseline."""
    return element(
        "text",
        escape(typeset(content)),
        css=css,
        x=x,
        y=y,
        font_size=size,
        font_weight=weight,
        text_anchor=anchor,
        fill=fill,
    )


def haloed_text(content: str, x: float, y: float, *, size: float, anchor: str, weight: str) -> str:
    """Text that stays legible over symbols: a paper outline under it (PDF renderers ignore ``paint-order``)."""
    halo = element(
        "text",
        escape(typeset(content)),
        css="rb-halo",
        x=x,
        y=y,
        font_size=size,
        font_weight=weight,
        text_anchor=anchor,
        fill=PAPER,
        stroke=PAPER,
        stroke_width=3,
        stroke_linejoin="round",
        aria_hidden="true",
    )
    return halo + text(content, x, y, size=size, anchor=anchor, weight=weight)


def rectangle(x: float, y: float, width: float, height: float, tone: Tone) -> str:
    """A filled bar, with the stripes of its tone."""
    bar = plain_rectangle(x, y, width, height, tone)
    return bar + _stripes(x, y, width, height) if tone.hatched else bar


def plain_rectangle(x: float, y: float, width: float, height: float, tone: Tone) -> str:
    """The same without stripes: what a number is written on."""
    return element("rect", css=tone.css, x=x, y=y, width=max(width, 0.0), height=height, fill=tone.fill)


_STRIPE = 6.0
"""From one stripe to the next, along the bar."""


def _stripes(x: float, y: float, width: float, height: float) -> str:
    """Slanted lines of paper, cut at the edges of the bar: an SVG pattern would be lost in a picture."""
    drawn = []
    start = _STRIPE - height
    while start < width:
        # From the foot at ``start`` up to the head at ``start + height``.
        low, high = max(start, 0.0), min(start + height, width)
        if high - low > 0.5:  # noqa: PLR2004 - a dot at a corner
            foot, head = y + height - (low - start), y + height - (high - start)
            drawn.append(f"M{coordinate(x + low)},{coordinate(foot)} L{coordinate(x + high)},{coordinate(head)}")
        start += _STRIPE
    if not drawn:
        return ""
    return element("path", css="rb-hachure", d=" ".join(drawn), fill="none", stroke=PAPER, stroke_width=1.4)


def line(x1: float, y1: float, x2: float, y2: float, *, stroke: str = RULE, width: float = 1.0) -> str:
    """A straight rule."""
    return element("line", css="rb-filet", x1=x1, y1=y1, x2=x2, y2=y2, stroke=stroke, stroke_width=width)


def polygon(points: Sequence[tuple[float, float]], **attributes: str | float) -> str:
    """A closed shape."""
    written = " ".join(f"{coordinate(x)},{coordinate(y)}" for x, y in points)
    return element("polygon", "", points=written, **attributes)


def drawing(marks: Iterable[str], *, key: str, title: str, description: str, width: float, height: float) -> str:
    """A whole accessible drawing. ``key`` makes its ids unique in the page that holds it."""
    named = element("title", escape(title), id=f"{key}-titre") + element(
        "desc", escape(description), id=f"{key}-description"
    )
    return element(
        "svg",
        named + "".join(marks),
        xmlns="http://www.w3.org/2000/svg",
        css="rb-dessin",
        font_family=FONTS,
        view_box=f"0 0 {coordinate(width)} {coordinate(height)}",
        role="img",
        aria_labelledby=f"{key}-titre {key}-description",
    )


_NARROW = frozenset("iljtfIJ'’.,:;|!()[] \u00a0\u202f-")
_WIDE = frozenset("mwMW%@—œŒ€")


def text_width(content: str, size: float = BODY_SIZE) -> float:
    """About how wide a text is in a sans-serif font: the core measures without any font file, and rounds up."""
    ems = sum(0.37 if c in _NARROW else 0.95 if c in _WIDE else 0.74 if c.isupper() else 0.62 for c in content)
    return ems * size


def wrapped(content: str, width: float, size: float = BODY_SIZE) -> tuple[str, ...]:
    """The text cut at its spaces into lines of at most that width (a longer word keeps its line)."""
    lines: list[str] = []
    for word in typeset(content).split(" "):
        if lines and text_width(f"{lines[-1]} {word}", size) <= width:
            lines[-1] = f"{lines[-1]} {word}"
        else:
            lines.append(word)
    return tuple(lines)
