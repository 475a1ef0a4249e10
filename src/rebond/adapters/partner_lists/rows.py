"""From the rows of a table to the lines of a partner's list: what is sound, at fault, or no line at all."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeVar

from rebond.adapters.partner_lists.fields import AMOUNTS, Field
from rebond.adapters.partner_lists.matching import Columns
from rebond.adapters.partner_lists.raw import Cells, RawTable
from rebond.adapters.partner_lists.values import (
    UNREADABLE_NUMBER,
    is_unknown,
    read_amount,
    read_date,
    read_number,
    text_of,
)
from rebond.adapters.workbook.opening import RawCell
from rebond.adapters.workbook.wording import column_letters, short
from rebond.errors import Fault
from rebond.facts import UNKNOWN, Maybe
from rebond.reading.bounds import LONGEST_TEXT
from rebond.reading.choices import Choice
from rebond.reading.problem import Reading, Unreadable
from rebond.reading.words import fold
from rebond.units import format_euros

T = TypeVar("T")

_AMOUNT_IS = {Field.COST: "cout", Field.AID: "aide"}
_TOTAL = re.compile(
    r"^(?:sous |grand )?(?:total|totaux|somme|ensemble)"
    r"(?: (?:general|generaux|ht|ttc|en euros?|en k ?eur|(?:des?|du|de la|par|pour|annee|au|a) .*|\d.*))?$"
)
_TOTAL_STARTS = frozenset({"tot", "sou", "som", "ens", "gra"})
_GRAND_TOTAL = re.compile(r"^(?:total(?: general)?|totaux(?: generaux)?|grand total|somme|ensemble)\b(?! par)")
_NOTE = re.compile(r"^(?:source|note|nb|n b|remarque|edite|edition|mise a jour|mis a jour|extraction|extrait)\b")
_LONGEST = {Field.FIRM: 200, Field.COMMUNE: 100, Field.PROJECT: 300}
"""What the site holds of each text."""
_ROUNDING = Decimal(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListLine:
    """A sound line, ready for the sheet « listes » of the workbook."""

    partner: str
    firm: str
    number: str
    commune: str
    project: str
    amount: Maybe[Decimal]
    amount_is: Maybe[str]
    dated: Maybe[date]
    file: str
    line: int

    @property
    def source(self) -> str:
        """Where the line comes from, for people."""
        return f"{self.file}, ligne {self.line}"

    @property
    def row(self) -> dict[str, object]:
        """The line by column key of the sheet « listes »."""
        return {
            "partenaire": self.partner,
            "entreprise": self.firm,
            "siren": self.number,
            "commune": self.commune,
            "projet": self.project,
            "montant": self.amount,
            "date": self.dated,
            "nature_montant": self.amount_is,
            "source": self.source,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ListReading:
    """What one table holds: every row of it is counted once."""

    table: RawTable
    columns: Columns
    lines: tuple[ListLine, ...]
    faults: tuple[Fault, ...]
    faulty: int
    """Number of rows that have a fault."""
    skipped: Mapping[str, tuple[int, ...]]
    """Why a row is no line of the list → line numbers."""
    remarks: tuple[str, ...]

    @property
    def rows(self) -> int:
        """Rows under the header."""
        return len(self.lines) + self.faulty + sum(len(lines) for lines in self.skipped.values())


def read_lines(
    table: RawTable, columns: Columns, *, partner: str, organisations: Sequence[Choice], numbered: bool = False
) -> ListReading:
    """The lines under the header; ``partner`` is a code of the organisations, empty to read each row's own.

    ``numbered``: several tables of one file are read, and a line's source names its sheet.
    """
    reader = _Reader(table, columns, partner, organisations, table.name if numbered else table.file)
    for number, cells in table.rows[columns.header + 1 :]:
        reader.take(number, cells)
    return reader.result()


class _Reader:
    """Reads the rows of one table one after the other."""

    def __init__(
        self, table: RawTable, columns: Columns, partner: str, organisations: Sequence[Choice], source: str
    ) -> None:
        self._table = table
        self._columns = columns
        self._partner = partner
        self._known = {
            fold(name): choice.code
            for choice in reversed(organisations)
            for name in (*choice.spellings, choice.code, choice.label)
        }
        self._named: dict[str, str] = {}
        self._source = source
        header = table.rows[columns.header][1] if columns.header >= 0 else ()
        self._header = {column: _plain(header[column]) for column in columns.titles}
        self._lines: list[ListLine] = []
        self._faults: list[Fault] = []
        self._faulty = 0
        self._skipped: dict[str, list[int]] = {}
        self._notes: dict[str, list[int]] = {}
        self._funders: Counter[str] = Counter()
        self._sums = {field: Decimal(0) for field in AMOUNTS if field in columns.places}
        self._section = dict(self._sums)
        self._seen: dict[tuple[object, ...], int] = {}

    def take(self, number: int, cells: Cells) -> None:
        reason = self._why_no_line(number, cells)
        if reason:
            self._skipped.setdefault(reason, []).append(number)
            return
        before = len(self._faults)
        line = self._line(number, cells)
        if len(self._faults) > before or line is None:
            self._faulty += 1
            return
        self._lines.append(line)
        first = self._seen.setdefault(identity(line.row), number)
        if first != number:
            self._note("ligne identique à une autre, gardée : deux fois la même, ou deux projets ?", number)
        if number in self._table.filled:
            self._note("cellule fusionnée : sa valeur vaut pour chacune de ses lignes", number)

    def _why_no_line(self, number: int, cells: Cells) -> str:
        texts = [str(cell).strip() for cell in cells if cell not in (None, "") and str(cell).strip()]
        if not texts:
            return "vide"
        if self._header:
            same = sum(column < len(cells) and _plain(cells[column]) == text for column, text in self._header.items())
            if same >= max(2, len(self._header) // 2):
                return "titres répétés"
        if label := self._total_of(cells, texts):
            self._check_total(number, label, cells)
            return "total"
        if len(texts) > 1 or len(self._columns.places) == 1:
            return ""
        if number in self._table.banners:
            return "titre de rubrique"
        return "note" if _NOTE.match(fold(texts[0])) or texts[0].startswith("*") else ""

    def _total_of(self, cells: Cells, texts: Sequence[str]) -> str:
        """The words of a total; empty when the row is none: a firm called « Total » has a project or a number."""
        if not any(text[:3].casefold() in _TOTAL_STARTS for text in texts):
            return ""  # decides a hundred thousand lines at once
        words = [text for text in texts if any(char.isalpha() for char in text) and not _has_unit(text)]
        if len(words) != 1 or not _TOTAL.match(fold(words[0])):
            return ""
        project = self._cell(cells, Field.PROJECT)
        alone = is_unknown(project) or fold(str(project)) == fold(words[0])
        return words[0] if alone and is_unknown(self._cell(cells, Field.SIREN)) else ""

    def _check_total(self, number: int, label: str, cells: Cells) -> None:
        """A total that is not the sum of the lines is told: a line, or a unit, is wrong somewhere."""
        for field, whole in self._sums.items():
            try:
                told = read_amount(self._cell(cells, field), self._columns.numbers, self._columns.units[field]).value
            except Unreadable:
                continue
            if told is UNKNOWN or self._faulty:
                continue
            if min(abs(told - whole), abs(told - self._section[field])) > _ROUNDING:
                found = whole if _GRAND_TOTAL.match(fold(label)) else self._section[field]
                self._note(
                    f"« {short(label)} » annonce {format_euros(told)}, les lignes lues en font {format_euros(found)}",
                    number,
                )
        if not _GRAND_TOTAL.match(fold(label)) or "sous" in fold(label):
            self._section = dict.fromkeys(self._section, Decimal(0))

    def _line(self, number: int, cells: Cells) -> ListLine | None:
        firm = self._text(number, cells, Field.FIRM)
        if not firm and not self._told(number, Field.FIRM):
            problem = Unreadable("nom de l'entreprise absent", "l'écrire, ou retirer la ligne")
            self._fault(number, Field.FIRM, self._cell(cells, Field.FIRM), problem)
        partner = self._partner_of(number, cells)
        amounts = {field: self._amount(number, cells, field) for field in self._sums}
        used = next((field for field, value in amounts.items() if value is not UNKNOWN), None)
        dated = self._value(number, cells, Field.DATE, lambda cell: read_date(cell, self._columns.dates))
        line = ListLine(
            partner=partner,
            firm=firm,
            number=self._number(number, cells),
            commune=self._text(number, cells, Field.COMMUNE),
            project=self._text(number, cells, Field.PROJECT),
            amount=amounts[used] if used else UNKNOWN,
            amount_is=_AMOUNT_IS.get(used, UNKNOWN) if used else UNKNOWN,
            dated=dated,
            file=self._source,
            line=number,
        )
        return line if firm and partner else None

    def _amount(self, number: int, cells: Cells, field: Field) -> Maybe[Decimal]:
        unit, numbers = self._columns.units[field], self._columns.numbers
        value = self._value(number, cells, field, lambda cell: read_amount(cell, numbers, unit))
        if value is not UNKNOWN:
            self._sums[field] += value
            self._section[field] += value
            if not value:
                self._note("montant nul", number)
        return value

    def _number(self, number: int, cells: Cells) -> str:
        text = self._text(number, cells, Field.SIREN)
        if not text:
            return ""
        digits, note = read_number(text)
        if note == UNREADABLE_NUMBER:
            self._note(f"SIREN ou SIRET : {note}", number)
        return digits

    def _partner_of(self, number: int, cells: Cells) -> str:
        cell = self._cell(cells, Field.FUNDER)
        if is_unknown(cell):
            if not self._partner:
                nobody = Unreadable(
                    "aucun financeur sur cette ligne",
                    "donner le partenaire de la liste (à la ligne de commande, --partenaire CODE)",
                )
                self._fault(number, Field.FUNDER, cell, nobody)
            return self._partner
        own = self._own(str(cell))
        if self._partner:
            if own != self._partner:
                self._funders[short(str(cell))] += 1
            return self._partner
        if not own:
            problem = "organisation que le catalogue ne connaît pas"
            mend = "donner le partenaire de la liste (--partenaire CODE), ou l'ajouter à referentiels/organisations.csv"
            self._fault(number, Field.FUNDER, cell, Unreadable(problem, mend))
        return own

    def _own(self, name: str) -> str:
        """The code of the organisation that a line names, empty when the catalogue does not know it."""
        if name not in self._named:
            self._named[name] = self._known.get(fold(name), "")
        return self._named[name]

    def _text(self, number: int, cells: Cells, field: Field) -> str:
        """The text of a field, empty when it is unknown or at fault."""
        text = self._value(number, cells, field, lambda cell: Reading("" if cell is None else text_of(cell)))
        if text is UNKNOWN:
            return ""
        if len(text) > (most := _LONGEST.get(field, LONGEST_TEXT)):
            self._note(f"{field} : texte de plus de {most} caractères, coupé", number)
            return text[: most - 1] + "…"
        return text

    def _value(self, number: int, cells: Cells, field: Field, read: Callable[[RawCell], Reading[T]]) -> Maybe[T]:
        """The value of a field, ``UNKNOWN`` when the table has no such column; a fault is told."""
        cell = self._cell(cells, field)
        if (number, self._columns.places.get(field, -1)) in self._table.errors:
            mend = "corriger le calcul d'où elle vient, puis coller la valeur"
            self._fault(number, field, cell, Unreadable("valeur d'erreur du tableur", mend))
            return UNKNOWN
        try:
            reading = read(cell)
        except Unreadable as problem:
            self._fault(number, field, cell, problem)
            return UNKNOWN
        if reading.note:
            self._note(reading.note, number)
        return reading.value

    def _cell(self, cells: Cells, field: Field) -> RawCell:
        place = self._columns.places.get(field)
        return cells[place] if place is not None and place < len(cells) else None

    def _fault(self, number: int, field: Field, cell: RawCell, problem: Unreadable) -> None:
        found = "" if cell is None else short(str(cell))
        where = self._where(number, field)
        self._faults.append(Fault(where=where, found=found, problem=problem.problem, mend=problem.mend))

    def _where(self, number: int, field: Field) -> str:
        place = self._columns.places.get(field)
        column = f", colonne {column_letters(place)} « {self._columns.name(field)} »" if place is not None else ""
        return f"{self._table.name}, ligne {number}{column}"

    def _told(self, number: int, field: Field) -> bool:
        """Whether a cell already has its fault."""
        return bool(self._faults) and self._faults[-1].where == self._where(number, field)

    def _note(self, text: str, number: int) -> None:
        self._notes.setdefault(text, []).append(number)

    def result(self) -> ListReading:
        remarks = [*self._columns.notes, *(f"{text} ({lines_named(found)})" for text, found in self._notes.items())]
        remarks += [
            f"{count} ligne{'s' if count > 1 else ''} de « {name} », mises sous « {self._partner} » comme demandé"
            for name, count in self._funders.items()
        ]
        if self._columns.left:
            remarks.append(f"colonnes non lues : {', '.join(f'« {short(title)} »' for title in self._columns.left)}")
        return ListReading(
            table=self._table,
            columns=self._columns,
            lines=tuple(self._lines),
            faults=tuple(self._faults),
            faulty=self._faulty,
            skipped={reason: tuple(found) for reason, found in self._skipped.items()},
            remarks=tuple(remarks),
        )


def _has_unit(text: str) -> bool:
    """Whether a cell is an amount that carries its unit: it is no word."""
    return text[:1].isdigit()


def _plain(cell: RawCell) -> str:
    return cell.strip().casefold() if isinstance(cell, str) else ""


def identity(row: Mapping[str, object]) -> tuple[object, ...]:
    """What makes two lines of the sheet « listes » the same; neither their source nor what the amount is counts."""
    words = [_comparable(row.get(key)) for key in ("partenaire", "entreprise", "commune", "projet", "montant", "date")]
    return (*words, str(_comparable(row.get("siren"))).replace(" ", ""))


def _comparable(value: object) -> object:
    if value is None or value is UNKNOWN:
        return ""
    if isinstance(value, int | float | Decimal):
        return Decimal(str(value)).normalize()
    return value if isinstance(value, date) else " ".join(str(value).casefold().split())


def lines_named(numbers: Sequence[int]) -> str:
    """``ligne 4``, ``lignes 4, 5, 6, 7, 8 et 92 autres``."""
    shown = ", ".join(str(number) for number in numbers[:_SHOWN])
    more = f" et {len(numbers) - _SHOWN} autres" if len(numbers) > _SHOWN else ""
    return f"ligne{'s' if len(numbers) > 1 else ''} {shown}{more}"


_SHOWN = 5


def all_faults(readings: Sequence[ListReading]) -> Iterator[Fault]:
    """The faults of every table, in the order given."""
    for reading in readings:
        yield from reading.faults
