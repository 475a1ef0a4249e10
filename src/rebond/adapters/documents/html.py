"""The report as one self-contained page that reads on screen and prints; and the same page for the PDF alone.

On paper nothing is looked for by its attribute: the page leaves out the elements that only carry one, tells the width
of each column, and says the rows behind a figure as one text. What a printer does with them costs half of the PDF.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape, unescape
from pathlib import Path

from rebond.adapters.documents.column_widths import column_widths
from rebond.adapters.documents.watermark import watermark
from rebond.indicators.breakdowns import slug
from rebond.restitution.contents import (
    Block,
    Bullets,
    Document,
    Drawing,
    Evidence,
    Figure,
    KeyFigures,
    Mention,
    Notice,
    Paragraph,
    Period,
    Piece,
    Quote,
    Section,
    Table,
    Text,
)
from rebond.restitution.typography import french_date, french_period, sentence_case, typeset

_STYLE = Path(__file__).with_name("restitution.css")
_FONTS = Path(__file__).parents[2] / "web" / "static" / "rebond" / "fonts"
_PAPER = (
    'table {{ table-layout: fixed; }}\n@font-face {{ font-family: "Source Sans 3"; font-weight: 200 900; '
    'src: url("{}/source-sans-3-latin-wght-normal.woff2"); }}\n'
)
_LONGEST_TITLE, _LONG = 80, " longue"
"""Characters of a title that a cover shows in large; a longer one keeps its cover on one page too."""
_TAG = re.compile(r"<[^>]+>")
REGISTER = "registre"
"""Anchor of the chapter where each project's identifier is the target, not the link."""


def html_page(document: Document) -> str:
    """The whole page: style and drawings inside, nothing fetched."""
    return _Pen(paper=False).page(document)


def paper_page(document: Document) -> str:
    """The page to print as a PDF, on this machine: it names the font files that Rebond ships."""
    return _Pen(paper=True, opened=frozenset(_targets(document.sections))).page(document)


def _targets(sections: Iterable[Section]) -> Iterator[str]:
    """The anchors that a document holds for a figure or a project."""
    for section in sections:
        for block in section.blocks:
            if isinstance(block, Evidence):
                yield f"chiffre-{block.indicator.code}"
            elif isinstance(block, Table) and section.anchor == REGISTER:
                yield from (_anchor(piece) for row in block.rows for piece in row[0] if isinstance(piece, Mention))
        yield from _targets(section.sections)


