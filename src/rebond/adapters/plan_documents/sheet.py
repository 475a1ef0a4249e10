"""One sheet of the plan's workbook: its columns, its printing, its styles, rows tall enough for their text."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from math import ceil
from textwrap import wrap
from typing import Any

from rebond.adapters.plan_documents import wording
from rebond.adapters.plan_documents.blocks import RowStyle, Section
from rebond.financing.explaining.dossier import PlanDossier
from rebond.restitution import identity
from rebond.restitution.typography import typeset

FIRST = 4
"""The first row under the heads, counted from zero."""
_EUROS = '#,##0.00" €";[Red]-#,##0.00" €"'
_WHOLE = '#,##0" €";[Red]-#,##0" €"'
_BLUE, _SIDE, _TOTAL = identity.NAVY, identity.SKY, identity.PALE
_LINE_HEIGHT, _A4 = 15, 9
_LONGEST_FOOTER = 230
"""A spreadsheet drops a longer foot of page whole."""
_FILL = 1.1
"""Characters of words in the width of a digit: what a column holds before it wraps."""
Amount = Decimal | int | float


class Styles:
    """The formats of a workbook."""

    def __init__(self, book: Any, dossier: PlanDossier) -> None:
        self.book = book
        self.dossier = dossier
        money = _money_format(dossier)
        top = {"valign": "top", "border": 1}
        total = {"bold": True, "top": 2, "border": 1, "bg_color": _TOTAL}
        self.title = book.add_format({"bold": True, "font_size": 16, "font_color": _BLUE})
        self.subtitle = book.add_format({"bold": True, "font_color": _BLUE, "font_size": 13})
        self.sentence = book.add_format({"italic": True})
        self.head = book.add_format(_head("left"))
        self.head_figure = book.add_format(_head("right"))
        self.side = book.add_format({"bold": True, "bg_color": _SIDE, "border": 1})
        self.text = book.add_format({**top, "text_wrap": True, "indent": 1})
        self.figure = book.add_format({**top, "align": "right"})
        self.money = book.add_format({**top, "num_format": money})
        self.share = book.add_format({**top, "num_format": "0.0 %"})
        self.count = book.add_format({**top, "num_format": "0"})
        self.total = book.add_format({**total, "num_format": money})
        self.total_text = book.add_format({**total, "text_wrap": True, "valign": "top"})
        self.total_share = book.add_format({**total, "num_format": "0.0 %"})
        self.check = book.add_format({**total, "align": "right"})
        self.alarm = book.add_format({"font_color": "#FFFFFF", "bg_color": "#CE0500"})


class Sheet:
    """A sheet under its title; rows are counted from zero. No cell is merged: a screen reader goes row by row."""

    def __init__(self, styles: Styles, name: str, columns: Sequence[float]) -> None:
        self.styles = styles
        self.name = name
        self.columns = columns
        self.written = styles.book.add_worksheet(name)
        self.heights: dict[int, int] = {}
        self.last = 0
        for rank, width in enumerate(columns):
            self.written.set_column(rank, rank, width)
        self.written.write_string(0, 0, name, styles.title)
        self.written.write_string(1, 0, self._cut(typeset(wording.subtitle(styles.dossier))))
        self.written.hide_gridlines(2)
        self.written.set_landscape()
        self.written.set_paper(_A4)
        self.written.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        self.written.fit_to_pages(1, 0)
        self.written.set_footer(f"&L&8{_unmarked(wording.footer(styles.dossier))[:_LONGEST_FOOTER]}&R&8&P / &N")

    def heads(self, labels: Iterable[str], *, figures: Collection[int]) -> None:
        """The row of heads, frozen on screen and repeated on every page."""
        for rank, label in enumerate(labels):
            style = self.styles.head_figure if rank in figures else self.styles.head
            self.written.write_string(FIRST - 1, rank, label, style)
        self.written.freeze_panes(FIRST, 1)
        self.written.repeat_rows(FIRST - 1)

    def side(self, line: int, label: str, columns: int) -> None:
        """A row that opens a side of the table."""
        for rank in range(columns):
            self.written.write_string(line, rank, label if rank == 0 else "", self.styles.side)

    def texts(self, line: int, texts: Mapping[int, str]) -> None:
        """Texts by column; the row takes the height of the longest."""
        for rank, text in texts.items():
            self._write(line, rank, text, self.styles.text)

    def sentences(self, line: int, texts: Iterable[str]) -> int:
        """Sentences that run over the columns, on rows of their own that the page holds; returns the row under them."""
        for text in texts:
            for row in wrap(typeset(text), self._room, break_on_hyphens=False):
                self.written.write_string(line, 0, row, self.styles.sentence)
                line += 1
        self._reach(line)
        return line

    def money(self, line: int, rank: int, amount: Amount) -> None:
        """An amount that people may change."""
        self.written.write_number(line, rank, float(amount), self.styles.money)

    def count(self, line: int, rank: int, count: int) -> None:
        """A whole number."""
        self.written.write_number(line, rank, count, self.styles.count)

    def formula(self, line: int, rank: int, formula: str, value: Amount) -> None:
        """An amount that follows from others."""
        self.written.write_formula(line, rank, formula, self.styles.money, float(value))

    def share(self, line: int, rank: int, formula: str, value: Amount) -> None:
        """A share that follows from amounts."""
        self.written.write_formula(line, rank, formula, self.styles.share, float(value))

    def rate(self, line: int, rank: int, value: Amount) -> None:
        """A rate that a text sets."""
        self.written.write_number(line, rank, float(value), self.styles.share)

    def total(self, line: int, rank: int, formula: str, value: Amount) -> None:
        """A total."""
        self.written.write_formula(line, rank, formula, self.styles.total, float(value))

    def total_share(self, line: int, rank: int, formula: str, value: Amount) -> None:
        """The share of a total."""
        self.written.write_formula(line, rank, formula, self.styles.total_share, float(value))

    def total_text(self, line: int, rank: int, text: str) -> None:
        """The words of a total."""
        self._write(line, rank, text, self.styles.total_text)

    def check(self, line: int, rank: int, formula: str, value: str, *, alarm: str) -> None:
        """A formula that gives a word; ``alarm`` is the word that shows in red."""
        self.written.write_formula(line, rank, formula, self.styles.check, value)
        red = {"type": "cell", "criteria": "==", "value": f'"{alarm}"', "format": self.styles.alarm}
        self.written.conditional_format(line, rank, line, rank, red)

    def name_cell(self, name: str, cell: str) -> None:
        """A name for a cell, that formulas elsewhere may use."""
        self.styles.book.define_name(name, f"='{self.name}'!{cell}")

    def section(self, line: int, section: Section) -> int:
        """A section of the documents, as text; returns the row under it."""
        self.written.write_string(line, 0, typeset(section.title), self.styles.subtitle)
        line += 1
        line = self.sentences(line, (*section.before, *(f"• {text}" for text in section.points)))
        if section.table is not None:
            table = section.table
            for rank, head in enumerate(table.heads):
                figure = rank in table.figures
                self.written.write_string(
                    line, rank, typeset(head), self.styles.head_figure if figure else self.styles.head
                )
            for row in table.rows:
                line += 1
                first = f"{row.cells[0]} ({row.note})" if row.note else row.cells[0]
                for rank, text in enumerate((first, *row.cells[1:])):
                    plain = self.styles.figure if rank in table.figures else self.styles.text
                    self._write(line, rank, text, self.styles.total_text if row.style is RowStyle.TOTAL else plain)
            line += 1
        return self.sentences(line, section.after)

    @property
    def _room(self) -> int:
        """Characters that a row of the sheet holds."""
        return int(sum(self.columns) * _FILL)

    def _cut(self, text: str) -> str:
        return text if len(text) <= self._room else f"{text[: self._room - 1]}…"

    def _reach(self, line: int) -> None:
        """Print down to that row, and no text that runs past the last column."""
        self.last = max(self.last, line)
        self.written.print_area(0, 0, self.last, len(self.columns) - 1)

    def _write(self, line: int, rank: int, text: str, style: Any) -> None:
        words = typeset(text)
        self.written.write_string(line, rank, words, style)
        self._reach(line)
        room = max(1, int(self.columns[rank] * _FILL))
        lines = sum(max(1, ceil(len(part) / room)) for part in words.split("\n"))
        if lines > self.heights.get(line, 1):
            self.heights[line] = lines
            self.written.set_row(line, lines * _LINE_HEIGHT)


def _head(align: str) -> dict[str, object]:
    return {
        "bold": True,
        "bg_color": _BLUE,
        "font_color": "white",
        "text_wrap": True,
        "valign": "vcenter",
        "align": align,
        "border": 1,
    }


def _unmarked(text: str) -> str:
    """A text whose & are not read as marks of a footer."""
    return text.replace("&", "&&")


def _money_format(dossier: PlanDossier) -> str:
    """Cents are shown only when there are some."""
    amounts = [amount for row in (*dossier.table.uses, *dossier.table.resources) for amount in row.by_year.values()]
    return _EUROS if any(amount % 1 for amount in amounts) else _WHOLE
