"""What a deck is made of, before any rendering: a finding as title, what shows it, what is said aloud."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from rebond.indicators.model import Indicator
from rebond.restitution.contents import FICTITIOUS, UNDECIDED, Figure, Table, Text
from rebond.restitution.svg import Tone


class Kind(enum.Enum):
    """How a chart shows its values: both are native, so that a reader can change them."""

    BARS = "barres"
    STACK = "barres empilées"


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Values of one name, one for each category; ``None`` where it has none."""

    name: str
    values: tuple[Figure | None, ...]
    tone: Tone = Tone.STRONG


@dataclass(frozen=True, slots=True, kw_only=True)
class NativeChart:
    """A chart of figures of the mission: nothing else is drawn."""

    kind: Kind
    title: str
    head: str
    """What its categories are."""
    unit: str
    """``€``, or a plural noun."""
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    tones: tuple[Tone, ...] = ()
    """Of each category, when bars of one series are told apart."""

    @property
    def figures(self) -> Iterator[Figure]:
        """Every value of it."""
        return (figure for series in self.series for figure in series.values if figure is not None)

    @property
    def described(self) -> str:
        """What it says, read aloud: its title, then every value."""
        told = []
        for rank, category in enumerate(self.categories):
            values = [(series.name, series.values[rank]) for series in self.series]
            said = [
                f"{name} {figure.text}" if len(self.series) > 1 else figure.text for name, figure in values if figure
            ]
            if said:
                told.append(f"{category} : {', '.join(said)}")
        return f"{self.title}. {' ; '.join(told)}."


@dataclass(frozen=True, slots=True, kw_only=True)
class Slide:
    """A slide: its title is what it shows."""

    key: str
    title: Text
    bullets: tuple[Text, ...] = ()
    tiles: tuple[tuple[Figure, str], ...] = ()
    chart: NativeChart | None = None
    table: Table | None = None
    source: Text = ()
    """Unit, scope and where it comes from, in small."""
    notes: tuple[Text, ...] = ()
    """What the speaker adds."""

    @property
    def drawn(self) -> NativeChart | None:
        """Its chart, unless it has one value beside words that say it: alone, it is all that the slide shows."""
        one = self.chart is not None and len(list(self.chart.figures)) == 1
        return None if one and (self.bullets or self.table) else self.chart

    @property
    def is_empty(self) -> bool:
        """Whether nothing would be shown under the title."""
        charted = self.drawn is not None and any(figure.indicator.most for figure in self.drawn.figures)
        return not (self.bullets or self.tiles or charted or (self.table and self.table.rows))

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        """The figures that it prints, in order."""
        texts: Iterable[Text] = (
            self.title,
            *self.bullets,
            tuple(figure for figure, _ in self.tiles),
            tuple(self.drawn.figures if self.drawn else ()),
            *(cell for row in (self.table.rows if self.table else ()) for cell in row),
            self.source,
        )
        found = {piece.indicator.code: piece.indicator for text in texts for piece in text if isinstance(piece, Figure)}
        return tuple(found.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Deck:
    """A whole deck; its cover is made of what is said here."""

    title: str
    subtitle: str
    place: str
    dated: date
    fictitious: bool
    draft: bool
    """Whether it tells proposals that no committee decided."""
    slides: tuple[Slide, ...] = field(default=())

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the cover says, and every slide in short."""
        return tuple(filter(None, (UNDECIDED if self.draft else "", FICTITIOUS if self.fictitious else "")))

    @property
    def running(self) -> str:
        """What the foot of each slide says of it all."""
        said = ("Propositions non décidées" if self.draft else "", "Entreprises et projets fictifs" * self.fictitious)
        return " · ".join(filter(None, said))
