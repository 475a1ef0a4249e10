"""The press release as Markdown: its figures carry footnotes that lead to their rows."""

from __future__ import annotations

import re
from datetime import date

from rebond.restitution.contents import (
    SOURCES,
    Bullets,
    Document,
    Figure,
    Mention,
    Notice,
    Paragraph,
    Period,
    Piece,
    Quote,
    Section,
    Text,
    figures_of,
)
from rebond.restitution.edition_rows import rows_words
from rebond.restitution.typography import dateline, french_date, french_period, typeset

_SPECIAL = re.compile(r"([\\`*_\[\]<>#|~&]|(?<=[a-z])(?=://)|(?<=www)(?=\.)|^\s*[=+@-]|^\s*\d+(?=[.)]))", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")


def markdown_text(document: Document, *, notes: bool = True) -> str:
    """A document of paragraphs and lists; drawings and tables belong to the report and are refused.

    ``notes``: each figure carries one; without them, what is behind the figures is told elsewhere.
    """
    head = [
        f"# {_words(document.title)}",
        *(f"**{_words(words)}**" for words in document.ahead),
        f"**{_words(document.subtitle).upper()}**",
        f"*{_words(dateline(document.place, document.dated))}*",
    ]
    head += [f"> {_words(warning)}" for warning in document.warnings]
    body = [block for section in document.sections for block in _section(section, notes=notes)]
    if not notes:
        return "\n\n".join([*head, *body]) + "\n"
    told = [
        f"[^{indicator.code}]: {_words(indicator.label)} : {_words(indicator.told)}. {_words(indicator.definition)}"
        f"{_words(rows_words(indicator))}"
        for indicator in figures_of(document)
    ]
    return "\n\n".join([*head, *body, "---", typeset(SOURCES), *told]) + "\n"


def _section(section: Section, *, notes: bool) -> list[str]:
    found = [f"## {_words(section.title)}"] if section.title else []
    for block in section.blocks:
        match block:
            case Paragraph():
                text = _text(block.text, notes=notes)
                found.append(f"**{text}**" if block.lead else text)
            case Bullets() | Notice():
                found.append("\n".join(f"- {_text(item, notes=notes)}" for item in block.items))
            case _:
                raise TypeError(f"{type(block).__name__} n'a pas de forme Markdown")
    return found


def _text(text: Text, *, notes: bool) -> str:
    return "".join(_piece(piece, notes=notes) for piece in text)


def _piece(piece: Piece, *, notes: bool) -> str:
    match piece:
        case Figure():
            return f"{_words(piece.text)}[^{piece.indicator.code}]" if notes else _words(piece.text)
        case Quote():
            return _words(piece.text)
        case Mention():
            return _words(piece.id)
        case Period():
            return typeset(french_period(piece.start, piece.end))
        case date():
            return french_date(piece)
        case str():
            return _words(piece)


def _words(text: str) -> str:
    """Text whose marks Markdown must not read as its own, nor a spreadsheet that it is pasted in as a formula."""
    return _SPECIAL.sub(_escaped, _CONTROL.sub(" ", typeset(text)))


def _escaped(found: re.Match[str]) -> str:
    mark = found[1].strip()
    # After a figure the point is what makes a list of it; an address has no mark of its own.
    return f"{mark}\\" if mark.isdecimal() or not mark else f"\\{mark}"
