"""What an entry of the workbook accepts, drawn from a seed: texts that hurt files, numbers as people write them.

A text or a number is drawn raw and goes through the reader of its column, as whatever is typed on the site does: what
no entry accepts is not drawn.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from rebond.adapters.workbook import Column, ColumnType, Layout
from rebond.adapters.workbook.cells import CellReader
from rebond.facts import UNKNOWN
from rebond.reading.problem import Unreadable

COMMITTEE = date(2026, 11, 20)
COMMUNES = ("52121", "52269", "52140")
TEXTS = (
    "Four neuf", "L’atelier « Dupont & fils »", "=1+1", "=SOMME(A1:A3)", "+33 3 25 00 00 00", "-12 %", "@chef",
    "'apostrophe en tête", "''deux", '"guillemets" droits', "1e5", "00012", "12/03", "2026-01-05", "1 200 000 €",
    "VRAI", "oui", "non", "1", "0", "1.0", "12,50", "x" * 64, "x" * 149, "y" * 300, " tabulation\tdedans",
    "ligne une\nligne deux\n\nligne quatre", "fin de ligne\r\n", "critère : preuve ; suite", "a; b, c | d",
    "été, cœur, ½ €, Ÿ", "usine \U0001f3ed", "1\u00a0000\u202f000", "e\u0301te\u0301", "_x0041_", "<b>&amp;</b>",
    "]]>", "  double  espace  ", "http://exemple.fr/?a=1&b=2", "{=A1}", "INSEE 52121", "n. c.", "sans objet", "—",
    "#N/A", "\u200bcaché", "\\n", "%d %s", "Réf. n° 007", "TRUE", "15 mars 2026", "1.234.567", "10:30",
)  # fmt: skip
AMOUNTS = ("0", "1", "0.01", "999.99", "1500.50", "123456.78", "250000", "1999999.99", "12000000")


class Cells:
    """Draws what columns hold; ``sober``: dates and amounts that a study can be made of."""

    def __init__(self, random: Random, layout: Layout, reader: CellReader, *, sober: bool) -> None:
        self.random, self.layout, self.reader, self.sober = random, layout, reader, sober

    def one(self, *values: Any) -> Any:
        return self.random.choice(values)

    def maybe(self, value: Any) -> Any:
        return self.one(UNKNOWN, value, value)

    def some(self, most: int) -> range:
        return range(self.one(0, 1, most))

    def cell(self, sheet: str, key: str) -> Any:
        """What an entry accepts for a column: UNKNOWN when it may be."""
        return self.accepted(self.layout.sheet(sheet).column(key))

    def text(self, sheet: str, key: str) -> str:
        """A text of a column, empty when nobody filled it in."""
        found = self.cell(sheet, key)
        return "" if found is UNKNOWN else str(found)

    def accepted(self, column: Column) -> Any:
        for _ in range(40):
            try:
                return self.reader.read(self._raw(column), column)[0]
            except Unreadable:
                continue
        return UNKNOWN

    def _raw(self, column: Column) -> Any:
        kind = column.type
        if kind in {ColumnType.TEXT, ColumnType.LONG_TEXT, ColumnType.REFERENCE}:
            empty = () if column.required else (None,)
            return self.one(*empty, "".join(self.random.sample(TEXTS, self.one(1, 2))), self.one(*TEXTS))
        codes = [choice.code for choice in column.choices]
        if kind is ColumnType.SOME_OF:
            return self.random.sample(codes, self.one(0, 1, 3)) or None
        return self.one(None, *(codes if kind is ColumnType.ONE_OF else self._plain(kind)))

    def _plain(self, kind: ColumnType) -> tuple[Any, ...]:
        found: dict[ColumnType, tuple[Any, ...]] = {
            ColumnType.BOOLEAN: ("oui", "non"),
            ColumnType.DATE: (self.day(),),
            ColumnType.NAF: ("25.50A", "25.62B", "10.51C"),
            ColumnType.COMMUNE: tuple(f"INSEE {code}" for code in COMMUNES),
            ColumnType.RATE: (Decimal("0.35"), Decimal("0.8"), Decimal("0.333333333"), 1, 0),
            ColumnType.INTEGER: (0, 1, 3, 12),
            ColumnType.NUMBER: (0, Decimal("48.5"), Decimal("0.333333333"), 120, 7),
            ColumnType.HEADCOUNT: (0, Decimal("48.5"), 120, 7),
            ColumnType.EUROS: (self.euros(),),
        }
        return found.get(kind, ())

    def euros(self) -> Decimal:
        return Decimal(self.one(*AMOUNTS))

    def day(self) -> date:
        odd = () if self.sober else (date(1800, 1, 1), date(1900, 2, 28), date(1904, 1, 1), date(2100, 12, 31))
        found: date = self.one(*odd, date(2024, 2, 29), COMMITTEE - timedelta(days=self.random.randrange(400)))
        return found
