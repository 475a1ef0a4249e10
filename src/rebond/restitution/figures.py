"""The only way a number gets into a document: by the code of its indicator."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType

from rebond.indicators.model import NOT_GIVEN, Indicator, write_value
from rebond.restitution.contents import Figure, Piece, Quote, Text
from rebond.restitution.french import elided
from rebond.restitution.wording import about, counted, counted_first, in_millions, more_than_said, of_about, of_span
from rebond.units import format_number

_HOLE = re.compile(r"\{([a-z0-9_]+)(?::([a-z_]+))?\}")
_FORMS: Mapping[str, Callable[[Indicator], str]] = {
    "texte": lambda indicator: indicator.text,
    "nombre": lambda indicator: indicator.bounded(format_number(indicator.value)),
    "mots": counted,
    "debut": counted_first,
    "millions": lambda indicator: indicator.bounded(in_millions(indicator.value)),
    "plus_de": more_than_said,
    "a_creer": lambda indicator: f"{counted(indicator)} à créer",
    "court": lambda indicator: indicator.brief,
    "entier": lambda indicator: indicator.told,
    "fraction": lambda indicator: about(indicator.value) if indicator.high is None else indicator.text,
    "de_fraction": lambda indicator: of_about(indicator.value) if indicator.high is None else of_span(indicator),
    "intervalle": lambda indicator: indicator.span,
}
"""``{code:form}`` in a sentence → how its figure is written."""


NOT_TOLD = "non communiqué"
_NOTHING: Mapping[str, str] = MappingProxyType({})


class Figures:
    """The indicators of a result, by code."""

    def __init__(self, indicators: Sequence[Indicator], veiled: Mapping[str, str] = _NOTHING) -> None:
        """``veiled``: rows that are told by a range, and otherwise not at all."""
        self._by_code = {indicator.code: indicator for indicator in indicators}
        self._veiled = veiled

    def indicator(self, code: str) -> Indicator:
        """The indicator of that code; ``KeyError`` when the mission has none."""
        return self._by_code[code]

    def known(self, code: str) -> bool:
        """Whether somebody gave the figure, and it is not nought."""
        return bool(self._by_code[code].most) and not self._by_code[code].absent

    def value(self, code: str) -> Decimal:
        """Its value, to choose a sentence: the value itself is only written through a figure."""
        return self._by_code[code].value

    def most(self, code: str) -> Decimal:
        """The most that it may be: a sentence that says « none » must be true of it."""
        return self._by_code[code].most

    def family(self, name: str, *, prefix: str = "") -> tuple[Indicator, ...]:
        """The groups of a breakdown, in its order."""
        return tuple(
            indicator
            for indicator in self._by_code.values()
            if indicator.family == name and indicator.code.startswith(prefix)
        )

    def figure(self, code: str, form: str = "texte") -> Figure:
        """An indicator as a figure of a document."""
        indicator = self._by_code[code]
        return Figure(indicator=indicator, text=_FORMS[form](indicator))

    def cell(self, code: str, row_id: str, *, absent: str = NOT_GIVEN) -> Text:
        """What one row adds to an indicator, for a table; ``absent`` where no row says it, so that it is not known."""
        indicator = self._by_code[code]
        if row_id in self._veiled:
            return (Quote(text=self._veiled[row_id]) if code == "investissement_eur" else NOT_TOLD,)
        for row in indicator.rows:
            if row.id == row_id:
                text = write_value(row.value, "€") if indicator.unit == "€" else format_number(row.value)
                return (Figure(indicator=indicator, text=text, row=row_id),)
        return (absent,)

    def say(self, sentence: str, **pieces: Piece) -> Text:
        """A sentence with its holes filled: ``{code}`` or ``{code:form}`` by a figure, ``{name}`` by a given piece."""
        found: list[Piece] = []
        last = 0
        for hole in _HOLE.finditer(sentence):
            before = sentence[last : hole.start()]
            name, form = hole[1], hole[2] or "texte"
            piece = pieces[name] if name in pieces else self._in_a_sentence(name, form)
            found += [elided(before, piece.text) if isinstance(piece, Figure) else before, piece]
            last = hole.end()
        found.append(sentence[last:])
        return tuple(piece for piece in found if piece != "")

    def _in_a_sentence(self, code: str, form: str) -> Figure:
        """A figure with, in brackets, how many answers it lacks."""
        figure = self.figure(code, form)
        return replace(figure, text=figure.indicator.beside(figure.text)) if form in _COUNTED else figure


_COUNTED = frozenset({"texte", "nombre", "mots", "debut", "millions", "plus_de", "a_creer"})
"""Forms after which a sentence says how many answers are missing."""
