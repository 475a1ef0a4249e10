"""A mission whose workbook goes out and comes back."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from rebond.web.accounts.models import User
from rebond.web.exchange.applying import keep, preview_of
from rebond.web.exchange.bringing import bring
from rebond.web.exchange.exporting import export_workbook
from rebond.web.exchange.models import ImportDraft
from rebond.web.exchange.preview import Preview
from rebond.web.exchange.workbook import workbook_layout
from rebond.web.journal.writing import Author, author_of
from rebond.web.missions.models import Mission


@dataclass
class Desk:
    """Someone's desk: where workbooks are filled in."""

    mission: Mission
    by: Author
    folder: Path

    def export(self, name: str = "export.xlsx") -> Path:
        """The workbook of the mission today."""
        path = self.folder / name
        export_workbook(self.mission, path, by=self.by)
        return path

    def bring(self, path: Path) -> ImportDraft:
        """A workbook that comes back."""
        return keep(self.mission, bring(self.mission, path), file_name=path.name, by=self.by)

    def preview(self, path: Path) -> Preview:
        """What it would do."""
        return preview_of(self.bring(path))


def edited(path: Path, change: Callable[[Any], object]) -> Path:
    """The workbook after someone typed in it."""
    book = openpyxl.load_workbook(path)
    change(book)
    target = path.with_name(f"rempli-{path.name}")
    book.save(target)
    return target


def cell(book: Any, sheet: str, row: str, column: str) -> Any:
    """The cell of a row, by the identifier in its first column, and of a column, by its key."""
    found = workbook_layout().sheet(sheet)
    number = [each.key for each in found.columns].index(column) + 1
    for line in book[found.title].iter_rows(min_row=2):
        if line[0].value == row:
            return line[number - 1]
    raise KeyError(row)


@pytest.fixture
def desk(db: None, tmp_path: Path) -> Desk:
    """The desk of the pilot of the sample mission."""
    return Desk(mission=Mission.objects.get(), by=author_of(User.objects.get(username="pilote")), folder=tmp_path)
