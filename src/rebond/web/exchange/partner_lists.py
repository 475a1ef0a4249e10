"""A partner's list on the site: kept as it came, its columns settled by a person, then compared with the mission."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.db import transaction
from django.utils import timezone

from rebond.adapters.partner_lists import (
    FOLDER,
    UNITS,
    DateOrder,
    Field,
    ListFormat,
    ListReading,
    Numbers,
    Offered,
    compared,
    filled_tables,
    load_formats,
    offered,
    read_lines,
    table_of,
)
from rebond.data import catalogue_part
from rebond.errors import DataError, Fault
from rebond.reading.choices import Choice
from rebond.web.catalogue.reading import catalogue_folder
from rebond.web.exchange.applying import KEPT_FOR
from rebond.web.exchange.keeping import packed
from rebond.web.exchange.models import ImportDraft, ReceivedList
from rebond.web.exchange.workbook import workbook_layout
from rebond.web.journal.writing import Author
from rebond.web.missions.facts import census_of
from rebond.web.missions.models import Mission

MOST_LINES = 5_000
"""Of one list on the site: each is a line of the journal. The command line takes longer ones into a workbook."""
_SHOWN_FAULTS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What a person says of the columns of a list."""

    places: Mapping[Field, int]
    units: Mapping[Field, Decimal]
    dates: DateOrder
    numbers: Numbers

    @property
    def as_data(self) -> dict[str, Any]:
        """As it is kept."""
        words = {value: word for word, value in UNITS.items()}
        return {
            "places": {field.value: column for field, column in self.places.items()},
            "unites": {field.value: words[unit] for field, unit in self.units.items()},
            "dates": self.dates.value,
            "nombres": self.numbers.value,
        }

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Settled:
        """What ``as_data`` kept."""
        return cls(
            places={Field(name): int(column) for name, column in data["places"].items()},
            units={Field(name): UNITS[word] for name, word in data["unites"].items()},
            dates=DateOrder(data["dates"]),
            numbers=Numbers(data["nombres"]),
        )


@lru_cache(maxsize=1)
def list_formats() -> tuple[ListFormat, ...]:
    """The layouts of lists that the catalogue knows."""
    return load_formats(catalogue_part(catalogue_folder(), FOLDER))


def organisations() -> tuple[Choice, ...]:
    """The partners that a list may come from."""
    return workbook_layout().sheet("listes").column("partenaire").choices


def receive_list(mission: Mission, path: Path, *, partner: str, dated: date, by: Author) -> ReceivedList:
    """Keep a list until someone applies it; raises ``DataError`` when it is no list. Old ones leave."""
    filled_tables(path)
    ReceivedList.objects.filter(draft=None, at__lt=timezone.now() - KEPT_FOR).delete()
    return ReceivedList.objects.create(
        mission=mission,
        by=by.user,
        by_name=by.said,
        file_name=path.name,
        content=zlib.compress(path.read_bytes()),
        partner=partner,
        dated=dated,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A list that was kept, opened again."""

    sheets: tuple[str, ...]
    """Those that hold something; more than one: someone says which."""
    offered: Offered | None
    """``None`` until the sheet is known."""


def open_list(received: ReceivedList, *, sheet: str = "") -> Opened:
    """Open a list again; its columns are proposed once its sheet is known."""
    with _file_of(received) as path:
        tables = filled_tables(path)
    sheets = tuple(table.sheet for table in tables)
    table = table_of(tables, sheet or received.sheet, list_formats())
    return Opened(sheets=sheets, offered=None if table is None else offered(table, list_formats()))


@transaction.atomic
def compare_list(received: ReceivedList, found: Offered, settled: Settled, *, by: Author) -> ImportDraft:
    """Read the lines and keep what they would change in the mission, for someone to look at and apply.

    Raises ``DataError`` when there is not one sound line; lines at fault are told apart.
    """
    columns = found.chosen(settled.places, units=settled.units, dates=settled.dates, numbers=settled.numbers)
    reading = read_lines(found.table, columns, partner=received.partner, organisations=organisations())
    _require_lines(reading)
    mission = received.mission
    now = census_of(mission)
    taken = compared(reading.lines, now.partner_entries, list_date=received.dated)
    draft = ImportDraft.objects.create(
        mission=mission,
        file_name=received.file_name,
        by=by.user,
        by_name=by.said,
        known=packed(now),
        brought=packed(replace(now, partner_entries=taken.entries)),
        repairs=list(reading.remarks),
    )
    former = received.draft
    received.draft = draft
    received.sheet = found.table.sheet
    received.columns = settled.as_data
    received.told = {
        "lues": len(reading.lines),
        "connues": taken.known,
        "en_defaut": reading.faulty,
        "laissees": {reason: len(rows) for reason, rows in reading.skipped.items()},
        "defauts": [
            {"where": fault.where, "found": fault.found, "problem": fault.problem, "mend": fault.mend}
            for fault in reading.faults[:_SHOWN_FAULTS]
        ],
    }
    received.save()
    if former is not None and former.state == ImportDraft.State.WAITING:
        former.delete()
    return draft


def reread(received: ReceivedList, *, by: Author) -> ImportDraft:
    """Compare a list once more, with the mission of now: someone changed meanwhile what it changes."""
    found = open_list(received).offered
    if found is None:
        raise DataError([Fault(where=received.file_name, problem="feuille inconnue", mend="la choisir de nouveau")])
    return compare_list(received, found, Settled.of(received.columns), by=by)


def forget_file(received: ReceivedList) -> None:
    """Once applied, the file itself leaves: its lines are in the mission, each with where it comes from."""
    received.content = b""
    received.save(update_fields=["content"])


def _require_lines(reading: ListReading) -> None:
    if not reading.lines:
        first = reading.faults[:_SHOWN_FAULTS]
        mend = "vérifier quelle colonne est l'entreprise, et le partenaire"
        raise DataError([Fault(where=reading.table.name, problem="aucune ligne saine", mend=mend), *first])
    if len(reading.lines) > MOST_LINES:
        problem = f"{len(reading.lines)} lignes : le site en prend {MOST_LINES} à la fois"
        mend = "garder celles du territoire, ou passer par « rebond census lists import » et le classeur"
        raise DataError([Fault(where=reading.table.name, problem=problem, mend=mend)])


@contextmanager
def _file_of(received: ReceivedList) -> Iterator[Path]:
    with TemporaryDirectory(prefix="rebond-") as folder:
        path = Path(folder) / received.file_name
        path.write_bytes(zlib.decompress(bytes(received.content)))
        yield path
