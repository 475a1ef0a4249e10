"""The report as one self-contained page that reads on screen and prints."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from html import escape
from pathlib import Path

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
REGISTER = "registre"
"""Anchor of the chapter where each project's identifier is the target, not the link."""


def html_page(document: Document) -> str:
    """The whole page: style and drawings inside, nothing fetched."""
    title = f"{typeset(document.title)} — {typeset(document.subtitle).lower()}"
    notice = "".join(f'<p class="avis">{_words(warning)}</p>' for warning in document.warnings)
    marks = (("Propositions non décidées", document.draft), ("Entreprises et projets fictifs", document.fictitious))
    mark = " · ".join(words for words, stands in marks if stands)
    running = f'<p class="avis-courant" aria-hidden="true">{_words(mark)}</p>' if mark else ""
    parts = [
        f'<header class="couverture"><p class="surtitre">{_words(document.subtitle)}</p>',
        f"<h1>{_words(document.title)}</h1>",
        f'<p class="date">{_words(document.place)}, le {_moment(document.dated)}</p>{notice}</header>',
        running,
        _contents(document),
        "<main>",
        *(_section(section, 2) for section in document.sections),
        "</main>",
    ]
    return (
        '<!DOCTYPE html>\n<html lang="fr">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n"
        f"<style>\n{_STYLE.read_text(encoding='utf-8')}</style>\n</head>\n<body>\n" + "\n".join(parts) + "\n</body>\n"
        "</html>\n"
    )


def _contents(document: Document) -> str:
    items = "".join(
        f'<li><a href="#{section.anchor}">{_words(section.title)}</a></li>' for section in document.sections
    )
    return f'<nav class="sommaire" aria-labelledby="sommaire"><h2 id="sommaire">Sommaire</h2><ol>{items}</ol></nav>'


def _section(section: Section, level: int) -> str:
    blocks = "\n".join(_block(block, register=section.anchor == REGISTER) for block in section.blocks)
    inner = "\n".join(_section(part, level + 1) for part in section.sections)
    title = f"<h{level}>{_words(section.title)}</h{level}>"
    return f'<section id="{section.anchor}" class="niveau-{level}">\n{title}\n{blocks}\n{inner}\n</section>'


def _block(block: Block, *, register: bool) -> str:
    match block:
        case Table():
            return _table(block, register=register)
        case Drawing():
            return _drawing(block) + _table(block.table, register=register)
        case Evidence():
            return _evidence(block)
        case _:
            return _prose(block)


def _prose(block: Paragraph | Bullets | Notice | KeyFigures) -> str:
    match block:
        case Paragraph():
            css = ' class="chapeau"' if block.lead else ""
            return f"<p{css}>{_text(block.text)}</p>"
        case Bullets():
            return f"<ul>{_items(block.items)}</ul>"
        case Notice():
            return f'<div class="alerte"><h3>{_words(block.title)}</h3><ul>{_items(block.items)}</ul></div>'
        case KeyFigures():
            tiles = "".join(
                f"<li><strong>{_piece(figure)}</strong> <span>{_words(label)}</span>{_lack(figure)}</li>"
                for figure, label in block.figures
            )
            return f'<ul class="chiffres-cles">{tiles}</ul>'


def _lack(figure: Figure) -> str:
    """What a tile's figure lacks, under its label."""
    note = figure.indicator.note
    return f' <span class="note">{_words(sentence_case(note))}</span>' if note else ""


def _drawing(block: Drawing) -> str:
    title, caption = _words(block.chart.title), _words(block.caption)
    return (
        f'<figure role="figure" tabindex="0" aria-label="{title}">{block.chart.svg}'
        f"<figcaption>{caption}</figcaption></figure>"
    )


def _items(items: Iterable[Text]) -> str:
    return " ".join(f"<li>{_text(item)}</li>" for item in items)


def _table(table: Table, *, register: bool) -> str:
    head = "".join(
        f'<th scope="col"{_number(column, table)}>{_words(cell)}</th>' for column, cell in enumerate(table.header)
    )
    rows = "".join(
        "<tr>" + "".join(_cell(column, cell, table, register=register) for column, cell in enumerate(row)) + "</tr>"
        for row in table.rows
    )
    css = ' class="large"' if table.wide else ""
    caption = _words(table.caption)
    return (
        f'<div class="defile" role="region" tabindex="0" aria-label="{caption}">'
        f"<table{css}><caption>{caption}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _number(column: int, table: Table) -> str:
    return ' class="nombre"' if column in table.numbers else ""


def _cell(column: int, cell: Text, table: Table, *, register: bool) -> str:
    if column == 0:
        return f'<th scope="row">{_text(cell, register=register)}</th>'
    return f"<td{_number(column, table)}>{_text(cell)}</td>"


def _text(text: Text, *, register: bool = False) -> str:
    return "".join(_piece(piece, register=register) for piece in text)


def _piece(piece: Piece, *, register: bool = False) -> str:
    match piece:
        case str():
            return _words(piece)
        case Figure():
            return _figure(piece)
        case Quote():
            return f'<span class="cite">{_words(piece.text).replace(chr(10), "<br>")}</span>'
        case Mention():
            place = f'<span class="ident" id="{_anchor(piece)}">{{}}</span>'
            link = f'<a class="ident" href="#{_anchor(piece)}">{{}}</a>'
            return (place if register else link).format(escape(piece.id))
        case Period() | date():
            return _moment(piece)


def _moment(piece: Period | date) -> str:
    if isinstance(piece, Period):
        return f'<time datetime="{piece.start:%Y-%m}">{_words(french_period(piece.start, piece.end))}</time>'
    return f'<time datetime="{piece.isoformat()}">{french_date(piece)}</time>'


def _anchor(mention: Mention) -> str:
    return f"projet-{slug(mention.id)}"


def _figure(figure: Figure) -> str:
    code, text = escape(figure.indicator.code), _words(figure.text)
    if figure.row:
        return f'<span data-indicateur="{code}" data-ligne="{escape(figure.row)}">{text}</span>'
    return f'<a class="chiffre" href="#chiffre-{code}" data-indicateur="{code}">{text}</a>'


def _evidence(evidence: Evidence) -> str:
    indicator = evidence.indicator
    code = escape(indicator.code)
    note = f'<span class="note">{_words(sentence_case(indicator.note))}.</span> ' if indicator.note else ""
    held = f'<ul class="lignes">{_items(evidence.rows)}</ul>' if evidence.rows else "<p>Aucune ligne.</p>"
    return (
        f'<section class="preuve" id="chiffre-{code}"><h3><span class="nom">{_words(indicator.label)}</span>\u00a0: '
        f'<span data-indicateur="{code}">{_words(indicator.told)}</span></h3>'
        f'<p class="definition">{_words(indicator.definition)} {note}<code>{code}</code></p>{held}</section>'
    )


def _words(text: str) -> str:
    return escape(typeset(text))
