"""A block of cost lines copied from a spreadsheet: which cell is what, told by what it holds; nothing is guessed.

A label, a nature, a year and an amount are told apart by the readers of the workbook. What fits nowhere stays in the
first free text, so that nothing pasted is lost; what an amount means (k€, TTC) is for its own reader to ask.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rebond.reading.amounts import read_euros
from rebond.reading.choices import read_choice
from rebond.reading.problem import Unreadable
from rebond.reading.words import fold
from rebond.web.editing.dictionary import current_layout

_YEAR = re.compile(r"^(?:19|20)\d\d$")
_AMOUNT = re.compile(r"\d")
_HEADINGS = ("intitule", "nature", "annee", "montant")
_MOST_LINES = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Pasted:
    """What was understood of a block."""

    rows: tuple[dict[str, str], ...]
    notes: tuple[str, ...] = ()


def read_pasted(text: str) -> Pasted:
    """The cost lines of a block: cells separated by tabs, or by semicolons when there is no tab."""
    lines = [line for line in text.replace("\r\n", "\n").split("\n") if line.strip()]
    mark = "\t" if "\t" in text else ";"
    notes: list[str] = []
    cells = [[cell.strip() for cell in line.split(mark)] for line in lines[:_MOST_LINES]]
    order = _titles(cells[0]) if cells else {}
    if order:
        notes.append("La première ligne est lue comme celle des titres.")
        cells = cells[1:]
    rows = tuple(_by_title(row, order) if order else _by_content(row) for row in cells)
    if len(lines) > _MOST_LINES:
        notes.append(f"Seules les {_MOST_LINES} premières lignes sont reprises : collez la suite ensuite.")
    return Pasted(rows=rows, notes=tuple(notes))


def _titles(cells: Sequence[str]) -> dict[int, str]:
    """Column of the block → column of the sheet, when the first line names two of them at least."""
    sheet = current_layout().sheet("depenses")
    words = {fold(name): key for key in _HEADINGS for name in (key, sheet.column(key).title)}
    words |= {"poste": "intitule", "libelle": "intitule", "montant ht": "montant", "montant": "montant"}
    found = {place: words[fold(cell)] for place, cell in enumerate(cells) if fold(cell) in words}
    return found if len(set(found.values())) > 1 else {}


def _by_title(cells: Sequence[str], order: dict[int, str]) -> dict[str, str]:
    row: dict[str, str] = {}
    for place, cell in enumerate(cells):
        if place in order:
            row[order[place]] = _as_field(order[place], cell)
    return row


def _by_content(cells: Sequence[str]) -> dict[str, str]:
    row: dict[str, str] = {}
    left: list[str] = []
    for cell in filter(None, cells):
        key = _kind_of(cell)
        if key and key not in row:
            row[key] = _as_field(key, cell)
        else:
            left.append(cell)
    if left:
        row["intitule"] = ", ".join(left)
    return row


def _kind_of(cell: str) -> str:
    if _YEAR.match(cell):
        return "annee"
    if _nature(cell):
        return "nature"
    if not _AMOUNT.search(cell):
        return ""
    try:
        read_euros(cell)
    except Unreadable:
        # « 12 k€ TTC », « 12.400 »: more figures than letters is an amount, whose own reader will say what is wrong.
        figures = sum(letter.isdigit() for letter in cell)
        return "montant" if figures >= sum(letter.isalpha() for letter in cell) else ""
    return "montant"


def _as_field(key: str, cell: str) -> str:
    return _nature(cell) or cell if key == "nature" else cell


def _nature(cell: str) -> str:
    try:
        found = read_choice(cell, current_layout().sheet("depenses").column("nature").choices)
    except Unreadable:
        return ""
    return found.value if isinstance(found.value, str) else ""
