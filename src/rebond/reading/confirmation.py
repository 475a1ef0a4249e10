"""« oui K7F3Q, P. Martin, 12/11/2026 »: someone vouches for what a question of plausibility asked about."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from rebond.facts import UNKNOWN
from rebond.reading.choices import read_story
from rebond.reading.problem import Reading, Unreadable

MARK_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""No I, O, 0 or 1: a mark is copied by hand."""
MARK_LENGTH = 5
_MARK = re.compile(rf"^[{MARK_LETTERS}]{{{MARK_LENGTH}}}$")
_ANSWER = re.compile(r"^oui\b\s*([^,]*),\s*(.+?)\s*,\s*(\d{1,2})[/.](\d{1,2})[/.](\d{4})$", re.IGNORECASE | re.DOTALL)
_MEND = (
    "écrire par exemple « oui K7F3Q, P. Martin, 12/11/2026 » : la marque est celle que donne « rebond census check »"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer: the marks of the questions, who vouches, and when."""

    marks: tuple[str, ...]
    by: str
    on: date

    def __str__(self) -> str:
        return f"oui {' '.join(self.marks)}, {self.by}, {self.on:%d/%m/%Y}"


def read_confirmation(raw: object) -> Reading[tuple[Answer, ...]]:
    """The answers of a cell; UNKNOWN when it is empty."""
    text = read_story(raw).value
    return Reading(UNKNOWN if text is UNKNOWN else read_answers(text))


def read_answers(text: str) -> tuple[Answer, ...]:
    """The answers of a cell, separated by semicolons or line breaks; raises ``Unreadable``.

    An answer without mark is refused: it would go on vouching for values that were changed after it.

    >>> [str(answer) for answer in read_answers("oui k7f3q, P. Martin, 2/11/2026")]
    ['oui K7F3Q, P. Martin, 02/11/2026']
    """
    return tuple(_answer(part.strip()) for part in re.split(r"[;\n]", text) if part.strip())


def _answer(text: str) -> Answer:
    match = _ANSWER.match(text)
    if match is None:
        raise Unreadable("ce n'est pas une réponse avec qui et quand", _MEND)
    marks = tuple(match[1].upper().split())
    if not marks:
        raise Unreadable("la réponse ne dit pas à quelle question elle répond", _MEND)
    for mark in marks:
        if not _MARK.match(mark):
            raise Unreadable(f"« {mark} » n'est pas la marque d'une question", _MEND)
    try:
        on = date(int(match[5]), int(match[4]), int(match[3]))
    except ValueError as error:
        raise Unreadable("la date de la réponse n'existe pas", _MEND) from error
    return Answer(marks=marks, by=" ".join(match[2].split()), on=on)
