"""What a document is made of, before any rendering: sections, texts, tables, drawings, figures that open on rows.

A text is a sequence of pieces, so that a renderer knows which words are a figure, a date, or somebody else's words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeAlias

from rebond.indicators.model import Indicator
from rebond.restitution.charts import Chart


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number that is printed: the indicator it is, in the words chosen; or one row of it (``row`` not empty)."""

    indicator: Indicator
    text: str
    row: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """Words that the mission did not write: a project's title, a need heard, a dispositif's name, an article of law."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A row named by its identifier: opens on the register."""

    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """The months from one day to another, as in « d'avril à juillet 2026 »."""

    start: date
    end: date


Piece: TypeAlias = str | Figure | Quote | Mention | Period | date
Text: TypeAlias = tuple[Piece, ...]


def plain(words: str) -> Text:
    """Words alone, without any figure."""
    return (words,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A paragraph; ``lead`` when it sums up what follows."""

    text: Text
    lead: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Bullets:
    """A list of points."""

    items: tuple[Text, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table with a caption; ``numbers`` are the columns aligned to the right, from 0; a row's first cell names it."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[Text, ...], ...]
    numbers: frozenset[int] = frozenset()
    wide: bool = False
    """Many columns: smaller text."""
    shares: tuple[float, ...] = ()
    """The share of the width of each column, on paper; none: as usual for as many columns."""
    bars: frozenset[int] = frozenset()
    """The columns that are a calendar: a cell with words is drawn as a part of a bar."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A chart or map with its caption, and the same content as a table."""

    chart: Chart
    caption: str
    table: Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What a reader must know before relying on what follows."""

    title: str
    items: tuple[Text, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFigures:
    """The figures that people remember, each with its label."""

    figures: tuple[tuple[Figure, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The rows behind a figure, each with what it adds."""

    indicator: Indicator
    rows: tuple[Text, ...]


Block: TypeAlias = Paragraph | Bullets | Table | Drawing | Notice | KeyFigures | Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A titled part; ``anchor`` is its address in the document."""

    title: str
    anchor: str
    blocks: tuple[Block, ...]
    sections: tuple[Section, ...] = ()
    finding: Text = ()
    """What it found, in one line: what people read of a chapter, printed as its title, ``title`` above it."""
    annex: bool = False
    """Lists to look things up in: on paper, a file of their own."""
    in_columns: bool = False
    """Short blocks that flow in two columns where the page is wide enough: a sheet that holds on a page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A whole document, in the order it is read."""

    title: str
    subtitle: str
    place: str
    """The town that it is dated from; empty when nobody gave one."""
    dated: date
    fictitious: bool
    draft: bool
    """Whether it tells proposals that no committee decided."""
    sections: tuple[Section, ...]
    ahead: tuple[str, ...] = ()
    """What stands before its title: an embargo, what is still to be filled in."""
    logos: tuple[str, ...] = ()
    """Names of the images at its head."""

    @property
    def dateline(self) -> Text:
        """Where and when it is made; the day alone where nobody said where."""
        return (Quote(text=self.place), ", le ", self.dated) if self.place else ("Le ", self.dated)

    @property
    def notice(self) -> str:
        """What every page says of a sample; empty for a real mission."""
        return FICTITIOUS if self.fictitious else ""

    @property
    def warnings(self) -> tuple[str, ...]:
        """What stands at its head: that nothing is decided, that the firms are fictitious."""
        return tuple(filter(None, (UNDECIDED if self.draft else "", self.notice)))

    @property
    def foot(self) -> tuple[str, ...]:
        """The same in a few words, that every page repeats."""
        marks = (("Propositions non décidées", self.draft), ("Entreprises et projets fictifs", self.fictitious))
        return tuple(words for words, so in marks if so)


FICTITIOUS = (
    "Document de démonstration : les entreprises et les projets sont fictifs ; "
    "le territoire, les organisations, les dispositifs et le droit sont réels."
)
UNDECIDED = (
    "Propositions non décidées : le comité de pilotage n'a pas encore rendu, ou pas encore enregistré, toutes ses "
    "décisions. À ne pas diffuser comme des décisions."
)
SOURCES = (
    "Chaque chiffre renvoie aux lignes qui le composent, reprises dans le fichier indicateurs.json, que l'équipe garde."
)
"""What a document whose figures carry notes says before them."""


def to_fill(what: str) -> str:
    """What a draft prints where a setting of the mission lacks; « à compléter » lets it be searched for.

    >>> to_fill("contact presse")
    '[contact presse à compléter]'
    """
    return f"[{what} à compléter]"


def is_to_fill(text: str) -> bool:
    """Whether words stand for something that lacks."""
    return text.startswith("[") and text.endswith("à compléter]")


def said(text: Text) -> str:
    """A text as one string, dates aside: a title for a table of contents or a property."""
    return "".join(piece if isinstance(piece, str) else getattr(piece, "text", "") for piece in text)


def body_of(document: Document) -> Document:
    """The document without its annexes."""
    return replace(document, sections=tuple(section for section in document.sections if not section.annex))


def annexes_of(document: Document) -> Document:
    """Its annexes alone, a file beside it; first the figures that its charts draw, since paper shows a chart alone."""
    body = (section for section in document.sections if not section.annex)
    tables = tuple(block.table for section in body for block in _blocks_of(section) if isinstance(block, Drawing))
    drawn = Section(title="Annexe — Les chiffres des graphiques", anchor="graphiques", blocks=tables, annex=True)
    annexes = tuple(section for section in document.sections if section.annex)
    return replace(
        document,
        subtitle=f"{document.subtitle} — annexes",
        sections=(drawn, *annexes) if tables else annexes,
    )


def _blocks_of(section: Section) -> Iterable[Block]:
    yield from section.blocks
    for inner in section.sections:
        yield from _blocks_of(inner)


def texts(document: Document) -> Iterable[Text]:
    """Every text of a document, in order: how figures and notes are gathered."""
    for section in document.sections:
        yield from _section_texts(section)


def _section_texts(section: Section) -> Iterable[Text]:
    if section.finding:
        yield section.finding
    for block in section.blocks:
        match block:
            case Paragraph():
                yield block.text
            case Bullets() | Notice():
                yield from block.items
            case Table():
                yield from (cell for row in block.rows for cell in row)
            case Drawing():
                yield from (cell for row in block.table.rows for cell in row)
            case KeyFigures():
                yield from ((figure,) for figure, _ in block.figures)
            case Evidence():
                pass
    for inner in section.sections:
        yield from _section_texts(inner)


def figures_of(document: Document) -> tuple[Indicator, ...]:
    """The indicators that a document prints, in the order they first appear."""
    found: Mapping[str, Indicator] = {
        piece.indicator.code: piece.indicator for text in texts(document) for piece in text if isinstance(piece, Figure)
    }
    return tuple(found.values())


def pruned(document: Document) -> Document:
    """The document without what has no row: sentence, list, table, chart, then the chapter that they leave empty.

    A chart of one value goes too: the sentence before it has said the value.
    """
    return replace(document, sections=_kept(document.sections))


def _kept(sections: Iterable[Section]) -> tuple[Section, ...]:
    found = (
        replace(section, blocks=tuple(filter(None, map(_full, section.blocks))), sections=_kept(section.sections))
        for section in sections
    )
    return tuple(section for section in found if section.blocks or section.sections)


def _full(block: Block) -> Block | None:
    """The block without its empty items; ``None`` when nothing is left of it."""
    match block:
        case Paragraph():
            return block if block.text else None
        case Bullets() | Notice():
            items = tuple(filter(None, block.items))
            return replace(block, items=items) if items else None
        case Table():
            return block if block.rows else None
        case Drawing():
            return block if block.table.rows and block.chart.rows and not block.chart.alone else None
        case KeyFigures():
            return block if block.figures else None
        case Evidence():
            return block