@dataclass(frozen=True, slots=True)
class _Pen:
    """Writes the parts of a page, for the screen or for paper alone."""

    paper: bool
    opened: frozenset[str] = frozenset()
    """On paper, the figures whose rows are in the same file, and the projects of the register."""

    def page(self, document: Document) -> str:
        """The whole page."""
        title = f"{typeset(document.title)} — {typeset(document.subtitle).lower()}"
        notice = "".join(f'<p class="avis">{_words(warning)}</p>' for warning in document.warnings)
        mark = " · ".join(document.foot)
        face = _PAPER.format(_FONTS.as_uri()) if self.paper else ""
        if self.paper and document.draft:
            face += watermark()
        running = f'<p class="avis-courant" aria-hidden="true">{_words(mark)}</p>' if mark else ""
        long = _LONG if len(document.title) > _LONGEST_TITLE else ""
        parts = [
            f'<header class="couverture{long}"><p class="surtitre">{_words(document.subtitle)}</p>',
            f"<h1>{_words(document.title)}</h1>",
            f'<p class="date">{self._text(document.dateline)}</p>{notice}</header>',
            running,
            self._contents(document),
            "<main>",
            *(self._section(section, 2) for section in document.sections),
            "</main>",
        ]
        return (
            '<!DOCTYPE html>\n<html lang="fr">\n<head>\n<meta charset="utf-8">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f"<title>{escape(title)}</title>\n"
            f"<style>\n{face}{_STYLE.read_text(encoding='utf-8')}</style>\n</head>\n<body>\n"
            + "\n".join(parts)
            + "\n</body>\n"
            "</html>\n"
        )

    def _contents(self, document: Document) -> str:
        items = "".join(
            f'<li><a href="#{section.anchor}">{_words(section.title)}</a>{self._page_of(section)}</li>'
            for section in document.sections
        )
        return f'<nav class="sommaire" aria-labelledby="sommaire"><h2 id="sommaire">Sommaire</h2><ol>{items}</ol></nav>'

    def _page_of(self, section: Section) -> str:
        """Where its page number goes, beside the link: inside, a reader would hear a link in a link."""
        return f' <span class="page" data-lien="#{section.anchor}"></span>' if self.paper else ""

    def _section(self, section: Section, level: int) -> str:
        told = (
            self._table(block, register=False, narrow=True)
            if section.in_columns and isinstance(block, Table)
            else self._block(block, register=section.anchor == REGISTER, opens=isinstance(after, Table))
            for block, after in zip(section.blocks, (*section.blocks[1:], None), strict=False)
        )
        blocks = "\n".join(told)
        if section.in_columns:
            blocks = f'<div class="colonnes">\n{blocks}\n</div>'
        inner = "\n".join(self._section(part, level + 1) for part in section.sections)
        title = f"<h{level}>{_words(section.title)}</h{level}>"
        if section.finding:
            title = (
                f'<p class="rubrique">{_words(section.title)}</p>\n<h{level}>{self._text(section.finding)}</h{level}>'
            )
        sheet = " fiche" if section.in_columns else ""
        return f'<section id="{section.anchor}" class="niveau-{level}{sheet}">\n{title}\n{blocks}\n{inner}\n</section>'

    def _block(self, block: Block, *, register: bool, opens: bool = False) -> str:
        """``opens``: a table follows; on paper, the words that announce it stay with it."""
        match block:
            case Table():
                return self._table(block, register=register)
            case Drawing():
                # On paper its figures are in the annexes; on a screen they open under the drawing that says the same.
                return self._drawing(block) + ("" if self.paper else self._figures_of(block, register=register))
            case Evidence():
                return self._evidence(block)
            case _:
                return self._prose(block, opens=opens)

    def _prose(self, block: Paragraph | Bullets | Notice | KeyFigures, *, opens: bool) -> str:
        match block:
            case Paragraph():
                names = " ".join(name for name, wanted in (("chapeau", block.lead), ("annonce", opens)) if wanted)
                css = f' class="{names}"' if names else ""
                return f"<p{css}>{self._text(block.text)}</p>"
            case Bullets():
                return f"<ul>{self._items(block.items)}</ul>"
            case Notice():
                return f'<div class="alerte"><h3>{_words(block.title)}</h3><ul>{self._items(block.items)}</ul></div>'
            case KeyFigures():
                tiles = "".join(
                    f"<li><strong>{self._piece(figure)}</strong> <span>{_words(label)}</span>{self._lack(figure)}</li>"
                    for figure, label in block.figures
                )
                return f'<ul class="chiffres-cles">{tiles}</ul>'

    def _lack(self, figure: Figure) -> str:
        """What a tile's figure lacks, under its label."""
        note = figure.indicator.note
        return f' <span class="note">{_words(sentence_case(note))}</span>' if note else ""

    def _drawing(self, block: Drawing) -> str:
        title, caption = _words(block.chart.title), _words(block.caption)
        svg = block.chart.svg
        if self.paper:
            # A PDF has one alternative text, which WeasyPrint takes from the title: the values go with it.
            svg = svg.replace("</title>", f" — {_words(block.chart.description)}</title>", 1)
        return (
            f'<figure role="figure" tabindex="0" aria-label="{title}">{svg}<figcaption>{caption}</figcaption></figure>'
        )

    def _figures_of(self, block: Drawing, *, register: bool) -> str:
        title = _words(f"Les chiffres du graphique : {block.table.caption}".rstrip("."))
        return f"<details><summary>{title}</summary>{self._table(block.table, register=register)}</details>"

    def _items(self, items: Iterable[Text]) -> str:
        return " ".join(f"<li>{self._text(item)}</li>" for item in items)

    def _table(self, table: Table, *, register: bool, narrow: bool = False) -> str:
        """``narrow``: in a column of the page, as wide as its table says."""
        cells = [
            [self._text(cell, register=register and not rank) for rank, cell in enumerate(row)] for row in table.rows
        ]
        head = "".join(
            f'<th scope="col"{_number(column, table)}>{_words(cell)}</th>' for column, cell in enumerate(table.header)
        )
        rows = "".join(
            f'<tr><th scope="row">{first}</th>'
            + "".join(f"<td{_number(column, table)}>{cell}</td>" for column, cell in enumerate(others, start=1))
            + "</tr>"
            for first, *others in cells
        )
        css = ' class="large"' if table.wide else ""
        caption = _words(table.caption)
        # Its head may say what it is: it is not told twice.
        title = "" if table.caption == table.header[0] else f"<caption>{caption}</caption>"
        shares = [round(100 * share) for share in table.shares] if narrow else []
        return (
            f'<div class="defile" role="region" tabindex="0" aria-label="{caption}">'
            f"<table{css}>{title}{self._widths(table, cells, shares)}"
            f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
        )

    def _widths(self, table: Table, cells: Sequence[Sequence[str]], shares: Sequence[float] = ()) -> str:
        """On paper, how wide each column is; a screen, whose width nobody knows, finds it."""
        if not self.paper:
            return ""
        texts = [[unescape(_TAG.sub("", cell)) for cell in row] for row in cells]
        widths = shares or column_widths(
            [typeset(title) for title in table.header], texts, numbers=table.numbers, wide=table.wide
        )
        return "<colgroup>" + "".join(f'<col style="width: {width}%">' for width in widths) + "</colgroup>"

    def _text(self, text: Text, *, register: bool = False) -> str:
        return "".join(self._piece(piece, register=register) for piece in text)

    def _piece(self, piece: Piece, *, register: bool = False) -> str:
        match piece:
            case str():
                return _words(piece)
            case Figure():
                return self._figure(piece)
            case Quote():
                return self._told("span", 'class="cite"', _words(piece.text).replace("\n", "<br>"))
            case Mention():
                place = f'<span class="ident" id="{_anchor(piece)}">{{}}</span>'
                link = f'<a class="ident" href="#{_anchor(piece)}">{{}}</a>'
                if not register and self.paper and _anchor(piece) not in self.opened:
                    return f'<span class="ident">{escape(piece.id)}</span>'
                return (place if register else link).format(escape(piece.id))
            case Period() | date():
                return self._moment(piece)

    def _moment(self, piece: Period | date) -> str:
        if isinstance(piece, Period):
            period = _words(french_period(piece.start, piece.end))
            return self._told("time", f'datetime="{piece.start:%Y-%m}"', period)
        return self._told("time", f'datetime="{piece.isoformat()}"', french_date(piece))

    def _told(self, element: str, attribute: str, words: str) -> str:
        """Words in an element that only says what they are."""
        return words if self.paper else f"<{element} {attribute}>{words}</{element}>"

    def _figure(self, figure: Figure) -> str:
        code, text = escape(figure.indicator.code), _words(figure.text)
        if figure.row:
            return self._told("span", f'data-indicateur="{code}" data-ligne="{escape(figure.row)}"', text)
        if self.paper and f"chiffre-{figure.indicator.code}" not in self.opened:
            return text
        return f'<a class="chiffre" href="#chiffre-{code}" data-indicateur="{code}">{text}</a>'

    def _evidence(self, evidence: Evidence) -> str:
        indicator = evidence.indicator
        code = escape(indicator.code)
        note = f'<span class="note">{_words(sentence_case(indicator.note))}.</span> ' if indicator.note else ""
        name = self._told("span", 'class="nom"', _words(indicator.label))
        value = self._told("span", f'data-indicateur="{code}"', _words(indicator.told))
        return (
            f'<section class="preuve" id="chiffre-{code}"><h3>{name}\u00a0: {value}</h3>'
            f'<p class="definition">{_words(indicator.definition)} {note}<code>{code}</code></p>'
            f"{self._rows(evidence.rows)}</section>"
        )

    def _rows(self, rows: Sequence[Text]) -> str:
        """The rows behind a figure; on paper, one text: two thousand links there serve nobody."""
        if not rows:
            return '<p class="lignes">Aucune ligne.</p>'
        if not self.paper:
            return f'<ul class="lignes">{self._items(rows)}</ul>'
        return f'<p class="lignes">{" · ".join(_TAG.sub("", self._text(row)) for row in rows)}</p>'


def _number(column: int, table: Table) -> str:
    return ' class="nombre"' if column in table.numbers else ""


def _anchor(mention: Mention) -> str:
    return f"projet-{slug(mention.id)}"


def _words(text: str) -> str:
    return escape(typeset(text))
