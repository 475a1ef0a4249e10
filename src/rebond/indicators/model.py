"""What a published figure is: a value with its unit and definition, and the rows that make it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from rebond.units import (
    NO_BREAK_SPACE,
    agreed,
    between,
    format_euros,
    format_millions,
    format_number,
    format_rate,
    format_rates,
)

_MANY = 10_000_000
"""Below it an amount is exact: levels of support must be seen to add up, and an envelope not to be spent whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row behind a figure: whose it is, what it adds."""

    id: str
    label: str
    value: Decimal = Decimal(1)


_ADDED_UP = frozenset({"€", "emplois", "questions", "tCO₂e par an"})
"""Units whose rows carry an amount, be there none, or each be one."""
NOT_GIVEN = "non renseigné"
"""What stands in place of a figure that nobody gave: neither 0 nor a dash."""
AT_LEAST, AT_MOST = "au moins", "au plus"


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """A figure with what it means and where it comes from."""

    code: str
    label: str
    definition: str
    unit: str
    """``€``, ``%`` (a rate: 0.35 is 35 %), or a plural noun."""
    value: Decimal
    rows: tuple[Row, ...]
    note: str = ""
    high: Decimal | None = None
    """The most that it may be, when answers are missing: ``value`` is then the least. ``None`` when it is settled."""
    bound: str = ""
    """``au moins`` or ``au plus`` when answers are missing on one side only; ``note`` then counts them."""
    absent: bool = False
    """Nobody gave any answer: the figure is not known, and its value of 0 is never printed."""
    formula: str = ""
    """How it is reckoned, in words, when it is not the sum of its rows: a share, a median, a leverage."""
    family: str = ""
    """Empty for the mission's main figures, else what they are broken down by: ``epci``, ``nature``…"""

    @property
    def reckoned(self) -> str:
        """How its value comes from its rows, in words."""
        adds = self.unit in _ADDED_UP or any(row.value != 1 for row in self.rows)
        return self.formula or ("somme des lignes" if adds else "nombre de lignes")

    @property
    def text(self) -> str:
        """The value as French text with its unit, singular below two; the least and the most when both are said."""
        if self.high is None:
            return self.bounded(write_value(self.value, self.unit))
        return between(*self._ends, none=not self.value)

    @property
    def span(self) -> str:
        """The same after a preposition: ``15 à 28 entreprises``."""
        if self.high is None or self.high == self.value:
            return self.bounded(write_value(self.value, self.unit))
        if not self.value:
            return f"au plus{NO_BREAK_SPACE}{write_value(self.high, self.unit)}"
        return " à ".join(self._ends)

    @property
    def heading(self) -> str:
        """Its label, singular when it counts one or none: ``Entreprise rencontrée``, ``Projet sans suite``.

        What nobody gave is neither one nor none.
        """
        return self.label if self.absent else heading(self.label, self.unit, self.most)

    def bounded(self, words: str) -> str:
        """Words for the value, with the side on which answers are missing; what stands for a figure nobody gave."""
        if self.absent:
            return NOT_GIVEN
        return f"{self.bound}{NO_BREAK_SPACE}{words}" if self.bound else words

    @property
    def told(self) -> str:
        """The text with, in brackets, how many answers are missing: what a sentence or a cell must say whole."""
        return self.beside(self.text)

    def beside(self, words: str) -> str:
        """Words that stand for the figure, with how many answers it lacks."""
        return f"{words} ({self.note})" if self.note and (self.bound or self.absent) else words

    @property
    def brief(self) -> str:
        """The figure alone, for a tile: ``au moins 135``, ``104,3 M€``, ``26,0 % à 49,4 %``."""
        if self.high is not None and self.high != self.value:
            ends = (self._short(self.value), self._short(self.high)) if self.unit != "%" else self._ends
            return " à ".join(ends)
        return self.bounded(self._short(self.value))

    def _short(self, value: Decimal) -> str:
        if self.unit == "€":
            return format_millions(value) if abs(value) >= _MANY else format_euros(round(value))
        return format_rate(value) if self.unit == "%" else format_number(value)

    @property
    def most(self) -> Decimal:
        """The most that it may be."""
        return self.value if self.high is None else self.high

    @property
    def _ends(self) -> tuple[str, str]:
        """The least, without the noun that the most carries, and the most; two shares have as many decimals."""
        if self.unit == "%":
            return format_rates(self.value, self.most)
        least = write_value(self.value, self.unit) if self.unit == "€" else format_number(self.value)
        return least, write_value(self.most, self.unit)

    def row(self, row_id: str) -> Row:
        """The row of that id; ``KeyError`` when the figure does not rest on it."""
        for row in self.rows:
            if row.id == row_id:
                return row
        raise KeyError(row_id)


_LINKS = frozenset({"à", "au", "avec", "d'un", "de", "des", "dont", "en", "par", "sans", "sur", "vers"})
"""What follows them in a label does not agree with its number."""


def heading(label: str, unit: str, value: Decimal) -> str:
    """A label beside its value: singular below two, when it counts things.

    >>> heading("Projets sans suite", "projets", Decimal(0)), heading("Projets inconnus", "projets", Decimal(2))
    ('Projet sans suite', 'Projets inconnus')
    """
    words = label.split(" ")
    end = next((rank for rank, word in enumerate(words) if word in _LINKS), len(words))
    if unit in {"€", "%"} or words[0].lower() != unit:
        return label
    return " ".join((agreed(" ".join(words[:end]), value), *words[end:]))


def write_value(value: Decimal, unit: str) -> str:
    r"""A value in its unit, as French writes it.

    >>> write_value(Decimal(1), "projets"), write_value(Decimal(0), "projets")
    ('1\xa0projet', '0\xa0projet')
    """
    match unit:
        case "€":
            return format_euros(value)
        case "%":
            return format_rate(value)
        case _:
            return f"{format_number(value)}{NO_BREAK_SPACE}{agreed(unit, value)}"
