"""From the HTML of a web editor to sentences."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_BLOCKS = {"p", "li", "br", "div", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "table"}
_SPACES = re.compile(r"[ \t\r\n\u00a0]+")


class _Reader(HTMLParser):
    """Cuts the text at each block; items of a list are marked."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[tuple[str, bool]] = []
        self._text = ""
        self._in_item = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A block ends the one before; a link keeps its address."""
        if tag in _BLOCKS:
            self.cut()
        if tag == "li":
            self._in_item = True
        address = dict(attrs).get("href")
        if tag == "a" and address:
            self._text += f" ({address}) "

    def handle_endtag(self, tag: str) -> None:
        """The same at the end of a block."""
        if tag in _BLOCKS:
            self.cut()
        if tag == "li":
            self._in_item = False

    def handle_data(self, data: str) -> None:
        """Text."""
        self._text += data

    def cut(self) -> None:
        """File the text gathered so far."""
        text = _SPACES.sub(" ", self._text).strip()
        if text:
            self.blocks.append((text, self._in_item))
        self._text = ""


def _blocks(html: str) -> list[tuple[str, bool]]:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    reader.cut()
    return reader.blocks


def plain_text(html: str) -> str:
    r"""The text alone, one block a line.

    >>> plain_text("<p>Pour les <b>PME</b></p><p>du Grand Est&nbsp;</p>")
    'Pour les PME\ndu Grand Est'
    """
    return "\n".join(text for text, _ in _blocks(html))


def sentences(html: str) -> list[str]:
    """One sentence a block; « être l'une de ces entreprises : » takes the items of its list with it."""
    found: list[str] = []
    for text, is_item in _blocks(html):
        if is_item and found and found[-1].split("\n")[0].endswith(":"):
            found[-1] += f"\n— {text}"
        else:
            found.append(text)
    return found
