"""A list read step by step, for people who look before each one: which table, which columns, then its lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from rebond.adapters.partner_lists.fields import DateOrder, Field, Numbers
from rebond.adapters.partner_lists.formats import ListFormat
from rebond.adapters.partner_lists.guessing import Sample
from rebond.adapters.partner_lists.mapping import Proposal, propose
from rebond.adapters.partner_lists.matching import Columns, recognise
from rebond.adapters.partner_lists.raw import RawTable, read_tables
from rebond.adapters.workbook.wording import column_letters
from rebond.errors import DataError, Fault
from rebond.reading.words import fold


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """A table and how its columns would be read; nothing of it is read before someone agrees."""

    table: RawTable
    columns: Columns
    names: Mapping[int, str]
    """Column that holds something → its title, or its letter."""
    samples: Mapping[int, Sample]
    reasons: Mapping[Field, str]
    """Why a column is proposed for a field."""

    def chosen(
        self, places: Mapping[Field, int], *, units: Mapping[Field, Decimal], dates: DateOrder, numbers: Numbers
    ) -> Columns:
        """The columns as someone settled them."""
        read = set(places.values())
        return replace(
            self.columns,
            origin="correspondance confirmée",
            places=dict(places),
            units={field: units.get(field, Decimal(1)) for field in places},
            dates=dates,
            numbers=numbers,
            left=tuple(name for column, name in self.names.items() if column not in read),
        )


def filled_tables(path: Path) -> tuple[RawTable, ...]:
    """The tables of a file that hold something; raises ``DataError`` when there is none."""
    found = tuple(table for table in read_tables(path) if table.rows)
    if not found:
        raise DataError([Fault(where=path.name, problem="le fichier est vide", mend="donner la liste du partenaire")])
    return found


def table_of(tables: Sequence[RawTable], sheet: str, formats: Sequence[ListFormat]) -> RawTable | None:
    """The table of that sheet; of no named sheet, the only one, or the only one that a known layout fits."""
    named = [table for table in tables if fold(table.sheet) == fold(sheet)] if sheet else list(tables)
    if len(named) > 1:
        named = [table for table in named if recognise(table, formats) is not None]
    return named[0] if len(named) == 1 else None


def offered(table: RawTable, formats: Sequence[ListFormat]) -> Offered:
    """How the columns of a table would be read: by a layout that is known, else by a guess."""
    known = recognise(table, formats)
    if known is None:
        guess = propose(table, formats)
        return Offered(
            table=table,
            columns=_guessed(guess),
            names=guess.names,
            samples=guess.samples,
            reasons=guess.reasons,
        )
    layout, columns = known
    width = max(len(cells) for _, cells in table.rows)
    samples = {column: Sample.of(table, columns.header, column) for column in range(width)}
    return Offered(
        table=table,
        columns=columns,
        names={
            column: columns.titles.get(column, f"colonne {column_letters(column)}")
            for column, sample in samples.items()
            if not sample.is_empty or column in columns.titles
        },
        samples=samples,
        reasons=dict.fromkeys(columns.places, f"présentation « {layout.title} »"),
    )


def _guessed(guess: Proposal) -> Columns:
    return Columns(
        origin="correspondance proposée",
        header=guess.header,
        titles=guess.names if guess.header >= 0 else {},
        places=guess.fields,
        units=guess.units,
        dates=DateOrder.DAY_FIRST,
        numbers=Numbers.FRENCH,
    )
