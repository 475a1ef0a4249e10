"""A text as words alone: a cell to be measured, a run of a file whose notes are elsewhere."""

from __future__ import annotations

from datetime import date

from rebond.restitution.contents import Figure, Mention, Period, Piece, Quote, Text
from rebond.restitution.typography import french_date, french_period, typeset


def plain_words(text: Text) -> str:
    """The pieces of a text, one after the other."""
    return "".join(map(word_of, text))


def word_of(piece: Piece) -> str:
    """What a piece reads as."""
    match piece:
        case Figure() | Quote():
            return typeset(piece.text)
        case Mention():
            return piece.id
        case Period():
            return typeset(french_period(piece.start, piece.end))
        case date():
            return french_date(piece)
        case str():
            return typeset(piece)
